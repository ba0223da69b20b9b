//! Certificates of our own: authorities, seal makers, seal signers.

use super::{Certificate, Name, sign_frame, write_algorithm};
use crate::asn1::{context, oid, write};
use crate::sm2::{PublicKey, Signature, sm3};
use crate::{Fault, Result, Time};

#[derive(Debug, Clone, Copy)]
pub struct NewCertificate<'a> {
    /// Big-endian, positive, at most 20 bytes; the caller keeps it unique for the issuer.
    pub serial: &'a [u8],
    pub subject: &'a Name,
    pub issuer: &'a Name,
    pub public_key: &'a PublicKey,
    /// The key that `sign` uses; for a root the same as `public_key`.
    pub issuer_key: &'a PublicKey,
    pub not_before: Time,
    /// The last second of validity.
    pub not_after: Time,
    /// An authority signs certificates and revocation lists; everybody else signs documents.
    pub ca: bool,
    /// How many authorities may stand between this one and a signer.
    pub path_length: Option<u8>,
}

/// Version 3, with basic constraints and key usage critical and both key identifiers. `x509.serial`,
/// `x509.validity` for nonsense; `x509.issuer_key` when `sign` uses another key than `issuer_key`.
pub fn issue(new: &NewCertificate<'_>, sign: &dyn Fn(&[u8]) -> Result<Signature>) -> Result<Certificate> {
    let digits = new.serial.iter().skip_while(|byte| **byte == 0).count();
    if digits == 0 || digits > 20 || (digits == 20 && new.serial[new.serial.len() - 20] & 0x80 != 0) {
        return Err(Fault::new("x509.serial", format!("{} bytes", new.serial.len())));
    }
    if new.not_before > new.not_after {
        return Err(Fault::new("x509.validity", new.subject.to_string()));
    }
    let tbs = write::sequence(&[
        &write::element(context(0), &write::small(2)),
        &write::unsigned(new.serial),
        &write_algorithm(oid::SM2_WITH_SM3),
        new.issuer.der(),
        &write::sequence(&[
            &write::certificate_time(new.not_before),
            &write::certificate_time(new.not_after),
        ]),
        new.subject.der(),
        &write_public_key(new.public_key),
        &write::element(context(3), &extensions(new)),
    ]);
    Certificate::parse(&sign_frame(&tbs, new.issuer_key, sign)?)
}

fn extensions(new: &NewCertificate<'_>) -> Vec<u8> {
    let constraints = match (new.ca, new.path_length) {
        (false, _) => write::sequence(&[]),
        (true, None) => write::sequence(&[&write::boolean(true)]),
        (true, Some(length)) => write::sequence(&[&write::boolean(true), &write::small(length.into())]),
    };
    // keyCertSign and cRLSign, or digitalSignature and nonRepudiation; the first byte counts unused bits
    let usage: [u8; 4] = if new.ca { [3, 2, 1, 0x06] } else { [3, 2, 6, 0xc0] };
    write::sequence(&[
        &extension(oid::SUBJECT_KEY_ID, false, &write::octets(&key_id(new.public_key))),
        &authority_key_id(new.issuer_key),
        &extension(oid::BASIC_CONSTRAINTS, true, &constraints),
        &extension(oid::KEY_USAGE, true, &usage),
    ])
}

pub(super) fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { write::boolean(true) } else { Vec::new() };
    write::sequence(&[&write::oid(id), &critical, &write::octets(value)])
}

pub(super) fn authority_key_id(issuer: &PublicKey) -> Vec<u8> {
    let id = write::sequence(&[&write::element(0x80, &key_id(issuer))]);
    extension(oid::AUTHORITY_KEY_ID, false, &id)
}

/// Names a key: the first 20 bytes of SM3 over the point. RFC 5280 leaves the choice of digest to the issuer.
fn key_id(key: &PublicKey) -> [u8; 20] {
    sm3(&key.to_sec1())[..20].try_into().expect("SM3 has 32 bytes")
}

pub(super) fn write_public_key(key: &PublicKey) -> Vec<u8> {
    let algorithm = write::sequence(&[&write::oid(oid::EC_PUBLIC_KEY), &write::oid(oid::SM2_CURVE)]);
    write::sequence(&[&algorithm, &write::bits(&key.to_sec1())])
}
