//! One executor over embedded SQLite and PostgreSQL.
//!
//! SQL is portable text with `$n` parameters and four storage types; a verb runs in [`Db::write`], a query
//! in [`Db::read`]. On SQLite, writers share one connection and one fsync (group commit); on PostgreSQL,
//! each has a connection of a pool for itself.
//!
//! Invariants:
//! - What `write` has answered with `Ok` is durable, and every later `read` sees it.
//! - What `write` has answered with `Err` changed nothing — except that a PostgreSQL connection lost during
//!   COMMIT is `Busy` too, and only the caller's idempotency key can settle it.
//! - An answer never rests on rows that are not durable yet, even when the verb itself changed nothing.
//! - A verb that is dropped half-way leaves nothing behind.
//!
//! Absent on purpose: nested transactions, retries of verbs, and any noun of the product.

mod error;
pub mod jobs;
mod migrate;
pub mod outbox;
mod param;
mod postgres;
pub mod private;
mod row;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;

pub use migrate::{MIGRATION_SQL, Migration};
pub use param::Param;
pub use row::Row;
pub use tx::Tx;

use base::{Error, Result};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The database of the product. Clones share it.
#[derive(Clone)]
pub struct Db {
    store: Arc<Store>,
    /// Places for writers: those beyond are sent away at once instead of waiting longer than anybody would.
    places: Arc<Semaphore>,
}

enum Store {
    Sqlite(sqlite::Store),
    Postgres(postgres::Store),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where the data is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A folder with `yiwang.db`, made when it is missing. One process at a time may use it.
    Folder(PathBuf),
    /// `postgres://user:password@host:port/database`
    Postgres(String),
    /// One schema of a PostgreSQL database, made when it is missing: several installations, or tests.
    PostgresSchema { url: String, schema: String },
}

impl Location {
    /// The file of the database, where it should be and is not.
    pub fn missing(&self) -> Option<PathBuf> {
        let Location::Folder(folder) = self else { return None };
        Some(folder.join(sqlite::FILE)).filter(|file| !file.is_file())
    }
}

#[derive(Debug, Clone)]
pub struct Options {
    pub location: Location,
    /// SQLite: connections for reading; PostgreSQL: connections in the pool. 0: 4 and 32.
    pub readers: usize,
    /// Writers at work or waiting; one more is answered `Busy`.
    pub writers: usize,
    /// How long a caller waits for a connection to read with, or of the PostgreSQL pool, before `Busy`.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            location: Location::Folder(PathBuf::from("yiwang-data")),
            readers: 0,
            writers: 1024,
            patience: Duration::from_secs(5),
        }
    }
}

impl Db {
    pub async fn open(options: Options) -> Result<Db> {
        let places = Arc::new(Semaphore::new(options.writers));
        let store = match &options.location {
            Location::Folder(folder) => Store::Sqlite(sqlite::Store::open(folder, &options)?),
            Location::Postgres(url) => Store::Postgres(postgres::Store::open(url, None, &options).await?),
            Location::PostgresSchema { url, schema } => {
                Store::Postgres(postgres::Store::open(url, Some(schema), &options).await?)
            }
        };
        Ok(Db { store: Arc::new(store), places })
    }

    pub fn engine(&self) -> Engine {
        match &*self.store {
            Store::Sqlite(_) => Engine::Sqlite,
            Store::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a verb in a transaction and answers once its changes are durable.
    pub async fn write<T>(&self, verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let _place = self.place()?;
        match &*self.store {
            Store::Sqlite(store) => store.write(verb).await,
            Store::Postgres(store) => store.write(verb).await,
        }
    }

    /// Runs a query on one consistent snapshot. It cannot write.
    pub async fn read<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &*self.store {
            Store::Sqlite(store) => store.read(query).await,
            Store::Postgres(store) => store.read(query).await,
        }
    }

    /// Runs a query of one statement, which needs no snapshot around it: one round trip on PostgreSQL. A
    /// second statement is a bug.
    pub async fn read_one<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &*self.store {
            Store::Sqlite(store) => store.read_one(query).await,
            Store::Postgres(store) => store.read_one(query).await,
        }
    }

    /// Applies what is missing; the names of the migrations applied.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<Vec<String>> {
        migrate::migrate(self, migrations).await
    }

    /// `Ok` when a query gets an answer.
    pub async fn healthy(&self) -> Result<()> {
        let one = self.read(async |tx| tx.first("SELECT 1", &[], |row| row.int(0)).await).await?;
        if one == Some(1) { Ok(()) } else { Err(Error::bug("SELECT 1 is not 1")) }
    }

    /// Whether migrations were ever applied here. Looking makes nothing.
    pub async fn founded(&self) -> Result<bool> {
        let sql = match self.engine() {
            Engine::Sqlite => {
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'db_migration'"
            }
            Engine::Postgres => {
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'db_migration'"
            }
        };
        let found = self.read(async |tx| tx.first(sql, &[], |row| row.int(0)).await).await?;
        Ok(found == Some(1))
    }

    /// Changes cannot be made durable at the moment, for example because the disk is full, and callers are
    /// answered `Busy`. PostgreSQL watches its own disk: false there.
    pub fn commit_failing(&self) -> bool {
        match &*self.store {
            Store::Sqlite(store) => store.commit_failing(),
            Store::Postgres(_) => false,
        }
    }

    /// How many commits have made changes durable since the database was opened. With group commit this
    /// grows more slowly than the number of verbs.
    pub fn commits(&self) -> u64 {
        match &*self.store {
            Store::Sqlite(store) => store.commits(),
            Store::Postgres(store) => store.commits(),
        }
    }

    fn place(&self) -> Result<SemaphorePermit<'_>> {
        self.places.try_acquire().map_err(|_| Error::Busy)
    }
}
