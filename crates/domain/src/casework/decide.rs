//! The decision: granted or refused, with the certificate in the same transaction.

use super::case::Command;
use super::change::{Expected, Ready, carry_out, load};
use super::show::applicant_profile;
use super::store::{self, StoredCase};
use super::{CaseId, State, reliance};
use crate::Cx;
use crate::catalog::{Item, Processing, item_at_version};
use crate::certs::{self, Issued, NewCertificate};
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Error, Result};
use db::Tx;

#[derive(Debug, Clone, serde::Serialize)]
pub struct Decided {
    pub state: State,
    pub certificate: Option<Issued>,
}

/// Decides a case, closes it and, as results are electronic, delivers it to the applicant's space at once.
/// A grant is refused (`casework.certificate_not_valid`) while it would rest on a certificate that counts no
/// longer. An instant item without review steps may be decided by the clerk straight from the submission.
pub async fn decide(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    granted: bool,
    reason: String,
    expected: Expected,
) -> Result<Decided> {
    let (mut stored, commands) = ready_to_decide(tx, cx, case, granted, reason, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    let fallen = reliance::look_again(tx, cx, &mut stored).await?;
    if granted {
        reliance::refuse(&fallen)?;
    }
    let certificate = if granted { issue_result(tx, cx, &stored).await? } else { None };
    Ok(Decided { state: stored.case.state, certificate })
}

pub(super) async fn ready_to_decide(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    granted: bool,
    reason: String,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseDecide, None, expected).await?;
    let instant = stored.case.processing == Processing::Instant && stored.case.steps.is_empty();
    let thing = Thing::of(stored.applicant, &stored.body);
    let as_approver = authorize(&cx.actor, Action::CaseDecide, thing.at(PostKind::Approver));
    if !instant {
        as_approver?;
    }
    let by = cx.actor.require_account()?;
    let commands = vec![
        Command::Decide { granted, reason, by },
        Command::Close,
        Command::Deliver { way: "online".to_owned() },
    ];
    Ok((stored, commands))
}

async fn issue_result(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase) -> Result<Option<Issued>> {
    let item = pinned_item(tx, cx, stored).await?;
    let Some(key) = &item.base.result_certificate else { return Ok(None) };
    let certificate_type = cx
        .catalogue
        .certificate_type(key)
        .ok_or_else(|| Error::bug(format!("item {} gives an unknown certificate type {key}", item.code)))?;
    let answers = store::open_answers(cx, "casework_case.answers", &stored.sealed_answers)?;
    let holder = applicant_profile(tx, cx, stored).await?;
    let new = NewCertificate {
        certificate_type,
        holder: &holder,
        issuer: &item.body,
        answers: &answers,
        case: Some(stored.id),
    };
    certs::issue(tx, cx, new).await.map(Some)
}

/// The item as it was when the case was filed.
pub(super) async fn pinned_item(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
) -> Result<std::sync::Arc<Item>> {
    let item = item_at_version(tx, &cx.catalogue, &stored.item_code, stored.item_version).await?;
    item.ok_or_else(|| Error::bug(format!("case {} is pinned to no version", stored.id)))
}
