//! Group commit: verbs take turns on one connection, and one flush makes all of them durable.
//!
//! A verb holds a fair lock on the connection only while its statements run. While the flusher has nothing to
//! do, whoever ends a verb also commits for all since the last commit, and hands those who wait to the
//! flusher, which flushes the log and tells them. The next batch runs meanwhile, and is committed when the
//! flusher is free again; when many already queue for the lock, once they have joined it. The flusher is a
//! thread of its own, so a slow flush never holds up a thread that serves requests. It does not queue for the
//! lock to commit: a lock that was handed to a thread which still sleeps holds up everybody until that thread
//! has a processor.

use super::batch::{Batch, Progress, Waiting};
use super::connection;
use super::log::Log;
use super::readers::Shelf;
use crate::tx::{self, Tx};
use base::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::Mutex;

/// After which the flusher looks again for a batch whose last verb ended just before it was free.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Verbs that share a commit when as many are there already. What a commit costs hardly grows with them: a page
/// that several of them changed is written once. Those who are not there yet are not waited for.
const CROWD: usize = 24;

pub(super) struct Writer {
    batch: Arc<Mutex<Batch>>,
    /// Verbs that wait for the lock.
    queued: AtomicUsize,
    progress: Arc<Progress>,
    /// `None` only while dropping.
    committed: Option<mpsc::Sender<Vec<Waiting>>>,
    flusher: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn open(file: &Path, shelf: &Arc<Shelf>) -> Result<Writer> {
        let progress = Arc::clone(&shelf.progress);
        let mut connection = connection::writer(file)?;
        let log = Log::open(file, &mut connection, Arc::clone(shelf))?;
        let batch = Arc::new(Mutex::new(Batch::new(connection, Arc::clone(&progress))));
        let (committed, handed_over) = mpsc::channel();
        let flusher =
            Flusher { batch: Arc::clone(&batch), log, progress: Arc::clone(&progress), handed_over };
        let flusher = std::thread::Builder::new().name("flusher".into()).spawn(move || flusher.run());
        let flusher = flusher.map_err(|e| Error::Bug(e.into()))?;
        let queued = AtomicUsize::new(0);
        Ok(Writer { batch, queued, progress, committed: Some(committed), flusher: Some(flusher) })
    }

    pub async fn write<T>(&self, verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut turn = Turn::queue(self);
        let mut batch = self.batch.lock().await;
        turn.begin();
        let mut step = batch.step()?;
        let mut tx = Tx(tx::Session::Sqlite(step.session()));
        let outcome = verb(&mut tx).await;
        let outcome = tx.settled(outcome);
        let wrote = outcome.is_ok() && matches!(&tx.0, tx::Session::Sqlite(session) if session.wrote);
        let kept = if wrote {
            step.keep()
        } else {
            drop(step);
            Ok(())
        };
        kept?;
        // Also a refusal waits: it may rest on what another verb of the batch has just changed.
        let durable = batch.wait(wrote);
        if batch.is_waited_for() && !self.grows_to_a_crowd(&batch) && self.progress.take_flusher() {
            self.hand_over(batch.commit());
        }
        drop(batch);
        turn.end();
        if let Some(durable) = durable {
            durable.await.map_err(|_| Error::bug("the flusher has gone"))??;
        }
        outcome
    }

    /// Those who queue will commit for all.
    fn grows_to_a_crowd(&self, batch: &Batch) -> bool {
        let waiting = batch.waiting();
        waiting < CROWD && waiting + self.queued.load(Ordering::Relaxed) >= CROWD
    }

    pub fn commit_failing(&self) -> bool {
        self.progress.failing.load(Ordering::Relaxed)
    }

    pub fn commits(&self) -> u64 {
        self.progress.flushed.load(Ordering::Relaxed)
    }

    fn hand_over(&self, waiting: Vec<Waiting>) {
        if let Some(committed) = &self.committed {
            // It fails only when the flusher has gone, and then nobody is told that anything is durable.
            let _ = committed.send(waiting);
        }
    }
}

/// A verb's turn at the lock. Others may have left it the commit: dropped before its end — the caller went away, or
/// the batch was given up — it has the flusher look.
struct Turn<'a> {
    writer: &'a Writer,
    stage: Stage,
}

#[derive(PartialEq, Eq)]
enum Stage {
    Queued,
    Begun,
    Ended,
}

