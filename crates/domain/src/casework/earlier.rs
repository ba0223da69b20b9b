//! What somebody wrote in an earlier application, so that she is not asked the same again.

use super::prefill::Prefilled;
use super::store::{self, Answered};
use crate::Cx;
use crate::catalog::{Answers, Element, takes};
use crate::identity::Profile;
use base::Result;
use db::Tx;
use norms::Day;
use std::collections::BTreeMap;

/// Applications looked through, the newest first: what none of them says is asked.
const LOOKED_THROUGH: i64 = 10;

/// The newest answers to these elements that this account gave in applications of this applicant. Another agent
/// of the same firm is another person: what she wrote about herself is not handed on, nor does anybody's own life
/// follow her into the firm.
pub(super) async fn from_earlier(
    tx: &mut Tx<'_>,
    cx: &Cx,
    wanted: &[&Element],
    profile: &Profile,
) -> Result<BTreeMap<String, Prefilled>> {
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let account = cx.actor.require_account()?;
    let earlier = store::answered_by(tx, profile.party(), LOOKED_THROUGH).await?;
    let mut missing = wanted.to_vec();
    for case in earlier.iter().filter(|case| case.account == account) {
        let answers = store::open_answers(cx, "casework_case.answers", &case.sealed_answers)?;
        if is_about(&answers, profile) {
            missing.retain(|element| {
                let Some(value) = answer(element, &answers, cx.today()) else { return true };
                found.insert(element.key.clone(), Prefilled { value, source: source(case) });
                false
            });
        }
        if missing.is_empty() {
            break;
        }
    }
    Ok(found)
}

/// Whoever filled in a form for her father, or for whom she registers a shop, wrote about them. Who it is about
/// is said by whichever of these the form asked.
fn is_about(answers: &Answers, profile: &Profile) -> bool {
    let says = |element: &str, own: &str| {
        answers.get(element).is_none_or(|values| values.iter().all(|value| value == own))
    };
    says("person.citizen_number", &profile.number)
        && says("person.name", &profile.name)
        && says("trade.leader_number", &profile.number)
}

/// The one answer, if the element of today would still take it.
fn answer(element: &Element, answers: &Answers, today: Day) -> Option<String> {
    let [value] = answers.get(&element.key)?.as_slice() else { return None };
    takes(element, value, today).then(|| value.clone())
}

fn source(case: &Answered) -> String {
    let day = Day::from_millis_shanghai(case.submitted_at).chinese();
    format!("您{day}办理“{}”时填写", case.item_name)
}
