//! Suspending, resuming and revoking: each counts at once, because every use and every verification reads
//! the row.

use super::seal::reason;
use super::{authority, load, say, store};
use crate::Cx;
use crate::identity::Action;
use base::{Id, Result};
use db::Tx;
use serde_json::json;

/// Stops a seal for a while: signatures made meanwhile do not count.
pub async fn suspend(tx: &mut Tx<'_>, cx: &Cx, id: Id, expected: Option<i64>, why: &str) -> Result<()> {
    let mut seal = load(tx, cx, id, Action::SealStop, expected).await?;
    cx.actor.require_step_up(cx.now)?;
    seal.note = reason(why)?;
    seal.suspend(cx.now)?;
    store::save(tx, &seal).await?;
    store::begin_suspension(tx, cx.id(), id, cx.now).await?;
    say(tx, cx, &seal, "seals.suspended", &json!({ "reason": seal.note })).await
}

pub async fn resume(tx: &mut Tx<'_>, cx: &Cx, id: Id, expected: Option<i64>, why: &str) -> Result<()> {
    let mut seal = load(tx, cx, id, Action::SealApprove, expected).await?;
    cx.actor.require_step_up(cx.now)?;
    let why = reason(why)?;
    seal.resume(cx.now)?;
    seal.note = String::new();
    store::save(tx, &seal).await?;
    store::end_suspension(tx, id, cx.now).await?;
    say(tx, cx, &seal, "seals.resumed", &json!({ "reason": why })).await
}

/// Ends a seal for ever: its row, its certificate (on a new revocation list), its authorisations and its
/// key. With `exposed` nothing it ever signed counts any more.
pub async fn revoke(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    expected: Option<i64>,
    why: &str,
    exposed: bool,
) -> Result<()> {
    let mut seal = load(tx, cx, id, Action::SealStop, expected).await?;
    cx.actor.require_step_up(cx.now)?;
    seal.note = reason(why)?;
    seal.revoke(exposed, cx.now)?;
    store::save(tx, &seal).await?;
    store::end_authorisations(tx, id, cx.now).await?;
    destroy_key(tx, cx, id).await?;
    say(tx, cx, &seal, "seals.revoked", &json!({ "reason": seal.note, "exposed": exposed })).await?;
    authority::publish_revocations(tx, cx).await
}

async fn destroy_key(tx: &mut Tx<'_>, cx: &Cx, seal: Id) -> Result<()> {
    let Some(key) = store::key_of_seal(tx, seal).await? else { return Ok(()) };
    cx.world().seals.keys().destroy(&key)?;
    store::destroy_key(tx, key.id, cx.now).await?;
    super::say_key(tx, cx, key.id, "seals.key_destroyed", &json!({ "seal": seal })).await
}
