//! What is asked besides words, and what is answered.

use super::SearchIndex;
use super::pinyin;
use super::query::Query;
use super::text::{self, without_brackets};
use crate::catalog::ClaimLevel;
use base::PageOf;
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
    pub fit: Fit,
    /// Comparable within one answer only.
    pub score: f32,
    /// The word of ours that stood in for the visitor's, when hers is not in the item's own words.
    pub matched_synonym: Option<String>,
}

/// How an item answers what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Its name, what people call it, or a code or pinyin of it says all of it.
    Named,
    /// Some of it stands in the texts of its guide alone: it may be about something else.
    Mentioned,
    /// It knows a part of what was asked.
    Partly,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    pub hits: PageOf<Hit>,
    /// Words of the visitor that no item knows, as read: the hits were found without them. Empty when nothing else
    /// was asked, because then nothing is left out.
    pub left_out: Vec<String>,
}

impl SearchIndex {
    pub(super) fn hit(&self, position: u32, score: f32, fit: Fit, query: &Query) -> Hit {
        let entry = self.entry(position);
        let item = &entry.item;
        Hit {
            slug: item.slug.clone(),
            code: item.code.clone(),
            title: item.name.clone(),
            highlights: highlights(&item.name, query),
            summary: item.summary.clone(),
            department: entry.department.to_string(),
            claimants: entry.claimants,
            fit,
            score,
            matched_synonym: self.matched_synonym(position, query),
        }
    }

    fn matched_synonym(&self, position: u32, query: &Query) -> Option<String> {
        let foreign = query.ideas.iter().filter(|idea| !self.says(position, &idea.said));
        foreign.flat_map(|idea| &idea.synonyms).find(|word| self.says(position, word)).cloned()
    }
}

/// Where the title says what was asked: the whole idea, else its words, else its synonyms.
fn highlights(title: &str, query: &Query) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for idea in &query.ideas {
        let before = ranges.len();
        ranges.extend(occurrences(title, &idea.said));
        if ranges.len() == before && !idea.latin {
            let words = text::words(&idea.said).into_iter().filter(|word| word.chars().count() > 1);
            ranges.extend(words.flat_map(|word| occurrences(title, word)));
        }
        if ranges.len() == before {
            ranges.extend(idea.synonyms.iter().flat_map(|word| occurrences(title, word)));
        }
        if ranges.len() == before && idea.latin {
            ranges.extend(in_pinyin(title, &idea.said));
        }
    }
    merged(ranges)
}

fn occurrences<'t>(title: &'t str, word: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    title.match_indices(word).filter(|(_, found)| !found.is_empty()).map(|(at, found)| at..at + found.len())
}

/// The beginning of the title whose pinyin or initials were typed.
fn in_pinyin(title: &str, typed: &str) -> Option<Range<usize>> {
    let name = without_brackets(title);
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let said = |end: &usize| {
        name.get(..*end).is_some_and(|start| pinyin::full(start) == typed || pinyin::initials(start) == typed)
    };
    // Only when nothing was cut out before it do places in the name agree with places in the title.
    ends.into_iter().find(said).filter(|end| title.get(..*end) == name.get(..*end)).map(|end| 0..end)
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
