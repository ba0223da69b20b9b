//! Migrations: forward only, each in one transaction with the row that says it was applied.

use crate::{Db, Engine, Param, Tx, params};
use base::crypt::{hex, sm3};
use base::{Clock, Error, Result, SystemClock};
use std::collections::BTreeMap;

/// One step of the schema, in portable SQL. Statements end with `;` at the end of a line.
///
/// The few things in which the engines differ are written as tokens:
///
/// | text | SQLite | PostgreSQL |
/// |---|---|---|
/// | `id {id_key}` | `id INTEGER PRIMARY KEY` | `id BIGINT PRIMARY KEY` |
/// | `id {case_id}` | `id INTEGER PRIMARY KEY` | `id BIGINT NOT NULL` |
/// | `{case_key}` after the last column | nothing | `, PRIMARY KEY (area, id)` |
/// | `BLOB` | `BLOB` | `BYTEA` |
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub number: u32,
    pub name: &'static str,
    pub sql: &'static str,
}

/// The tables of this crate: migration number 1 of the product.
pub const MIGRATION_SQL: &str = concat!(include_str!("jobs.sql"), include_str!("outbox.sql"));

const TABLE: &str = "CREATE TABLE IF NOT EXISTS db_migration (
  number BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  applied_at BIGINT NOT NULL
)";

pub(crate) async fn migrate(db: &Db, migrations: &[Migration]) -> Result<Vec<String>> {
    if !migrations.is_sorted_by_key(|m| m.number) || migrations.windows(2).any(|m| m[0].number == m[1].number)
    {
        return Err(Error::bug("migrations must be numbered upwards, each number once"));
    }
    let pending = db.write(async |tx| pending(tx, migrations).await).await?;
    let mut applied = Vec::new();
    for migration in pending {
        if db.write(async |tx| apply(tx, migration).await).await? {
            applied.push(migration.name.to_owned());
        }
    }
    Ok(applied)
}

/// What is not applied yet, once everything that is applied is known and unchanged.
async fn pending<'m>(tx: &mut Tx<'_>, migrations: &'m [Migration]) -> Result<Vec<&'m Migration>> {
    alone(tx).await?;
    tx.run(TABLE).await?;
    let map = |row: &crate::Row<'_>| Ok((row.int(0)?, (row.text(1)?, row.text(2)?)));
    let applied = tx.rows("SELECT number, name, digest FROM db_migration", &[], map).await?;
    let mut applied: BTreeMap<i64, (String, String)> = applied.into_iter().collect();
    let latest = applied.keys().next_back().copied().unwrap_or(0);
    let mut missing = Vec::new();
    for migration in migrations {
        match applied.remove(&i64::from(migration.number)) {
            Some((_, digest)) if digest == hex(&sm3(migration.sql.as_bytes())) => {}
            Some((name, _)) => return Err(changed(migration.number, &name)),
            None if i64::from(migration.number) < latest => {
                return Err(Error::bug(format!(
                    "migration {} is older than {latest}, already applied",
                    migration.number
                )));
            }
            None => missing.push(migration),
        }
    }
    match applied.pop_last() {
        Some((number, (name, _))) => Err(newer(number, &name)),
        None => Ok(missing),
    }
}

/// False when another process has applied it in the meantime.
async fn apply(tx: &mut Tx<'_>, migration: &Migration) -> Result<bool> {
    alone(tx).await?;
    let number = Param::from(migration.number);
    if tx.first("SELECT 1 FROM db_migration WHERE number = $1", &[number], |_| Ok(())).await?.is_some() {
        return Ok(false);
    }
    for statement in statements(&translate(migration.sql, tx.engine())?) {
        tx.run(&statement).await?;
    }
    let digest = hex(&sm3(migration.sql.as_bytes()));
    let now = SystemClock::default().now();
    tx.execute(
        "INSERT INTO db_migration (number, name, digest, applied_at) VALUES ($1, $2, $3, $4)",
        &params![number, migration.name, &digest, now],
    )
    .await?;
    Ok(true)
}

/// On PostgreSQL several processes may start at once: one migrates a schema, the others wait for it.
async fn alone(tx: &mut Tx<'_>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => Ok(()),
        Engine::Postgres => {
            tx.run(
                "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
                 SELECT pg_advisory_xact_lock(hashtextextended('yiwang migrate ' || current_schema(), 0))",
            )
            .await
        }
    }
}

