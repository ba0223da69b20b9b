//! 容缺受理: a case is accepted although listed secondary materials are missing, and they come later
//! (standards §8.4).
//!
//! An **owed** material is outstanding, handed in, or confirmed by the desk; the desk may return one that is
//! not fit. The term runs with the acceptance. Nothing is decided before all are confirmed; one that is still
//! outstanding when the term has passed ends the case, and that counts as withdrawn.
//!
//! The term is a decision of this product: it ends on the last working day before the promised day, so that a
//! decision in time stays possible, and never before the working day after the acceptance. A return leaves at
//! least two working days.

mod rule;
mod store;

pub use rule::{Owed, OwedState};
pub(super) use store::owing_over;

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::decide::pinned_item;
use super::file::{Brought, take_files};
use super::materials::unknown;
use super::overdue::{Term, end_each};
use super::store::{self as cases, StoredCase};
use super::{CaseId, GivenMaterial, State, Way};
use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use base::{Refusal, Result};
use db::Tx;

/// The applicant hands in one owed material.
pub async fn hand_in_owed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    mut given: GivenMaterial,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseRead, None, expected).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    let account = cx.actor.require_account()?;
    if !matches!(given.way, Way::File { .. } | Way::Paper) {
        let (field, message) = (format!("material.{}", given.key), "请上传文件，或者选择送纸质的");
        return Err(Refusal::at("casework.material_missing", field, message).into());
    }
    let offer = pinned_item(tx, cx, &stored).await?.offer();
    let material = offer.material(&given.key).ok_or_else(|| unknown(&given.key))?;
    take_files(tx, cx, Brought { by: account, of: stored.account }, material, &mut given.way).await?;
    let command = Command::HandInOwed { material: given.key.clone() };
    carry_out(tx, cx, &mut stored, vec![command]).await?;
    if let Some(slot) = stored.materials.iter_mut().find(|material| material.key == given.key) {
        slot.way = given.way;
    }
    cases::save_materials(tx, &stored).await?;
    Ok(stored.case.state)
}

/// The desk has looked at it: it is fit, or goes back with the reason.
pub async fn answer_owed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    material: String,
    returned: Option<String>,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseReview, None, expected).await?;
    let by_name = cx.actor.display_name().to_owned();
    let command = match returned {
        None => Command::ConfirmOwed { material, by: cx.actor.require_account()?, by_name },
        Some(reason) => Command::ReturnOwed { material, reason },
    };
    carry_out(tx, cx, &mut stored, vec![command]).await?;
    Ok(stored.case.state)
}

/// Keeps the day by which something is still owed, for the job that ends what is over.
pub(super) async fn follow(tx: &mut Tx<'_>, stored: &StoredCase, before: &str) -> Result<()> {
    let now = stored.case.owed_on();
    match now == before {
        true => Ok(()),
        false => store::set_owed_on(tx, stored.id, &stored.area, &now).await,
    }
}

/// Ends the cases whose owed materials did not come in time. A background job.
pub async fn lapse_owed(cx: &Cx) -> Result<Vec<CaseId>> {
    end_each(cx, Term::Owed).await
}

#[cfg(test)]
mod tests;
