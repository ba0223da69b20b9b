//! What was calculated before, so that the thousandth document under one seal costs one verification.

use super::frequent::FrequentKeys;
use super::known::KnownBytes;
use super::{DEFAULT_ID, PublicKey, Signature, Sm3};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Remembers facts of mathematics only: that this signature over this message fits this key, that these bytes
/// have this digest. Who is trusted, until when, and what was revoked is decided anew each time.
#[derive(Debug)]
pub struct Memory {
    good: Mutex<HashSet<[u8; 32]>>,
    most: usize,
    whole: KnownBytes,
    long: KnownBytes,
    keys: FrequentKeys,
}

impl Memory {
    /// At most so many facts of 32 bytes; all are forgotten when one more comes. Beside them seals and the
    /// multiples of keys, 6 MB at most. With 0 nothing is remembered.
    pub fn new(most: usize) -> Memory {
        Memory {
            good: Mutex::default(),
            most,
            whole: KnownBytes::default(),
            long: KnownBytes::default(),
            keys: FrequentKeys::default(),
        }
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
        let digest = match self.long.find(message) {
            Some(known) => known.sm3_after(&key.identity(DEFAULT_ID)).finish(),
            None => key.digest(DEFAULT_ID, message),
        };
        let fact = Sm3::new().then(&key.to_sec1()).then(&digest).then(&signature.to_raw()).finish();
        if self.good().contains(&fact) {
            return true;
        }
        let good = key.verify_digest(&digest, signature, None);
        if good && self.most > 0 {
            let mut known = self.good();
            if known.len() >= self.most {
                known.clear();
            }
            known.insert(fact);
        }
        good
    }

    /// As [`PublicKey::verify`], for a signature that will not come again by a key that will: calculated each
    /// time, faster with multiples of the key. `whole`: where in the message something stands that may have been
    /// kept with [`Memory::keep`].
    pub fn verify_new(
        &self,
        key: &PublicKey,
        message: &[u8],
        whole: Range<usize>,
        signature: &Signature,
    ) -> bool {
        let (before, rest) = (&message[..whole.start], &message[whole.end..]);
        let digest = match self.whole.find(&message[whole]) {
            Some(known) => {
                let before = [&key.identity(DEFAULT_ID)[..], before].concat();
                known.sm3_after(&before).then(rest).finish()
            }
            None => key.digest(DEFAULT_ID, message),
        };
        let table = if self.most > 0 { self.keys.table(key) } else { None };
        key.verify_digest(&digest, signature, table.as_deref())
    }

    /// Keeps a long message that will be verified again, such as a list of revoked certificates, so that it is
    /// hashed once. Only what trusted hands signed: others could drive out the rest.
    pub fn keep_message(&self, message: &[u8]) {
        if self.most > 0 {
            self.long.keep(message);
        }
    }

    /// Keeps bytes that carry their own signature and its certificate, such as a seal, after the signature was
    /// found good. To be asked for by those whose signer is trusted alone.
    pub fn keep(&self, whole: &[u8]) {
        if self.most > 0 {
            self.whole.keep(whole);
        }
    }

    /// Whether exactly these bytes were kept.
    pub fn knows(&self, whole: &[u8]) -> bool {
        self.whole.find(whole).is_some()
    }

    /// SM3 of the bytes, calculated once for those that were kept.
    pub fn sm3(&self, bytes: &[u8]) -> [u8; 32] {
        self.whole.find(bytes).map_or_else(|| super::sm3(bytes), |known| known.sm3())
    }

    fn good(&self) -> std::sync::MutexGuard<'_, HashSet<[u8; 32]>> {
        self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.whole.total(), self.keys.tables())
    }
}
