//! The transaction that many verbs share: a savepoint for each that may still refuse, one commit for all.

use super::connection::failure;
use super::log::{Copied, copy_log, stop};
use super::session::{Session, Undo};
use base::{Error, Result};
use rusqlite::{Connection, ErrorCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::oneshot;

/// How far commits and flushes are, and whether they get on. What is committed but not flushed can still be lost
/// with the power.
#[derive(Default)]
pub(super) struct Progress {
    pub committed: AtomicU64,
    pub flushed: AtomicU64,
    /// Another after each commit, so that readers know whether what they have before them is the newest.
    pub state: AtomicU64,
    /// The flusher waits for the next commit. Whoever takes it commits, and hands over whom to tell.
    free: AtomicBool,
    /// The last commit that had something to write failed, and the log says so already.
    pub failing: AtomicBool,
}

impl Progress {
    pub fn flusher_is_free(&self) {
        self.free.store(true, Ordering::SeqCst);
    }

    /// True for the one who now has to commit.
    pub fn take_flusher(&self) -> bool {
        self.free.load(Ordering::SeqCst) && self.free.swap(false, Ordering::SeqCst)
    }

    #[cfg(test)]
    pub fn is_free(&self) -> bool {
        self.free.load(Ordering::SeqCst)
    }
}

/// Whoever waits to be told that what his answer rests on is durable.
pub(super) type Waiting = oneshot::Sender<Result<()>>;

/// The writer's connection, and who waits for its open transaction.
pub(super) struct Batch {
    connection: Connection,
    open: bool,
    /// Callers to be told when the batch is durable. Empty means that nothing was changed in it.
    waiting: Vec<Waiting>,
    progress: Arc<Progress>,
}

impl Batch {
    pub fn new(connection: Connection, progress: Arc<Progress>) -> Batch {
        Batch { connection, open: false, waiting: Vec::new(), progress }
    }

    /// Room for one verb: the transaction is opened when none is.
    pub fn step(&mut self) -> Result<Step<'_>> {
        if !self.open {
            self.run("BEGIN IMMEDIATE")?;
            self.open = true;
        }
        Ok(Step { batch: self, undo: Undo::Nothing, ended: false })
    }

    /// A place among those who are told when the batch is durable, when there is anything to wait for.
    pub fn wait(&mut self, wrote: bool) -> Option<oneshot::Receiver<Result<()>>> {
        // The last batch may be in the log and not yet on the disk: what rests on it waits as well.
        if !wrote && !self.is_waited_for() && self.all_flushed() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.push(sender);
        Some(receiver)
    }

    pub fn is_waited_for(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn all_flushed(&self) -> bool {
        self.progress.committed.load(Ordering::Relaxed) == self.progress.flushed.load(Ordering::Acquire)
    }

    /// Ends the transaction, and hands out those who may be told once the log is flushed. Nothing is
    /// flushed here, so the next batch runs while the disk works for this one.
    pub fn commit(&mut self) -> Vec<Waiting> {
        if self.open {
            match self.run_raw("COMMIT") {
                Ok(()) => {
                    self.open = false;
                    self.progress.committed.fetch_add(1, Ordering::Release);
                    self.progress.state.fetch_add(1, Ordering::AcqRel);
                }
                Err(error) => self.commit_failed(error),
            }
        }
        std::mem::take(&mut self.waiting)
    }

    fn commit_failed(&mut self, error: rusqlite::Error) {
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            // After a failed flush the kernel may have dropped the pages and call the next flush a
            // success. The log on disk is the only truth left, and only a restart reads it again.
            stop(&error);
        }
        if !self.progress.failing.swap(true, Ordering::Relaxed) {
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
        for waiting in self.waiting.drain(..) {
            // A caller who has gone away does not want to know.
            let _ = waiting.send(Err(Error::Busy));
        }
    }

    /// Copies what the log holds into the file, between two transactions, so that the next one begins the
    /// log anew.
    pub fn copy_log(&self) -> Copied {
        copy_log(&self.connection)
    }

    fn run(&mut self, sql: &'static str) -> Result<()> {
        self.run_raw(sql).map_err(|e| failure(sql, e))
    }

    fn run_raw(&mut self, sql: &'static str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }
}

/// One verb's part. Dropped without an end — the caller went away, or the verb refused or panicked — it leaves
/// nothing behind.
pub(super) struct Step<'a> {
    batch: &'a mut Batch,
    undo: Undo,
    ended: bool,
}

impl Step<'_> {
    pub fn session(&mut self) -> Session<'_> {
        Session::writing(&mut self.batch.connection, &mut self.undo)
    }

    pub fn keep(mut self) -> Result<()> {
        if self.undo == Undo::Savepoint {
            self.batch.run("RELEASE verb")?;
        }
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
            && match self.undo {
                Undo::Nothing | Undo::Statement => true,
                Undo::Savepoint => {
                    batch.run_raw("ROLLBACK TO verb").and_then(|()| batch.run_raw("RELEASE verb")).is_ok()
                }
                Undo::Batch => false,
            };
        if !undone || !batch.is_waited_for() {
            batch.abandon();
        }
    }
}
