//! What somebody may have meant.

use super::document::{Entry, joined};
use super::query::LONGEST;
use super::text::{Run, distance, is_han, normal, one_change, runs, without_brackets, words};
use super::{Filter, SearchIndex, pinyin};
use base::{Page, Result};
use std::collections::HashSet;

/// Everything that is a name to somebody: titles, stretches of words inside them, keywords, synonyms; each once,
/// the first come first. Worked out with the index, because every search asks it.
pub(super) struct NearNames(Vec<NearName>);

struct NearName {
    text: Box<str>,
    /// Normal form without blanks, where it differs.
    other: Option<Box<str>>,
    /// Pinyin.
    sounds: Box<str>,
    /// Characters of the normal form.
    length: usize,
}

impl NearName {
    fn of(text: String) -> NearName {
        let own = joined(&text);
        NearName {
            sounds: pinyin::full(&own).into(),
            length: own.chars().count(),
            other: (own != text).then(|| own.into()),
            text: text.into(),
        }
    }

    fn own(&self) -> &str {
        self.other.as_ref().unwrap_or(&self.text)
    }
}

impl NearNames {
    pub fn of(entries: &[Entry], synonyms: &[Vec<String>]) -> NearNames {
        let of_titles =
            entries.iter().flat_map(|entry| entry.short_names().chain(stretches(&entry.item.name)));
        let mut seen = HashSet::new();
        let new =
            of_titles.chain(synonyms.iter().flatten().cloned()).filter(|name| seen.insert(name.clone()));
        NearNames(new.map(NearName::of).collect())
    }
}

impl SearchIndex {
    /// A name close to what was typed, when it finds something: the same sounds in other characters, one
    /// character changed, or pinyin with a slip. Nothing when what was typed is a name itself.
    pub fn did_you_mean(&self, query: &str) -> Result<Option<String>> {
        let typed = Typed::of(query);
        if typed.length < 2 {
            return Ok(None);
        }
        let mut best: Option<(usize, &NearName)> = None;
        for name in &self.near.0 {
            if name.own() == typed.text || *name.sounds == *typed.text {
                return Ok(None);
            }
            let Some(far) = typed.nearness(name) else { continue };
            if best.as_ref().is_none_or(|(least, _)| far < *least) {
                best = Some((far, name));
            }
        }
        let Some((_, name)) = best else { return Ok(None) };
        let found = self.search(&name.text, &Filter::default(), Page::of(None, Some(1)))?;
        Ok((found.hits.total > 0).then(|| name.text.to_string()))
    }
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

/// What was typed, with what is asked of it for each name.
struct Typed {
    text: String,
    sounds: String,
    length: usize,
    chinese: bool,
    latin: bool,
}

impl Typed {
    fn of(query: &str) -> Typed {
        let text = normal(query, LONGEST).replace(' ', "");
        Typed {
            sounds: pinyin::full(&text),
            length: text.chars().count(),
            chinese: text.chars().all(is_han),
            latin: text.chars().all(|c| c.is_ascii_alphanumeric()),
            text,
        }
    }

    /// How far a name is; nothing when too far. Short words must sound the same: among two characters, one
    /// changed is another word.
    fn nearness(&self, name: &NearName) -> Option<usize> {
        if self.chinese {
            if self.length == name.length && *name.sounds == *self.sounds {
                return Some(1);
            }
            let close = self.length >= 3 && name.length >= 3 && self.length.abs_diff(name.length) <= 1;
            return (close && one_change(&self.text, name.own())).then_some(2);
        }
        let allowed = match self.sounds.len() {
            0..=4 => 0,
            5..=9 => 1,
            _ => 2,
        };
        if !self.latin || allowed == 0 || name.sounds.len().abs_diff(self.text.len()) > allowed {
            return None;
        }
        let far = distance(&self.text, &name.sounds);
        (1..=allowed).contains(&far).then_some(2 + far)
    }
}
