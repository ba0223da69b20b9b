//! How the failures of both engines become the product's one error.

use base::Error;

/// A statement and why it failed: what a log needs to find the place in `store.rs`.
#[derive(Debug)]
pub(crate) struct StatementError<E> {
    sql: String,
    source: E,
}

impl<E: std::fmt::Display> std::fmt::Display for StatementError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.sql, self.source)
    }
}

impl<E: std::error::Error + 'static> std::error::Error for StatementError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

pub(crate) fn bug(sql: &str, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Bug(Box::new(StatementError { sql: sql.to_owned(), source }))
}