impl<'a> Turn<'a> {
    fn queue(writer: &'a Writer) -> Turn<'a> {
        writer.queued.fetch_add(1, Ordering::Relaxed);
        Turn { writer, stage: Stage::Queued }
    }

    fn begin(&mut self) {
        self.stage = Stage::Begun;
        self.writer.queued.fetch_sub(1, Ordering::Relaxed);
    }

    fn end(mut self) {
        self.stage = Stage::Ended;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.stage == Stage::Queued {
            self.begin();
        }
        if self.stage == Stage::Begun {
            self.writer.hand_over(Vec::new());
        }
    }
}

struct Flusher {
    batch: Arc<Mutex<Batch>>,
    log: Log,
    progress: Arc<Progress>,
    handed_over: mpsc::Receiver<Vec<Waiting>>,
}

impl Flusher {
    fn run(mut self) {
        while let Some(waiting) = self.next() {
            // What is committed from here on may be flushed as well, but does not count as flushed yet.
            let committed = self.progress.committed.load(Ordering::Acquire);
            if self.progress.flushed.load(Ordering::Relaxed) < committed {
                self.log.flush();
                self.progress.flushed.store(committed, Ordering::Release);
            }
            for caller in waiting {
                // Who has gone away does not want to know.
                let _ = caller.send(Ok(()));
            }
            self.log.copy_if_grown();
        }
        // Closing, SQLite copies the log as well, but hides a disk that fails then.
        let mut batch = self.batch.blocking_lock();
        batch.commit();
        batch.copy_log();
    }

