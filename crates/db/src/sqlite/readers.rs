//! A fixed number of read-only connections, lent out one at a time. Each has a cache of its own, so more of
//! them would cost memory rather than give speed.
//!
//! A connection comes home with its snapshot open as long as that is the newest state, and the next query goes
//! on in it: to begin and to end a snapshot costs as much as a small query. An open snapshot keeps the log from
//! beginning anew, so all are let go before it is copied.

use super::batch::Progress;
use super::connection;
use base::{Error, Result};
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(super) struct Readers {
    permits: Semaphore,
    shelf: Arc<Shelf>,
    patience: Duration,
}

impl Readers {
    /// Puts the connections on the shelf.
    pub fn open(file: &Path, number: usize, patience: Duration, shelf: Arc<Shelf>) -> Result<Readers> {
        let idle = (0..number).map(|_| Reader::open(file)).collect::<Result<Vec<_>>>()?;
        *shelf.idle.lock().expect("no holder panics") = idle;
        Ok(Readers { permits: Semaphore::new(number), shelf, patience })
    }

    /// `Busy` when none comes free in time.
    pub async fn lend(&self) -> Result<Lent<'_>> {
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let waited = tokio::time::timeout(self.patience, self.permits.acquire()).await;
                waited.map_err(|_| Error::Busy)?.expect("the semaphore is never closed")
            }
        };
        Ok(Lent { reader: Some(self.shelf.take()), keeps: false, shelf: &self.shelf, _permit: permit })
    }
}

impl Drop for Readers {
    /// The last connection to close clears the log away: that is the writer's.
    fn drop(&mut self) {
        self.shelf.idle.lock().expect("no holder panics").clear();
    }
}

struct Reader {
    connection: Connection,
    /// The state that was the newest when its last snapshot began.
    state: u64,
    /// That snapshot is open.
    open: bool,
}

impl Reader {
    fn open(file: &Path) -> Result<Reader> {
        Ok(Reader { connection: connection::reader(file)?, state: 0, open: false })
    }

    fn end(&mut self) {
        self.open = false;
        let end = |sql| self.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        // Nothing was changed, and this end costs less; the other one always works.
        if !self.connection.is_autocommit()
            && let Err(error) = end("COMMIT").or_else(|_| end("ROLLBACK"))
        {
            tracing::error!(%error, "a reader could not end its snapshot");
        }
    }
}

/// The connections that are at home.
pub(super) struct Shelf {
    idle: Mutex<Vec<Reader>>,
    pub progress: Arc<Progress>,
}

impl Shelf {
    pub fn new(progress: Arc<Progress>) -> Shelf {
        Shelf { idle: Mutex::default(), progress }
    }

    /// Ends every open snapshot: of those at home now, of the others when they come home.
    pub fn let_go(&self) {
        self.progress.state.fetch_add(1, Ordering::AcqRel);
        self.idle
            .lock()
            .expect("no holder panics")
            .iter_mut()
            .filter(|reader| reader.open)
            .for_each(Reader::end);
    }

    fn take(&self) -> Reader {
        self.idle.lock().expect("no holder panics").pop().expect("as many connections as permits")
    }

    /// Before a snapshot begins: what is committed later is not in it.
    fn newest(&self) -> u64 {
        self.progress.state.load(Ordering::Acquire)
    }
}

/// A connection on loan. Whatever becomes of the query, it comes home with no snapshot or with a good one.
pub(super) struct Lent<'a> {
    reader: Option<Reader>,
    keeps: bool,
    shelf: &'a Shelf,
    _permit: SemaphorePermit<'a>,
}

impl Lent<'_> {
    /// The connection at the newest state, and whether a transaction has to begin. A single statement needs none, but
    /// gets one when nothing was committed since the last: then it seems to pay to keep the snapshot.
    pub fn connection(&mut self, single: bool) -> (&mut Connection, bool) {
        let newest = self.shelf.newest();
        let reader = self.reader.as_mut().expect("at home only after drop");
        let changed = reader.state != newest;
        if reader.open && changed {
            reader.end();
        }
        reader.state = newest;
        (&mut reader.connection, !(reader.open || single && changed))
    }

    /// Its snapshot is sound: the query ended well.
    pub fn keep(mut self) {
        self.keeps = true;
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        reader.open = !reader.connection.is_autocommit();
        if reader.open && !(self.keeps && reader.state == self.shelf.newest()) {
            reader.end();
        }
        self.shelf.idle.lock().expect("no holder panics").push(reader);
    }
}
