//! The write-ahead log beside the file. A commit only writes into it; the flusher flushes it afterwards,
//! without the lock, and nobody is answered before. From time to time its pages are copied into the file.

use super::batch::Batch;
use super::connection::{self, failure};
use super::readers::Shelf;
use base::{Error, Result};
use rusqlite::{Connection, ErrorCode};
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

/// Pages by which the log grows before they are copied. A page that many commits changed is copied once, so
/// more of them save work; they also take longer to read after a crash.
const COPY_AFTER: i32 = 8_000;
/// Pages at which writers wait for the copier: with a disk slower than they are the log would grow without end.
const MOST: i32 = 4 * COPY_AFTER;

pub(super) struct Log {
    file: File,
    /// Whose snapshots hold the copying up.
    shelf: Arc<Shelf>,
    grown: Arc<AtomicI32>,
    /// `None` only while dropping.
    wake: Option<mpsc::Sender<()>>,
    /// The copier's answer to each time it was woken.
    copied: mpsc::Receiver<Copied>,
    copying: bool,
    copier: Option<JoinHandle<()>>,
    /// Pages at which the copier was last woken.
    asked_at: i32,
}

impl Log {
    /// The log of the file that `writer` has open.
    pub fn open(file: &Path, writer: &mut Connection, shelf: Arc<Shelf>) -> Result<Log> {
        let grown = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&grown);
        let progress = Arc::clone(&shelf.progress);
        let hook = move |_: &mut rusqlite::hooks::Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            // Here and not after each commit: with nothing to write one succeeds on a full disk, too.
            if progress.failing.swap(false, Ordering::Relaxed) {
                tracing::info!("changes are committed again");
            }
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(|e| failure("wal_hook", e))?;
        let (wake, woken) = mpsc::channel();
        let (done, copied) = mpsc::channel();
        let connection = connection::copier(file)?;
        let copier = std::thread::Builder::new()
            .name("copier".into())
            .spawn(move || copy_when_woken(&connection, &woken, &done))
            .map_err(|e| Error::Bug(e.into()))?;
        // A handle of our own: SQLite never replaces the log while a connection is open.
        let file = File::options().write(true).open(beside(file)).map_err(|e| Error::Bug(e.into()))?;
        Ok(Log {
            file,
            shelf,
            grown,
            wake: Some(wake),
            copied,
            copying: false,
            copier: Some(copier),
            asked_at: 0,
        })
    }

    /// Makes everything committed so far durable.
    pub fn flush(&self) {
        if let Err(error) = self.file.sync_data() {
            // The kernel may have dropped the pages and call the next flush a success. The log on disk is
            // the only truth left, and only a restart reads it again.
            stop(&error);
        }
    }

    /// Wakes the copier when the log has grown long. It works beside the writer, who goes on.
    pub fn copy_if_grown(&mut self) {
        let pages = self.grown.load(Ordering::Relaxed);
        if pages < self.asked_at {
            self.asked_at = 0;
        }
        if !self.copying
            && pages - self.asked_at >= COPY_AFTER
            && let Some(wake) = &self.wake
        {
            self.asked_at = pages;
            self.shelf.let_go();
            self.copying = wake.send(()).is_ok();
        }
    }

    /// Copies what is left, between two transactions; the next one then begins the log anew, unless somebody still
    /// reads in it.
    pub fn copy_rest(&self, batch: &Batch) {
        self.shelf.let_go();
        batch.copy_log();
        // Also who began to read meanwhile does not stay in it.
        self.shelf.let_go();
    }

    /// True once after the copier has been through the log: what came meanwhile is left to the flusher, who
    /// finds a moment without a transaction. Waits for the copier when the log has grown too long.
    pub fn rest_is_due(&mut self) -> bool {
        if !self.copying {
            return false;
        }
        let too_long = self.grown.load(Ordering::Relaxed) >= MOST;
        let answer = if too_long { self.copied.recv().ok() } else { self.copied.try_recv().ok() };
        self.copying = answer.is_none();
        matches!(answer, Some(Copied::Yes))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(copier) = self.copier.take() {
            let _ = copier.join();
        }
    }
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn copy_when_woken(connection: &Connection, woken: &mpsc::Receiver<()>, done: &mpsc::Sender<Copied>) {
    while woken.recv().is_ok() {
        // Nobody listens when the flusher has gone.
        let _ = done.send(copy_log(connection));
    }
}

pub(super) enum Copied {
    Yes,
    /// No room in the file: the log keeps everything, and it is tried again when it has grown further.
    No,
}

/// Copies as many pages as nobody reads in an older state; flushes the log before and the file after.
pub(super) fn copy_log(connection: &Connection) -> Copied {
    match connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        Ok(()) => Copied::Yes,
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => stop(&error),
        Err(error) => {
            tracing::warn!(%error, "the log could not be copied into the database file");
            Copied::No
        }
    }
}

pub(super) fn stop(error: &dyn Display) -> ! {
    tracing::error!(%error, "the disk failed while changes were made durable; stopping, nothing of it was acknowledged");
    std::process::abort()
}
