//! What ends by itself when its day has passed: the jobs that carry it out.

use super::case::Command;
use super::change::carry_out;
use super::deferral::owing_over;
use super::{CaseId, store};
use crate::Cx;
use base::{Error, Id, Result};
use db::Tx;
use norms::Day;

/// A term after which the law, or the notice, says what happens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Term {
    /// The body's five days to answer a submission.
    Answer,
    Supplement,
    /// Of materials that come after the acceptance.
    Owed,
}

const AT_ONCE: i64 = 200;

impl Term {
    async fn over(self, tx: &mut Tx<'_>, today: Day, skip: i64) -> Result<Vec<Id>> {
        match self {
            Term::Answer => store::silent_cases(tx, today, AT_ONCE, skip).await,
            Term::Supplement => store::lapsed_supplements(tx, today, AT_ONCE, skip).await,
            Term::Owed => owing_over(tx, today, AT_ONCE, skip).await,
        }
    }

    fn command(self) -> Command {
        match self {
            Term::Answer => Command::AcceptBySilence,
            Term::Supplement => Command::LapseSupplement,
            Term::Owed => Command::LapseOwed,
        }
    }
}

/// Carries out what follows on every case whose term has passed, each in a transaction of its own; gives the cases. One
/// that cannot be ended now (somebody was quicker, its body has no seal in force) is passed over and does not hold up
/// those behind it.
pub(super) async fn end_each(cx: &Cx, term: Term) -> Result<Vec<CaseId>> {
    let cx = cx.as_system();
    let (mut ended, mut passed_over) = (Vec::new(), 0);
    loop {
        let over = cx.db().read(async |tx| term.over(tx, cx.today(), passed_over).await).await?;
        if over.is_empty() {
            return Ok(ended);
        }
        for id in over {
            let end = cx.db().write(async |tx| {
                let mut stored = store::case(tx, id).await?.ok_or(Error::NotFound)?;
                carry_out(tx, &cx, &mut stored, vec![term.command()]).await.map(drop)
            });
            match end.await {
                Ok(()) => ended.push(id),
                Err(Error::Busy) => return Err(Error::Busy),
                Err(error) => {
                    passed_over += 1;
                    if !matches!(error, Error::Conflict) {
                        tracing::warn!(case = %id, %error, "a case whose term has passed was not ended");
                    }
                }
            }
        }
    }
}
