//! Whether a seal's keepers still keep it: a seal goes with the post, not with the person.
//!
//! A keeper whose post at the body ended, or whose account was disabled, neither uses the seal nor lets others
//! use it: her standing authorisations stop counting at once. They stay stopped when she is given the post
//! anew. An account that was only disabled and is enabled again held its post all along.

use super::seal::Seal;
use super::{document_kind_name, store};
use crate::identity::{self, PostKind};
use base::{Error, Id, Millis, Refusal, Result};
use db::Tx;

pub(super) async fn holds_post(tx: &mut Tx<'_>, body: &str, account: Id) -> Result<bool> {
    Ok(identity::post_since(tx, account, body, PostKind::Keeper).await?.is_some())
}

/// Whether a word given at that instant still counts: its giver has held the post ever since.
pub(super) async fn still_stands(tx: &mut Tx<'_>, body: &str, account: Id, given_at: Millis) -> Result<bool> {
    let since = identity::post_since(tx, account, body, PostKind::Keeper).await?;
    Ok(since.is_some_and(|since| since <= given_at))
}

/// The keepers of a seal who hold no keeper's post at its body any more.
pub(super) async fn gone(tx: &mut Tx<'_>, seal: &Seal) -> Result<Vec<Id>> {
    let mut gone = Vec::new();
    for keeper in &seal.keepers {
        if !holds_post(tx, &seal.body, keeper.account).await? {
            gone.push(keeper.account);
        }
    }
    Ok(gone)
}

/// Why a seal in force may not be used, and who can change that: a keeper by her word, or, when none of
/// them is left, the body by naming another.
pub(super) async fn unauthorised(tx: &mut Tx<'_>, seal: Id, document_kind: &str) -> Result<Error> {
    let seal = store::seal(tx, seal).await?.ok_or(Error::NotFound)?;
    let gone = gone(tx, &seal).await?;
    let (name, kind) = (seal.name(), document_kind_name(document_kind));
    let message = match gone.len() < seal.keepers.len() {
        true => format!("“{name}”用于“{kind}”没有自动用印授权，请印章保管人在“印章”页面授权后再办理"),
        false => format!(
            "“{name}”的保管人已经不在本单位印章保管岗，这枚印章不能再用于“{kind}”，请印章保管岗的在岗人员在“印章”页面换发，\
             指定新的保管人后再办理"
        ),
    };
    Ok(Refusal::new("seals.none_in_force", message).into())
}
