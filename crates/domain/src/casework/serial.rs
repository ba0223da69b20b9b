//! Numbers: case numbers per item and day, tickets per city and day.
//!
//! A process reserves blocks of numbers in a transaction of their own and gives them out from memory, so
//! that submissions of one city never queue on one counter row. What is left of a block when a process
//! stops is a gap; a number is never given twice.

use crate::Cx;
use base::{Error, Result};
use db::{Tx, params};
use norms::{CaseNumber, Day, HandlingCode, Ticket};
use std::collections::HashMap;
use std::ops::Range;
use tokio::sync::Mutex;

/// The blocks this process holds.
#[derive(Debug, Default)]
pub struct Serials {
    blocks: Mutex<HashMap<String, (Day, Range<i64>)>>,
}

/// An item sees a few cases a day, a city thousands.
const ITEM_BLOCK: i64 = 20;
const CITY_BLOCK: i64 = 500;

impl Serials {
    pub(super) async fn case_number(&self, cx: &Cx, item: &HandlingCode) -> Result<CaseNumber> {
        let serial = self.next(cx, item.as_str(), ITEM_BLOCK).await?;
        CaseNumber::make(item, cx.today(), serial).map_err(|e| Error::Bug(e.into()))
    }

    pub(super) async fn ticket(&self, cx: &Cx, city: &str) -> Result<Ticket> {
        let serial = self.next(cx, city, CITY_BLOCK).await?;
        Ticket::make(city, cx.today(), serial).map_err(|e| Error::Bug(e.into()))
    }

    async fn next(&self, cx: &Cx, counter: &str, block: i64) -> Result<u32> {
        let today = cx.today();
        let mut blocks = self.blocks.lock().await;
        let held =
            blocks.get_mut(counter).filter(|(day, _)| *day == today).and_then(|(_, range)| range.next());
        let number = match held {
            Some(number) => number,
            None => {
                let last = cx.db().write(async |tx| reserve(tx, counter, today, block).await).await?;
                blocks.insert(counter.to_owned(), (today, last - block + 2..last + 1));
                last - block + 1
            }
        };
        u32::try_from(number).map_err(|e| Error::Bug(e.into()))
    }
}

/// Moves the counter on by `block` and gives its new value: the last number of the block.
async fn reserve(tx: &mut Tx<'_>, counter: &str, day: Day, block: i64) -> Result<i64> {
    let latest = tx
        .first(
            "INSERT INTO casework_serial (counter, day_on, latest) VALUES ($1, $2, $3) \
             ON CONFLICT (counter, day_on) DO UPDATE SET latest = casework_serial.latest + $3 RETURNING latest",
            &params![counter, &day.to_string(), block],
            |row| row.int(0),
        )
        .await?;
    latest.ok_or_else(|| Error::bug("a serial was not returned"))
}
