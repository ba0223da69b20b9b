//! E-seals of bodies: ordered, approved, made, used, stopped, ended (国办发〔2025〕33号; GB/T 38540).
//!
//! A **seal** belongs to a body, is of a **category**, and goes on named **document kinds** of those its category
//! may go on. Its **keepers** hold the keeper's post
//! there; a keeper orders it, the body's approver approves it, the product makes it: a key pair in the
//! **key service**, a certificate of the **authority**, the signed structure with its picture. A keeper's
//! **standing authorisation** lets decisions be sealed in the transaction of their verb. Every **use** is a row
//! and an event with the number and digest of what was sealed.
//!
//! Invariants: whoever ordered a seal does not approve it; a seal is used only while its row says made and the
//! clock says valid, read in the same transaction, and only by a keeper, or on the word of one, who still holds
//! the keeper's post at the body; no use without its log row; private keys never leave the key
//! service; renewal makes a new seal with a new key; a revoked seal is revoked for ever and its key destroyed.
//!
//! Absent on purpose: a seal without a document kind, keys in files, changing a seal after it was made.

mod authorise;
mod authority;
mod demonstrate;
mod draw;
mod keeper;
mod keys;
mod kind;
mod ledger;
mod make;
mod order;
mod platform;
mod register;
mod seal;
mod show;
mod stop;
mod store;
mod take;
mod vault;

pub use authorise::{Authorisation, NewAuthorisation, authorise, withdraw_authorisation};
pub use authority::{
    found_authority, has_authority, refresh_revocations, revocation_list, revocation_number, trust,
    trust_anchor,
};
pub use demonstrate::{demonstrate, without_seals};
pub use keys::{KeyPurpose, KeyRef, KeyService, SoftwareKeys};
pub use kind::{Category, DOCUMENT_KINDS, Shape, State, Status, document_kind_name, usual_kinds};
pub use make::{make, make_waiting};
pub use order::{MOST_TITLE, NewSeal, approve, decline, no_end, order};
pub use platform::{is_platform, platform_signer};
pub use register::{Register, Standing, status_of};
pub use seal::{Keeper, Seal};
pub use show::{
    CertificateFacts, SealView, UseRow, list, made_in_all, picture, possible_keepers, show, uses,
};
pub use stop::{resume, revoke, suspend};
pub use take::{SealInUse, SealUse, take, used};
pub use vault::{ServiceSigner, Vault};

use crate::Cx;
use crate::identity::{Action, Actor, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Result};
use db::Tx;

/// Loads a seal for an act: what the actor may not read does not exist, what she may read but not do is
/// denied, what somebody else changed since is a conflict.
async fn load(tx: &mut Tx<'_>, cx: &Cx, id: Id, action: Action, expected: Option<i64>) -> Result<Seal> {
    if cx.actor == Actor::Visitor {
        return Err(Error::Unauthenticated);
    }
    let seal = store::seal(tx, id).await?.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&seal.body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::SealRead, thing)?;
    if action != Action::SealRead {
        authorize(&cx.actor, action, thing).map_err(|_| Error::Denied)?;
    }
    match expected {
        Some(version) if version != seal.version => Err(Error::Conflict),
        _ => Ok(seal),
    }
}

/// Whether the actor may do this to a seal, for callers that must know before they read what was sent.
pub async fn may(tx: &mut Tx<'_>, cx: &Cx, id: Id, action: Action) -> Result<()> {
    load(tx, cx, id, action, None).await.map(drop)
}

async fn say(tx: &mut Tx<'_>, cx: &Cx, seal: &Seal, kind: &str, detail: &serde_json::Value) -> Result<()> {
    let event = NewEvent { subject_kind: "seal", subject_id: seal.id, area: &seal.division, kind, detail };
    journal::append(tx, cx, event).await.map(drop)
}

/// Making and destroying keys; their use stands in the events of what they signed.
async fn say_key(tx: &mut Tx<'_>, cx: &Cx, key: Id, kind: &str, detail: &serde_json::Value) -> Result<()> {
    let event = NewEvent { subject_kind: "key", subject_id: key, area: "", kind, detail };
    journal::append(tx, cx, event).await.map(drop)
}

#[cfg(test)]
mod tests;
