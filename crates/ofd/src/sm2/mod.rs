//! SM2 keys and signatures (GB/T 32918), in the formats of GB/T 35276.
//!
//! Arithmetic comes from one library that no other file sees (docs/decisions/0005-sm2-library.md). Signing is
//! deterministic: the secret number of each signature is derived from key and digest in the manner of RFC 6979
//! with HMAC-SM3, so the same document signed twice has the same bytes and no bad random source can leak a key.

mod digest;
mod encryption;
mod frequent;
mod known;
mod memory;
mod signature;
mod signer;
mod table;

#[cfg(test)]
mod tests;

pub use digest::{Sm3, hmac_sm3, sm3};
pub use encryption::{encrypt, encrypt_der};
pub use memory::Memory;
pub use signature::Signature;
pub use signer::{LocalSigner, Signer};

use crate::{Fault, Result};
use sm2::elliptic_curve::group::Group;
use sm2::elliptic_curve::ops::{LinearCombination, Reduce};
use sm2::elliptic_curve::point::AffineCoordinates;
use sm2::elliptic_curve::zeroize::Zeroize;
use sm2::elliptic_curve::{Curve, PrimeField};
use sm2::{FieldBytes, ProjectivePoint, Scalar};
use table::Table;

/// The identity of a signer when nobody agreed on another (GB/T 35276).
pub const DEFAULT_ID: &[u8] = b"1234567812345678";

/// A secret key. Not shown by `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct PrivateKey {
    d: Scalar,
    /// (1 + d)⁻¹, needed by every signature.
    inverse: Scalar,
    public: PublicKey,
}

impl PrivateKey {
    /// From 32 bytes, big-endian, in 1 ..= n − 2. Random bytes nearly always are; else draw again.
    /// `sm2.private_key` otherwise.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<PrivateKey> {
        let refused = || Fault::new("sm2.private_key", "out of range");
        let d = Option::<Scalar>::from(Scalar::from_repr(FieldBytes::from(*bytes))).ok_or_else(refused)?;
        if bool::from(d.is_zero()) {
            return Err(refused());
        }
        let inverse = Option::<Scalar>::from((d + Scalar::ONE).invert()).ok_or_else(refused)?;
        let point = ProjectivePoint::mul_by_generator(&d).to_affine();
        let key = sm2::PublicKey::from_affine(point).map_err(|_| refused())?;
        Ok(PrivateKey { d, inverse, public: PublicKey::new(key) })
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.d.to_repr().into()
    }

    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Under the default identity.
    pub fn sign(&self, message: &[u8]) -> Signature {
        self.sign_as(DEFAULT_ID, message)
    }

    /// Under an agreed identity. Panics when it is longer than the 8,191 bytes its length field can tell.
    pub fn sign_as(&self, id: &[u8], message: &[u8]) -> Signature {
        let e = scalar(&self.public.digest(id, message));
        let order = *sm2::Sm2::ORDER;
        let mut secret = self.d.to_repr();
        let mut numbers = rfc6979::KGenerator::<sm3::Sm3, sm2::U256>::new(&secret, &e.to_repr(), &[], &order);
        secret.zeroize();
        let mut bytes = FieldBytes::default();
        loop {
            numbers.fill_next_k(&mut bytes);
            let k = Option::<Scalar>::from(Scalar::from_repr(bytes));
            bytes.zeroize();
            if let Some(mut k) = k {
                let signature = self.sign_with(&e, &k);
                k.zeroize();
                if let Some(signature) = signature {
                    return signature;
                }
            }
        }
    }

    /// GB/T 32918.2 §6.1, steps A4–A7. None: this k will not do.
    fn sign_with(&self, e: &Scalar, k: &Scalar) -> Option<Signature> {
        let r = *e + point_x(&ProjectivePoint::mul_by_generator(k));
        if bool::from(r.is_zero()) || bool::from((r + *k).is_zero()) {
            return None;
        }
        let s = self.inverse * (*k - r * self.d);
        Signature::from_scalars(&r, &s)
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.d.zeroize();
        self.inverse.zeroize();
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A point on the curve, never the one at infinity.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: sm2::PublicKey,
    bytes: [u8; 65],
}

impl PublicKey {
    fn new(key: sm2::PublicKey) -> PublicKey {
        let point = sm2::Sec1Point::from(key);
        let bytes = point.as_bytes().try_into().expect("SM2 points are written uncompressed");
        PublicKey { key, bytes }
    }

    /// From `04 ‖ x ‖ y`, or compressed. `sm2.public_key` when it is no point of the curve.
    pub fn from_sec1(bytes: &[u8]) -> Result<PublicKey> {
        let key = sm2::PublicKey::from_sec1_bytes(bytes)
            .map_err(|_| Fault::new("sm2.public_key", format!("{} bytes", bytes.len())))?;
        Ok(PublicKey::new(key))
    }

    /// `04 ‖ x ‖ y`.
    pub fn to_sec1(&self) -> [u8; 65] {
        self.bytes
    }

    pub fn verify(&self, message: &[u8], signature: &Signature) -> bool {
        self.verify_as(DEFAULT_ID, message, signature)
    }

    pub fn verify_as(&self, id: &[u8], message: &[u8], signature: &Signature) -> bool {
        id.len() < 8192 && self.verify_digest(&self.digest(id, message), signature, None)
    }

    /// GB/T 32918.2 §7.1. Everything here is public, so the faster way that takes longer for some numbers than
    /// for others gives nothing away. `table`: of this key, when it is at hand.
    fn verify_digest(&self, digest: &[u8; 32], signature: &Signature, table: Option<&Table>) -> bool {
        let (r, s) = signature.scalars();
        let t = r + s;
        if bool::from(t.is_zero()) {
            return false;
        }
        let point = match table {
            Some(table) => {
                table.add_multiple(Table::of_generator().add_multiple(ProjectivePoint::IDENTITY, &s), &t)
            }
            None => {
                let own = self.key.to_projective();
                ProjectivePoint::lincomb_vartime(&[(ProjectivePoint::generator(), s), (own, t)])
            }
        };
        !bool::from(point.is_identity()) && scalar(digest) + point_x(&point) == r
    }

    /// e = SM3(Z ‖ M), where Z binds identity, curve and key.
    fn digest(&self, id: &[u8], message: &[u8]) -> [u8; 32] {
        Sm3::new().then(&self.identity(id)).then(message).finish()
    }

    fn identity(&self, id: &[u8]) -> [u8; 32] {
        let bits = u16::try_from(id.len() * 8).expect("an identity is shorter than 8,192 bytes");
        Sm3::new().then(&bits.to_be_bytes()).then(id).then(&CURVE).then(&self.bytes[1..]).finish()
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey(04")?;
        self.bytes[1..].iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ")")
    }
}

fn scalar(bytes: &[u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*bytes))
}

fn point_x(point: &ProjectivePoint) -> Scalar {
    Scalar::reduce(&point.to_affine().x())
}

/// a ‖ b ‖ xG ‖ yG of GB/T 32918.5.
const CURVE: [u8; 128] = {
    let digits = b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC\
                   28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93\
                   32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7\
                   BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0";
    let mut bytes = [0; 128];
    let mut at = 0;
    while at < 256 {
        let value = if digits[at] <= b'9' { digits[at] - b'0' } else { digits[at] - b'A' + 10 };
        bytes[at / 2] = bytes[at / 2] << 4 | value;
        at += 1;
    }
    bytes
};
