//! What an act at the desk would hand out, before it is done: the same rights and rules, and nothing written.

use super::change::{Expected, handle};
use super::document::{self, Draft};
use super::special::{Procedure, ready_to_extend, ready_to_suspend};
use super::{CaseId, Clock, SupplementNotice, accept, decide, supplement};
use crate::Cx;
use base::Result;
use db::Tx;

/// An act that hands out a document, with what was typed for it.
#[derive(Debug, Clone)]
pub enum Proposal {
    Accept,
    /// `kind` as [`super::reject`] takes it.
    Reject {
        kind: String,
        reason: String,
    },
    Supplement(SupplementNotice),
    Suspend(Procedure),
    Extend {
        working_days: u32,
        reason: String,
    },
    Decide {
        granted: bool,
        reason: String,
    },
}

/// The documents of the act, as they would be today. Refused as the act itself would be.
pub async fn preview(
    tx: &mut Tx<'_>,
    cx: &Cx,
    case: CaseId,
    proposal: Proposal,
    expected: Expected,
) -> Result<Vec<Draft>> {
    let (mut stored, commands) = match proposal {
        Proposal::Accept => accept::ready_to_accept(tx, cx, case, expected).await?,
        Proposal::Reject { kind, reason } => {
            accept::ready_to_reject(tx, cx, case, &kind, reason, expected).await?
        }
        Proposal::Supplement(notice) => supplement::ready_to_notice(tx, cx, case, notice, expected).await?,
        Proposal::Suspend(procedure) => ready_to_suspend(tx, cx, case, procedure, expected).await?,
        Proposal::Extend { working_days, reason } => {
            ready_to_extend(tx, cx, case, working_days, reason, expected).await?
        }
        Proposal::Decide { granted, reason } => {
            decide::ready_to_decide(tx, cx, case, granted, reason, expected).await?
        }
    };
    let before = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today());
    let events = handle(cx, &mut stored, commands)?;
    document::drafts(tx, cx, &stored, &before, &events).await
}
