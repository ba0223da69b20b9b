//! What items call themselves: titles and keywords, as searches compare them.

use super::lines::{Lines, number};
use super::text::normal;
use crate::catalog::BaseItem;
use base::Result;
use std::collections::HashMap;

/// Names by number: the title of each item in the order of the index, then every keyword once.
#[derive(Default)]
pub(super) struct Names {
    /// Normal forms without blanks.
    own: Lines,
    titles: u32,
    /// Keywords as they are written, by number less that of the first.
    written: Lines,
    /// Numbers of the keywords of each item, one after the other, and where those of each end.
    keywords: Vec<u32>,
    ends: Vec<u32>,
}

impl Names {
    pub fn of<'i>(items: impl Iterator<Item = &'i BaseItem> + Clone) -> Result<Names> {
        let mut names = Names::default();
        for item in items.clone() {
            names.titles = names.own.push(&joined(&item.name))? + 1;
        }
        let mut known: HashMap<&str, u32> = HashMap::new();
        for item in items {
            for keyword in &item.keywords {
                let number = match known.get(keyword.as_str()) {
                    Some(number) => *number,
                    None => {
                        names.written.push(&keyword.replace('\n', " "))?;
                        let number = names.own.push(&joined(keyword))?;
                        known.insert(keyword, number);
                        number
                    }
                };
                names.keywords.push(number);
            }
            names.ends.push(number(names.keywords.len())?);
        }
        Ok(names)
    }

    /// Normal form of an item's title, without blanks.
    pub fn title(&self, item: u32) -> &str {
        self.own.get(item)
    }

    /// Normal forms of an item's keywords, without blanks.
    pub fn keywords(&self, item: u32) -> impl Iterator<Item = &str> {
        self.numbers_of_keywords(item).iter().map(|keyword| self.own.get(*keyword))
    }

    pub fn numbers_of_keywords(&self, item: u32) -> &[u32] {
        let end = |item: u32| self.ends[item as usize] as usize;
        &self.keywords[item.checked_sub(1).map_or(0, end)..end(item)]
    }

    /// Normal forms without blanks, by number.
    pub fn own(&self) -> &Lines {
        &self.own
    }

    /// A keyword as it is written; nothing for a title, which its item has.
    pub fn keyword(&self, name: u32) -> Option<&str> {
        name.checked_sub(self.titles).map(|keyword| self.written.get(keyword))
    }
}

/// Normal form without blanks: whether people set some says nothing.
pub(super) fn joined(text: &str) -> String {
    normal(text, usize::MAX).replace(' ', "")
}
