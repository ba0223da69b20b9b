//! Withdrawing: the applicant may, any time before the decision.

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::{CaseId, State};
use crate::Cx;
use crate::identity::Action;
use base::{Error, Result};
use db::Tx;

/// The applicant owes no reason; what she gives stands in the journal for good, so it has an end.
const LONGEST_REASON: usize = 500;

pub async fn withdraw(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    reason: String,
    expected: Expected,
) -> Result<State> {
    if reason.chars().count() > LONGEST_REASON {
        let message = format!("最多写{LONGEST_REASON}个字");
        return Err(Error::refused_at("casework.reason_too_long", "reason", message));
    }
    let mut stored = load(tx, cx, case, Action::CaseWithdraw, None, expected).await?;
    carry_out(tx, cx, &mut stored, vec![Command::Withdraw { reason }]).await?;
    Ok(stored.case.state)
}
