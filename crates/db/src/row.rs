//! One row of an answer, read in place from either engine.

use crate::Param;
use base::{Error, Id, Result};

/// A row, valid only inside the closure that maps it. Columns are counted from 0.
pub struct Row<'a>(pub(crate) Source<'a>);

pub(crate) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// The column as it is stored. SQLite has no booleans: there a BOOLEAN column is `Int`.
    pub fn value(&self, column: usize) -> Result<Param<'_>> {
        match self.0 {
            Source::Sqlite(row) => crate::sqlite::value(row, column),
            Source::Postgres(row) => row
                .try_get(column)
                .map_err(|source| Error::bug(format!("column {column} of a PostgreSQL row: {source:?}"))),
        }
    }

    pub fn str(&self, column: usize) -> Result<&str> {
        self.opt_str(column)?.ok_or_else(|| wrong(column, "TEXT", &Param::Null))
    }

    pub fn text(&self, column: usize) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    pub fn int(&self, column: usize) -> Result<i64> {
        self.opt_int(column)?.ok_or_else(|| wrong(column, "BIGINT", &Param::Null))
    }

    pub fn bool(&self, column: usize) -> Result<bool> {
        self.opt_bool(column)?.ok_or_else(|| wrong(column, "BOOLEAN", &Param::Null))
    }

    pub fn bytes(&self, column: usize) -> Result<&[u8]> {
        self.opt_bytes(column)?.ok_or_else(|| wrong(column, "BLOB", &Param::Null))
    }

    pub fn blob(&self, column: usize) -> Result<Vec<u8>> {
        self.bytes(column).map(<[u8]>::to_vec)
    }

    pub fn id(&self, column: usize) -> Result<Id> {
        self.int(column).map(Id)
    }

    pub fn opt_str(&self, column: usize) -> Result<Option<&str>> {
        match self.value(column)? {
            Param::Null => Ok(None),
            Param::Text(text) => Ok(Some(text)),
            other => Err(wrong(column, "TEXT", &other)),
        }
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        Ok(self.opt_str(column)?.map(str::to_owned))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self.value(column)? {
            Param::Null => Ok(None),
            Param::Int(number) => Ok(Some(number)),
            other => Err(wrong(column, "BIGINT", &other)),
        }
    }

    pub fn opt_bool(&self, column: usize) -> Result<Option<bool>> {
        match self.value(column)? {
            Param::Null => Ok(None),
            Param::Bool(truth) => Ok(Some(truth)),
            Param::Int(number @ (0 | 1)) => Ok(Some(number == 1)),
            other => Err(wrong(column, "BOOLEAN", &other)),
        }
    }

    pub fn opt_bytes(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.value(column)? {
            Param::Null => Ok(None),
            Param::Blob(bytes) => Ok(Some(bytes)),
            other => Err(wrong(column, "BLOB", &other)),
        }
    }

    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>> {
        Ok(self.opt_bytes(column)?.map(<[u8]>::to_vec))
    }

    pub fn opt_id(&self, column: usize) -> Result<Option<Id>> {
        Ok(self.opt_int(column)?.map(Id))
    }
}

fn wrong(column: usize, wanted: &str, found: &Param<'_>) -> Error {
    Error::bug(format!("column {column} was read as {wanted} and is {}", found.type_name()))
}
