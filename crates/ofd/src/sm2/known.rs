//! Long bytes met again and again, such as a seal with its picture: what SM3 makes of them is calculated once.

use super::Sm3;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// All of them together.
const MOST_BYTES: usize = 2 << 20;
/// Shorter ones are hashed as fast as they are found here.
const LEAST: usize = 1 << 9;

/// The same bytes have the same digest, so whoever asks with the same bytes is answered from here. Every byte is
/// compared; nothing but a place in the list is decided by a part of them.
#[derive(Debug, Default)]
pub(super) struct KnownBytes {
    /// The one used last stands last.
    list: Mutex<VecDeque<Arc<Known>>>,
}

#[derive(Debug)]
pub(super) struct Known {
    bytes: Box<[u8]>,
    digest: OnceLock<[u8; 32]>,
    /// What stood before the bytes, and SM3 after both.
    after: Mutex<Option<(Vec<u8>, Sm3)>>,
}

impl KnownBytes {
    /// Remembers the bytes; those used longest ago give way.
    pub fn keep(&self, bytes: &[u8]) {
        if !(LEAST..=MOST_BYTES / 8).contains(&bytes.len()) || self.find(bytes).is_some() {
            return;
        }
        let new = Known { bytes: bytes.into(), digest: OnceLock::new(), after: Mutex::new(None) };
        let mut list = self.list();
        list.push_back(Arc::new(new));
        let mut total: usize = list.iter().map(|known| known.bytes.len()).sum();
        while total > MOST_BYTES {
            total -= list.pop_front().map_or(0, |oldest| oldest.bytes.len());
        }
    }

    pub fn find(&self, bytes: &[u8]) -> Option<Arc<Known>> {
        if bytes.len() < LEAST {
            return None;
        }
        let mut list = self.list();
        // A seal ends in a signature, so the ends differ where the beginnings do not.
        let ends = |known: &Known| known.bytes.last_chunk::<32>() == bytes.last_chunk::<32>();
        let place = list.iter().position(|known| ends(known) && *known.bytes == *bytes)?;
        let found = list.remove(place)?;
        list.push_back(found.clone());
        Some(found)
    }

    fn list(&self) -> std::sync::MutexGuard<'_, VecDeque<Arc<Known>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn total(&self) -> usize {
        self.list().iter().map(|known| known.bytes.len()).sum()
    }
}

impl Known {
    pub fn sm3(&self) -> [u8; 32] {
        *self.digest.get_or_init(|| super::sm3(&self.bytes))
    }

    /// SM3 over `before` and the bytes, ready for more.
    pub fn sm3_after(&self, before: &[u8]) -> Sm3 {
        let mut after = self.after.lock().unwrap_or_else(PoisonError::into_inner);
        match &*after {
            Some((same, state)) if same == before => state.clone(),
            _ => {
                let state = Sm3::new().then(before).then(&self.bytes);
                *after = Some((before.to_vec(), state.clone()));
                state
            }
        }
    }
}
