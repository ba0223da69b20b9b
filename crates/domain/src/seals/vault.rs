//! What this process holds of seals: the key service, and a few seals as their rows have them.

use super::keys::{KeyRef, KeyService, SoftwareKeys};
use base::crypt::Keys;
use base::{Error, Id, Result, Rng};
use ofd::Fault;
use ofd::sm2::{Memory, Signature, Signer};
use ofd::x509::Certificate;
use std::sync::{Arc, Mutex};

/// The key service and a small memory of seals in use. No truth: each use compares the version of the row.
pub struct Vault {
    keys: Arc<dyn KeyService>,
    kept: Mutex<Vec<(Id, i64, Arc<KeptSeal>)>>,
    memory: Memory,
}

/// What the version of a row fixes.
pub(super) struct KeptSeal {
    pub der: Vec<u8>,
    /// As it stands in the seal.
    pub name: String,
    pub signer: ServiceSigner,
}

/// A seal has 5 to 30 kB: these are at most 2 MB.
const MOST: usize = 64;
const MOST_REMEMBERED: usize = 4_096;

impl Vault {
    pub fn new(keys: Arc<dyn KeyService>) -> Vault {
        Vault { keys, kept: Mutex::new(Vec::new()), memory: Memory::new(MOST_REMEMBERED) }
    }

    /// With the software key service, whose keys lie wrapped in the database.
    pub fn software(keys: Keys, rng: Arc<dyn Rng>) -> Vault {
        Vault::new(Arc::new(SoftwareKeys::new(keys, rng)))
    }

    /// Signatures of seals and certificates found good before: a document under a known seal costs one check.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    pub fn keys(&self) -> &Arc<dyn KeyService> {
        &self.keys
    }

    pub(super) fn kept(&self, id: Id, version: i64) -> Option<Arc<KeptSeal>> {
        let mut kept = self.kept.lock().expect("no holder of the kept seals panics");
        let place = kept.iter().position(|entry| entry.0 == id && entry.1 == version)?;
        let entry = kept.remove(place);
        kept.push(entry.clone());
        Some(entry.2)
    }

    pub(super) fn keep(&self, id: Id, version: i64, seal: KeptSeal) -> Arc<KeptSeal> {
        let seal = Arc::new(seal);
        let mut kept = self.kept.lock().expect("no holder of the kept seals panics");
        kept.retain(|entry| entry.0 != id);
        if kept.len() >= MOST {
            kept.remove(0);
        }
        kept.push((id, version, seal.clone()));
        seal
    }

    pub(super) fn read(&self, der: Vec<u8>, certificate: &[u8], key: KeyRef) -> Result<KeptSeal> {
        let seal = ofd::ses::Seal::parse(&der, &ofd::Limits::default()).map_err(bug)?;
        Ok(KeptSeal { name: seal.name().to_owned(), der, signer: self.signer(certificate, key)? })
    }

    /// Whoever signs with this key and shows this certificate.
    pub(super) fn signer(&self, certificate: &[u8], key: KeyRef) -> Result<ServiceSigner> {
        let certificate = Certificate::parse(certificate).map_err(bug)?;
        Ok(ServiceSigner { certificate, key, keys: self.keys.clone() })
    }
}

/// Signs inside the key service.
pub struct ServiceSigner {
    pub certificate: Certificate,
    pub key: KeyRef,
    keys: Arc<dyn KeyService>,
}

impl Signer for ServiceSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn sign(&self, message: &[u8]) -> ofd::Result<Signature> {
        let signed = self.keys.sign(&self.key, message);
        signed.map_err(|error| Fault::new("key.sign", error.to_string()))
    }
}

/// What we made ourselves and cannot read again.
pub(super) fn bug(fault: Fault) -> Error {
    Error::Bug(fault.into())
}
