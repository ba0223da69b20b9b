//! What somebody is about to type.

use super::SearchIndex;
use super::document::Entry;
use super::lines::{Beginnings, Lines, number};
use super::names::Names;
use super::pinyin::{self, Spelled};
use super::query::LONGEST;
use super::text::{is_han, normal, without_brackets};
use base::Result;
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

/// Names by their **place**: the one suggested before all others has the first. Whoever types a letter is answered
/// from the names that begin with it, in order, and not from all.
#[derive(Default)]
pub(super) struct Suggestions {
    /// Number of the name at each place; no two read alike.
    names: Vec<u32>,
    /// Place of each name by its number; none when another one that reads alike has it.
    places: Vec<Option<u32>>,
    own: Beginnings,
    /// Names in pinyin and by initials, a line each.
    latin: Lines,
    /// Where these lines begin.
    sounds: Beginnings,
    /// Where a word begins in them.
    inside: Beginnings,
}

impl Suggestions {
    pub fn of(entries: &[Entry], names: &Names) -> Result<Suggestions> {
        let order = order(entries, names)?;
        let mut all =
            Suggestions { places: vec![None; names.own().numbers().len()], ..Suggestions::default() };
        let (mut own, mut sounds, mut inside) = (Vec::new(), Vec::new(), Vec::new());
        for (place, name) in order.into_iter().enumerate() {
            let place = number(place)?;
            all.names.push(name);
            all.places[name as usize] = Some(place);
            own.push((names.own().start(name), place));
            all.spell(written(entries, names, name), place, &mut sounds, &mut inside)?;
        }
        all.own = Beginnings::of(own.into_iter(), names.own());
        all.sounds = Beginnings::of(sounds.into_iter(), &all.latin);
        all.inside = Beginnings::of(inside.into_iter(), &all.latin);
        Ok(all)
    }

    /// Writes down how a name is typed in Latin letters. What stands in brackets may be left out; mostly it comes
    /// last, and the line without it is the beginning of the one with it.
    fn spell(
        &mut self,
        name: &str,
        place: u32,
        sounds: &mut Vec<(u32, u32)>,
        inside: &mut Vec<(u32, u32)>,
    ) -> Result<()> {
        let short = pinyin::spelled(&without_brackets(name));
        let whole = Spelled { words: Vec::new(), ..pinyin::spelled(name) };
        let both = if whole.full.starts_with(&short.full) {
            vec![Spelled { words: short.words, ..whole }]
        } else {
            vec![whole, short]
        };
        for (which, spelled) in both.iter().enumerate() {
            let full = self.latin.push(&spelled.full)?;
            let initials = self.latin.push(&spelled.initials)?;
            let (full, initials) = (self.latin.start(full), self.latin.start(initials));
            if which == 0 {
                sounds.extend([(full, place), (initials, place)]);
            }
            for (in_full, in_initials) in &spelled.words {
                inside.extend([(full + number(*in_full)?, place), (initials + number(*in_initials)?, place)]);
            }
        }
        Ok(())
    }
}

/// Numbers of the names: titles first, then the most wanted, then by text; of those that read alike the first.
fn order(entries: &[Entry], names: &Names) -> Result<Vec<u32>> {
    let heat = |entry: &Entry| entry.item.hot.unwrap_or(u32::MAX);
    let mut ranked = Vec::with_capacity(names.own().numbers().len());
    for (item, entry) in entries.iter().enumerate() {
        let item = number(item)?;
        ranked.push((false, heat(entry), entry.item.name.as_str(), entry.item.slug.as_str(), item));
        let keywords = names.numbers_of_keywords(item).iter();
        ranked.extend(
            keywords.map(|name| (true, heat(entry), names.keyword(*name).unwrap_or_default(), "", *name)),
        );
    }
    ranked.sort_unstable();
    let mut seen = HashSet::new();
    Ok(ranked.into_iter().filter(|(.., text, _, _)| seen.insert(*text)).map(|(.., name)| name).collect())
}

/// A name as it is written.
fn written<'i>(entries: &'i [Entry], names: &'i Names, name: u32) -> &'i str {
    names.keyword(name).unwrap_or_else(|| &entries[name as usize].item.name)
}

impl SearchIndex {
    /// At most eight titles and keywords that begin like this, in characters, pinyin or initials; those that
    /// only contain it come last.
    pub fn suggest(&self, prefix: &str) -> Vec<Suggestion> {
        let typed = normal(prefix, LONGEST).replace(' ', "");
        if typed.is_empty() {
            return Vec::new();
        }
        let (all, own) = (&self.suggestions, self.names.own());
        let mut best = Vec::new();
        add(&mut best, all.own.with(&typed, own));
        if typed.chars().any(is_han) {
            let containing = own.numbers().filter(|name| own.get(*name).contains(&typed));
            add(&mut best, containing.filter_map(|name| all.places[name as usize]));
        } else {
            add(&mut best, all.sounds.with(&typed, &all.latin));
            if typed.len() >= 2 {
                add(&mut best, all.inside.with(&typed, &all.latin));
            }
        }
        best.into_iter().map(|place| self.suggestion(all.names[place as usize])).collect()
    }

    fn suggestion(&self, name: u32) -> Suggestion {
        match self.names.keyword(name) {
            Some(keyword) => Suggestion { text: keyword.to_owned(), slug: None },
            None => {
                let item = &self.entries[name as usize].item;
                Suggestion { text: item.name.clone(), slug: Some(item.slug.clone()) }
            }
        }
    }
}

/// Fills up to eight with the first of these places that are not among them yet.
fn add(best: &mut Vec<u32>, places: impl Iterator<Item = u32>) {
    let room = MOST.saturating_sub(best.len());
    if room == 0 {
        return;
    }
    let mut first: Vec<u32> = Vec::with_capacity(room + 1);
    for place in places {
        let behind = first.len() == room && first.last().is_some_and(|last| place >= *last);
        if !behind
            && !best.contains(&place)
            && let Err(at) = first.binary_search(&place)
        {
            first.insert(at, place);
            first.truncate(room);
        }
    }
    best.extend(first);
}
