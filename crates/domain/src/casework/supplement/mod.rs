//! Supplements (补正): the body's one complete notice of what is missing or wrong, and the applicant's answer
//! (行政许可法 art. 32(1)(4)). What she corrects takes the place of her earlier answers in the case; those are kept,
//! sealed, with the supplement (docs/decisions/0011).

mod correct;
mod hand_in;
mod store;

pub use correct::{asked_fields, open_questions};
pub use hand_in::{HandedIn, hand_in};

use super::acceptance::Supplement;
use super::acceptance::{nothing_missing, term_of_supplement};
use super::case::Command;
use super::change::{Expected, Ready, carry_out, load};
use super::decide::pinned_item;
use super::overdue::{Term, end_each};
use super::store::{self as cases, StoredCase};
use super::{CaseId, State};
use crate::Cx;
use crate::catalog::Answers;
use crate::identity::{Action, PostKind};
use base::{Error, Refusal, Result};
use db::Tx;
use norms::Day;

const MOST_LINES: usize = 30;
const LONGEST_LINE: usize = 300;
/// Longer than any law allows: a slip of the pen, not a term.
const LONGEST_TERM: i32 = 366;

/// What the body asks for.
#[derive(Debug, Clone, Default)]
pub struct SupplementNotice {
    /// In words, a line for each thing.
    pub missing: Vec<String>,
    /// Keys of the questions whose answers are to be corrected. Each becomes a line of its own; what is wrong with them
    /// the other lines say.
    pub fields: Vec<String>,
    /// The last day to bring it, `YYYY-MM-DD` as it was written.
    pub due_on: String,
}

/// Tells the applicant once and completely what is missing and what is to be corrected, and until when. Everything
/// wrong with the form is said at once.
pub async fn notice_supplement(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    notice: SupplementNotice,
    expected: Expected,
) -> Result<State> {
    let (mut stored, commands) = ready_to_notice(tx, cx, case, notice, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_notice(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    notice: SupplementNotice,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseAccept, Some(PostKind::Clerk), expected).await?;
    let missing = notice.missing.iter().map(|line| line.trim().to_owned());
    let mut missing: Vec<String> = missing.filter(|line| !line.is_empty()).collect();
    let mut faults: Vec<Refusal> = check_lines(&missing).err().into_iter().collect();
    let mut fields = Vec::new();
    if !notice.fields.is_empty() {
        let offer = pinned_item(tx, cx, &stored).await?.offer();
        let answers = cases::open_answers(cx, "casework_case.answers", &stored.sealed_answers)?;
        match correct::named_fields(&cx.catalogue, &offer, &answers, &notice.fields) {
            Ok(named) => {
                missing.extend(named.iter().map(|field| correct::line(&cx.catalogue, field)));
                fields = named.into_iter().map(|field| field.element.clone()).collect();
            }
            Err(strange) => faults.extend(strange),
        }
    }
    match read_due(&notice.due_on, cx.today()) {
        Ok(due) if faults.is_empty() => {
            Ok((stored, vec![Command::NoticeSupplement { missing, fields, due }]))
        }
        due => Err(Error::Refused(faults.into_iter().chain(due.err()).collect())),
    }
}

fn check_lines(missing: &[String]) -> Result<(), Refusal> {
    if missing.is_empty() {
        return Err(nothing_missing());
    }
    if missing.len() > MOST_LINES || missing.iter().any(|line| line.chars().count() > LONGEST_LINE) {
        let message = format!("最多{MOST_LINES}项，每项最多{LONGEST_LINE}个字");
        return Err(Refusal::at("casework.supplement_too_long", "missing", message));
    }
    Ok(())
}

fn read_due(written: &str, today: Day) -> Result<Day, Refusal> {
    let refuse = |message: String| Refusal::at("casework.supplement_term", "due_on", message);
    let written = written.trim();
    if written.is_empty() {
        return Err(refuse("请填写补正期限，例如 2026 年 10 月 15 日".into()));
    }
    let due: Day = written.parse().map_err(|_| {
        let shown: String = written.chars().take(20).collect();
        refuse(format!("没有“{shown}”这一天，请核对年、月、日，例如 2026-10-15"))
    })?;
    match due > today.plus(LONGEST_TERM) {
        true => Err(refuse("补正期限不能超过一年".into())),
        false => term_of_supplement(due, today),
    }
}

impl Supplement {
    /// Whether the notice asks for materials of this name.
    pub fn names(&self, kind: &str) -> bool {
        self.missing.iter().any(|line| line.contains(kind))
    }
}

/// What the answers of a case were before its supplement corrected some; none when it corrected nothing.
pub(super) async fn earlier_answers(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
) -> Result<Option<Answers>> {
    let corrected = |supplement: &Supplement| !supplement.answer.corrected.is_empty();
    if !stored.case.supplement.as_ref().is_some_and(corrected) {
        return Ok(None);
    }
    let sealed = store::earlier_answers(tx, stored.id).await?;
    sealed.map(|sealed| cases::open_answers(cx, EARLIER, &sealed)).transpose()
}

/// The place the earlier answers are sealed for.
const EARLIER: &str = "casework_supplement.earlier_answers";

/// Ends the cases whose term for the supplement has passed without an answer. A background job.
pub async fn lapse_supplements(cx: &Cx) -> Result<Vec<CaseId>> {
    end_each(cx, Term::Supplement).await
}

#[cfg(test)]
mod tests;
