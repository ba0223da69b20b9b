//! Statements on one PostgreSQL connection, with as few round trips as there are answers to wait for.

use super::errors::failure;
use crate::Param;
use crate::row::{Row, Source};
use base::Result;
use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// One snapshot for all statements of a query, as on SQLite.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// How many statements `execute_all` has under way at once; up to 30 `join_all` starts them in order.
const PIPELINE: usize = 30;

pub(crate) struct Session {
    /// `None` only when dropped or given back.
    client: Option<Object>,
    begin: &'static str,
    /// BEGIN has been sent.
    open: bool,
    pub failed: bool,
}

impl Session {
    pub fn writing(client: Object) -> Self {
        Session { client: Some(client), begin: BEGIN_WRITE, open: false, failed: false }
    }

    pub fn reading(client: Object) -> Self {
        Session { client: Some(client), begin: BEGIN_READ, open: false, failed: false }
    }

    pub async fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.statement(sql).await?;
        let params = borrowed(params);
        let begin = self.begin_now();
        let client = self.client();
        let done = after(begin, client, client.execute(&statement, &params)).await;
        done.map_err(|e| self.fail(sql, e))
    }

    pub async fn execute_all(&mut self, statements: &[(&'static str, &[Param<'_>])]) -> Result<Vec<u64>> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            prepared.push((*sql, self.statement(sql).await?, borrowed(params)));
        }
        let mut changed = Vec::with_capacity(statements.len());
        for some in prepared.chunks(PIPELINE) {
            let begin = self.begin_now();
            let client = self.client();
            let under_way =
                join_all(some.iter().map(|(_, statement, params)| client.execute(statement, params)));
            let done = after(begin, client, under_way.map(Ok)).await.map_err(|e| self.fail("BEGIN", e))?;
            for ((sql, ..), rows) in some.iter().zip(done) {
                changed.push(rows.map_err(|e| self.fail(sql, e))?);
            }
        }
        Ok(changed)
    }

    pub async fn rows<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.query(sql, params).await?;
        rows.iter().map(|row| map(&Row(Source::Postgres(row)))).collect()
    }

    pub async fn first<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let rows = self.query(sql, params).await?;
        rows.first().map(|row| map(&Row(Source::Postgres(row)))).transpose()
    }

    pub async fn prepare(&mut self, sql: &str) -> Result<()> {
        let prepared = self.client().prepare(sql).await.map(drop);
        prepared.map_err(|e| self.fail(sql, e))
    }

    pub async fn run(&mut self, sql: &str) -> Result<()> {
        let begin = self.begin_now();
        let client = self.client();
        let done = after(begin, client, client.batch_execute(sql)).await;
        done.map_err(|e| self.fail(sql, e))
    }

    pub async fn commit(mut self) -> Result<()> {
        if self.open {
            self.client().batch_execute("COMMIT").await.map_err(|e| self.fail("COMMIT", e))?;
            self.open = false;
        }
        Ok(())
    }

    pub async fn roll_back(mut self) {
        if self.open && self.client().batch_execute("ROLLBACK").await.is_ok() {
            self.open = false;
        }
    }

    /// Ends a snapshot without waiting for the answer: the end is sent at the first poll, and the
    /// connection answers in order, so whoever has it next comes after.
    pub async fn let_go(mut self) {
        if self.failed {
            return self.roll_back().await;
        }
        if self.open {
            let sent = self.client().batch_execute("COMMIT").now_or_never();
            self.open = matches!(sent, Some(Err(_)));
        }
    }

    async fn query(&mut self, sql: &str, params: &[Param<'_>]) -> Result<Vec<tokio_postgres::Row>> {
        let statement = self.statement(sql).await?;
        let params = borrowed(params);
        let begin = self.begin_now();
        let client = self.client();
        let done = after(begin, client, client.query(&statement, &params)).await;
        done.map_err(|e| self.fail(sql, e))
    }

    async fn statement(&mut self, sql: &str) -> Result<Statement> {
        let prepared = self.client().prepare_cached(sql).await;
        prepared.map_err(|e| self.fail(sql, e))
    }

    /// The BEGIN to send with the next statement. From here on a dropped session closes its connection.
    fn begin_now(&mut self) -> Option<&'static str> {
        let first = !self.open;
        self.open = true;
        first.then_some(self.begin)
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("taken only in drop")
    }

    fn fail(&mut self, sql: &str, source: tokio_postgres::Error) -> base::Error {
        self.failed = true;
        failure(sql, source)
    }
}

impl Drop for Session {
    /// A connection with a transaction still open never goes back to the pool: its verb was dropped
    /// half-way, or its end could not be said. Closing it makes the server roll back.
    fn drop(&mut self) {
        if let Some(client) = self.client.take()
            && self.open
        {
            drop(Object::take(client));
        }
    }
}

/// Sends BEGIN, when it is due, and the statement right behind it; waits for both answers together.
async fn after<T>(
    begin: Option<&'static str>,
    client: &Object,
    statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, tokio_postgres::Error> {
    let Some(begin) = begin else { return statement.await };
    let (begun, done) = join(client.batch_execute(begin), statement).await;
    begun.and(done)
}

fn borrowed<'p>(params: &'p [Param<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
