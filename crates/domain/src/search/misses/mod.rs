//! Searches that found nothing: what people call things by, for whoever looks after the catalogue.
//!
//! Words are kept without who asked, where or when beyond the day, and only such words as cannot be a
//! number. A word is shown when it was asked at least [`SHOWN_FROM`] times: what one person typed once (her
//! own name, say) stays unseen and is forgotten.

mod store;

use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use base::{Page, PageOf, Result};
use db::Tx;
use std::collections::HashMap;
use std::sync::Mutex;

/// How often a word must have been asked before anybody reads it.
pub const SHOWN_FROM: i64 = 3;
/// Words nobody asked again for so long are forgotten.
const KEPT_DAYS: i32 = 90;
/// Different words remembered between two writings: a flood of nonsense costs no more.
const MOST: usize = 500;

/// Counts until the next writing. Losing it loses a minute of counting and nothing else.
#[derive(Debug, Default)]
pub struct Misses(Mutex<HashMap<String, i64>>);

/// A word that was asked for and not found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Miss {
    pub words: String,
    pub asked: i64,
    /// The last day it was asked, `YYYY-MM-DD`.
    pub last_on: String,
}

impl Misses {
    /// Counts one search that found nothing. Gives whether its words may be kept.
    pub fn count(&self, query: &str) -> bool {
        let Some(words) = countable(query) else { return false };
        let Ok(mut counts) = self.0.lock() else { return false };
        if counts.len() >= MOST && !counts.contains_key(&words) {
            return false;
        }
        *counts.entry(words).or_default() += 1;
        true
    }

    fn take(&self) -> Vec<(String, i64)> {
        let Ok(mut counts) = self.0.lock() else { return Vec::new() };
        counts.drain().collect()
    }
}

/// Words as they are counted: 2 to 20 letters and blanks, small. Digits, signs and addresses are never kept:
/// a number somebody pasted may be hers.
fn countable(query: &str) -> Option<String> {
    let words = query.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let length = words.chars().count();
    let plain = words.chars().all(|c| (c.is_alphabetic() || c == ' ') && !is_numeral(c));
    ((2..=20).contains(&length) && plain).then_some(words)
}

/// Chinese numerals are letters, and eleven of them are a telephone.
fn is_numeral(c: char) -> bool {
    c.is_numeric() || "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖".contains(c)
}

/// Writes what was counted and forgets what is old. A job calls it.
pub async fn keep_misses(cx: &Cx, misses: &Misses) -> Result<()> {
    let counted = misses.take();
    let today = cx.today();
    cx.db()
        .write(async |tx| {
            for (words, times) in &counted {
                store::add(tx, words, *times, &today.to_string()).await?;
            }
            store::forget_before(tx, &today.plus(-KEPT_DAYS).to_string()).await
        })
        .await
}

/// Words asked often and not found, the most wanted first.
pub async fn frequent_misses(tx: &mut Tx<'_>, cx: &Cx, page: Page) -> Result<PageOf<Miss>> {
    authorize(&cx.actor, Action::SystemRead, Thing::NOTHING)?;
    store::frequent(tx, SHOWN_FROM, page).await
}

#[cfg(test)]
mod tests;
