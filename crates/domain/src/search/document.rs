//! One base item as the index knows it.

use super::text::{normal, without_brackets};
use crate::catalog::{BaseItem, Catalogue};
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
}

impl Entry {
    pub fn of(item: &Arc<BaseItem>, catalogue: &Catalogue) -> Entry {
        let department = catalogue.department(&item.department).map_or("", |department| &department.short);
        let joined = format!("{} {} {}", item.name, item.keywords.join(" "), item.summary);
        Entry {
            department: department.to_owned(),
            claimants: catalogue.claimants(&item.code).len(),
            title: normal(&item.name, usize::MAX),
            keywords: item.keywords.iter().map(|word| normal(word, usize::MAX)).collect(),
            words: normal(&joined, usize::MAX),
            item: item.clone(),
        }
    }

    /// Names people may have meant: the title without brackets, and the keywords.
    pub fn names(&self) -> impl Iterator<Item = String> {
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
