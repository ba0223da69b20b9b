//! The transaction that many verbs share: a savepoint for each, one commit for all.

use super::connection::failure;
use super::session::Session;
use base::{Error, Result};
use rusqlite::{Connection, ErrorCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use tokio::sync::oneshot;

/// Pages in the log beyond which the committer copies them into the file. Fewer cost more flushes, more
/// make each pause longer.
const CHECKPOINT_PAGES: i32 = 2_000;

/// The writer's connection, and who waits for its open transaction.
pub(super) struct Batch {
    connection: Connection,
    open: bool,
    /// Callers to be told when the batch is durable. Empty means that nothing was changed in it.
    waiting: Vec<oneshot::Sender<Result<()>>>,
    log_pages: Arc<AtomicI32>,
    commits: Arc<AtomicU64>,
    /// The last commit failed, and the log says so already.
    failing: bool,
}

impl Batch {
    pub fn new(mut connection: Connection, commits: Arc<AtomicU64>) -> Result<Batch> {
        let log_pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&log_pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(|e| failure("wal_hook", e))?;
        Ok(Batch { connection, open: false, waiting: Vec::new(), log_pages, commits, failing: false })
    }

    /// Room for one verb: the transaction is opened when none is.
    pub fn step(&mut self) -> Result<Step<'_>> {
        if !self.open {
            self.run("BEGIN IMMEDIATE")?;
            self.open = true;
        }
        self.run("SAVEPOINT verb")?;
        Ok(Step { batch: self, ended: false })
    }

    /// A place among those who are told when the batch is durable, when there is anything to wait for.
    /// True with it: nobody waited before, so the committer does not know yet.
    pub fn wait(&mut self, wrote: bool) -> Option<(oneshot::Receiver<Result<()>>, bool)> {
        let first = self.waiting.is_empty();
        if !self.open || (first && !wrote) {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.push(sender);
        Some((receiver, first))
    }

    /// Makes the batch durable and tells everybody who waits. Flushes; never to be called on a thread that
    /// serves requests.
    pub fn commit(&mut self) {
        if !self.open {
            return;
        }
        match self.run_raw("COMMIT") {
            Ok(()) => {
                self.open = false;
                self.commits.fetch_add(1, Ordering::Relaxed);
                self.tell(|| Ok(()));
                if std::mem::take(&mut self.failing) {
                    tracing::info!("changes are committed again");
                }
            }
            Err(error) => self.commit_failed(error),
        }
    }

    fn commit_failed(&mut self, error: rusqlite::Error) {
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            // After a failed flush the kernel may have dropped the pages and call the next flush a
            // success. The log on disk is the only truth left, and only a restart reads it again.
            stop(&error);
        }
        if !std::mem::replace(&mut self.failing, true) {
            tracing::error!(%error, "changes cannot be committed; callers are told to try again later");
        }
        self.abandon();
    }

    /// Gives the whole batch up: nobody in it was told that anything was done.
    fn abandon(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.run_raw("ROLLBACK")
        {
            stop(&error);
        }
        self.open = false;
        self.tell(|| Err(Error::Busy));
    }

    fn tell(&mut self, answer: impl Fn() -> Result<()>) {
        for waiting in self.waiting.drain(..) {
            // A caller who has gone away does not want to know.
            let _ = waiting.send(answer());
        }
    }

    /// Copies the log into the file when it has grown long.
    pub fn checkpoint(&mut self) {
        if self.open || self.log_pages.load(Ordering::Relaxed) < CHECKPOINT_PAGES {
            return;
        }
        self.log_pages.store(0, Ordering::Relaxed);
        let done = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        match done {
            Ok(()) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => stop(&error),
            // No room in the file: the log keeps everything, and the next commit tries again.
            Err(error) => tracing::warn!(%error, "the log could not be copied into the database file"),
        }
    }

    fn run(&mut self, sql: &'static str) -> Result<()> {
        self.run_raw(sql).map_err(|e| failure(sql, e))
    }

    fn run_raw(&mut self, sql: &'static str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }
}

fn stop(error: &rusqlite::Error) -> ! {
    tracing::error!(%error, "the disk failed while changes were made durable; stopping, nothing of it was acknowledged");
    std::process::abort()
}

/// One verb's savepoint. Dropped without an end — the caller went away, or the verb panicked — it leaves
/// nothing behind.
pub(super) struct Step<'a> {
    batch: &'a mut Batch,
    ended: bool,
}

impl Step<'_> {
    pub fn session(&mut self) -> Session<'_> {
        Session::writing(&mut self.batch.connection)
    }

    pub fn keep(mut self) -> Result<()> {
        self.batch.run("RELEASE verb")?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Step<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let batch = &mut *self.batch;
        // Some failures (no room, no memory) make SQLite roll back everything by itself.
        let undone = !batch.connection.is_autocommit()
            && batch.run_raw("ROLLBACK TO verb").and_then(|()| batch.run_raw("RELEASE verb")).is_ok();
        if !undone || batch.waiting.is_empty() {
            batch.abandon();
        }
    }
}
