//! One base item as the index knows it.

use super::pinyin;
use super::text::{Run, normal, runs, without_brackets, words};
use crate::catalog::{BaseItem, Catalogue};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) struct Entry {
    pub item: Arc<BaseItem>,
    /// Short name of the department.
    pub department: String,
    pub claimants: usize,
    /// Normal form of the title.
    pub title: String,
    /// Normal forms of the keywords.
    pub keywords: Vec<String>,
    /// Normal form of title, keywords and summary: what counts as the item's own words.
    pub words: String,
    /// Title and keywords as suggestions; the title comes first.
    pub names: Vec<Arc<Name>>,
}

/// Names worked out so far: many items share their keywords.
#[derive(Default)]
pub(super) struct Names(HashMap<String, Arc<Name>>);

impl Names {
    fn of(&mut self, text: &str) -> Arc<Name> {
        match self.0.get(text) {
            Some(known) => known.clone(),
            None => self.0.entry(text.to_owned()).or_insert(Arc::new(Name::of(text))).clone(),
        }
    }
}

/// A title or keyword in every way somebody may begin to type it; worked out once, compared at every key.
pub(super) struct Name {
    pub text: String,
    /// Normal form without blanks.
    pub own: String,
    pub full: String,
    pub initials: String,
    /// Pinyin and initials from each of its later words on.
    pub inside: Vec<String>,
}

impl Name {
    fn of(text: &str) -> Name {
        Name {
            own: normal(text, usize::MAX).replace(' ', ""),
            full: pinyin::full(text),
            initials: pinyin::initials(text),
            inside: endings(text).iter().flat_map(|end| [pinyin::full(end), pinyin::initials(end)]).collect(),
            text: text.to_owned(),
        }
    }
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
    pub fn of(item: &Arc<BaseItem>, catalogue: &Catalogue, names: &mut Names) -> Entry {
        let department = catalogue.department(&item.department).map_or("", |department| &department.short);
        let joined = format!("{} {} {}", item.name, item.keywords.join(" "), item.summary);
        Entry {
            department: department.to_owned(),
            claimants: catalogue.claimants(&item.code).len(),
            title: normal(&item.name, usize::MAX),
            keywords: item.keywords.iter().map(|word| normal(word, usize::MAX)).collect(),
            words: normal(&joined, usize::MAX),
            // A title is hardly ever another's too.
            names: std::iter::once(Arc::new(Name::of(&item.name)))
                .chain(item.keywords.iter().map(|name| names.of(name)))
                .collect(),
            item: item.clone(),
        }
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
