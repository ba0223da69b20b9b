//! Statements on one PostgreSQL connection, with as few round trips as there are answers to wait for.

use super::errors::failure;
use super::united;
use crate::Param;
use crate::param::Owned;
use crate::row::{Row, Source};
use base::{Error, Result};
use deadpool_postgres::Object;
use futures_util::FutureExt;
use futures_util::future::{join, join_all};
use std::borrow::Cow;
use std::sync::Arc;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// One snapshot for all statements of a query, as on SQLite.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// How many statements `execute_all` has under way at once; up to 30 `join_all` starts them in order.
const PIPELINE: usize = 30;

pub(crate) struct Session {
    client: Connection,
    begin: Begin,
    /// BEGIN has been sent.
    open: bool,
    /// Statements that go out with the next one whose answer is waited for, or with COMMIT.
    soon: Vec<Soon>,
    pub failed: bool,
}

#[allow(clippy::large_enum_variant, reason = "one for each transaction, never in a collection")]
enum Connection {
    /// `None` only when dropped.
    Own(Option<Object>),
    /// Others use it at the same time: nothing may be begun on it.
    Shared(Arc<Object>),
}

#[derive(Clone, Copy)]
enum Begin {
    With(&'static str),
    /// One statement, in the transaction PostgreSQL itself puts around it.
    Single {
        done: bool,
    },
}

struct Soon {
    sql: Cow<'static, str>,
    statement: Statement,
    params: Vec<Owned>,
}

impl Session {
    pub fn writing(client: Object) -> Self {
        Session::of(Connection::Own(Some(client)), Begin::With(BEGIN_WRITE))
    }

    pub fn reading(client: Object) -> Self {
        Session::of(Connection::Own(Some(client)), Begin::With(BEGIN_READ))
    }

    pub fn reading_one(client: Arc<Object>) -> Self {
        Session::of(Connection::Shared(client), Begin::Single { done: false })
    }

    fn of(client: Connection, begin: Begin) -> Self {
        Session { client, begin, open: false, soon: Vec::new(), failed: false }
    }

    pub async fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        let statement = self.statement(sql).await?;
        let params = borrowed(params);
        let (begin, soon) = self.sent_before()?;
        let client = self.client();
        let done = after(begin, &soon, client, client.execute(&statement, &params)).await;
        done.map_err(|fault| self.fail(sql, fault))
    }

    /// Keeps a statement until something must be waited for anyway.
    pub async fn execute_soon(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
        let statement = self.statement(sql).await?;
        let params = params.iter().map(|param| Owned::from(*param)).collect();
        self.soon.push(Soon { sql: sql.into(), statement, params });
        Ok(())
    }

