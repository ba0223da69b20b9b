//! Why bytes were refused.

/// A refusal with a stable name and where it happened. Never a panic: foreign bytes are expected to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {place}")]
pub struct Fault {
    /// Stable name such as `xml.depth`, `zip.ratio`, `der.length`, `font.missing`.
    pub reason: &'static str,
    /// File, element or byte offset, for people.
    pub place: String,
}

pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    pub fn new(reason: &'static str, place: impl Into<String>) -> Fault {
        Fault { reason, place: place.into() }
    }
}
