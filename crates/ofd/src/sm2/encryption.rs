//! SM2 encryption (GB/T 32918.4): C1 ‖ C3 ‖ C2, or the ASN.1 form of GB/T 35276.

use super::{PrivateKey, PublicKey, Sm3};
use crate::asn1::{self, INTEGER, write};
use crate::{Fault, Limits, Result};
use sm2::elliptic_curve::zeroize::Zeroize;
use sm2::elliptic_curve::{Group, PrimeField};
use sm2::{FieldBytes, ProjectivePoint, Scalar};

const POINT: usize = 65;
const DIGEST: usize = 32;

/// Random source of the caller: fills the bytes it is given.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

struct Parts {
    /// `04 ‖ x ‖ y`
    point: [u8; POINT],
    digest: [u8; DIGEST],
    hidden: Vec<u8>,
}

/// C1 ‖ C3 ‖ C2, 97 bytes longer than the message. `sm2.empty` for no message, `sm2.random` when the source of
/// random bytes is broken.
pub fn encrypt(key: &PublicKey, message: &[u8], random: Random<'_>) -> Result<Vec<u8>> {
    let parts = parts(key, message, random)?;
    Ok([&parts.point[..], &parts.digest, &parts.hidden].concat())
}

/// `SEQUENCE { INTEGER x, INTEGER y, OCTET STRING C3, OCTET STRING C2 }`.
pub fn encrypt_der(key: &PublicKey, message: &[u8], random: Random<'_>) -> Result<Vec<u8>> {
    let parts = parts(key, message, random)?;
    Ok(write::sequence(&[
        &write::unsigned(&parts.point[1..33]),
        &write::unsigned(&parts.point[33..]),
        &write::octets(&parts.digest),
        &write::octets(&parts.hidden),
    ]))
}

fn parts(key: &PublicKey, message: &[u8], random: Random<'_>) -> Result<Parts> {
    if message.is_empty() {
        return Err(Fault::new("sm2.empty", "nothing to encrypt"));
    }
    // A good source is refused once in 2³² draws; sixteen refusals mean it is broken.
    for _ in 0..16 {
        let mut bytes = [0; 32];
        random(&mut bytes);
        let k = Option::<Scalar>::from(Scalar::from_repr(FieldBytes::from(bytes)));
        bytes.zeroize();
        if let Some(parts) = k.and_then(|k| encrypt_with(key, message, &k)) {
            return Ok(parts);
        }
    }
    Err(Fault::new("sm2.random", "the random source gives no usable number"))
}

/// None: this k will not do.
fn encrypt_with(key: &PublicKey, message: &[u8], k: &Scalar) -> Option<Parts> {
    if bool::from(k.is_zero()) {
        return None;
    }
    let point = coordinates(&ProjectivePoint::mul_by_generator(k))?;
    let shared = coordinates(&(key.key.to_projective() * k))?;
    let mask = mask(&shared, message.len());
    if mask.iter().all(|byte| *byte == 0) {
        return None;
    }
    let hidden = mask.iter().zip(message).map(|(a, b)| a ^ b).collect();
    Some(Parts { point, digest: check(&shared, message), hidden })
}

impl PrivateKey {
    /// The message behind a ciphertext in ASN.1 form or C1 ‖ C3 ‖ C2; also C1 ‖ C2 ‖ C3 of the years before
    /// 2012. Which of the orders it is, C3 itself tells. `sm2.decrypt` when none fits.
    pub fn decrypt(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let refused = || Fault::new("sm2.decrypt", format!("{} bytes", bytes.len()));
        if bytes.first() == Some(&asn1::SEQUENCE) {
            let parts = from_der(bytes)?;
            return self.open(&parts.point, &parts.digest, &parts.hidden).ok_or_else(refused);
        }
        let (point, rest) = bytes.split_at_checked(POINT).ok_or_else(refused)?;
        if rest.len() <= DIGEST {
            return Err(refused());
        }
        let (digest, hidden) = rest.split_at(DIGEST);
        let (old_hidden, old_digest) = rest.split_at(rest.len() - DIGEST);
        self.open(point, digest, hidden)
            .or_else(|| self.open(point, old_digest, old_hidden))
            .ok_or_else(refused)
    }

    fn open(&self, point: &[u8], digest: &[u8], hidden: &[u8]) -> Option<Vec<u8>> {
        let point = PublicKey::from_sec1(point).ok()?;
        let shared = coordinates(&(point.key.to_projective() * self.d))?;
        let mask = mask(&shared, hidden.len());
        let message: Vec<u8> = mask.iter().zip(hidden).map(|(a, b)| a ^ b).collect();
        let differing = check(&shared, &message).iter().zip(digest).fold(0, |sum, (a, b)| sum | (a ^ b));
        (differing == 0 && digest.len() == DIGEST).then_some(message)
    }
}

fn from_der(bytes: &[u8]) -> Result<Parts> {
    let refused = || Fault::new("sm2.decrypt", "no ciphertext");
    let mut fields = asn1::only(bytes, &Limits::default())?.sequence()?;
    let mut point = [0; POINT];
    point[0] = 4;
    for half in point[1..].chunks_exact_mut(32) {
        let digits = fields.take(INTEGER)?.unsigned()?;
        let start = 32usize.checked_sub(digits.len()).ok_or_else(refused)?;
        half[start..].copy_from_slice(digits);
    }
    let digest = fields.octets()?.try_into().map_err(|_| refused())?;
    let hidden = fields.octets()?.to_vec();
    fields.end()?;
    if hidden.is_empty() { Err(refused()) } else { Ok(Parts { point, digest, hidden }) }
}

/// `04 ‖ x ‖ y`; none for the point at infinity.
fn coordinates(point: &ProjectivePoint) -> Option<[u8; POINT]> {
    sm2::PublicKey::from_affine(point.to_affine()).ok().map(|key| PublicKey::new(key).bytes)
}

/// The key derivation function of GB/T 32918.4 §5.4.3 over x2 ‖ y2.
fn mask(shared: &[u8; POINT], length: usize) -> Vec<u8> {
    let start = Sm3::new().then(&shared[1..]);
    let blocks = 1..=length.div_ceil(DIGEST) as u32;
    let mut mask: Vec<u8> = blocks.flat_map(|n| start.clone().then(&n.to_be_bytes()).finish()).collect();
    mask.truncate(length);
    mask
}

/// C3 = SM3(x2 ‖ M ‖ y2).
fn check(shared: &[u8; POINT], message: &[u8]) -> [u8; DIGEST] {
    Sm3::new().then(&shared[1..33]).then(message).then(&shared[33..]).finish()
}
