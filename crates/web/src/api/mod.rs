//! The JSON interface under `/api/v1`: the same verbs as the pages, described in OpenAPI 3.1.
//!
//! Callers carry a bearer token. Bodies are strict: a field we do not know is refused, not ignored. What goes
//! wrong is problem+json with a stable code. Identifiers are strings, instants are milliseconds since
//! 1970-01-01T00:00:00Z, days are `YYYY-MM-DD` in Asia/Shanghai.

mod asked;
pub(crate) mod cases;
pub(crate) mod catalog;
pub(crate) mod certificate_use;
pub(crate) mod certificates;
pub(crate) mod documents;
mod faults;
mod guide;
pub(crate) mod imports;
pub(crate) mod library;
mod listed;
pub(crate) mod mandates;
pub(crate) mod organisations;
pub(crate) mod seals;
pub(crate) mod sessions;
pub(crate) mod sharing;
mod spec;

pub use spec::openapi;
pub(crate) use spec::{document, viewer};
