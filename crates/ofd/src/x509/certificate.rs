//! One certificate, as received.

use super::extensions::{DIGITAL_SIGNATURE, Extensions, IN_CERTIFICATE, NON_REPUDIATION};
use super::{Name, algorithm, signed};
use crate::asn1::{self, INTEGER, SEQUENCE, context, oid};
use crate::sm2::{Memory, PublicKey, Signature};
use crate::{Fault, Limits, Result, Time};
use std::ops::Range;

/// An X.509 certificate for an SM2 key. Two are equal when their bytes are.
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    serial: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: Time,
    not_after: Time,
    public_key: PublicKey,
    pub(super) extensions: Extensions,
    algorithm: String,
    signature: Signature,
}

impl Certificate {
    /// From DER. Refused with `der.*`, or `x509.key` when the key is not an SM2 key.
    pub fn parse(bytes: &[u8]) -> Result<Certificate> {
        let frame = signed(asn1::only(bytes, &Limits::default())?)?;
        let mut fields = frame.tbs.sequence()?;
        // version [0], absent in version 1
        fields.optional(context(0))?;
        let serial = fields.take(INTEGER)?.body.to_vec();
        if algorithm(&mut fields)? != frame.algorithm {
            return Err(Fault::new("x509.algorithm", "inside and outside differ"));
        }
        let issuer = Name::read(fields.take(SEQUENCE)?)?;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        validity.end()?;
        let subject = Name::read(fields.take(SEQUENCE)?)?;
        let public_key = public_key(fields.take(SEQUENCE)?)?;
        let mut extensions = Extensions::default();
        while !fields.is_empty() {
            let field = fields.any()?;
            if field.tag == IN_CERTIFICATE {
                extensions = Extensions::read(field.unwrap()?)?;
            }
        }
        let start = frame.tbs.whole.as_ptr().addr() - bytes.as_ptr().addr();
        Ok(Certificate {
            der: bytes.to_vec(),
            tbs: start..start + frame.tbs.whole.len(),
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            public_key,
            extensions,
            algorithm: frame.algorithm,
            signature: Signature::from_either(frame.signature)?,
        })
    }

    /// The bytes as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn subject(&self) -> &Name {
        &self.subject
    }

    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// CN of the subject; without one, its last value.
    pub fn common_name(&self) -> &str {
        let last = || self.subject.parts().last().map(|(_, value)| value);
        self.subject.get("CN").or_else(last).unwrap_or("")
    }

    /// Content of the serial number as received, big-endian.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub fn not_before(&self) -> Time {
        self.not_before
    }

    /// The last second of validity.
    pub fn not_after(&self) -> Time {
        self.not_after
    }

    pub fn is_ca(&self) -> bool {
        self.extensions.ca
    }

    /// May sign documents: key usage is absent, or names digital signature or non-repudiation.
    pub fn may_sign(&self) -> bool {
        self.usage_has(DIGITAL_SIGNATURE | NON_REPUDIATION)
    }

    pub(super) fn usage_has(&self, any: u16) -> bool {
        self.extensions.key_usage.is_none_or(|usage| usage & any != 0)
    }

    /// Whether this key signed the certificate, calculated over the bytes as received.
    pub fn signed_by(&self, key: &PublicKey, memory: Option<&Memory>) -> bool {
        let tbs = &self.der[self.tbs.clone()];
        self.algorithm == oid::SM2_WITH_SM3
            && match memory {
                Some(memory) => memory.verify(key, tbs, &self.signature),
                None => key.verify(tbs, &self.signature),
            }
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Certificate) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// `SubjectPublicKeyInfo` of id-ecPublicKey on the SM2 curve.
fn public_key(element: asn1::Element<'_>) -> Result<PublicKey> {
    let mut fields = element.sequence()?;
    let mut algorithm = fields.sequence()?;
    let (kind, curve) = (algorithm.oid()?, algorithm.any()?);
    algorithm.end()?;
    if kind != oid::EC_PUBLIC_KEY || curve.tag != asn1::OID || curve.oid()? != oid::SM2_CURVE {
        return Err(Fault::new("x509.key", format!("not an SM2 key: {kind}")));
    }
    let key = PublicKey::from_sec1(fields.bits()?)?;
    fields.end()?;
    Ok(key)
}
