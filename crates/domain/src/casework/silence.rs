//! Silence accepts: a submission nobody answered in five working days counts as accepted from the day of
//! receipt (行政许可法 art. 32(4)).

use super::case::Command;
use super::change::carry_out;
use super::{CaseId, store};
use crate::Cx;
use base::{Error, Result};

const AT_ONCE: i64 = 200;

/// Accepts what fell silent; gives the cases. Runs as a background job, each case in a transaction of its
/// own, so that one that a clerk accepts at the same moment does not hold up the rest.
pub async fn accept_silent_cases(cx: &Cx) -> Result<Vec<CaseId>> {
    let cx = cx.as_system();
    let silent = cx.db().read(async |tx| store::silent_cases(tx, cx.today(), AT_ONCE).await).await?;
    let mut accepted = Vec::new();
    for id in silent {
        match accept_one(&cx, id).await {
            Ok(()) => accepted.push(id),
            // A clerk was quicker.
            Err(Error::Conflict | Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(accepted)
}

async fn accept_one(cx: &Cx, id: CaseId) -> Result<()> {
    cx.db()
        .write(async |tx| {
            let mut stored = store::case(tx, id).await?.ok_or(Error::NotFound)?;
            carry_out(tx, cx, &mut stored, vec![Command::AcceptBySilence]).await.map(|_| ())
        })
        .await
}
