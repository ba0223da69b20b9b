//! One review step: opinion and ticked checks, by the post the item version names.

use super::case::{Command, given};
use super::change::{Expected, carry_out, load};
use super::decide::pinned_item;
use super::{CaseId, State, reliance};
use crate::Cx;
use crate::catalog::{BaseItem, Step};
use crate::identity::{Action, Thing, authorize};
use crate::legible;
use base::{Error, Refusal, Result};
use db::Tx;

/// What a reviewer says about one step.
pub struct Opinion {
    /// Key of the step.
    pub step: String,
    /// None when nothing was chosen, which is refused.
    pub passed: Option<bool>,
    pub words: String,
    /// What was ticked: checks of the step word for word, and [`good_material`] of the item's materials.
    pub checked: Vec<String>,
    /// Who inspected the place, for a step on site.
    pub officers: Vec<String>,
}

const ART_34: &str = "行政许可法第三十四条第三款";
/// Officers who inspect a place: the law's least.
const FEWEST_OFFICERS: usize = 2;
const MOST_OFFICERS: usize = 10;
const LONGEST_NAME: usize = 50;

/// Finishes a step. An opinion against does not end the case: it goes to the decision with it.
pub async fn review(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    opinion: Opinion,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseReview, None, expected).await?;
    let by = cx.actor.require_account()?;
    if let Some(open) = stored.case.steps.iter().find(|open| open.key == opinion.step) {
        let thing = Thing::of(stored.applicant, &stored.body).at(open.post);
        authorize(&cx.actor, Action::CaseReview, thing)?;
    }
    let item = pinned_item(tx, cx, &stored).await?;
    let officers = named(&opinion.officers);
    let step = item.base.steps.iter().find(|step| step.key == opinion.step);
    let good = good_materials(cx, &item.base);
    let faults = faults(step, &good, &opinion, &officers);
    let Some(passed) = opinion.passed.filter(|_| faults.is_empty()) else {
        return Err(Error::Refused(faults));
    };
    let command = Command::FinishStep {
        step: opinion.step,
        passed,
        opinion: opinion.words,
        checked: opinion.checked,
        officers,
        by,
        by_name: cx.actor.display_name().to_owned(),
    };
    carry_out(tx, cx, &mut stored, vec![command]).await?;
    reliance::look_again(tx, cx, &mut stored).await?;
    Ok(stored.case.state)
}

/// Each name once, without what surrounds it.
fn named(officers: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in officers.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if names.iter().all(|other| other != name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// What is ticked beside a material: it is as the guide asks.
pub fn good_material(name: &str) -> String {
    format!("{name}：符合受理标准")
}

fn good_materials(cx: &Cx, item: &BaseItem) -> Vec<String> {
    let kinds = item.materials.iter().filter_map(|material| cx.catalogue.kind(&material.kind));
    kinds.map(|kind| good_material(&kind.name)).collect()
}

/// Everything that is wrong with the form at once. Of a step the item does not have, the state machine says so.
fn faults(step: Option<&Step>, good: &[String], opinion: &Opinion, officers: &[String]) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if opinion.passed.is_none() {
        faults.push(Refusal::at("casework.choice_needed", "passed", "请选择通过或者不通过"));
    }
    faults.extend(given(opinion.words.clone()).err());
    let Some(step) = step else { return faults };
    if let Some(unknown) =
        opinion.checked.iter().find(|check| !step.checks.contains(check) && !good.contains(check))
    {
        let shown: String = unknown.chars().take(60).collect();
        let message = format!("“{}”没有“{shown}”这个要点，请从要点里勾选", step.name);
        faults.push(Refusal::at("casework.unknown_check", "checked", message));
    }
    faults.extend(officers_fault(step, officers));
    faults
}

fn officers_fault(step: &Step, officers: &[String]) -> Option<Refusal> {
    let refuse = |message: String| Some(Refusal::at("casework.officers", "officers", message).by(ART_34));
    if let Some(hidden) = officers.iter().find_map(|name| legible::line("officers", name).err()) {
        return Some(hidden);
    }
    match officers.len() {
        0 if !step.on_site => None,
        _ if !step.on_site => refuse(format!("“{}”不是现场核查，不用填写核查人员", step.name)),
        count if count < FEWEST_OFFICERS => {
            refuse("现场核查应当由两名以上工作人员进行，请写明每个人的姓名".into())
        }
        count if count > MOST_OFFICERS || officers.iter().any(|name| name.chars().count() > LONGEST_NAME) => {
            refuse(format!("核查人员最多{MOST_OFFICERS}名，每个姓名最多{LONGEST_NAME}个字"))
        }
        _ => None,
    }
}
