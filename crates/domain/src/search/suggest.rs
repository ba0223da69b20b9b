//! What somebody is about to type.

use super::SearchIndex;
use super::document::Name;
use super::query::LONGEST;
use super::text::{is_han, normal};
use std::collections::HashSet;

/// A line under the search box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is searched for when it is chosen.
    pub text: String,
    /// The item it names, when it is a title: the way there is one step shorter.
    pub slug: Option<String>,
}

const MOST: usize = 8;

impl SearchIndex {
    /// At most eight titles and keywords that begin like this, in characters, pinyin or initials; those that
    /// only contain it come last.
    pub fn suggest(&self, prefix: &str) -> Vec<Suggestion> {
        let typed = normal(prefix, LONGEST).replace(' ', "");
        if typed.is_empty() {
            return Vec::new();
        }
        let mut ranked = Vec::new();
        for entry in &self.entries {
            let hot = entry.item.hot.unwrap_or(u32::MAX);
            for (position, name) in entry.names.iter().enumerate() {
                let title = position == 0;
                let slug = title.then_some(entry.item.slug.as_str());
                ranked.extend(rank(name, &typed).map(|rank| (rank, !title, hot, &*name.text, slug)));
            }
        }
        ranked.sort_unstable();
        let mut seen = HashSet::new();
        ranked.retain(|(_, _, _, text, _)| seen.insert(*text));
        let best = ranked.into_iter().take(MOST);
        best.map(|(_, _, _, text, slug)| Suggestion { text: text.to_owned(), slug: slug.map(str::to_owned) })
            .collect()
    }
}

/// Less is better; nothing when it does not fit.
fn rank(name: &Name, typed: &str) -> Option<u8> {
    if name.own.starts_with(typed) {
        return Some(0);
    }
    if typed.chars().any(is_han) {
        return name.own.contains(typed).then_some(3);
    }
    if name.sounds_like(typed) {
        return Some(1);
    }
    (typed.len() >= 2 && name.sounds_like_inside(typed)).then_some(2)
}
