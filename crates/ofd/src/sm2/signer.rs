//! Who signs: a key held by this process, or a hardware module behind the same trait.

use super::{PrivateKey, Signature};
use crate::x509::Certificate;
use crate::{Fault, Result};

/// A secret key with its certificate. An implementation may ask a hardware module or an e-seal server; it signs
/// under the default identity.
pub trait Signer {
    fn certificate(&self) -> &Certificate;
    fn sign(&self, message: &[u8]) -> Result<Signature>;
    /// Whether key and certificate are known to belong together. When they are not, as with a module that may
    /// have been given another key, each signature is verified before it goes out.
    fn is_proven(&self) -> bool {
        false
    }
}

/// A key held in memory.
#[derive(Debug, Clone)]
pub struct LocalSigner {
    key: PrivateKey,
    certificate: Certificate,
}

impl LocalSigner {
    /// `signer.mismatch` when the certificate is for another key.
    pub fn new(key: PrivateKey, certificate: Certificate) -> Result<LocalSigner> {
        if certificate.public_key() != key.public_key() {
            return Err(Fault::new("signer.mismatch", certificate.common_name()));
        }
        Ok(LocalSigner { key, certificate })
    }
}

impl Signer for LocalSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn sign(&self, message: &[u8]) -> Result<Signature> {
        Ok(self.key.sign(message))
    }

    /// [`LocalSigner::new`] compared them.
    fn is_proven(&self) -> bool {
        true
    }
}
