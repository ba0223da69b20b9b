//! What the writers were told.

use crate::rig::application::Receipt;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

/// One idempotency key and what became of it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which of the accounts used it.
    pub account: usize,
    pub acknowledged: Option<(Receipt, Instant)>,
}

/// All keys ever sent. A key is entered before its request leaves.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Mutex<BTreeMap<String, Entry>>,
}

impl Ledger {
    pub fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub fn sent(&self, key: &str, account: usize) {
        self.entries().insert(key.to_owned(), Entry { account, acknowledged: None });
    }

    /// Writes a receipt down; a second one for the same key must be about the same case.
    pub fn acknowledged(&self, key: &str, receipt: Receipt, at: Instant) -> Result<(), String> {
        let mut entries = self.entries();
        let entry = entries.get_mut(key).ok_or_else(|| format!("{key} was never sent"))?;
        match &entry.acknowledged {
            Some((first, _)) if (&first.case, &first.number) != (&receipt.case, &receipt.number) => {
                Err(format!("{key} was acknowledged as {} and then as {}", first.number, receipt.number))
            }
            Some(_) if !receipt.repeated => Err(format!("{key} was acknowledged, and then filed anew")),
            Some(_) => Ok(()),
            None => {
                entry.acknowledged = Some((receipt, at));
                Ok(())
            }
        }
    }

    /// How many were acknowledged later than this.
    pub fn acknowledged_after(&self, moment: Instant) -> usize {
        let entries = self.entries();
        let late = entries.values().filter_map(|entry| entry.acknowledged.as_ref());
        late.filter(|(_, at)| *at > moment).count()
    }

    pub fn acknowledged_count(&self) -> usize {
        self.entries().values().filter(|entry| entry.acknowledged.is_some()).count()
    }

    /// Keys nobody had an answer for.
    pub fn open(&self) -> Vec<String> {
        let entries = self.entries();
        entries.iter().filter(|(_, entry)| entry.acknowledged.is_none()).map(|(key, _)| key.clone()).collect()
    }

    /// Keys to send again: all that are open, and every `nth` of the acknowledged.
    pub fn to_repeat(&self, nth: usize) -> Vec<(String, usize)> {
        let entries = self.entries();
        let chosen = entries.iter().enumerate();
        let chosen = chosen.filter(|(at, (_, entry))| entry.acknowledged.is_none() || at % nth == 0);
        chosen.map(|(_, (key, entry))| (key.clone(), entry.account)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(number: &str, repeated: bool) -> Receipt {
        Receipt { case: number.into(), number: number.into(), repeated }
    }

    #[test]
    fn a_doubled_case_is_noticed() {
        let ledger = Ledger::default();
        let at = crate::rig::now();
        ledger.sent("k", 0);
        assert_eq!(ledger.open(), ["k"]);
        assert!(ledger.acknowledged("k", receipt("1", false), at).is_ok());
        assert!(ledger.acknowledged("k", receipt("1", true), at).is_ok());
        assert!(ledger.acknowledged("k", receipt("2", true), at).is_err(), "another number");
        assert!(ledger.acknowledged("k", receipt("1", false), at).is_err(), "filed anew");
        assert!(ledger.acknowledged("x", receipt("1", false), at).is_err(), "never sent");
        assert_eq!((ledger.acknowledged_count(), ledger.open().len()), (1, 0));
    }
}
