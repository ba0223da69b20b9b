//! What is asked besides words, and what is answered.

use crate::catalog::ClaimLevel;
use std::ops::Range;

/// Narrows a search; the default narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub side: Side,
    /// Key of a department.
    pub department: Option<String>,
    /// Key of a life event.
    pub life_event: Option<String>,
    /// Topic code of the side that is asked for; of either when the side is [`Side::Any`].
    pub topic: Option<String>,
    /// Level that offers it.
    pub level: Option<ClaimLevel>,
}

/// Whom an item is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Side {
    Person,
    Legal,
    #[default]
    Any,
}

/// A base item that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub slug: String,
    /// Base code, 12 digits.
    pub code: String,
    pub title: String,
    /// Byte ranges of the title to mark, in order, not overlapping.
    pub highlights: Vec<Range<usize>>,
    pub summary: String,
    /// Short name of the department.
    pub department: String,
    /// Divisions whose own body offers it.
    pub claimants: usize,
    /// Comparable within one answer only.
    pub score: f32,
    /// The word of ours that stood in for the visitor's, when hers is not in the item's own words.
    pub matched_synonym: Option<String>,
}
