//! Lists of certificates that were taken back.

use super::extensions::{CRL_SIGN, each, element};
use super::issue::{authority_key_id, extension};
use super::{Certificate, Name, algorithm, sign_frame, signed, write_algorithm};
use crate::asn1::{self, Element, GENERALIZED, INTEGER, SEQUENCE, UTC_TIME, context, oid, write};
use crate::sm2::{Memory, Signature};
use crate::{Fault, Limits, Result, Time};
use std::collections::BTreeMap;
use std::ops::Range;

/// Since when a certificate is not to be relied upon, and why (RFC 5280 §5.3.1: 0 unspecified, 1 key
/// compromise, 3 affiliation changed, 4 superseded, 5 cessation of operation, 6 hold).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    pub at: Time,
    pub reason: u8,
}

#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    tbs: Range<usize>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    revoked: BTreeMap<Vec<u8>, Revocation>,
    algorithm: String,
    signature: Signature,
}

impl Crl {
    /// From DER. `x509.critical` for a list of a kind we do not understand (deltas, parts of a list).
    pub fn parse(bytes: &[u8]) -> Result<Crl> {
        let frame = signed(asn1::only(bytes, &Limits::default())?)?;
        let mut fields = frame.tbs.inside()?;
        fields.optional(INTEGER)?;
        if algorithm(&mut fields)? != frame.algorithm {
            return Err(Fault::new("x509.algorithm", "inside and outside differ"));
        }
        let issuer = Name::read(fields.take(SEQUENCE)?)?;
        let this_update = fields.time()?;
        let next_update = match fields.optional(UTC_TIME)? {
            Some(time) => Some(time.time()?),
            None => fields.optional(GENERALIZED)?.map(|time| time.time()).transpose()?,
        };
        let revoked = match fields.optional(SEQUENCE)? {
            Some(list) => entries(list)?,
            None => BTreeMap::new(),
        };
        if let Some(list) = fields.optional(context(0))? {
            each(list.unwrap()?, refuse_critical)?;
        }
        fields.end()?;
        let start = frame.tbs.whole.as_ptr().addr() - bytes.as_ptr().addr();
        Ok(Crl {
            der: bytes.to_vec(),
            tbs: start..start + frame.tbs.whole.len(),
            issuer,
            this_update,
            next_update,
            revoked,
            algorithm: frame.algorithm,
            signature: Signature::from_either(frame.signature)?,
        })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    pub fn this_update(&self) -> Time {
        self.this_update
    }

    pub fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// By serial number as [`Certificate::serial`] gives it.
    pub fn revocation(&self, serial: &[u8]) -> Option<Revocation> {
        self.revoked.get(without_zeros(serial)).copied()
    }

    /// Whether this authority signed the list and may sign lists.
    pub fn signed_by(&self, issuer: &Certificate, memory: Option<&Memory>) -> bool {
        let tbs = &self.der[self.tbs.clone()];
        let good = self.algorithm == oid::SM2_WITH_SM3
            && self.issuer == *issuer.subject()
            && issuer.usage_has(CRL_SIGN)
            && match memory {
                Some(memory) => memory.verify(issuer.public_key(), tbs, &self.signature),
                None => issuer.public_key().verify(tbs, &self.signature),
            };
        // Lists are long, and the same one is asked at each check.
        if let Some(memory) = memory.filter(|_| good) {
            memory.keep_message(tbs);
        }
        good
    }
}

fn refuse_critical(id: &str, critical: bool, _: &[u8]) -> Result<()> {
    if critical { Err(Fault::new("x509.critical", id)) } else { Ok(()) }
}

fn entries(list: Element<'_>) -> Result<BTreeMap<Vec<u8>, Revocation>> {
    let mut revoked = BTreeMap::new();
    let mut list = list.inside()?;
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let serial = fields.take(INTEGER)?.unsigned()?.to_vec();
        let mut entry = Revocation { at: fields.time()?, reason: 0 };
        if let Some(extensions) = fields.optional(SEQUENCE)? {
            each(extensions, |id, critical, value| {
                match id {
                    oid::REASON_CODE => entry.reason = element(value)?.body.first().copied().unwrap_or(0),
                    // the key was lost before anybody told the authority: what was signed since then counts for nothing
                    oid::INVALIDITY_DATE => entry.at = entry.at.min(element(value)?.time()?),
                    _ => refuse_critical(id, critical, value)?,
                }
                Ok(())
            })?;
        }
        fields.end()?;
        revoked.insert(serial, entry);
    }
    Ok(revoked)
}

fn without_zeros(serial: &[u8]) -> &[u8] {
    &serial[serial.iter().take_while(|byte| **byte == 0).count()..]
}

#[derive(Debug, Clone, Copy)]
pub struct NewCrl<'a> {
    pub issuer: &'a Certificate,
    /// Grows with every list of the issuer.
    pub number: u64,
    pub this_update: Time,
    pub next_update: Time,
    /// Serial numbers and since when.
    pub revoked: &'a [(Vec<u8>, Revocation)],
}

/// Version 2. Refusals as for [`super::issue`].
pub fn issue_crl(new: &NewCrl<'_>, sign: &dyn Fn(&[u8]) -> Result<Signature>) -> Result<Crl> {
    let entries: Vec<u8> =
        new.revoked.iter().flat_map(|(serial, entry)| write_entry(serial, entry)).collect();
    let list = if entries.is_empty() { Vec::new() } else { write::element(SEQUENCE, &entries) };
    let key = new.issuer.public_key();
    let number = extension(oid::CRL_NUMBER, false, &write::small(new.number));
    let tbs = write::sequence(&[
        &write::small(1),
        &write_algorithm(oid::SM2_WITH_SM3),
        new.issuer.subject().der(),
        &write::certificate_time(new.this_update),
        &write::certificate_time(new.next_update),
        &list,
        &write::element(context(0), &write::sequence(&[&authority_key_id(key), &number])),
    ]);
    Crl::parse(&sign_frame(&tbs, key, sign)?)
}

fn write_entry(serial: &[u8], entry: &Revocation) -> Vec<u8> {
    let reason = extension(oid::REASON_CODE, false, &write::element(asn1::ENUMERATED, &[entry.reason]));
    let extensions = if entry.reason == 0 { Vec::new() } else { write::sequence(&[&reason]) };
    write::sequence(&[&write::unsigned(serial), &write::certificate_time(entry.at), &extensions])
}
