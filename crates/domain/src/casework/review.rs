//! One review step: opinion and ticked checks, by the post the item version names.

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::{CaseId, State};
use crate::Cx;
use crate::identity::{Action, authorize};
use base::Result;
use db::Tx;

/// Finishes a step. An opinion against does not end the case: it goes to the decision with it.
pub async fn review(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    step: &str,
    passed: bool,
    opinion: String,
    checked: Vec<String>,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseReview, None, expected).await?;
    let by = cx.actor.require_account()?;
    if let Some(open) = stored.case.steps.iter().find(|open| open.key == step) {
        let thing = crate::identity::Thing::of(stored.applicant, &stored.body).at(open.post);
        authorize(&cx.actor, Action::CaseReview, thing)?;
    }
    let by_name = cx.actor.display_name().to_owned();
    let command = Command::FinishStep { step: step.to_owned(), passed, opinion, checked, by, by_name };
    carry_out(tx, cx, &mut stored, vec![command]).await?;
    Ok(stored.case.state)
}
