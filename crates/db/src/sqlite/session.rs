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
    /// Of a verb on the writer.
    undo: Option<&'a mut Undo>,
    /// A transaction begins with the next statement.
    begins: bool,
    /// One statement is all there is.
    single: bool,
    /// A statement has run.
    ran: bool,
    /// A statement that can write has run.
    pub wrote: bool,
    pub failed: bool,
}

impl<'a> Session<'a> {
    /// `begins`: a transaction has to begin. `single`: a second statement is a bug.
    pub fn reading(connection: &'a mut Connection, begins: bool, single: bool) -> Self {
        Session { connection, undo: None, begins, single, ran: false, wrote: false, failed: false }
    }

    /// On the writer, in the transaction of its batch.
    pub fn writing(connection: &'a mut Connection, undo: &'a mut Undo) -> Self {
        Session { undo: Some(undo), ..Session::reading(connection, false, false) }
    }

    pub fn only_writes(&mut self) {
        if let Some(undo @ Undo::Nothing) = self.undo.as_deref_mut() {
            *undo = Undo::Statement;
        }
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
        let saved = self.undo.as_deref_mut().map_or(Ok(()), |undo| undo.before_write(self.connection));
        let done = saved.and_then(|()| self.connection.execute_batch(sql));
        done.map_err(|e| self.fail(sql, e))
    }

    fn with<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        act: impl FnOnce(&mut CachedStatement<'_>) -> Result<T, Fault>,
    ) -> Result<T> {
        if self.single && self.ran {
            self.failed = true;
            return Err(Error::bug(format!("{sql}: the second statement of a query of one")));
        }
        let done = prepared(self.connection, self.begins, sql, params).and_then(|mut statement| {
            (self.begins, self.ran) = (false, true);
            if statement.readonly() {
                return act(&mut statement);
            }
            self.wrote = true;
            let Some(undo) = self.undo.as_deref_mut() else { return act(&mut statement) };
            undo.before_write(self.connection).map_err(Fault::Sql)?;
            let done = act(&mut statement);
            if done.is_ok() {
                undo.written();
            }
            done
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

/// What it takes to undo a verb in the transaction it shares with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undo {
    /// Nothing was written.
    Nothing,
    /// There is a savepoint before its first write.
    Savepoint,
    /// Nothing was written, and the first write needs no savepoint: one that fails undoes itself.
    Statement,
    /// It has written without a savepoint: only the whole batch can be undone.
    Batch,
}

impl Undo {
    fn before_write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if *self == Undo::Nothing {
            connection.prepare_cached("SAVEPOINT verb")?.raw_execute()?;
            *self = Undo::Savepoint;
        }
        Ok(())
    }

    fn written(&mut self) {
        if *self == Undo::Statement {
            *self = Undo::Batch;
        }
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
