//! Signatures already found good, so that the thousandth document under one seal costs one verification.

use super::{DEFAULT_ID, PublicKey, Signature, Sm3};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Remembers facts of mathematics only: that this signature over this message fits this key. Who is trusted,
/// until when, and what was revoked is decided anew each time.
#[derive(Debug)]
pub struct Memory {
    good: Mutex<HashSet<[u8; 32]>>,
    most: usize,
}

impl Memory {
    /// At most so many facts of 32 bytes; all are forgotten when one more comes.
    pub fn new(most: usize) -> Memory {
        Memory { good: Mutex::new(HashSet::new()), most }
    }

    /// How many facts are remembered now.
    pub fn len(&self) -> usize {
        self.good().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As [`PublicKey::verify`]; a signature once found good is not calculated again.
    pub fn verify(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        let digest = key.digest(DEFAULT_ID, message);
        let fact = Sm3::new().then(&key.to_sec1()).then(&digest).then(&signature.to_raw()).finish();
        if self.good().contains(&fact) {
            return true;
        }
        let good = key.verify_digest(&digest, signature);
        if good && self.most > 0 {
            let mut known = self.good();
            if known.len() >= self.most {
                known.clear();
            }
            known.insert(fact);
        }
        good
    }

    fn good(&self) -> std::sync::MutexGuard<'_, HashSet<[u8; 32]>> {
        self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
