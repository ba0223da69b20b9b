//! The numbers of a case in clear, for staff with a reason: the look is journalled (standards §11.3).

use super::CaseId;
use super::change::load;
use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use crate::journal::{self, NewEvent};
use crate::legible;
use base::{Error, Result};
use db::Tx;
use serde_json::json;

const LONGEST_REASON: usize = 500;

/// Writes down who looks at the full numbers of the case, and why. The kind of the event is no `casework.` one:
/// it moves nothing, and the applicant's timeline does not tell it.
pub async fn reveal(tx: &mut Tx<'_>, cx: &Cx, case: CaseId, reason: &str) -> Result<()> {
    let stored = load(tx, cx, case, Action::CaseRead, None, None).await?;
    authorize(&cx.actor, Action::CaseReveal, Thing { body: Some(&stored.body), ..Thing::NOTHING })?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::refused_at("casework.reason_needed", "reason", "请写明为什么要看完整号码"));
    }
    if reason.chars().count() > LONGEST_REASON {
        let message = format!("最多{LONGEST_REASON}个字");
        return Err(Error::refused_at("casework.reason_too_long", "reason", message));
    }
    legible::paragraph("reason", reason)?;
    let detail = json!({ "reason": reason });
    let event = NewEvent {
        subject_kind: "case",
        subject_id: stored.id,
        area: &stored.area,
        kind: "desk.numbers_shown",
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(drop)
}
