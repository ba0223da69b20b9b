//! The applicant's answer to a supplement notice: materials that come again, answers that are corrected.

use super::correct::{changed, correct};
use super::{EARLIER, store};
use crate::Cx;
use crate::casework::case::{Case, Command};
use crate::casework::change::{Expected, carry_out, load};
use crate::casework::decide::pinned_item;
use crate::casework::event::SupplementAnswer;
use crate::casework::file::{Brought, take_files};
use crate::casework::materials::{PlannedMaterial, plan_materials, repeated_materials, settle, unknown};
use crate::casework::store::{self as cases, StoredCase};
use crate::casework::submit::CLOSES_AT;
use crate::casework::{CaseId, GivenMaterial, State, Way};
use crate::catalog::{Answers, BaseItem, Material};
use crate::identity::{Action, Thing, authorize, profile_of};
use base::{Error, Refusal, Result};
use db::Tx;
use std::sync::Arc;

/// What the applicant brings.
#[derive(Debug, Clone, Default)]
pub struct HandedIn {
    pub materials: Vec<GivenMaterial>,
    /// Answers to the questions the notice names, and to those they lead to, by element. What is not here stays as it
    /// was; an empty one is taken back.
    pub answers: Answers,
    /// Something goes to the window on paper.
    pub on_paper: bool,
}

/// The applicant hands in what was asked for: the case is submitted anew, and the body's five days run from
/// this day. Materials that come again take the place of those handed in before, corrected answers that of the earlier
/// ones. As the body may ask only once, nothing at all is no answer.
pub async fn hand_in(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    brought: HandedIn,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseRead, None, expected).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    let HandedIn { materials, answers, on_paper } = brought;
    let offer = pinned_item(tx, cx, &stored).await?.offer();
    let twice = repeated_materials(&offer, &materials);
    if !twice.is_empty() {
        return Err(Error::Refused(twice));
    }
    let correction = Correction::of(cx, &offer, &stored, &answers)?;
    // What was to come later comes with the supplement.
    let owed = |key: &String| stored.case.outstanding().any(|owed| owed.material == *key);
    let late: Vec<String> = materials.iter().map(|given| given.key.clone()).filter(owed).collect();
    let brought = take_materials(tx, cx, &offer, &mut stored, materials, &correction, on_paper).await?;
    let answer = SupplementAnswer { corrected: correction.changed.clone(), brought, on_paper };
    if !on_paper && stored.case.state == State::SupplementNoticed {
        something_asked_for(cx, &offer, &stored.case, &answer)?;
    }
    let received_on = cx.catalogue.calendar.received_day(cx.now, CLOSES_AT);
    let command = Command::HandIn { at: cx.now, received_on, answer };
    let late = late.into_iter().map(|material| Command::HandInOwed { material });
    carry_out(tx, cx, &mut stored, std::iter::once(command).chain(late).collect()).await?;
    cases::save_materials(tx, &stored).await?;
    keep(tx, cx, &mut stored, &correction).await?;
    Ok(stored.case.state)
}

/// The answers before and after, and the questions between which they differ.
struct Correction {
    earlier: Answers,
    now: Answers,
    changed: Vec<String>,
}

impl Correction {
    fn of(cx: &Cx, offer: &BaseItem, stored: &StoredCase, given: &Answers) -> Result<Correction> {
        let earlier = cases::open_answers(cx, "casework_case.answers", &stored.sealed_answers)?;
        let supplement = stored.case.supplement.as_ref();
        // In any other state the machine refuses, and with better words than the form could.
        let Some(asked) = supplement.filter(|_| stored.case.state == State::SupplementNoticed) else {
            return Ok(Correction { now: earlier.clone(), earlier, changed: Vec::new() });
        };
        let now = correct(&cx.catalogue, offer, &asked.fields, &earlier, given, cx.today());
        let now = now.map_err(Error::Refused)?;
        Ok(Correction { changed: changed(offer, &earlier, &now), earlier, now })
    }
}

/// Writes the answers that count from now on, and what they were.
async fn keep(tx: &mut Tx<'_>, cx: &Cx, stored: &mut StoredCase, correction: &Correction) -> Result<()> {
    if correction.changed.is_empty() {
        return store::insert_supplement(tx, stored.id, cx.now, None).await;
    }
    stored.sealed_answers = cases::seal_answers(cx, "casework_case.answers", &correction.now)?;
    cases::save_answers(tx, stored).await?;
    let earlier = cases::seal_answers(cx, EARLIER, &correction.earlier)?;
    store::insert_supplement(tx, stored.id, cx.now, Some(&earlier)).await
}

