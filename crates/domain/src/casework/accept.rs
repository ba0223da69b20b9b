//! The clerk's answer to a submission: accept it, or say why not.

use super::case::{Command, given};
use super::change::{Expected, Ready, carry_out, load};
use super::{CaseId, State, reliance};
use crate::Cx;
use crate::identity::{Action, PostKind};
use base::{Error, Refusal, Result};
use db::Tx;

/// Accepts a submission: from now on the clock runs.
pub async fn accept(tx: &mut Tx<'_>, cx: &Cx, case: CaseId, expected: Expected) -> Result<State> {
    let (mut stored, commands) = ready_to_accept(tx, cx, case, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    reliance::look_again(tx, cx, &mut stored).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_accept(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseAccept, Some(PostKind::Clerk), expected).await?;
    Ok((stored, vec![Command::Accept]))
}

/// Does not accept it (art. 32(1), (2), (5)): not needed, not this body's, or not lawful. `kind` is
/// `not_accepted`, `not_needed` or `wrong_body`. Everything wrong with the form is said at once.
pub async fn reject(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    kind: &str,
    reason: String,
    expected: Expected,
) -> Result<State> {
    let (mut stored, commands) = ready_to_reject(tx, cx, case, kind, reason, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_reject(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    kind: &str,
    reason: String,
    expected: Expected,
) -> Result<Ready> {
    // First the right, then the form: a stranger learns nothing from what was wrong with hers.
    let stored = load(tx, cx, case, Action::CaseAccept, Some(PostKind::Clerk), expected).await?;
    let command = match kind {
        "not_accepted" => Command::NotAccept { reason },
        "not_needed" => Command::SayNotNeeded { reason },
        "wrong_body" => Command::SayWrongBody { right_body: reason },
        _ => {
            let kind = Refusal::at("casework.rejection_kind", "kind", "请选择不予受理的种类");
            return Err(Error::Refused(std::iter::once(kind).chain(given(reason).err()).collect()));
        }
    };
    Ok((stored, vec![command]))
}
