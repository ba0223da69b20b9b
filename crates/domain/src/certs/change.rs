//! Verbs of the issuing body on a certificate that stands: suspend, resume, withdraw, cancel, revoke,
//! transfer out. Each takes effect with its commit: the next verification says so. All ask for a second factor
//! given just now, after the right itself (ASVS v5.0.0-7.5.3).

use super::certificate::Certificate;
use super::enter::{Entry, record, say};
use super::operation::{Act, after};
use super::store;
use crate::Cx;
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Error, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use serde_json::json;

/// Longest reason of an act, in characters.
pub const MOST_REASON: usize = 500;

/// Suspends, resumes or ends a certificate. `expected` is the version of the row the actor saw.
pub async fn change_status(
    tx: &mut Tx<'_>,
    cx: &Cx,
    identifier: &str,
    act: Act,
    reason: &str,
    expected: Option<i64>,
) -> Result<Certificate> {
    let Proposed { mut certificate, status, reason } =
        ready_to_change(tx, cx, identifier, act, reason, expected).await?;
    store::set_status(tx, certificate.id, certificate.version, status, &reason).await?;
    let entry = Entry { act: act.word(), operation: act.operation(), reason: &reason, other_identifier: "" };
    record(tx, cx, &certificate, status, entry).await?;
    let detail = json!({ "identifier": certificate.identifier, "from": certificate.status, "to": status,
        "reason": reason });
    say(tx, cx, &certificate, act.event(), &detail).await?;
    certificate.status = status;
    certificate.status_text = reason;
    certificate.version += 1;
    Ok(certificate)
}

/// An act as it would be carried out.
pub struct Proposed {
    /// As it stands before the act.
    pub certificate: Certificate,
    pub status: LicenceStatus,
    /// As everybody will read it.
    pub reason: String,
}

/// What an act would do, refused where the act itself would be; nothing is written.
pub async fn ready_to_change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    identifier: &str,
    act: Act,
    reason: &str,
    expected: Option<i64>,
) -> Result<Proposed> {
    let certificate = load_to_manage(tx, cx, identifier, expected).await?;
    cx.actor.require_step_up(cx.now)?;
    let reason = reason_of(reason)?.to_owned();
    must_be_current(&certificate)?;
    let status = after(certificate.status, act)?;
    Ok(Proposed { certificate, status, reason })
}

/// Whether the actor may change this certificate at all; asked before a form is read.
pub async fn may_manage(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<()> {
    load_to_manage(tx, cx, identifier, None).await.map(drop)
}

/// A certificate for an act of its issuing body's certificate manager.
pub(super) async fn load_to_manage(
    tx: &mut Tx<'_>,
    cx: &Cx,
    identifier: &str,
    expected: Option<i64>,
) -> Result<Certificate> {
    cx.actor.require_account()?;
    let certificate = store::by_identifier(tx, cx, identifier).await?.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&certificate.issuer), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateManage, thing.at(PostKind::Approver))?;
    match expected {
        Some(version) if version != certificate.version => Err(Error::Conflict),
        _ => Ok(certificate),
    }
}

/// The reason without blanks around it: everyone who looks at the history must be able to understand it.
pub(super) fn reason_of(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Error::refused_at("certs.reason_missing", "reason", "请写明理由和依据")),
        n if n > MOST_REASON => {
            Err(Error::refused_at("certs.reason_too_long", "reason", format!("理由最多 {MOST_REASON} 字")))
        }
        _ => Ok(reason),
    }
}

pub(super) fn must_be_current(certificate: &Certificate) -> Result<()> {
    if certificate.is_superseded() {
        let message = format!("这是旧版本，请办理新版本：{}", certificate.superseded_by);
        return Err(Error::refused("certs.superseded", message));
    }
    Ok(())
}
