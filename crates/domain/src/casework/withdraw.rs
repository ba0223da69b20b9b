//! Withdrawing: the applicant may, any time before the decision.

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::{CaseId, State};
use crate::Cx;
use crate::identity::Action;
use base::Result;
use db::Tx;

pub async fn withdraw(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    reason: String,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseWithdraw, None, expected).await?;
    carry_out(tx, cx, &mut stored, vec![Command::Withdraw { reason }]).await?;
    Ok(stored.case.state)
}
