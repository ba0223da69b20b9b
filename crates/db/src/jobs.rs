//! A durable job queue: enqueued in the transaction of the change that asks for the work, done afterwards,
//! at least once.
//!
//! States: waiting → done, or → dead after [`MOST_ATTEMPTS`]. A waiting job whose run time has come may be
//! claimed for a while; when the claim runs out (the worker died) it may be claimed again. A claim is told
//! apart by the number of attempts, so a worker that comes back late cannot end somebody else's claim.

use crate::{Row, Tx, params};
use base::{Error, Id, Millis, Result};

/// Claims of one job before it is dead: with the pauses between them, about a day.
pub const MOST_ATTEMPTS: i64 = 30;
const LONGEST_PAUSE: Millis = 60 * 60 * 1000;

/// A job as the one who claimed it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: Id,
    pub kind: String,
    pub payload: String,
    /// This claim's number, from 1.
    pub attempts: i64,
}

/// A job that nobody will do until an administrator says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    pub id: Id,
    pub kind: String,
    pub payload: String,
    pub last_error: String,
    pub died_at: Millis,
}

pub async fn enqueue(tx: &mut Tx<'_>, id: Id, kind: &str, payload: &str, run_at: Millis) -> Result<()> {
    tx.execute(ENQUEUE, &params![id, kind, payload, run_at]).await.map(drop)
}

/// The statement of [`enqueue`], for [`Tx::execute_all`]: id, kind, payload, run_at.
pub const ENQUEUE: &str = "INSERT INTO db_job (id, kind, payload, state, run_at, attempts, claimed_until)
     VALUES ($1, $2, $3, 'waiting', $4, 0, 0)";

/// Enqueues unless a job with this key was ever enqueued (and not yet forgotten); whether it was new.
pub async fn enqueue_once(
    tx: &mut Tx<'_>,
    id: Id,
    kind: &str,
    key: &str,
    payload: &str,
    run_at: Millis,
) -> Result<bool> {
    let added = tx
        .execute(
            "INSERT INTO db_job (id, kind, once_key, payload, state, run_at, attempts, claimed_until)
             VALUES ($1, $2, $3, $4, 'waiting', $5, 0, 0) ON CONFLICT (once_key) DO NOTHING",
            &params![id, kind, key, payload, run_at],
        )
        .await?;
    Ok(added == 1)
}

/// Claims one job that is due, for `lease` milliseconds. `None` when nothing is due.
pub async fn claim(tx: &mut Tx<'_>, now: Millis, lease: Millis) -> Result<Option<Job>> {
    // Several candidates, because others claim at the same time: whoever changes the row first has it.
    let due = tx
        .rows(
            "SELECT id, kind, payload, attempts FROM db_job
             WHERE state = 'waiting' AND run_at <= $1 AND claimed_until <= $1 ORDER BY run_at, id LIMIT 16",
            &params![now],
            job,
        )
        .await?;
    for mut job in due {
        let claimed = tx
            .execute(
                "UPDATE db_job SET attempts = attempts + 1, claimed_until = $1
                 WHERE id = $2 AND attempts = $3 AND state = 'waiting'",
                &params![now + lease, job.id, job.attempts],
            )
            .await?;
        if claimed == 1 {
            job.attempts += 1;
            return Ok(Some(job));
        }
    }
    Ok(None)
}

/// The work is done. `Conflict` when the claim ran out and somebody else has the job.
pub async fn complete(tx: &mut Tx<'_>, job: &Job, now: Millis) -> Result<()> {
    let ended = tx
        .execute(
            "UPDATE db_job SET state = 'done', ended_at = $1, last_error = NULL
             WHERE id = $2 AND attempts = $3 AND state = 'waiting'",
            &params![now, job.id, job.attempts],
        )
        .await?;
    if ended == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// The work failed: once more after a pause that doubles each time, or never.
pub async fn fail(tx: &mut Tx<'_>, job: &Job, error: &str, now: Millis) -> Result<()> {
    let dead = job.attempts >= MOST_ATTEMPTS;
    let (state, ended_at) = if dead { ("dead", Some(now)) } else { ("waiting", None) };
    let ended = tx
        .execute(
            "UPDATE db_job SET state = $1, ended_at = $2, last_error = $3, run_at = $4, claimed_until = 0
             WHERE id = $5 AND attempts = $6 AND state = 'waiting'",
            &params![state, ended_at, error, now + pause(job.attempts), job.id, job.attempts],
        )
        .await?;
    if ended == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// 1 s, 2 s, 4 s … 1 h.
fn pause(attempts: i64) -> Millis {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    (1000 << doublings).min(LONGEST_PAUSE)
}

/// Jobs still to be done, whenever they are due: tests end with 0.
pub async fn leftover(tx: &mut Tx<'_>) -> Result<i64> {
    let count =
        tx.first("SELECT count(*) FROM db_job WHERE state = 'waiting'", &[], |row| row.int(0)).await?;
    Ok(count.unwrap_or(0))
}

pub async fn dead(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<DeadJob>> {
    tx.rows(
        "SELECT id, kind, payload, coalesce(last_error, ''), ended_at FROM db_job
         WHERE state = 'dead' ORDER BY ended_at DESC, id DESC LIMIT $1",
        &params![limit],
        |row| {
            Ok(DeadJob {
                id: row.id(0)?,
                kind: row.text(1)?,
                payload: row.text(2)?,
                last_error: row.text(3)?,
                died_at: row.int(4)?,
            })
        },
    )
    .await
}

/// Gives a dead job another round of attempts. `NotFound` when it is not dead.
pub async fn revive(tx: &mut Tx<'_>, id: Id, now: Millis) -> Result<()> {
    let revived = tx
        .execute(
            "UPDATE db_job SET state = 'waiting', attempts = 0, claimed_until = 0, run_at = $1, ended_at = NULL
             WHERE id = $2 AND state = 'dead'",
            &params![now, id],
        )
        .await?;
    if revived == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes jobs done before an instant, and their keys with them; how many.
pub async fn forget(tx: &mut Tx<'_>, before: Millis) -> Result<u64> {
    tx.execute("DELETE FROM db_job WHERE state = 'done' AND ended_at < $1", &params![before]).await
}

fn job(row: &Row<'_>) -> Result<Job> {
    Ok(Job { id: row.id(0)?, kind: row.text(1)?, payload: row.text(2)?, attempts: row.int(3)? })
}
