//! Statements on one SQLite connection. Nothing here waits: the calls go straight into the library, which is
//! several times faster than handing each to another thread.

use super::connection::failure;
use crate::Param;
use crate::row::{Row, Source};
use base::{Error, Result};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

/// `&mut` because a connection may be handed from thread to thread, but not shared between them.
pub(crate) struct Session<'a> {
    connection: &'a mut Connection,
    /// A reader's snapshot begins with its first statement.
    begun: bool,
    /// One statement is all there is.
    single: bool,
    /// A statement that can write has run.
    pub wrote: bool,
    pub failed: bool,
}

impl<'a> Session<'a> {
    pub fn reading(connection: &'a mut Connection) -> Self {
        Session { connection, begun: false, single: false, wrote: false, failed: false }
    }

    /// One statement, in the transaction that SQLite itself puts around it.
    pub fn reading_one(connection: &'a mut Connection) -> Self {
        Session { connection, begun: false, single: true, wrote: false, failed: false }
    }

    /// On the writer, inside a savepoint.
    pub fn writing(connection: &'a mut Connection) -> Self {
        Session { connection, begun: true, single: false, wrote: false, failed: false }
    }

    pub fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        self.with(sql, params, |statement| {
            let changed = statement.raw_execute().map_err(Fault::Sql)?;
            Ok(if statement.readonly() { 0 } else { changed as u64 })
        })
    }

    pub fn rows<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.with(sql, params, |statement| {
            let mut found = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next().map_err(Fault::Sql)? {
                found.push(map(&Row(Source::Sqlite(row))).map_err(Fault::Map)?);
            }
            Ok(found)
        })
    }

    pub fn first<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.with(sql, params, |statement| {
            let mut rows = statement.raw_query();
            let Some(row) = rows.next().map_err(Fault::Sql)? else { return Ok(None) };
            map(&Row(Source::Sqlite(row))).map(Some).map_err(Fault::Map)
        })
    }

    pub fn prepare(&mut self, sql: &str) -> Result<()> {
        let prepared = self.connection.prepare(sql).map(drop);
        prepared.map_err(|e| self.fail(sql, e))
    }

    pub fn run(&mut self, sql: &str) -> Result<()> {
        self.wrote = true;
        let done = self.connection.execute_batch(sql);
        done.map_err(|e| self.fail(sql, e))
    }

    fn with<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        act: impl FnOnce(&mut CachedStatement<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        if self.single && self.begun {
            self.failed = true;
            return Err(Error::bug(format!("{sql}: the second statement of a query of one")));
        }
        let begin = !self.begun && !self.single;
        let done = prepared(self.connection, begin, sql, params).and_then(|mut statement| {
            self.begun = true;
            self.wrote |= !statement.readonly();
            act(&mut statement)
        });
        done.map_err(|fault| match fault {
            Fault::Map(error) => error,
            Fault::Sql(source) => self.fail(sql, source),
        })
    }

    fn fail(&mut self, sql: &str, source: rusqlite::Error) -> Error {
        self.failed = true;
        failure(sql, source)
    }
}

/// The engine failed, or the closure that maps rows did.
enum Fault {
    Sql(rusqlite::Error),
    Map(Error),
}

fn prepared<'c>(
    connection: &'c Connection,
    begin: bool,
    sql: &str,
    params: &[Param<'_>],
) -> Result<CachedStatement<'c>, Fault> {
    if begin {
        connection.prepare_cached("BEGIN").and_then(|mut s| s.raw_execute()).map_err(Fault::Sql)?;
    }
    let mut statement = connection.prepare_cached(sql).map_err(Fault::Sql)?;
    bind(&mut statement, params).map_err(|mismatch| mismatch.unwrap_or_else(|| miscounted(sql, params)))?;
    Ok(statement)
}

fn miscounted(sql: &str, params: &[Param<'_>]) -> Fault {
    Fault::Map(Error::bug(format!("{sql}: not the $1 to $n of {} parameters", params.len())))
}

/// Binds by the digits of `$n`. SQLite takes `$2` for a name and numbers names by first appearance, so
/// binding in order would give `WHERE a = $2 AND b = $1` the wrong values.
fn bind(statement: &mut CachedStatement<'_>, params: &[Param<'_>]) -> Result<(), Option<Fault>> {
    let mut most = 0;
    for place in 1..=statement.parameter_count() {
        let digits = statement.parameter_name(place).and_then(|name| name.strip_prefix('$'));
        let number = digits.and_then(|d| d.parse::<usize>().ok()).ok_or(None)?;
        let param = number.checked_sub(1).and_then(|index| params.get(index)).ok_or(None)?;
        statement.raw_bind_parameter(place, Bound(*param)).map_err(|e| Some(Fault::Sql(e)))?;
        most = most.max(number);
    }
    if most == params.len() { Ok(()) } else { Err(None) }
}

struct Bound<'a>(Param<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Param::Null => ValueRef::Null,
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Int(number) => ValueRef::Integer(number),
            Param::Bool(truth) => ValueRef::Integer(i64::from(truth)),
            Param::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

pub(crate) fn value<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<Param<'r>> {
    match row.get_ref(column).map_err(|e| Error::Bug(e.into()))? {
        ValueRef::Null => Ok(Param::Null),
        ValueRef::Integer(number) => Ok(Param::Int(number)),
        ValueRef::Blob(bytes) => Ok(Param::Blob(bytes)),
        ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map(Param::Text).map_err(|e| Error::Bug(e.into()))
        }
        ValueRef::Real(_) => Err(Error::bug(format!("column {column} is a floating point number: cast it"))),
    }
}
