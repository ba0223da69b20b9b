//! A real installation says so in its journal: the demonstration, whose passwords everybody knows, must never be
//! founded in it.

use super::store;
use crate::Cx;
use crate::journal::{self, NewEvent};
use base::{Id, Result};
use db::Tx;
use serde_json::json;

const KIND: &str = "installation";
/// There is one installation in a database.
const THIS: Id = Id(1);

/// Whether it was said, or somebody has an account and nobody of the demonstration is here: a demonstration enters
/// its persons together with the first accounts.
pub async fn is_real(tx: &mut Tx<'_>) -> Result<bool> {
    let said = !journal::of_subject(tx, KIND, THIS).await?.is_empty();
    Ok(said || (store::has_accounts(tx).await? && !store::has_synthetic(tx).await?))
}

/// Says so, once. For a start that has made sure that nobody of the demonstration is here.
pub async fn set_real(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    if !journal::of_subject(tx, KIND, THIS).await?.is_empty() {
        return Ok(());
    }
    let event = NewEvent {
        subject_kind: KIND,
        subject_id: THIS,
        area: "",
        kind: "identity.installation_real",
        detail: &json!({}),
    };
    journal::append(tx, cx, event).await.map(|_| ())
}
