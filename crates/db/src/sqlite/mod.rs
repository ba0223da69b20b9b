//! The embedded engine: one file, one writer with group commit, a few readers.

mod batch;
mod connection;
mod folder;
mod log;
mod readers;
mod session;
mod writer;

pub(crate) use session::{Session, value};

use crate::tx::{self, Tx};
use crate::{Options, private};
use base::{Error, Result};
use std::path::Path;
use std::sync::Arc;

/// The database in its folder.
pub(crate) const FILE: &str = "yiwang.db";

pub(crate) struct Store {
    // Dropped in this order: the connections close before the folder is let go.
    readers: readers::Readers,
    writer: writer::Writer,
    _folder: folder::Claim,
}

impl Store {
    pub fn open(folder: &Path, options: &Options) -> Result<Store> {
        let claim = folder::Claim::take(folder)?;
        let file = folder.join(FILE);
        // SQLite gives the log and its index the rights of the file.
        let made = private::file().create(true).truncate(false).open(&file);
        made.map_err(|e| Error::refused("db.folder_unusable", format!("{} 无法使用：{e}", file.display())))?;
        let shelf = Arc::new(readers::Shelf::new(Arc::default()));
        let writer = writer::Writer::open(&file, &shelf)?;
        let number = if options.readers == 0 { 4 } else { options.readers };
        let readers = readers::Readers::open(&file, number, options.patience, shelf)?;
        Ok(Store { readers, writer, _folder: claim })
    }

    pub async fn write<T>(&self, verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.writer.write(verb).await
    }

    pub async fn read<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.query(false, query).await
    }

    pub async fn read_one<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.query(true, query).await
    }

    async fn query<T>(&self, single: bool, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut lent = self.readers.lend().await?;
        let (connection, begins) = lent.connection(single);
        let mut tx = Tx(tx::Session::Sqlite(Session::reading(connection, begins, single)));
        let outcome = query(&mut tx).await;
        let outcome = tx.settled(outcome);
        if outcome.is_ok() {
            lent.keep();
        }
        outcome
    }

    pub fn commit_failing(&self) -> bool {
        self.writer.commit_failing()
    }

    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }
}