    /// Those of the next commit; `None` when there will be no other.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        if self.log.rest_is_due() {
            let mut batch = self.batch.blocking_lock();
            let waiting = batch.commit();
            self.log.copy_rest(&batch);
            return Some(waiting);
        }
        self.progress.flusher_is_free();
        loop {
            // What came while the flusher was busy, and nobody is there any more to commit.
            let mut nobody_else = false;
            if let Ok(mut batch) = self.batch.try_lock() {
                if batch.is_waited_for() && self.progress.take_flusher() {
                    return Some(batch.commit());
                }
                nobody_else = true;
            }
            // Whoever has the lock may have asked for the flusher before it was free.
            let handed_over = match nobody_else {
                true => self.handed_over.recv().map_err(RecvTimeoutError::from),
                false => self.handed_over.recv_timeout(LOOK_AGAIN),
            };
            match handed_over {
                Ok(waiting) => return Some(waiting),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

impl Drop for Writer {
    /// The flusher ends what was begun and closes the connection before the folder is let go.
    fn drop(&mut self) {
        self.committed = None;
        if let Some(flusher) = self.flusher.take() {
            let _ = flusher.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params;
    use tempfile::TempDir;
    use tokio::task::JoinHandle;

    /// A writer whose flusher we have taken: it stays busy until somebody hands something over.
    async fn with_busy_flusher() -> (TempDir, Arc<Writer>) {
        let folder = tempfile::tempdir().unwrap();
        let writer = Arc::new(
            Writer::open(&folder.path().join("t.db"), &Arc::new(Shelf::new(Arc::default()))).unwrap(),
        );
        add_table(&writer).await;
        until(|| writer.progress.take_flusher()).await;
        (folder, writer)
    }

    async fn add_table(writer: &Writer) {
        writer.write(async |tx| tx.run("CREATE TABLE t (id INTEGER PRIMARY KEY)").await).await.unwrap();
    }

    async fn until(happened: impl Fn() -> bool) {
        for _ in 0..5_000 {
            if happened() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("it never happened");
    }

    fn add(writer: &Arc<Writer>) -> JoinHandle<Result<u64>> {
        let writer = Arc::clone(writer);
        tokio::spawn(async move {
            writer.write(async |tx| tx.execute("INSERT INTO t DEFAULT VALUES", &[]).await).await
        })
    }

    /// As many callers who add a row, let in at once.
    async fn queue(writer: &Arc<Writer>, number: usize) -> Vec<JoinHandle<Result<u64>>> {
        let held = writer.batch.lock().await;
        let callers = (0..number).map(|_| add(writer)).collect();
        until(|| writer.queued.load(Ordering::Relaxed) == number).await;
        drop(held);
        callers
    }

    /// Rows added by as many callers, who now wait.
    async fn waiting(writer: &Arc<Writer>, number: usize) -> Vec<JoinHandle<Result<u64>>> {
        let callers: Vec<_> = (0..number).map(|_| add(writer)).collect();
        until(|| writer.batch.try_lock().is_ok_and(|batch| batch.waiting() == number)).await;
        callers
    }

    async fn answer(caller: JoinHandle<Result<u64>>) -> Result<u64> {
        let told = tokio::time::timeout(Duration::from_secs(10), caller).await;
        told.expect("told").unwrap()
    }

    async fn told(callers: Vec<JoinHandle<Result<u64>>>) {
        for caller in callers {
            assert_eq!(answer(caller).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn what_ends_while_the_log_is_flushed_is_committed_together() {
        let (_folder, writer) = with_busy_flusher().await;
        let before = writer.commits();
        let callers = waiting(&writer, 50).await;
        assert_eq!(writer.commits(), before, "nobody commits while the flusher is busy");
        // As the verb does that ends when the flusher is free.
        let committed = writer.batch.lock().await.commit();
        writer.hand_over(committed);
        told(callers).await;
        assert_eq!(writer.commits() - before, 1, "50 verbs, one flush");
    }

    #[tokio::test]
    async fn a_batch_whose_last_verb_ended_too_early_is_committed_by_the_flusher() {
        let (_folder, writer) = with_busy_flusher().await;
        let callers = waiting(&writer, 3).await;
        writer.hand_over(Vec::new());
        told(callers).await;
    }

    #[tokio::test]
    async fn a_verb_that_goes_away_leaves_the_batch_to_the_flusher() {
        let (_folder, writer) = with_busy_flusher().await;
        let callers = waiting(&writer, 3).await;
        let held = writer.batch.lock().await;
        writer.hand_over(Vec::new());
        until(|| writer.progress.is_free()).await;
        // Time for the flusher to find the lock taken.
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(held);
        told(callers).await;
    }

    #[tokio::test]
    async fn a_crowd_shares_its_commit() {
        let (_folder, writer) = with_busy_flusher().await;
        writer.hand_over(Vec::new());
        until(|| writer.progress.is_free()).await;
        let before = writer.commits();
        let callers = queue(&writer, CROWD).await;
        told(callers).await;
        assert_eq!(writer.commits() - before, 1, "the first does not commit for itself alone");
    }

    #[tokio::test]
    async fn what_was_left_to_a_crowd_that_goes_away_is_committed_by_the_flusher() {
        let (_folder, writer) = with_busy_flusher().await;
        writer.hand_over(Vec::new());
        until(|| writer.progress.is_free()).await;
        let held = writer.batch.lock().await;
        let first = add(&writer);
        let never = |_| {
            let writer = Arc::clone(&writer);
            tokio::spawn(
                async move { writer.write(async |_| std::future::pending::<Result<()>>().await).await },
            )
        };
        until(|| writer.queued.load(Ordering::Relaxed) == 1).await;
        let crowd: Vec<_> = (0..CROWD).map(never).collect();
        until(|| writer.queued.load(Ordering::Relaxed) == CROWD + 1).await;
        drop(held);
        // The first has ended and left the commit to the next, who never comes to an end.
        until(|| writer.queued.load(Ordering::Relaxed) == CROWD - 1).await;
        crowd.iter().for_each(JoinHandle::abort);
        told(vec![first]).await;
    }

    const INSERT: &str = "INSERT INTO t (id) VALUES ($1)";

    async fn rows(writer: &Writer) -> i64 {
        let count = writer.write(async |tx| tx.first("SELECT count(*) FROM t", &[], |row| row.int(0)).await);
        count.await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_first_write_that_fails_undoes_itself_alone() {
        let (_folder, writer) = with_busy_flusher().await;
        let callers = waiting(&writer, 3).await;
        let refused = tokio::spawn({
            let writer = Arc::clone(&writer);
            async move {
                let verb = writer.write(async |tx| {
                    tx.only_writes();
                    tx.execute(INSERT, &params![1]).await
                });
                verb.await
            }
        });
        until(|| writer.batch.try_lock().is_ok_and(|batch| batch.waiting() == 4)).await;
        writer.hand_over(writer.batch.lock().await.commit());
        told(callers).await;
        assert!(matches!(answer(refused).await, Err(Error::Conflict)));
        assert_eq!(rows(&writer).await, 3);
    }

    #[tokio::test]
    async fn what_fails_after_writes_that_cannot_be_undone_alone_takes_its_batch_with_it() {
        let (_folder, writer) = with_busy_flusher().await;
        let callers = waiting(&writer, 3).await;
        let failed = writer.write(async |tx| {
            tx.only_writes();
            tx.execute(INSERT, &params![10]).await?;
            tx.execute(INSERT, &params![1]).await
        });
        assert!(matches!(failed.await, Err(Error::Conflict)));
        for caller in callers {
            assert!(matches!(answer(caller).await, Err(Error::Busy)), "told to try again");
        }
        writer.hand_over(Vec::new());
        assert_eq!(rows(&writer).await, 0);
    }
}