/// Takes what came, and says what it was. What the corrected answers make necessary must be among it.
async fn take_materials(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offer: &BaseItem,
    stored: &mut StoredCase,
    given: Vec<GivenMaterial>,
    correction: &Correction,
    on_paper: bool,
) -> Result<Vec<String>> {
    let account = cx.actor.require_account()?;
    let needed = newly_needed(tx, cx, offer, stored, correction).await?;
    let of_needed = |key: &String| needed.iter().any(|plan| plan.material.key == *key);
    let (mut new, again): (Vec<_>, Vec<_>) = given.into_iter().partition(|given| of_needed(&given.key));
    let mut brought: Vec<String> = Vec::new();
    for material in again {
        brought.push(material.key.clone());
        replace(tx, cx, account, offer, stored, material).await?;
    }
    if on_paper {
        let missing = needed.iter().filter(|plan| new.iter().all(|given| given.key != plan.material.key));
        let paper =
            |plan: &PlannedMaterial| GivenMaterial { key: plan.material.key.clone(), way: Way::Paper };
        let paper: Vec<GivenMaterial> = missing.filter(|plan| plan.waived.is_none()).map(paper).collect();
        new.extend(paper);
    }
    let settled = settle(&needed, &new).map_err(|refusals| Error::Refused(reasoned(&needed, refusals)))?;
    for mut material in settled {
        if let Some(asked) = offer.material(&material.key) {
            let of = Brought { by: account, of: stored.account };
            take_files(tx, cx, of, asked, &mut material.way).await?;
        }
        if matches!(material.way, Way::File { .. } | Way::Paper) {
            brought.push(material.key.clone());
        }
        stored.materials.retain(|given| given.key != material.key);
        stored.materials.push(material);
    }
    let place = |given: &GivenMaterial| offer.materials.iter().position(|asked| asked.key == given.key);
    stored.materials.sort_by_key(place);
    Ok(brought)
}

/// Materials that the corrected answers ask for and the earlier ones did not, and those that nothing stands in for any
/// more: somebody else's number is no longer proven by the applicant's account.
async fn newly_needed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offer: &BaseItem,
    stored: &StoredCase,
    correction: &Correction,
) -> Result<Vec<PlannedMaterial>> {
    if correction.changed.is_empty() {
        return Ok(Vec::new());
    }
    let profile = profile_of(tx, cx).await?;
    let before = plan_materials(tx, cx, offer, &correction.earlier, &profile).await?;
    let mut needed = plan_materials(tx, cx, offer, &correction.now, &profile).await?;
    needed.retain(|plan| {
        let same = |other: &&PlannedMaterial| other.material.key == plan.material.key;
        let was_waived = before.iter().find(same).is_some_and(|earlier| earlier.waived.is_some());
        match stored.materials.iter().find(|given| given.key == plan.material.key) {
            None => true,
            Some(given) => given.way == Way::Account && was_waived && plan.waived.is_none(),
        }
    });
    Ok(needed)
}

/// She was not asked for it at first: the refusal says what asks for it now.
fn reasoned(needed: &[PlannedMaterial], refusals: Vec<Refusal>) -> Vec<Refusal> {
    let because = |refusal: &Refusal| {
        let at = |plan: &&PlannedMaterial| {
            refusal.field.as_deref() == Some(format!("material.{}", plan.material.key).as_str())
        };
        needed.iter().find(at).map(|plan| plan.because.clone()).filter(|because| !because.is_empty())
    };
    let say = |refusal: Refusal| match because(&refusal) {
        Some(because) => Refusal { message: format!("{}（{because}）", refusal.message), ..refusal },
        None => refusal,
    };
    refusals.into_iter().map(say).collect()
}

async fn replace(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: base::Id,
    offer: &BaseItem,
    stored: &mut StoredCase,
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
    take_files(tx, cx, Brought { by: account, of: stored.account }, material, &mut new.way).await?;
    stored.materials[at].way = new.way;
    Ok(())
}

/// Of the materials and questions the notice names one must have come. Where it names no material, its words may mean
/// any.
fn something_asked_for(
    cx: &Cx,
    offer: &BaseItem,
    case: &Case,
    answer: &SupplementAnswer,
) -> Result<(), Refusal> {
    let Some(supplement) = &case.supplement else { return Ok(()) };
    let named = |material: &&Material| {
        cx.catalogue.kind(&material.kind).is_some_and(|kind| supplement.names(&kind.name))
    };
    let asked: Vec<&Material> = offer.materials.iter().map(Arc::as_ref).filter(named).collect();
    let came = match asked.is_empty() {
        true => !answer.brought.is_empty(),
        false => asked.iter().any(|material| answer.brought.contains(&material.key)),
    };
    if came || !answer.corrected.is_empty() {
        return Ok(());
    }
    let (field, message) = match supplement.fields.first() {
        None => ("files", "还没有交要补的材料。请上传；已经或者将要把原件送到窗口的，请勾选“材料送到窗口”"),
        Some(first) => (
            first.as_str(),
            "要更正的内容还和原来一样，也没有交要补的材料。请改正或者上传；已经或者将要把原件送到窗口的，请勾选“材料送到窗口”",
        ),
    };
    Err(Refusal::at("casework.nothing_handed_in", field, message))
}
