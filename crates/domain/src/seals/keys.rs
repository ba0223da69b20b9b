//! The key service: private keys are made, used and destroyed where they lie and never come out.
//!
//! The manner is that of GM/T 0018: a key is named by its index, the public half may be read, signing
//! happens inside. A hardware module plugs in by implementing [`KeyService`]; [`SoftwareKeys`] does without
//! one and keeps each key wrapped (SM4-GCM under a key derived for nothing else) in the row the caller stores.

use base::crypt::Keys;
use base::{Error, Id, Result, Rng};
use ofd::sm2::{PrivateKey, PublicKey, Signature};
use std::sync::{Arc, Mutex};

/// What a key is for. A key serves one purpose (GB/T 39786: one key, one use).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPurpose {
    Root,
    SealAuthority,
    Maker,
    Seal,
    /// What the platform itself says: heads of the journal, evidence.
    Platform,
}

impl KeyPurpose {
    pub fn word(self) -> &'static str {
        match self {
            KeyPurpose::Root => "root",
            KeyPurpose::SealAuthority => "seal_authority",
            KeyPurpose::Maker => "maker",
            KeyPurpose::Seal => "seal",
            KeyPurpose::Platform => "platform",
        }
    }
}

/// How a key is found again: the number of its row, the index inside the service, and, for a service
/// without a store of its own, the wrapped key.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyRef {
    pub id: Id,
    pub index: i64,
    /// SEC1, uncompressed.
    pub public_key: Vec<u8>,
    pub wrapped: Vec<u8>,
}

impl std::fmt::Debug for KeyRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRef({})", self.id)
    }
}

/// Where private keys live and work. No call gives one out.
pub trait KeyService: Send + Sync {
    /// Makes a pair. `id` is the number of the row the caller will store; `label` is for people who look
    /// into the module.
    fn generate(&self, id: Id, purpose: KeyPurpose, label: &str) -> Result<KeyRef>;
    fn public_key(&self, key: &KeyRef) -> Result<PublicKey>;
    /// SM2 with SM3 over the message, the default identity in front (GB/T 35276).
    fn sign(&self, key: &KeyRef, message: &[u8]) -> Result<Signature>;
    /// After this the key signs nothing more.
    fn destroy(&self, key: &KeyRef) -> Result<()>;
}

/// Keys in the program itself.
pub struct SoftwareKeys {
    keys: Keys,
    rng: Arc<dyn Rng>,
    /// Unwrapped keys used lately, the latest last. They are zeroed when they leave.
    open: Mutex<Vec<(Id, Arc<PrivateKey>)>>,
}

const MOST_OPEN: usize = 64;

impl SoftwareKeys {
    pub fn new(keys: Keys, rng: Arc<dyn Rng>) -> SoftwareKeys {
        SoftwareKeys { keys, rng, open: Mutex::new(Vec::new()) }
    }

    fn open(&self, key: &KeyRef) -> Result<Arc<PrivateKey>> {
        if key.wrapped.is_empty() {
            return Err(Error::bug(format!("key {} was destroyed", key.id)));
        }
        let known = {
            let mut open = self.open.lock().expect("no holder of the open keys panics");
            let place = open.iter().position(|(id, _)| *id == key.id);
            place.map(|place| {
                let entry = open.remove(place);
                open.push(entry.clone());
                entry.1
            })
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let clear = self.keys.unwrap(&place(key.id), &key.wrapped)?;
        let bytes = clear.as_slice().try_into().map_err(|_| Error::bug("a private key has 32 bytes"))?;
        let private = Arc::new(PrivateKey::from_bytes(bytes).map_err(|fault| Error::Bug(fault.into()))?);
        let mut open = self.open.lock().expect("no holder of the open keys panics");
        if open.len() >= MOST_OPEN {
            open.remove(0);
        }
        open.push((key.id, private.clone()));
        Ok(private)
    }
}

/// A wrapped key opens only under its own number.
fn place(id: Id) -> String {
    format!("seals_key.wrapped {id}")
}

impl KeyService for SoftwareKeys {
    fn generate(&self, id: Id, _purpose: KeyPurpose, _label: &str) -> Result<KeyRef> {
        // A number outside 1 … n−1 has a chance of 2⁻³²; drawing again is the norm's own answer.
        for _ in 0..8 {
            let mut bytes = [0; 32];
            self.rng.fill(&mut bytes);
            if let Ok(private) = PrivateKey::from_bytes(&bytes) {
                let public_key = private.public_key().to_sec1().to_vec();
                let wrapped = self.keys.wrap(self.rng.as_ref(), &place(id), &bytes);
                return Ok(KeyRef { id, index: id.0, public_key, wrapped });
            }
        }
        Err(Error::bug("the random generator gave no private key eight times"))
    }

    fn public_key(&self, key: &KeyRef) -> Result<PublicKey> {
        PublicKey::from_sec1(&key.public_key).map_err(|fault| Error::Bug(fault.into()))
    }

    fn sign(&self, key: &KeyRef, message: &[u8]) -> Result<Signature> {
        Ok(self.open(key)?.sign(message))
    }

    /// The caller empties the row; here the unwrapped copy goes.
    fn destroy(&self, key: &KeyRef) -> Result<()> {
        self.open.lock().expect("no holder of the open keys panics").retain(|(id, _)| *id != key.id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    fn service() -> SoftwareKeys {
        SoftwareKeys::new(Keys::derive(&[1; 32]), Arc::new(SeededRng::new(5)))
    }

    #[test]
    fn a_key_signs_and_never_shows() {
        let service = service();
        let key = service.generate(Id(1), KeyPurpose::Seal, "演示").unwrap();
        let other = service.generate(Id(2), KeyPurpose::Seal, "演示").unwrap();
        let signature = service.sign(&key, b"message").unwrap();
        assert!(service.public_key(&key).unwrap().verify(b"message", &signature));
        assert!(!service.public_key(&other).unwrap().verify(b"message", &signature));
        assert_eq!(format!("{key:?}"), "KeyRef(1)");
    }

    #[test]
    fn a_wrapped_key_in_anothers_row_does_not_open() {
        let service = service();
        let key = service.generate(Id(1), KeyPurpose::Seal, "").unwrap();
        let moved = KeyRef { id: Id(2), ..key.clone() };
        assert!(service.sign(&moved, b"m").is_err());
        let elsewhere = SoftwareKeys::new(Keys::derive(&[2; 32]), Arc::new(SeededRng::new(5)));
        assert!(elsewhere.sign(&key, b"m").is_err());
    }

    #[test]
    fn a_destroyed_key_signs_nothing_more() {
        let service = service();
        let key = service.generate(Id(1), KeyPurpose::Seal, "").unwrap();
        service.sign(&key, b"m").unwrap();
        service.destroy(&key).unwrap();
        let row = KeyRef { wrapped: Vec::new(), ..key };
        assert!(service.sign(&row, b"m").is_err());
    }

    #[test]
    fn few_keys_lie_open() {
        let service = service();
        for id in 1..=(MOST_OPEN as i64 + 9) {
            let key = service.generate(Id(id), KeyPurpose::Seal, "").unwrap();
            service.sign(&key, b"m").unwrap();
        }
        assert_eq!(service.open.lock().unwrap().len(), MOST_OPEN);
    }
}
