//! Group commit: verbs take turns on one connection, and one flush makes all of them durable.
//!
//! A verb holds a fair lock on the connection only while its statements run. The first that changed
//! something wakes the committer, which queues on the same lock behind everybody already waiting, commits
//! for all of them, lets the lock go, flushes the log and tells them. The next batch runs meanwhile. The
//! committer is a thread of its own, so a slow disk never holds up a thread that serves requests.

use super::batch::{Batch, Progress};
use super::connection;
use super::log::Log;
use crate::tx::{self, Tx};
use base::{Error, Result};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::sync::Mutex;

pub(super) struct Writer {
    batch: Arc<Mutex<Batch>>,
    progress: Arc<Progress>,
    /// `None` only while dropping.
    wake: Option<mpsc::Sender<()>>,
    committer: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn open(file: &Path) -> Result<Writer> {
        let progress = Arc::new(Progress::default());
        let mut connection = connection::writer(file)?;
        let log = Log::open(file, &mut connection, Arc::clone(&progress))?;
        let batch = Arc::new(Mutex::new(Batch::new(connection, Arc::clone(&progress))));
        let (wake, woken) = mpsc::channel();
        let committer = std::thread::Builder::new()
            .name("committer".into())
            .spawn({
                let (batch, progress) = (Arc::clone(&batch), Arc::clone(&progress));
                move || commit_when_woken(&batch, log, &progress, &woken)
            })
            .map_err(|e| Error::Bug(e.into()))?;
        Ok(Writer { batch, progress, wake: Some(wake), committer: Some(committer) })
    }

    pub async fn write<T>(&self, verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut batch = self.batch.lock().await;
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
        drop(batch);
        if let Some((durable, first)) = durable {
            if first {
                self.wake();
            }
            durable.await.map_err(|_| Error::bug("the committer has gone"))??;
        }
        outcome
    }

    pub fn commit_failing(&self) -> bool {
        self.progress.failing.load(Ordering::Relaxed)
    }

    pub fn commits(&self) -> u64 {
        self.progress.flushed.load(Ordering::Relaxed)
    }

    fn wake(&self) {
        if let Some(wake) = &self.wake {
            // It fails only when the committer has gone, and then nobody is told that anything is durable.
            let _ = wake.send(());
        }
    }
}

fn commit_when_woken(batch: &Mutex<Batch>, mut log: Log, progress: &Progress, woken: &mpsc::Receiver<()>) {
    while woken.recv().is_ok() {
        let waiting = {
            let mut batch = batch.blocking_lock();
            let waiting = batch.commit();
            if log.rest_is_due() {
                batch.copy_log();
            }
            waiting
        };
        // Only this thread commits, so what it read is what it flushes.
        let committed = progress.committed.load(Ordering::Relaxed);
        if progress.flushed.load(Ordering::Relaxed) < committed {
            log.flush();
            progress.flushed.store(committed, Ordering::Release);
        }
        for caller in waiting {
            // Who has gone away does not want to know.
            let _ = caller.send(Ok(()));
        }
        log.copy_if_grown();
    }
    // Closing, SQLite copies the log as well, but hides a disk that fails then.
    let mut batch = batch.blocking_lock();
    batch.commit();
    batch.copy_log();
}

impl Drop for Writer {
    /// The committer ends what it has begun and closes the connection before the folder is let go.
    fn drop(&mut self) {
        self.wake = None;
        if let Some(committer) = self.committer.take() {
            let _ = committer.join();
        }
    }
}