/// The portable text in the words of one engine.
pub(crate) fn translate(sql: &str, engine: Engine) -> Result<String> {
    let words: [(&str, &str); 3] = match engine {
        Engine::Sqlite => {
            [("{id_key}", "INTEGER PRIMARY KEY"), ("{case_id}", "INTEGER PRIMARY KEY"), ("{case_key}", "")]
        }
        Engine::Postgres => [
            ("{id_key}", "BIGINT PRIMARY KEY"),
            ("{case_id}", "BIGINT NOT NULL"),
            ("{case_key}", ", PRIMARY KEY (area, id)"),
        ],
    };
    let mut text = words.iter().fold(sql.to_owned(), |text, (token, meaning)| text.replace(token, meaning));
    if engine == Engine::Postgres {
        text = blob_to_bytea(&text);
    }
    match (text.find('{'), text.to_ascii_uppercase().contains("DEFERR")) {
        (Some(at), _) => {
            let token: String = text[at..].chars().take(20).collect();
            Err(Error::bug(format!("a migration has an unknown token: {token}")))
        }
        // On SQLite it would fail the commit of everybody in the batch.
        (None, true) => Err(Error::bug("a migration has a deferred constraint")),
        (None, false) => Ok(text),
    }
}

fn blob_to_bytea(sql: &str) -> String {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find("BLOB") {
        let whole = !rest[..at].ends_with(in_word) && !rest[at + 4..].starts_with(in_word);
        out.push_str(&rest[..at]);
        out.push_str(if whole { "BYTEA" } else { "BLOB" });
        rest = &rest[at + 4..];
    }
    out + rest
}

/// Cuts at each `;` that ends a line.
fn statements(sql: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in sql.lines() {
        let line = line.trim_end();
        let current = found.last_mut().expect("never empty");
        current.push_str(line);
        current.push('\n');
        if line.ends_with(';') && !line.trim_start().starts_with("--") {
            found.push(String::new());
        }
    }
    let says_something =
        |text: &String| text.lines().any(|l| !l.trim().is_empty() && !l.trim().starts_with("--"));
    found.retain(says_something);
    found
}

fn changed(number: u32, name: &str) -> Error {
    Error::refused(
        "db.migration_changed",
        format!("第 {number} 号数据库变更（{name}）在执行之后被改动过，程序与数据库不一致，本次启动已停止。"),
    )
}

fn newer(number: i64, name: &str) -> Error {
    Error::refused(
        "db.newer_than_program",
        format!("数据库已执行到第 {number} 号变更（{name}），比本程序新。请使用不早于该变更的程序版本。"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "-- a table;\nCREATE TABLE a (id {id_key}, b BLOB NOT NULL, blobs TEXT, c_BLOB TEXT);\n
CREATE TABLE c (id {case_id}, area TEXT NOT NULL, d BLOB{case_key});\n-- end;\n";

    #[test]
    fn tokens_are_said_in_the_words_of_each_engine() {
        let sqlite = translate(TEXT, Engine::Sqlite).unwrap();
        assert!(
            sqlite.contains(
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b BLOB NOT NULL, blobs TEXT, c_BLOB TEXT);"
            )
        );
        assert!(sqlite.contains("CREATE TABLE c (id INTEGER PRIMARY KEY, area TEXT NOT NULL, d BLOB);"));
        let postgres = translate(TEXT, Engine::Postgres).unwrap();
        assert!(
            postgres.contains(
                "CREATE TABLE a (id BIGINT PRIMARY KEY, b BYTEA NOT NULL, blobs TEXT, c_BLOB TEXT);"
            )
        );
        assert!(postgres.contains(
            "CREATE TABLE c (id BIGINT NOT NULL, area TEXT NOT NULL, d BYTEA, PRIMARY KEY (area, id));"
        ));
    }

    #[test]
    fn what_neither_engine_should_see_is_a_bug() {
        assert!(translate("CREATE TABLE a (id {idkey});", Engine::Sqlite).is_err());
        assert!(
            translate("b BIGINT REFERENCES c (id) DEFERRABLE INITIALLY DEFERRED", Engine::Postgres).is_err()
        );
    }

    #[test]
    fn statements_end_where_a_line_ends() {
        let found = statements("A (';',\n b);\n\n-- note;\nB;\nC");
        assert_eq!(found, ["A (';',\n b);\n", "\n-- note;\nB;\n", "C\n"]);
        assert!(statements("\n-- only words;\n").is_empty());
    }
}
