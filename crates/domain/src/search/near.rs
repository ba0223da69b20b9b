//! What somebody may have meant.

use super::document::Entry;
use super::names::joined;
use super::query::LONGEST;
use super::text::{Run, distance, is_han, normal, one_change, runs, without_brackets, words};
use super::{Filter, SearchIndex, pinyin};
use base::{Page, Result};
use std::collections::HashSet;

/// Everything that is a name to somebody: titles, stretches of words inside them, keywords, synonyms; each once.
/// Worked out with the index, because every search asks it. A name close to another is about as long, so names are
/// looked through by their length.
pub(super) struct NearNames {
    /// By length, then the first come first.
    names: Vec<NearName>,
    /// The same by the length of their pinyin.
    by_sounds: Vec<u32>,
}

struct NearName {
    /// Place among all, the first come first: of two that are equally near it decides.
    order: u32,
    text: Box<str>,
    /// Normal form without blanks, where it differs.
    other: Option<Box<str>>,
    /// Pinyin.
    sounds: Box<str>,
    /// Characters of the normal form.
    length: usize,
}

impl NearName {
    fn of(order: u32, text: String) -> NearName {
        let own = joined(&text);
        NearName {
            order,
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
        let mut names: Vec<NearName> =
            (0..).zip(new).map(|(order, text)| NearName::of(order, text)).collect();
        names.sort_unstable_by_key(|name| (name.length, name.order));
        let mut by_sounds: Vec<u32> = (0..).take(names.len()).collect();
        by_sounds.sort_by_key(|name| names[*name as usize].sounds.len());
        NearNames { names, by_sounds }
    }

    /// Names of so many characters.
    fn as_long(&self, from: usize, to: usize) -> &[NearName] {
        let first = self.names.partition_point(|name| name.length < from);
        let behind = self.names.partition_point(|name| name.length <= to);
        &self.names[first..behind.max(first)]
    }

    /// Names whose pinyin has so many letters.
    fn sounding_as_long(&self, from: usize, to: usize) -> impl Iterator<Item = &NearName> {
        let letters = |name: &u32| self.names[*name as usize].sounds.len();
        let first = self.by_sounds.partition_point(|name| letters(name) < from);
        let behind = self.by_sounds.partition_point(|name| letters(name) <= to);
        self.by_sounds[first..behind.max(first)].iter().map(|name| &self.names[*name as usize])
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
        let nearest = match typed.script {
            Script::Chinese => typed.nearest(self.near.as_long(typed.length - 1, typed.length + 1)),
            Script::Latin => {
                let slips = typed.slips();
                let (least, most) = (typed.length.saturating_sub(slips), typed.length + slips);
                typed.nearest(self.near.sounding_as_long(least, most))
            }
            Script::Mixed => None,
        };
        let Some(name) = nearest else { return Ok(None) };
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
    script: Script,
}

enum Script {
    Chinese,
    /// Pinyin.
    Latin,
    /// Nobody can say what was meant.
    Mixed,
}

impl Typed {
    fn of(query: &str) -> Typed {
        let text = normal(query, LONGEST).replace(' ', "");
        Typed {
            sounds: pinyin::full(&text),
            length: text.chars().count(),
            script: if text.chars().all(is_han) {
                Script::Chinese
            } else if text.chars().all(|c| c.is_ascii_alphanumeric()) {
                Script::Latin
            } else {
                Script::Mixed
            },
            text,
        }
    }

    /// The name that is closest, the first come of those; nothing when one of them is what was typed.
    fn nearest<'n>(&self, names: impl IntoIterator<Item = &'n NearName>) -> Option<&'n NearName> {
        let mut best: Option<(usize, u32, &NearName)> = None;
        for name in names {
            if name.own() == self.text || *name.sounds == *self.text {
                return None;
            }
            let Some(far) = self.nearness(name) else { continue };
            if best.is_none_or(|(least, order, _)| (far, name.order) < (least, order)) {
                best = Some((far, name.order, name));
            }
        }
        best.map(|(.., name)| name)
    }

    /// How far a name is; nothing when too far. Short words must sound the same: among two characters, one
    /// changed is another word.
    fn nearness(&self, name: &NearName) -> Option<usize> {
        if let Script::Chinese = self.script {
            if self.length == name.length && *name.sounds == *self.sounds {
                return Some(1);
            }
            let close = self.length >= 3 && name.length >= 3;
            return (close && one_change(&self.text, name.own())).then_some(2);
        }
        // Nothing is within no slips but itself.
        let far = if self.slips() == 0 { usize::MAX } else { distance(&self.text, &name.sounds) };
        (1..=self.slips()).contains(&far).then(|| 2 + far)
    }

    /// Letters that may be wrong in what was typed as pinyin.
    fn slips(&self) -> usize {
        match self.length {
            0..=4 => 0,
            5..=9 => 1,
            _ => 2,
        }
    }
}
