//! Special procedures: the clock stops for what the law does not count (行政许可法 art. 45), and the one
//! extension (art. 42).

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::{CaseId, State};
use crate::Cx;
use crate::identity::{Action, PostKind};
use base::{Error, Result};
use db::Tx;

/// Art. 45 names these; what is not on the list stops no clock.
pub const PROCEDURES: [&str; 8] = ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"];

/// Starts a procedure whose time does not count.
pub async fn suspend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    procedure: String,
    reason: String,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseSuspend, None, expected).await?;
    if !PROCEDURES.contains(&procedure.trim()) {
        let message = format!("请选择依法不计入时限的程序：{}", PROCEDURES.join("、"));
        return Err(Error::refused_at("casework.procedure", "procedure", message));
    }
    carry_out(tx, cx, &mut stored, vec![Command::Suspend { procedure, reason }]).await?;
    Ok(stored.case.state)
}

/// The procedure is over: the clock runs again from the next day.
pub async fn resume(tx: &mut Tx<'_>, cx: &Cx, case: CaseId, expected: Expected) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseSuspend, None, expected).await?;
    carry_out(tx, cx, &mut stored, vec![Command::Resume]).await?;
    Ok(stored.case.state)
}

/// Puts the decision off, once and for at most ten working days, by whoever heads the body: its approver.
pub async fn extend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    working_days: u32,
    reason: String,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseDecide, Some(PostKind::Approver), expected).await?;
    carry_out(tx, cx, &mut stored, vec![Command::Extend { working_days, reason }]).await?;
    Ok(stored.case.state)
}
