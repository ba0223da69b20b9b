//! Keys that sign again and again, with their multiples: a body signs thousands of documents with one key.

use super::PublicKey;
use super::table::Table;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Two megabytes when every one has its table.
const MOST_KEYS: usize = 32;
/// Making a table takes about as long as so many checks spare with it.
const WORTH_IT: u32 = 16;

#[derive(Debug, Default)]
pub(super) struct FrequentKeys {
    /// The one used last stands last.
    list: Mutex<VecDeque<Uses>>,
}

#[derive(Debug)]
struct Uses {
    key: [u8; 65],
    times: u32,
    table: Option<Arc<Table>>,
}

impl FrequentKeys {
    /// One more use of this key: its table, once it has been used often.
    pub fn table(&self, key: &PublicKey) -> Option<Arc<Table>> {
        let (due, table) = self.count(key);
        if !due {
            return table;
        }
        // Nobody waits meanwhile.
        let table = Arc::new(Table::new(key.key.to_projective()));
        if let Some(uses) = self.list().iter_mut().find(|uses| uses.key == key.bytes) {
            uses.table = Some(table.clone());
        }
        Some(table)
    }

    /// Whether this use is the one that makes the table, and the table there is.
    fn count(&self, key: &PublicKey) -> (bool, Option<Arc<Table>>) {
        let mut list = self.list();
        let known = list.iter().position(|uses| uses.key == key.bytes).and_then(|place| list.remove(place));
        let mut uses = known.unwrap_or(Uses { key: key.bytes, times: 0, table: None });
        uses.times = uses.times.saturating_add(1);
        let answer = (uses.times == WORTH_IT, uses.table.clone());
        if list.len() >= MOST_KEYS {
            list.pop_front();
        }
        list.push_back(uses);
        answer
    }

    fn list(&self) -> MutexGuard<'_, VecDeque<Uses>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn tables(&self) -> usize {
        self.list().iter().filter(|uses| uses.table.is_some()).count()
    }
}
