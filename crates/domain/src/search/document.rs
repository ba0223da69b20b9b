//! One base item as the index knows it.

use super::pinyin;
use super::text::{Run, normal, runs, without_brackets, words};
use crate::catalog::{BaseItem, Catalogue};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) struct Entry {
    pub item: Arc<BaseItem>,
    /// Short name of the department.
    pub department: Arc<str>,
    pub claimants: usize,
    /// Normal form of the summary.
    summary: Box<str>,
    /// Title and keywords; the title comes first.
    pub names: Vec<Arc<Name>>,
}

/// Names and departments worked out so far: many items share them.
#[derive(Default)]
pub(super) struct Shared {
    names: HashMap<String, Arc<Name>>,
    departments: HashMap<String, Arc<str>>,
}

impl Shared {
    fn name(&mut self, text: &str) -> Arc<Name> {
        match self.names.get(text) {
            Some(known) => known.clone(),
            None => self.names.entry(text.to_owned()).or_insert(Arc::new(Name::of(text))).clone(),
        }
    }

    fn department(&mut self, key: &str, catalogue: &Catalogue) -> Arc<str> {
        if let Some(known) = self.departments.get(key) {
            return known.clone();
        }
        let short = catalogue.department(key).map_or("", |department| &department.short);
        self.departments.entry(key.to_owned()).or_insert(short.into()).clone()
    }
}

/// A title or keyword in every way somebody may begin to type it; worked out once, compared at every key.
pub(super) struct Name {
    pub text: Box<str>,
    /// Normal form without blanks.
    pub own: Box<str>,
    /// Pinyin and initials of the whole, then from each of its later words on; a line each.
    latin: Box<str>,
}

impl Name {
    fn of(text: &str) -> Name {
        let whole = [pinyin::full(text), pinyin::initials(text)];
        let later = endings(text).into_iter().flat_map(|end| [pinyin::full(&end), pinyin::initials(&end)]);
        Name {
            own: joined(text).into(),
            latin: whole.into_iter().chain(later).collect::<Vec<_>>().join("\n").into(),
            text: text.into(),
        }
    }

    /// Pinyin or initials of the whole name begin like this.
    pub fn sounds_like(&self, typed: &str) -> bool {
        self.latin.split('\n').take(2).any(|start| start.starts_with(typed))
    }

    /// Those of what follows one of its words do.
    pub fn sounds_like_inside(&self, typed: &str) -> bool {
        self.latin.split('\n').skip(2).any(|start| start.starts_with(typed))
    }
}

/// Normal form without blanks: whether people set some says nothing.
pub(super) fn joined(text: &str) -> String {
    normal(text, usize::MAX).replace(' ', "")
}

/// What is left of a name from each of its words on.
fn endings(name: &str) -> Vec<String> {
    let whole = normal(&without_brackets(name), usize::MAX);
    let mut endings = Vec::new();
    for run in runs(&whole) {
        let Run::Han(han) = run else { continue };
        let mut start = 0;
        for word in words(han) {
            endings.push(han[start..].to_owned());
            start += word.len();
        }
    }
    endings
}

impl Entry {
    pub fn of(item: &Arc<BaseItem>, catalogue: &Catalogue, shared: &mut Shared) -> Entry {
        Entry {
            department: shared.department(&item.department, catalogue),
            claimants: catalogue.claimants(&item.code).count(),
            summary: joined(&item.summary).into(),
            // A title is hardly ever another's too.
            names: std::iter::once(Arc::new(Name::of(&item.name)))
                .chain(item.keywords.iter().map(|name| shared.name(name)))
                .collect(),
            item: item.clone(),
        }
    }

    /// Normal form of the title, without blanks.
    pub fn title(&self) -> &str {
        self.names.first().map_or("", |name| &name.own)
    }

    /// Normal forms of the keywords, without blanks.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.names.iter().skip(1).map(|name| &*name.own)
    }

    /// Whether title, keywords or summary say this: what counts as the item's own words.
    pub fn says(&self, word: &str) -> bool {
        self.names.iter().any(|name| name.own.contains(word)) || self.summary.contains(word)
    }

    /// Names people may have meant: the title without brackets, and the keywords.
    pub fn short_names(&self) -> impl Iterator<Item = String> {
        let title = without_brackets(&self.item.name);
        std::iter::once(title).chain(self.item.keywords.iter().cloned())
    }

    /// The long texts: conditions, questions and answers, department.
    pub fn body(&self) -> String {
        let faq = self.item.faq.iter().map(|faq| format!("{} {}", faq.question, faq.answer));
        let parts: Vec<String> = self.item.conditions.iter().cloned().chain(faq).collect();
        format!("{} {}", self.department, parts.join(" "))
    }
}
