//! What somebody is about to type, and what somebody may have meant.

use super::document::Name;
use super::query::LONGEST;
use super::text::{Run, distance, is_han, normal, runs, without_brackets, words};
use super::{Filter, SearchIndex, pinyin};
use base::{Page, Result};
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
                let slug = title.then(|| entry.item.slug.clone());
                ranked.extend(rank(name, &typed).map(|rank| (rank, !title, hot, name.text.clone(), slug)));
            }
        }
        ranked.sort();
        let mut seen = HashSet::new();
        ranked.retain(|(_, _, _, text, _)| seen.insert(text.clone()));
        ranked.into_iter().take(MOST).map(|(_, _, _, text, slug)| Suggestion { text, slug }).collect()
    }

    /// A name close to what was typed, when it finds something: the same sounds in other characters, one
    /// character changed, or pinyin with a slip. Nothing when what was typed is a name itself.
    pub fn did_you_mean(&self, query: &str) -> Result<Option<String>> {
        let typed = normal(query, LONGEST).replace(' ', "");
        if typed.chars().count() < 2 {
            return Ok(None);
        }
        let sounds = pinyin::full(&typed);
        let mut best: Option<(usize, usize, String)> = None;
        for (position, name) in self.names() {
            let own = normal(&name, usize::MAX).replace(' ', "");
            if own == typed || pinyin::full(&own) == typed {
                return Ok(None);
            }
            let Some(far) = nearness(&typed, &sounds, &own) else { continue };
            if best.as_ref().is_none_or(|(least, first, _)| (far, position) < (*least, *first)) {
                best = Some((far, position, name));
            }
        }
        let Some((_, _, name)) = best else { return Ok(None) };
        let found = self.search(&name, &Filter::default(), Page::of(None, Some(1)))?;
        Ok((found.total > 0).then_some(name))
    }

    /// Everything that is a name to somebody: titles, stretches of words inside them, keywords, synonyms.
    fn names(&self) -> impl Iterator<Item = (usize, String)> {
        let own =
            self.entries.iter().flat_map(|entry| entry.short_names().chain(stretches(&entry.item.name)));
        own.chain(self.rows.iter().flatten().cloned()).enumerate()
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
    if name.initials.starts_with(typed) || name.full.starts_with(typed) {
        return Some(1);
    }
    (typed.len() >= 2 && name.inside.iter().any(|start| start.starts_with(typed))).then_some(2)
}

/// Two to five neighbouring words of a title.
fn stretches(title: &str) -> Vec<String> {
    let whole = normal(&without_brackets(title), usize::MAX);
    let mut found = Vec::new();
    for run in runs(&whole) {
        let Run::Han(han) = run else { continue };
        let words = words(han);
        for start in 0..words.len() {
            for end in start + 1..=words.len().min(start + 5) {
                let stretch = words[start..end].concat();
                found.extend((stretch.chars().count() > 1).then_some(stretch));
            }
        }
    }
    found
}

/// How far a name is from what was typed; nothing when too far. Short words must sound the same: among two
/// characters, one changed is another word.
fn nearness(typed: &str, sounds: &str, name: &str) -> Option<usize> {
    let (long, other) = (typed.chars().count(), name.chars().count());
    let chinese = typed.chars().all(is_han);
    if chinese && long == other && pinyin::full(name) == sounds {
        return Some(1);
    }
    if chinese {
        let close = long >= 3 && other >= 3 && long.abs_diff(other) <= 1;
        return (close && distance(typed, name) == 1).then_some(2);
    }
    let latin = typed.chars().all(|c| c.is_ascii_alphanumeric());
    let allowed = match sounds.len() {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    let own = pinyin::full(name);
    if !latin || allowed == 0 || own.len().abs_diff(typed.len()) > allowed {
        return None;
    }
    let far = distance(typed, &own);
    (1..=allowed).contains(&far).then_some(2 + far)
}
