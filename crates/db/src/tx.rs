//! One transaction, whatever the engine: what a verb or a query is given to work with.

use crate::row::Row;
use crate::{Engine, Param, postgres, sqlite};
use base::{Error, Result};

/// The transaction of one verb or query. It ends with the closure it was given to: commit on `Ok`,
/// roll back on `Err`, panic or drop.
///
/// After a statement has failed the transaction takes no other and cannot end well, on both engines:
/// PostgreSQL would refuse it anyway. Where a duplicate is expected, say `ON CONFLICT DO NOTHING` and look
/// at the number of rows.
pub struct Tx<'a>(pub(crate) Session<'a>);

#[allow(clippy::large_enum_variant, reason = "one on the stack per request, never in a collection")]
pub(crate) enum Session<'a> {
    Sqlite(sqlite::Session<'a>),
    Postgres(postgres::Session),
}

impl Tx<'_> {
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Session::Sqlite(_) => Engine::Sqlite,
            Session::Postgres(_) => Engine::Postgres,
        }
    }

    /// From here on the verb only writes, and the only refusal left is a first statement that fails: what it does needs
    /// no undoing then. Should it end otherwise after a write, by a bug or because the disk fails, everything that was
    /// to be committed with it is undone on SQLite, and those callers are told to try again.
    pub fn only_writes(&mut self) {
        if let Session::Sqlite(session) = &mut self.0 {
            session.only_writes();
        }
    }

    /// Runs a statement for its effect; the number of rows changed.
    pub async fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64> {
        self.takes(params)?;
        match &mut self.0 {
            Session::Sqlite(session) => session.execute(sql, params),
            Session::Postgres(session) => session.execute(sql, params).await,
        }
    }

    /// Runs a statement for its effect when nothing depends on its answer. PostgreSQL gets it together with
    /// the next statement that does, or with COMMIT: a verb that ends in such statements waits once for all
    /// of them. Should it fail, the verb fails as if it had failed here.
    pub async fn execute_soon(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
        self.takes(params)?;
        match &mut self.0 {
            Session::Sqlite(session) => session.execute(sql, params).map(drop),
            Session::Postgres(session) => session.execute_soon(sql, params).await,
        }
    }

    /// Runs statements one after the other for their effect; the number of rows changed by each. On
    /// PostgreSQL none waits for the answer of the one before, so the whole costs one round trip.
    pub async fn execute_all(&mut self, statements: &[(&'static str, &[Param<'_>])]) -> Result<Vec<u64>> {
        statements.iter().try_for_each(|(_, params)| self.takes(params))?;
        match &mut self.0 {
            Session::Sqlite(session) => {
                statements.iter().map(|(sql, params)| session.execute(sql, params)).collect()
            }
            Session::Postgres(session) => session.execute_all(statements).await,
        }
    }

    /// Every row of the answer, mapped.
    pub async fn rows<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.takes(params)?;
        match &mut self.0 {
            Session::Sqlite(session) => session.rows(sql, params, map),
            Session::Postgres(session) => session.rows(sql, params, map).await,
        }
    }

    /// The first row of the answer, mapped; `None` when there is none.
    pub async fn first<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        map: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.takes(params)?;
        match &mut self.0 {
            Session::Sqlite(session) => session.first(sql, params, map),
            Session::Postgres(session) => session.first(sql, params, map).await,
        }
    }

    /// Checks that the engine understands a statement, without running it. For the test that prepares
    /// every statement of the product.
    pub async fn prepare(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        match &mut self.0 {
            Session::Sqlite(session) => session.prepare(sql),
            Session::Postgres(session) => session.prepare(sql).await,
        }
    }

    /// Text that is run as it stands: migrations and settings only.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<()> {
        self.usable()?;
        match &mut self.0 {
            Session::Sqlite(session) => session.run(sql),
            Session::Postgres(session) => session.run(sql).await,
        }
    }

    fn failed(&self) -> bool {
        match &self.0 {
            Session::Sqlite(session) => session.failed,
            Session::Postgres(session) => session.failed,
        }
    }

    fn usable(&self) -> Result<()> {
        if self.failed() {
            Err(Error::bug("a statement after one that failed in the same transaction"))
        } else {
            Ok(())
        }
    }

    /// Whether a statement may be run with these. PostgreSQL keeps no text with a NUL, and what one engine refuses
    /// the other does not take either: people send it, so it is their mistake and no bug of a verb.
    fn takes(&self, params: &[Param<'_>]) -> Result<()> {
        self.usable()?;
        match params.iter().any(|param| matches!(param, Param::Text(text) if text.contains('\0'))) {
            true => Err(Error::refused("text.characters", "内容里有不能识别的字符，请重新输入")),
            false => Ok(()),
        }
    }

    /// What the verb said, unless it said `Ok` over a failed statement.
    pub(crate) fn settled<T>(&self, outcome: Result<T>) -> Result<T> {
        if outcome.is_ok() && self.failed() {
            return Err(Error::bug("a verb ended well although one of its statements failed"));
        }
        outcome
    }
}
