//! One review step: opinion and ticked checks, by the post the item version names.

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::{CaseId, State, reliance};
use crate::Cx;
use crate::identity::{Action, authorize};
use base::Result;
use db::Tx;

/// What a reviewer says about one step.
pub struct Opinion {
    /// Key of the step.
    pub step: String,
    pub passed: bool,
    pub words: String,
    /// The checks that were ticked.
    pub checked: Vec<String>,
}

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
        let thing = crate::identity::Thing::of(stored.applicant, &stored.body).at(open.post);
        authorize(&cx.actor, Action::CaseReview, thing)?;
    }
    let command = Command::FinishStep {
        step: opinion.step,
        passed: opinion.passed,
        opinion: opinion.words,
        checked: opinion.checked,
        by,
        by_name: cx.actor.display_name().to_owned(),
    };
    carry_out(tx, cx, &mut stored, vec![command]).await?;
    reliance::look_again(tx, cx, &mut stored).await?;
    Ok(stored.case.state)
}
