//! A signature and its two encodings.

use crate::asn1::{self, INTEGER, write};
use crate::{Fault, Limits, Result};
use sm2::elliptic_curve::PrimeField;
use sm2::{FieldBytes, Scalar};

/// r and s, both in 1 ..= n − 1.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl Signature {
    /// From r ‖ s. `sm2.signature` when a number is out of range.
    pub fn from_raw(bytes: &[u8; 64]) -> Result<Signature> {
        let signature = Signature(*bytes);
        match (number(&bytes[..32]), number(&bytes[32..])) {
            (Some(_), Some(_)) => Ok(signature),
            _ => Err(Fault::new("sm2.signature", "a number is out of range")),
        }
    }

    /// From `SEQUENCE { INTEGER r, INTEGER s }`.
    pub fn from_der(bytes: &[u8]) -> Result<Signature> {
        let mut numbers = asn1::only(bytes, &Limits::default())?.sequence()?;
        let mut raw = [0; 64];
        for half in raw.chunks_exact_mut(32) {
            let digits = numbers.take(INTEGER)?.unsigned()?;
            let start = 32usize.checked_sub(digits.len());
            let start = start.ok_or_else(|| Fault::new("sm2.signature", "a number is out of range"))?;
            half[start..].copy_from_slice(digits);
        }
        numbers.end()?;
        Signature::from_raw(&raw)
    }

    /// From whichever of the two it is: approved products write both.
    pub fn from_either(bytes: &[u8]) -> Result<Signature> {
        match (Signature::from_der(bytes), <&[u8; 64]>::try_from(bytes)) {
            (Err(_), Ok(raw)) => Signature::from_raw(raw),
            (result, _) => result,
        }
    }

    pub fn to_der(&self) -> Vec<u8> {
        write::sequence(&[&write::unsigned(&self.0[..32]), &write::unsigned(&self.0[32..])])
    }

    /// r ‖ s.
    pub fn to_raw(&self) -> [u8; 64] {
        self.0
    }

    pub(super) fn from_scalars(r: &Scalar, s: &Scalar) -> Option<Signature> {
        let mut raw = [0; 64];
        raw[..32].copy_from_slice(&r.to_repr());
        raw[32..].copy_from_slice(&s.to_repr());
        Signature::from_raw(&raw).ok()
    }

    pub(super) fn scalars(&self) -> (Scalar, Scalar) {
        let half = |bytes| number(bytes).expect("checked when the signature was read");
        (half(&self.0[..32]), half(&self.0[32..]))
    }
}

/// A number in 1 ..= n − 1.
fn number(bytes: &[u8]) -> Option<Scalar> {
    let bytes = <[u8; 32]>::try_from(bytes).ok()?;
    Option::<Scalar>::from(Scalar::from_repr(FieldBytes::from(bytes))).filter(|n| !bool::from(n.is_zero()))
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signature(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ")")
    }
}
