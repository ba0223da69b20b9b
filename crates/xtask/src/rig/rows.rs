//! A look into the tables a server left behind, on either engine, and a way to fill them.
//!
//! Everything is text: this compares and counts, it does not compute.

use super::{Place, Result, Server, said};
use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};
use tokio_postgres::SimpleQueryMessage;

pub enum Rows {
    /// The file of a server that is not running.
    Sqlite(PathBuf),
    Postgres(String),
}

impl Rows {
    pub fn of(server: &Server) -> Rows {
        Rows::at(&server.place)
    }

    pub fn at(place: &Place) -> Rows {
        match &place.url {
            Some(url) => Rows::Postgres(url.clone()),
            None => Rows::Sqlite(place.folder.join("yiwang.db")),
        }
    }

    /// A copy of what an ended server left, so that looking at it recovers and changes nothing there.
    pub fn copied(place: &Place, into: &Path) -> Result<Rows> {
        if place.url.is_some() {
            return Ok(Rows::at(place));
        }
        let _ = std::fs::remove_dir_all(into);
        std::fs::create_dir_all(into).map_err(said(into.display()))?;
        for name in ["yiwang.db", "yiwang.db-wal"] {
            let from = place.folder.join(name);
            if from.exists() {
                std::fs::copy(&from, into.join(name)).map_err(said(from.display()))?;
            }
        }
        Ok(Rows::Sqlite(into.join("yiwang.db")))
    }

    pub async fn query(&self, sql: &str) -> Result<Vec<Vec<String>>> {
        match self {
            Rows::Sqlite(file) => sqlite(file, sql).map_err(said(sql)),
            Rows::Postgres(url) => postgres(url, sql).await,
        }
    }

    pub async fn number(&self, sql: &str) -> Result<i64> {
        let rows = self.query(sql).await?;
        let cell = rows.first().and_then(|row| row.first());
        cell.and_then(|cell| cell.parse().ok()).ok_or_else(|| format!("{sql}: no number"))
    }

    /// Runs statements that write. On SQLite nothing is flushed: whoever fills a table may start again.
    pub async fn execute(&self, sql: &str) -> Result<()> {
        match self {
            Rows::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).map_err(said(file.display()))?;
                let batch = format!(
                    "PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; {sql}; PRAGMA wal_checkpoint(TRUNCATE)"
                );
                connection.execute_batch(&batch).map_err(said(sql))
            }
            Rows::Postgres(url) => postgres(url, sql).await.map(drop),
        }
    }

    /// What the engine itself says about its file.
    pub async fn integrity(&self) -> Result<()> {
        let Rows::Sqlite(_) = self else { return Ok(()) };
        let said = self.query("PRAGMA integrity_check").await?;
        if said == [["ok"]] { Ok(()) } else { Err(format!("integrity_check: {said:?}")) }
    }
}

fn sqlite(file: &PathBuf, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let connection = rusqlite::Connection::open(file)?;
    let mut statement = connection.prepare(sql)?;
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|at| Ok(text(row.get_ref(at)?))).collect())?;
    rows.collect()
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

async fn postgres(url: &str, sql: &str) -> Result<Vec<Vec<String>>> {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.map_err(said("PostgreSQL"))?;
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(sql).await.map_err(|error| format!("{sql}: {error:?}"))?;
    drop(client);
    let _ = connection.await;
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|at| row.get(at).unwrap_or_default().to_owned()).collect())
        }
        _ => None,
    });
    Ok(rows.collect())
}
