//! How a connection is set up, and how SQLite's failures are understood.

use base::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, ffi};
use std::path::Path;

/// Statement texts are constants of the program, so this holds all that one connection meets.
const STATEMENTS: usize = 1024;
/// After a commit in which pages changed places SQLite looks through all of it (until the file has passed a
/// gigabyte), so it holds the pages of a few batches and not more: the rest is in the system's cache.
const WRITER_CACHE_KIB: u32 = 4 * 1024;
const COPIER_CACHE_KIB: u32 = 64;
const READER_CACHE_KIB: u32 = 8 * 1024;

pub(super) fn writer(file: &Path) -> Result<Connection> {
    let connection = open(file, WRITER_CACHE_KIB)?;
    let mode: String = connection
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))
        .map_err(|e| failure("PRAGMA", e))?;
    if mode != "wal" {
        return Err(Error::refused(
            "db.no_wal",
            format!("{} 所在的文件系统不支持预写日志（{mode}）。请改用本地磁盘。", file.display()),
        ));
    }
    // NORMAL: SQLite flushes around its checkpoints, and the flusher flushes the log after each commit,
    // before anybody is told of it (`log.rs`). FULL would flush inside the commit, while everybody waits.
    // Checkpoints are ours, who see them fail; SQLite's own hide it.
    settings(
        &connection,
        "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864",
    )?;
    Ok(connection)
}

/// Copies the log into the file beside the writer; reads and writes no rows.
pub(super) fn copier(file: &Path) -> Result<Connection> {
    let connection = open(file, COPIER_CACHE_KIB)?;
    settings(&connection, "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0")?;
    Ok(connection)
}

pub(super) fn reader(file: &Path) -> Result<Connection> {
    let connection = open(file, READER_CACHE_KIB)?;
    settings(&connection, "PRAGMA query_only=ON")?;
    Ok(connection)
}

fn open(file: &Path, cache_kib: u32) -> Result<Connection> {
    let connection = Connection::open(file).map_err(|e| failure(&file.display().to_string(), e))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // QPSG: without it SQLite plans a statement anew whenever a value it is bound to differs from the last;
    // for a session looked up by its token that was each time, a sixth of a whole submission.
    let on = [
        DbConfig::SQLITE_DBCONFIG_DEFENSIVE,
        DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
        DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
    ];
    // Without these, "x" would be a text where there is no such column, and PostgreSQL disagrees.
    let off = [
        DbConfig::SQLITE_DBCONFIG_DQS_DML,
        DbConfig::SQLITE_DBCONFIG_DQS_DDL,
        DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
    ];
    for (config, value) in on.map(|c| (c, true)).into_iter().chain(off.map(|c| (c, false))) {
        connection.set_db_config(config, value).map_err(|e| failure("set_db_config", e))?;
    }
    settings(
        &connection,
        &format!(
            "PRAGMA busy_timeout=2000; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;
             PRAGMA cache_size=-{cache_kib}"
        ),
    )?;
    Ok(connection)
}

fn settings(connection: &Connection, sql: &str) -> Result<()> {
    connection.execute_batch(sql).map_err(|e| failure(sql, e))
}

/// What a failed statement means for the caller.
pub(super) fn failure(sql: &str, source: rusqlite::Error) -> Error {
    match source.sqlite_error().map(|e| (e.code, e.extended_code)) {
        Some((
            _,
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID
            | ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        )) => Error::Conflict,
        Some((ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _)) => Error::Busy,
        _ => crate::error::bug(sql, source),
    }
}
