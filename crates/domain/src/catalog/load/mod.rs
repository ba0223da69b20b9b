//! From the files of `data/` to a catalogue that may be published, or to every mistake in them.
//!
//! A mistake names its file, its line and the rule it breaks. One mistake and nothing is loaded.

mod claims;
mod dictionaries;
mod document;
mod faults;
mod forms;
mod items;
mod sources;
mod words;

use super::{BaseItem, Department, Dictionary, Differences, LifeEvent};
use faults::Faults;

pub use sources::Sources;

/// What the files say, checked.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    pub dictionary: Dictionary,
    pub departments: Vec<Department>,
    pub life_events: Vec<LifeEvent>,
    /// In order of slug.
    pub base_items: Vec<BaseItem>,
    pub claims: Vec<Claim>,
    /// What may be published and should be better.
    pub warnings: Vec<LoadError>,
}

/// Where one division differs from the base item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Slug of the base item.
    pub item: String,
    pub division: String,
    pub differences: Differences,
}

/// A mistake in a file, for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// Path inside `data/`.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// A stable word; `publish.1` to `publish.13` are the rules of standards §2.4.
    pub rule: String,
    /// Chinese.
    pub message: String,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} 第 {} 行：{}（{}）", self.file, self.line, self.message, self.rule)
    }
}

/// Reads and checks every file of the catalogue. Files that belong to others (accounts, ratings) are passed
/// over. Files that cannot be read at all are reported first and alone: what they define would be missing
/// everywhere else.
pub fn parse_sources(sources: &Sources) -> Result<Parsed, Vec<LoadError>> {
    let mut faults = Faults::default();
    let words = words::read(sources, &mut faults);
    let items = items::read(sources, &mut faults);
    let claims = claims::read(sources, &mut faults);
    let (Some(words), Some(claims), true) = (words, claims, faults.errors.is_empty()) else {
        return Err(faults.errors);
    };
    words.check(&mut faults);
    words.check_layouts(sources, &mut faults);
    items::check(&items, &words, &mut faults);
    let claims = claims.check(&items, &mut faults);
    let warnings = faults.finish()?;
    let base_items = items.into_iter().map(|(_, item)| item).collect();
    let (dictionary, departments, life_events) = words.into_parts();
    Ok(Parsed { dictionary, departments, life_events, base_items, claims, warnings })
}
