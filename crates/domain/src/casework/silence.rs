//! Silence accepts: a submission nobody answered in five working days counts as accepted from the day of
//! receipt (行政许可法 art. 32(4)).

use super::CaseId;
use super::overdue::{Term, end_each};
use crate::Cx;
use base::Result;

/// Accepts what fell silent; gives the cases. A background job.
pub async fn accept_silent_cases(cx: &Cx) -> Result<Vec<CaseId>> {
    end_each(cx, Term::Answer).await
}
