//! Supplements (补正): the body's one complete notice of what is missing, and the applicant's answer
//! (行政许可法 art. 32(1)(4)).

use super::acceptance::{nothing_missing, term_of_supplement};
use super::case::{Case, Command, Supplement};
use super::change::{Expected, Ready, carry_out, load};
use super::decide::pinned_item;
use super::file::{Brought, take_file};
use super::materials::unknown;
use super::overdue::{Term, end_each};
use super::submit::CLOSES_AT;
use super::{CaseId, GivenMaterial, State, Way, store};
use crate::Cx;
use crate::catalog::{BaseItem, Material};
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Error, Refusal, Result};
use db::Tx;
use norms::Day;

const MOST_LINES: usize = 30;
const LONGEST_LINE: usize = 300;
/// Longer than any law allows: a slip of the pen, not a term.
const LONGEST_TERM: i32 = 366;

/// Tells the applicant once and completely what is missing, and until when (`due_on`, `YYYY-MM-DD` as it was
/// written) it can be brought. Everything wrong with the form is said at once.
pub async fn notice_supplement(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    missing: Vec<String>,
    due_on: &str,
    expected: Expected,
) -> Result<State> {
    let (mut stored, commands) = ready_to_notice(tx, cx, case, missing, due_on, expected).await?;
    carry_out(tx, cx, &mut stored, commands).await?;
    Ok(stored.case.state)
}

pub(super) async fn ready_to_notice(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    missing: Vec<String>,
    due_on: &str,
    expected: Expected,
) -> Result<Ready> {
    let stored = load(tx, cx, case, Action::CaseAccept, Some(PostKind::Clerk), expected).await?;
    let missing: Vec<String> =
        missing.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let (lines, due) = (check_lines(&missing), read_due(due_on, cx.today()));
    let due = match (lines, due) {
        (Ok(()), Ok(due)) => due,
        (lines, due) => return Err(Error::Refused(lines.err().into_iter().chain(due.err()).collect())),
    };
    Ok((stored, vec![Command::NoticeSupplement { missing, due }]))
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

/// What the applicant brings.
pub struct HandedIn {
    pub materials: Vec<GivenMaterial>,
    /// Something goes to the window on paper.
    pub on_paper: bool,
}

/// The applicant hands in what was asked for: the case is submitted anew, and the body's five days run from
/// this day. Materials that come again take the place of those handed in before. As the body may ask only
/// once, nothing at all is no answer.
pub async fn hand_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    brought: HandedIn,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseRead, None, expected).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    let account = cx.actor.require_account()?;
    let HandedIn { materials, on_paper } = brought;
    // What was to come later comes with the supplement.
    let owed = |key: &String| stored.case.outstanding().any(|owed| owed.material == *key);
    let late: Vec<String> = materials.iter().map(|given| given.key.clone()).filter(owed).collect();
    let keys: Vec<String> = materials.iter().map(|given| given.key.clone()).collect();
    let offer = pinned_item(tx, cx, &stored).await?.offer();
    for material in materials {
        replace(tx, cx, account, &offer, &mut stored, material).await?;
    }
    if !on_paper && stored.case.state == State::SupplementNoticed {
        something_asked_for(cx, &offer, &stored.case, &keys)?;
    }
    let received_on = cx.catalogue.calendar.received_day(cx.now, CLOSES_AT);
    let command = Command::HandIn { at: cx.now, received_on };
    let late = late.into_iter().map(|material| Command::HandInOwed { material });
    let commands = std::iter::once(command).chain(late).collect();
    carry_out(tx, cx, &mut stored, commands).await?;
    store::save_materials(tx, &stored).await?;
    Ok(stored.case.state)
}

impl Supplement {
    /// Whether the notice asks for materials of this name.
    pub fn names(&self, kind: &str) -> bool {
        self.missing.iter().any(|line| line.contains(kind))
    }
}

/// Of the materials the notice names one must have come; of any when it names none.
fn something_asked_for(cx: &Cx, offer: &BaseItem, case: &Case, keys: &[String]) -> Result<(), Refusal> {
    let Some(supplement) = &case.supplement else { return Ok(()) };
    let asked: Vec<&Material> = offer
        .materials
        .iter()
        .filter(|material| cx.catalogue.kind(&material.kind).is_some_and(|kind| supplement.names(&kind.name)))
        .collect();
    let came = match asked.is_empty() {
        true => !keys.is_empty(),
        false => asked.iter().any(|material| keys.contains(&material.key)),
    };
    let message = "还没有交要补的材料。请上传；已经或者将要把原件送到窗口的，请勾选“材料送到窗口”";
    if came { Ok(()) } else { Err(Refusal::at("casework.nothing_handed_in", "files", message)) }
}

async fn replace(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: base::Id,
    offer: &BaseItem,
    stored: &mut store::StoredCase,
    mut new: GivenMaterial,
) -> Result<()> {
    let field = format!("material.{}", new.key);
    let at = stored.materials.iter().position(|given| given.key == new.key);
    let (Some(at), Some(material)) = (at, offer.material(&new.key)) else {
        return Err(unknown(&new.key).into());
    };
    if !matches!(new.way, Way::File { .. } | Way::Paper) {
        return Err(Refusal::at("casework.material_missing", field, "请上传文件，或者选择送纸质的").into());
    }
    take_file(tx, cx, Brought { by: account, of: stored.account }, material, &mut new.way).await?;
    stored.materials[at].way = new.way;
    Ok(())
}

/// Ends the cases whose term for the supplement has passed without an answer. A background job.
pub async fn lapse_supplements(cx: &Cx) -> Result<Vec<CaseId>> {
    end_each(cx, Term::Supplement).await
}
