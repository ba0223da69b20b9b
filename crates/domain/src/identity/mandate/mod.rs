//! Mandates: an account acts for an organisation, for some items, until a day, revocable at once.

mod store;

use super::{Action, Party, Thing, authorize};
use crate::Cx;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

/// A mandate in force today, with the organisation it speaks for.
#[derive(Debug, Clone)]
pub struct Mandate {
    pub id: Id,
    pub organisation: Id,
    pub organisation_name: String,
    pub credit_code: String,
    pub account: Id,
    /// Base codes it covers; empty means all.
    pub items: Vec<String>,
    pub valid_until: Day,
}

pub struct NewMandate {
    pub organisation: Id,
    pub account: Id,
    pub items: Vec<String>,
    pub valid_from: Day,
    /// At most one year after `valid_from` (standards §10).
    pub valid_until: Day,
}

/// Grants a mandate. Only the organisation itself, or the security administrator on a written request,
/// may do so.
pub async fn grant_mandate(tx: &mut Tx<'_>, cx: &Cx, new: NewMandate) -> Result<Id> {
    authorize_for(cx, new.organisation)?;
    if new.valid_until < new.valid_from || new.valid_until > new.valid_from.plus_months(12) {
        return Err(Error::refused_at("identity.mandate_term", "valid_until", "授权期限最长一年"));
    }
    let id = cx.id();
    store::insert_mandate(tx, id, &new).await?;
    let detail =
        json!({ "mandate": id, "account": new.account, "items": new.items, "until": new.valid_until });
    say(tx, cx, new.organisation, "identity.mandate_granted", &detail).await?;
    Ok(id)
}

pub async fn revoke_mandate(tx: &mut Tx<'_>, cx: &Cx, mandate: Id) -> Result<()> {
    let organisation = store::mandate_organisation(tx, mandate).await?.ok_or(Error::NotFound)?;
    authorize_for(cx, organisation)?;
    store::revoke_mandate(tx, mandate, cx.now).await?;
    say(tx, cx, organisation, "identity.mandate_revoked", &json!({ "mandate": mandate })).await
}

fn authorize_for(cx: &Cx, organisation: Id) -> Result<()> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING).or_else(|_| {
        authorize(&cx.actor, Action::MandateManage, Thing::owned(Party::Organisation(organisation)))
    })
}

async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    organisation: Id,
    kind: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let event = NewEvent { subject_kind: "organisation", subject_id: organisation, area: "", kind, detail };
    journal::append(tx, cx, event).await.map(|_| ())
}

/// The mandates of an account that are in force today.
pub async fn mandates_of(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Vec<Mandate>> {
    store::mandates(tx, account, &cx.today().to_string()).await
}
