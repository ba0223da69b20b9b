//! E-seals and seal signatures (GM/T 0031, GB/T 38540).
//!
//! Read in structure versions 1, 4 and 5, written in version 4. A check never re-encodes: it works over the
//! bytes as received.

mod check;
mod make;
mod property;
mod seal;
mod signature;
mod time_stamp;

#[cfg(test)]
mod tests;

pub use check::{check, check_seal, check_signature};
pub use make::{NewSeal, make_seal, make_signature};
pub use property::{CertList, Picture};
pub use seal::Seal;
pub use signature::SealSignature;

use crate::asn1::oid;
use crate::sm2::{Memory, Signature};
use crate::x509::Certificate;

/// How many elements the outer sequence has decides which structure it is; the version written inside must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// GM/T 0031-2014: two elements.
    One,
    /// GB/T 38540-2020 and GM/T 0031-2025: four or five.
    Four,
}

impl Layout {
    fn fits(self, version: u64) -> bool {
        match self {
            Layout::One => version == 1,
            Layout::Four => version == 4 || version == 5,
        }
    }
}

/// Bytes, and an SM2 signature that somebody put over them.
#[derive(Debug, Clone)]
struct Signed {
    message: Vec<u8>,
    algorithm: String,
    signature: Signature,
    /// As received, DER or raw: what a time stamp covers.
    value: Vec<u8>,
}

impl Signed {
    fn by(&self, certificate: &Certificate, memory: Option<&Memory>) -> bool {
        let key = certificate.public_key();
        self.algorithm_is_known()
            && match memory {
                Some(memory) => memory.verify(key, &self.message, &self.signature),
                None => key.verify(&self.message, &self.signature),
            }
    }

    fn algorithm_is_known(&self) -> bool {
        self.algorithm == oid::SM2_WITH_SM3 || self.algorithm == oid::SM2_SIGN
    }
}
