//! The client-server engine: a pool of connections, one for each verb or query while it runs. Queries of one
//! statement have no transaction to themselves and share a few connections among all of them.

mod errors;
mod session;
mod shared;
mod united;
mod values;

pub(crate) use session::Session;

use crate::Options;
use crate::tx::{self, Tx};
use base::{Error, Result};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use shared::Shared;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_postgres::{Config, NoTls};

pub(crate) struct Store {
    pool: Pool,
    shared: Shared,
    commits: AtomicU64,
}

/// Nobody waits longer for a statement, a lock, or a verb that has stopped half-way.
const LIMITS: &str = "-c statement_timeout=15s -c idle_in_transaction_session_timeout=10s -c lock_timeout=5s \
                      -c default_transaction_isolation=read\\ committed";
/// For connections whose statements stand alone; whoever has one for itself says what its transaction may do.
const READ_ONLY: &str = "-c default_transaction_read_only=on";

impl Store {
    pub async fn open(url: &str, schema: Option<&str>, options: &Options) -> Result<Store> {
        let number = if options.readers == 0 { 32 } else { options.readers };
        let pool = pool(url, schema, number, LIMITS, options)?;
        let read_only = format!("{LIMITS} {READ_ONLY}");
        let shared = Shared::new(self::pool(url, schema, shared::CONNECTIONS, &read_only, options)?);
        let client = pool.get().await.map_err(|e| unreachable(&e))?;
        check_locale(&client).await?;
        if let Some(schema) = schema {
            create_schema(client, schema).await?;
        }
        Ok(Store { pool, shared, commits: AtomicU64::new(0) })
    }

    pub async fn write<T>(&self, verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let session = Session::writing(self.client().await?);
        let (outcome, session) = run(verb, session).await;
        if outcome.is_ok() {
            session.commit().await?;
            self.commits.fetch_add(1, Ordering::Relaxed);
        } else {
            session.roll_back().await;
        }
        outcome
    }

    pub async fn read<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let session = Session::reading(self.client().await?);
        let (outcome, session) = run(query, session).await;
        session.let_go().await;
        outcome
    }

    pub async fn read_one<T>(&self, query: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let session = Session::reading_one(self.shared.client().await?);
        let (outcome, session) = run(query, session).await;
        session.let_go().await;
        outcome
    }

    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn client(&self) -> Result<Object> {
        take(&self.pool).await
    }
}

async fn take(pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|error| {
        tracing::warn!(%error, "no connection to PostgreSQL");
        Error::Busy
    })
}

async fn run<T>(verb: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T>, session: Session) -> (Result<T>, Session) {
    let mut tx = Tx(tx::Session::Postgres(session));
    let outcome = verb(&mut tx).await;
    let outcome = tx.settled(outcome);
    match tx.0 {
        tx::Session::Postgres(session) => (outcome, session),
        tx::Session::Sqlite(_) => unreachable!("a transaction keeps its engine"),
    }
}

fn pool(url: &str, schema: Option<&str>, number: usize, settings: &str, options: &Options) -> Result<Pool> {
    let mut config: Config = url.parse().map_err(|e: tokio_postgres::Error| {
        Error::refused("db.url", format!("PostgreSQL 连接地址无法识别：{e}"))
    })?;
    let mut settings =
        config.get_options().map(|given| format!("{given} {settings}")).unwrap_or(settings.to_owned());
    let mut name = "yiwang".to_owned();
    if let Some(schema) = schema {
        if !schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
            return Err(Error::refused(
                "db.schema",
                format!("模式名 {schema} 只能由小写字母、数字和下划线组成"),
            ));
        }
        settings.push_str(" -c search_path=");
        settings.push_str(schema);
        name = format!("yiwang {schema}");
    }
    config.options(settings).application_name(name).connect_timeout(Duration::from_secs(5));
    let manager =
        Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(number)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(options.patience),
            create: Some(Duration::from_secs(5)),
            recycle: Some(Duration::from_secs(5)),
        })
        .build()
        .map_err(|e| Error::Bug(e.into()))
}

fn unreachable(error: &deadpool_postgres::PoolError) -> Error {
    let mut causes = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        causes = format!("{causes}: {cause}");
        source = cause.source();
    }
    Error::refused("db.unreachable", format!("无法连接 PostgreSQL：{causes}"))
}

/// `IF NOT EXISTS` looks before it makes: of two processes at once, one may still be told of the other's.
/// The connection is given up, because a refusal leaves its transaction open.
async fn create_schema(client: Object, schema: &str) -> Result<()> {
    let client = Object::take(client);
    let sql = format!("BEGIN READ WRITE; CREATE SCHEMA IF NOT EXISTS {schema}; COMMIT");
    match client.batch_execute(&sql).await.map_err(|e| errors::failure(&sql, e)) {
        Err(Error::Conflict) => Ok(()),
        other => other,
    }
}

/// Texts must compare by their bytes, as they do in SQLite: keyset pages and ranges rest on it.
async fn check_locale(client: &Object) -> Result<()> {
    let sql = "SELECT d.datcollate::text, pg_encoding_to_char(d.encoding)::text,
                      coalesce(to_jsonb(d) ->> 'datlocprovider', 'c')
               FROM pg_database d WHERE d.datname = current_database()";
    let row = client.query_one(sql, &[]).await.map_err(|e| errors::failure(sql, e))?;
    let (collation, encoding, provider): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
    if matches!(collation, "C" | "POSIX") && encoding == "UTF8" && matches!(provider, "c" | "b") {
        return Ok(());
    }
    Err(Error::refused(
        "db.collation",
        format!(
            "PostgreSQL 数据库的排序规则是 {collation}、编码是 {encoding}，要求排序规则 C、编码 UTF8。建库命令：\
             CREATE DATABASE yiwang TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';"
        ),
    ))
}