    pub async fn execute_all(&mut self, statements: &[(&'static str, &[Param<'_>])]) -> Result<Vec<u64>> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            prepared.push((*sql, self.statement(sql).await?, borrowed(params)));
        }
        let mut changed = Vec::with_capacity(statements.len());
        for some in prepared.chunks(PIPELINE) {
            let (begin, soon) = self.sent_before()?;
            let client = self.client();
            let under_way =
                join_all(some.iter().map(|(_, statement, params)| client.execute(statement, params)));
            let done = after(begin, &soon, client, under_way.map(Ok)).await;
            let done = done.map_err(|fault| self.fail("BEGIN", fault))?;
            for ((sql, ..), rows) in some.iter().zip(done) {
                changed.push(rows.map_err(|e| self.fail(sql, Fault::here(e)))?);
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
        prepared.map_err(|e| self.fail(sql, Fault::here(e)))
    }

    pub async fn run(&mut self, sql: &str) -> Result<()> {
        let (begin, soon) = self.sent_before()?;
        let client = self.client();
        let done = after(begin, &soon, client, client.batch_execute(sql)).await;
        done.map_err(|fault| self.fail(sql, fault))
    }

    /// Sends what was kept and COMMIT right behind it. When one of the statements fails, PostgreSQL makes a
    /// rollback of the COMMIT; the statement's failure is the answer. Kept insertions with nothing before them go
    /// as one statement, which PostgreSQL commits by itself.
    pub async fn commit(mut self) -> Result<()> {
        self.unite().await?;
        if !self.open && self.soon.len() == 1 {
            let only = self.soon.remove(0);
            let params: Vec<Param<'_>> = only.params.iter().map(Owned::param).collect();
            self.open = true;
            let done = self.client().execute(&only.statement, &borrowed(&params)).await;
            self.open = matches!(&done, Err(source) if source.code().is_none());
            done.map_err(|source| self.fail(only.sql.as_ref(), Fault::here(source)))?;
        }
        if self.open || !self.soon.is_empty() {
            let (begin, soon) = self.sent_before()?;
            let client = self.client();
            let done = after(begin, &soon, client, client.batch_execute("COMMIT")).await;
            // The server answered: the transaction has ended, one way or the other.
            self.open = matches!(&done, Err(fault) if fault.source.code().is_none());
            done.map_err(|fault| self.fail("COMMIT", fault))?;
        }
        Ok(())
    }

    /// Makes one statement of the kept ones.
    async fn unite(&mut self) -> Result<()> {
        let Some(sql) = united::united(self.soon.iter().map(|kept| kept.sql.as_ref())) else { return Ok(()) };
        let statement = self.statement(&sql).await?;
        let params = self.soon.drain(..).flat_map(|kept| kept.params).collect();
        self.soon.push(Soon { sql: sql.into(), statement, params });
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
        let (begin, soon) = self.sent_before()?;
        let client = self.client();
        let done = after(begin, &soon, client, client.query(&statement, &params)).await;
        done.map_err(|fault| self.fail(sql, fault))
    }

    async fn statement(&mut self, sql: &str) -> Result<Statement> {
        let prepared = self.client().prepare_cached(sql).await;
        prepared.map_err(|e| self.fail(sql, Fault::here(e)))
    }

    /// What goes out ahead of the next statement: BEGIN, when it is due, and what was kept. From BEGIN on a
    /// dropped session closes its connection.
    fn sent_before(&mut self) -> Result<(Option<&'static str>, Vec<Soon>)> {
        let begin = match &mut self.begin {
            Begin::Single { done: true } => {
                self.failed = true;
                return Err(Error::bug("the second statement of a query of one"));
            }
            Begin::Single { done } => {
                *done = true;
                None
            }
            Begin::With(begin) => {
                let first = !self.open;
                self.open = true;
                first.then_some(*begin)
            }
        };
        Ok((begin, std::mem::take(&mut self.soon)))
    }

    fn client(&self) -> &Object {
        match &self.client {
            Connection::Own(client) => client.as_ref().expect("taken only in drop"),
            Connection::Shared(client) => client,
        }
    }

    fn fail(&mut self, sql: &str, fault: Fault) -> Error {
        self.failed = true;
        failure(fault.sql.as_deref().unwrap_or(sql), fault.source)
    }
}

impl Drop for Session {
    /// A connection with a transaction still open never goes back to the pool: its verb was dropped
    /// half-way, or its end could not be said. Closing it makes the server roll back.
    fn drop(&mut self) {
        if let Connection::Own(client) = &mut self.client
            && self.open
            && let Some(client) = client.take()
        {
            drop(Object::take(client));
        }
    }
}

/// A failure, and the kept statement it belongs to if it is not the one at hand.
struct Fault {
    sql: Option<String>,
    source: tokio_postgres::Error,
}

impl Fault {
    fn here(source: tokio_postgres::Error) -> Fault {
        Fault { sql: None, source }
    }
}

/// Sends BEGIN, when it is due, what was kept, and the statement, one right behind the other; waits for all
/// answers together. The first failure is the one that counts: it makes the others fail.
async fn after<T>(
    begin: Option<&'static str>,
    soon: &[Soon],
    client: &Object,
    statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Fault> {
    if begin.is_none() && soon.is_empty() {
        return statement.await.map_err(Fault::here);
    }
    let begun = async {
        match begin {
            Some(begin) => client.batch_execute(begin).await,
            None => Ok(()),
        }
    };
    let params: Vec<Vec<Param<'_>>> =
        soon.iter().map(|kept| kept.params.iter().map(Owned::param).collect()).collect();
    let kept = soon.iter().zip(&params).map(|(kept, params)| async {
        let params = borrowed(params);
        let done = client.execute(&kept.statement, &params).await;
        done.map_err(|source| Fault { sql: Some(kept.sql.to_string()), source })
    });
    // Polled in this order at first, which is the order in which they are sent.
    let (begun, (kept, done)) = join(begun, join(join_all(kept), statement)).await;
    begun.map_err(Fault::here)?;
    kept.into_iter().collect::<Result<Vec<_>, _>>()?;
    done.map_err(Fault::here)
}

fn borrowed<'p>(params: &'p [Param<'_>]) -> Vec<&'p (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}
