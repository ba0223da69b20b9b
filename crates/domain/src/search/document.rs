//! One base item as the index knows it.

use super::names::joined;
use super::text::without_brackets;
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
}

/// Departments named so far: many items share them.
#[derive(Default)]
pub(super) struct Shared(HashMap<String, Arc<str>>);

impl Shared {
    fn department(&mut self, key: &str, catalogue: &Catalogue) -> Arc<str> {
        if let Some(known) = self.0.get(key) {
            return known.clone();
        }
        let short = catalogue.department(key).map_or("", |department| &department.short);
        self.0.entry(key.to_owned()).or_insert(short.into()).clone()
    }
}

impl Entry {
    pub fn of(item: &Arc<BaseItem>, catalogue: &Catalogue, shared: &mut Shared) -> Entry {
        Entry {
            department: shared.department(&item.department, catalogue),
            claimants: catalogue.claimants(&item.code).count(),
            summary: joined(&item.summary).into(),
            item: item.clone(),
        }
    }

    /// Whether the summary says this.
    pub fn explains(&self, word: &str) -> bool {
        self.summary.contains(word)
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
