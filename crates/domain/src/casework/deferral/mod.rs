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

use super::case::Command;
use super::change::{Expected, carry_out, load};
use super::store::{self as cases, StoredCase};
use super::{CaseId, GivenMaterial, State, Way};
use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use base::{Error, Refusal, Result};
use db::Tx;

/// The applicant hands in one owed material.
pub async fn hand_in_owed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    given: GivenMaterial,
    expected: Expected,
) -> Result<State> {
    let mut stored = load(tx, cx, case, Action::CaseRead, None, expected).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    let account = cx.actor.require_account()?;
    let field = format!("material.{}", given.key);
    match &given.way {
        // A digest alone proves nothing: the file must have been uploaded by this account.
        Way::File { digest, .. } => {
            if cases::file(tx, account, digest).await?.is_none() {
                let message = "没有找到这个文件，请重新上传";
                return Err(Refusal::at("casework.file_unknown", field, message).into());
            }
        }
        Way::Paper => {}
        _ => {
            let message = "请上传文件，或者选择送纸质的";
            return Err(Refusal::at("casework.material_missing", field, message).into());
        }
    }
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

const AT_ONCE: i64 = 200;

/// Ends the cases whose owed materials did not come in time. A background job, each case in a transaction of
/// its own.
pub async fn lapse_owed(cx: &Cx) -> Result<Vec<CaseId>> {
    let cx = cx.as_system();
    let over = cx.db().read(async |tx| store::owing_over(tx, cx.today(), AT_ONCE).await).await?;
    let mut lapsed = Vec::new();
    for id in over {
        let lapse = cx.db().write(async |tx| {
            let mut stored = cases::case(tx, id).await?.ok_or(Error::NotFound)?;
            carry_out(tx, &cx, &mut stored, vec![Command::LapseOwed]).await.map(drop)
        });
        match lapse.await {
            Ok(()) => lapsed.push(id),
            // The applicant was quicker.
            Err(Error::Conflict | Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(lapsed)
}

#[cfg(test)]
mod tests;
