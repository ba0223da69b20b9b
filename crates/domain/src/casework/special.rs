//! Special procedures: the clock stops for what the law does not count (行政许可法 art. 45), and the one
//! extension (art. 42).

use super::case::{Command, Moment, given, time_needed};
use super::change::{Expected, Ready, carry_out, load};
use super::{CaseId, State};
use crate::Cx;
use crate::identity::{Action, PostKind};
use base::{Error, Refusal, Result};
use db::Tx;

/// Art. 45 names these; what is not on the list stops no clock.
pub const PROCEDURES: [&str; 8] = ["听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"];

/// A special procedure to be started.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// One of [`PROCEDURES`].
    pub name: String,
    pub reason: String,
    /// How long it is expected to take; the applicant is told.
    pub working_days: u32,
}

/// Starts a procedure whose time does not count. Everything that is wrong with what was said is named at once.
pub async fn suspend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    procedure: Procedure,
    expected: Expected,
) -> Result<State> {
    let (mut stored, commands) = ready_to_suspend(tx, cx, case, procedure, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_suspend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    procedure: Procedure,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseSuspend, None, expected).await?;
    let Procedure { name, reason, working_days } = procedure;
    let mut faults = Vec::new();
    if !PROCEDURES.contains(&name.trim()) {
        let message = format!("请选择依法不计入时限的程序：{}", PROCEDURES.join("、"));
        faults.push(Refusal::at("casework.procedure", "procedure", message));
    }
    let moment = Moment { today: cx.today(), calendar: &cx.catalogue.calendar };
    faults.extend(time_needed(working_days, moment).err());
    faults.extend(given(reason.clone()).err());
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    Ok((stored, vec![Command::Suspend { procedure: name, reason, working_days }]))
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
    let (mut stored, commands) = ready_to_extend(tx, cx, case, working_days, reason, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_extend(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    working_days: u32,
    reason: String,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseDecide, Some(PostKind::Approver), expected).await?;
    Ok((stored, vec![Command::Extend { working_days, reason }]))
}
