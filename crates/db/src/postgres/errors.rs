//! What PostgreSQL's failures mean for the caller.

use base::Error;
use tokio_postgres::error::SqlState;

pub(super) fn failure(sql: &str, source: tokio_postgres::Error) -> Error {
    let Some(state) = source.code() else {
        return if is_connection_lost(&source) {
            busy(sql, &source)
        } else {
            crate::error::bug(sql, Told(source))
        };
    };
    match *state {
        SqlState::UNIQUE_VIOLATION
        | SqlState::FOREIGN_KEY_VIOLATION
        | SqlState::EXCLUSION_VIOLATION
        | SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED => Error::Conflict,
        SqlState::QUERY_CANCELED
        | SqlState::LOCK_NOT_AVAILABLE
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW => busy(sql, &source),
        // 08 connection lost, 53 out of connections, memory or disk.
        _ if matches!(&state.code()[..2], "08" | "53") => busy(sql, &source),
        _ => crate::error::bug(sql, Told(source)),
    }
}

fn busy(sql: &str, source: &tokio_postgres::Error) -> Error {
    tracing::warn!(sql, error = ?source, "PostgreSQL cannot serve at the moment");
    Error::Busy
}

fn is_connection_lost(source: &tokio_postgres::Error) -> bool {
    let cause = std::error::Error::source(source);
    source.is_closed() || cause.is_some_and(|cause| cause.is::<std::io::Error>())
}

/// With the server's own words: the library's say only "db error".
#[derive(Debug)]
struct Told(tokio_postgres::Error);

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_db_error() {
            Some(told) => write!(f, "{told}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for Told {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}
