//! A fixed number of read-only connections, lent out one at a time. Each has a cache of its own, so more of
//! them would cost memory rather than give speed.

use super::connection;
use base::{Error, Result};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(super) struct Readers {
    permits: Semaphore,
    idle: Mutex<Vec<Connection>>,
    patience: Duration,
}

impl Readers {
    pub fn open(file: &Path, number: usize, patience: Duration) -> Result<Readers> {
        let idle = (0..number).map(|_| connection::reader(file)).collect::<Result<Vec<_>>>()?;
        Ok(Readers { permits: Semaphore::new(number), idle: Mutex::new(idle), patience })
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
        let connection = self.idle.lock().expect("no holder panics").pop();
        let connection = Some(connection.expect("as many connections as permits"));
        Ok(Lent { connection, home: self, _permit: permit })
    }
}

/// A connection on loan. It comes home without a transaction, whatever became of the query.
pub(super) struct Lent<'a> {
    connection: Option<Connection>,
    home: &'a Readers,
    _permit: SemaphorePermit<'a>,
}

impl Lent<'_> {
    pub fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("at home only after drop")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let end = |sql| connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        // Nothing was changed, and this end costs less; the other one always works.
        if !connection.is_autocommit()
            && let Err(error) = end("COMMIT").or_else(|_| end("ROLLBACK"))
        {
            tracing::error!(%error, "a reader could not end its snapshot");
        }
        self.home.idle.lock().expect("no holder panics").push(connection);
    }
}
