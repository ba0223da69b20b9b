//! One error for the whole product: every layer below `web` returns it, `web/src/error.rs` alone turns it
//! into a status, a page or problem+json.

use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong, seen from the person who asked.
#[derive(Debug)]
pub enum Error {
    /// Unknown, or not theirs to know: the two must look alike.
    NotFound,
    /// Nobody is logged in, and the act needs somebody.
    Unauthenticated,
    /// Somebody is logged in, knows the thing, and may not do this to it.
    Denied,
    /// A rule of the business says no. One refusal per field at fault, at least one.
    Refused(Vec<Refusal>),
    /// Somebody else changed the thing since it was read.
    Conflict,
    /// Too much to do or no room to write: try again later. Nothing was changed.
    Busy,
    /// Our fault. Logged once, at the boundary, with its chain.
    Bug(Box<dyn std::error::Error + Send + Sync>),
}

/// A business "no": a stable code for programs, a sentence for people, the norm behind it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Stable, dotted: `casework.already_decided`.
    pub code: &'static str,
    /// The name of the form field at fault, when there is one.
    pub field: Option<String>,
    /// Chinese, for the person who must act on it.
    pub message: String,
    /// Law or norm with its article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub norm: Option<&'static str>,
}

impl Refusal {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Refusal { code, field: None, message: message.into(), norm: None }
    }

    pub fn at(code: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { code, field: Some(field.into()), message: message.into(), norm: None }
    }

    pub fn by(mut self, norm: &'static str) -> Self {
        self.norm = Some(norm);
        self
    }
}

impl Error {
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Error::Refused(vec![Refusal::new(code, message)])
    }

    pub fn refused_at(code: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Refused(vec![Refusal::at(code, field, message)])
    }

    /// A bug described in words, for states that the code should never reach.
    pub fn bug(what: impl Into<String>) -> Self {
        Error::Bug(what.into().into())
    }

    /// The code of the first refusal: what tests and callers compare.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotFound => "not_found",
            Error::Unauthenticated => "unauthenticated",
            Error::Denied => "denied",
            Error::Refused(refusals) => refusals.first().map_or("refused", |r| r.code),
            Error::Conflict => "conflict",
            Error::Busy => "busy",
            Error::Bug(_) => "bug",
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::Refused(vec![refusal])
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(refusals) => {
                let texts: Vec<_> = refusals.iter().map(|r| r.message.as_str()).collect();
                f.write_str(&texts.join("；"))
            }
            Error::Bug(source) => write!(f, "bug: {source}"),
            other => f.write_str(other.code()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Bug(source) => Some(source.as_ref()),
            _ => None,
        }
    }
}
