//! Numbers: case numbers per item and day, tickets per city and day.
//!
//! A process reserves blocks of numbers in a transaction of their own and gives them out from memory, so
//! that submissions of one city never queue on one counter row. A busy counter's blocks grow. What is left
//! of a block when a process stops is a gap; a number is never given twice.

use super::store;
use crate::Cx;
use base::{Error, Result};
use norms::{CaseNumber, Day, HandlingCode, Ticket};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// The blocks this process holds, one for each counter.
#[derive(Debug, Default)]
pub struct Serials {
    blocks: Mutex<HashMap<String, Arc<Counter>>>,
}

/// Locked for itself: whoever reserves the next block holds up nobody at another counter.
type Counter = tokio::sync::Mutex<Option<Block>>;

#[derive(Debug)]
struct Block {
    day: Day,
    left: Range<i64>,
    length: i64,
}

/// Most items see a few cases a day, a city thousands.
const FIRST_OF_ITEM: i64 = 10;
const FIRST_OF_CITY: i64 = 100;
const LONGEST: i64 = 1_000;

/// The structure of the numbers has an end: 99,999 cases of one item, 999,999 of one city in a day.
fn used_up() -> Error {
    Error::refused("casework.numbers_used_up", "今天的办件编号已经用完，请明天再提交，已填的内容都在")
}

impl Serials {
    pub(super) async fn case_number(&self, cx: &Cx, item: &HandlingCode) -> Result<CaseNumber> {
        let serial = self.next(cx, item.as_str(), FIRST_OF_ITEM).await?;
        CaseNumber::make(item, cx.today(), serial).map_err(|_| used_up())
    }

    pub(super) async fn ticket(&self, cx: &Cx, city: &str) -> Result<Ticket> {
        let serial = self.next(cx, city, FIRST_OF_CITY).await?;
        Ticket::make(city, cx.today(), serial).map_err(|_| used_up())
    }

    async fn next(&self, cx: &Cx, name: &str, first: i64) -> Result<u32> {
        let today = cx.today();
        let counter = self.counter(name);
        let mut held = counter.lock().await;
        let ready = held.as_mut().filter(|block| block.day == today).and_then(|block| block.left.next());
        let number = match ready {
            Some(number) => number,
            None => {
                let longer = held.as_ref().filter(|block| block.day == today).map(|block| block.length * 2);
                let length = longer.unwrap_or(first).min(LONGEST);
                let last = cx
                    .db()
                    .write(async |tx| store::reserve_serials(tx, name, &today.to_string(), length).await)
                    .await?;
                *held = Some(Block { day: today, left: last - length + 2..last + 1, length });
                last - length + 1
            }
        };
        u32::try_from(number).map_err(|e| Error::Bug(e.into()))
    }

    fn counter(&self, name: &str) -> Arc<Counter> {
        let mut blocks = self.blocks.lock().expect("nothing under this lock panics");
        match blocks.get(name) {
            Some(counter) => counter.clone(),
            None => blocks.entry(name.to_owned()).or_default().clone(),
        }
    }
}
