//! Finding an item by whatever people type: its name, a word of theirs for it, pinyin, initials, a typo.
//!
//! A **document** is a base item with its title, keywords, summary, conditions, questions and department.
//! The [`SearchIndex`] is built in memory from a catalogue and replaced together with it, so what is
//! published can be found when the commit returns. A query is text, never a language: operators mean
//! nothing, and no query is an error.
//!
//! Absent on purpose: persons, cases and certificates (found by columns and keyed hashes), an index on disk,
//! updates of single documents.

mod document;
mod find;
mod hit;
mod index;
mod lines;
mod misses;
mod names;
mod near;
mod pinyin;
mod query;
mod suggest;
mod text;

pub use hit::{Filter, Fit, Found, Hit, Side};
pub use index::SearchIndex;
pub use misses::{Miss, Misses, SHOWN_FROM, frequent_misses, keep_misses};
pub use suggest::Suggestion;

#[cfg(test)]
mod tests;
