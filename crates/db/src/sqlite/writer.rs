//! Group commit: verbs take turns on one connection, and one flush makes all of them durable.
//!
//! A verb holds a fair lock on the connection only while its statements run. The first that changed
//! something wakes the committer, which queues on the same lock behind everybody already waiting and then
//! commits for all of them. The committer is a thread of its own, so a slow disk never holds up a thread
//! that serves requests.

use super::batch::Batch;
use super::connection;
use crate::tx::{self, Tx};
use base::{Error, Result};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::sync::Mutex;

pub(super) struct Writer {
    batch: Arc<Mutex<Batch>>,
    commits: Arc<AtomicU64>,
    /// `None` only while dropping.
    wake: Option<mpsc::Sender<()>>,
    committer: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn open(file: &Path) -> Result<Writer> {
        let commits = Arc::new(AtomicU64::new(0));
        let batch = Batch::new(connection::writer(file)?, Arc::clone(&commits))?;
        let batch = Arc::new(Mutex::new(batch));
        let (wake, woken) = mpsc::channel();
        let committer = std::thread::Builder::new()
            .name("committer".into())
            .spawn({
                let batch = Arc::clone(&batch);
                move || commit_when_woken(&batch, &woken)
            })
            .map_err(|e| Error::Bug(e.into()))?;
        Ok(Writer { batch, commits, wake: Some(wake), committer: Some(committer) })
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

    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    fn wake(&self) {
        if let Some(wake) = &self.wake {
            // It fails only when the committer has gone, and then nobody is told that anything is durable.
            let _ = wake.send(());
        }
    }
}

fn commit_when_woken(batch: &Mutex<Batch>, woken: &mpsc::Receiver<()>) {
    while woken.recv().is_ok() {
        let mut batch = batch.blocking_lock();
        batch.commit();
        batch.checkpoint();
    }
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
