//! What extensions say about the use of a certificate.

use crate::Result;
use crate::asn1::{BOOLEAN, Element, INTEGER, OCTET_STRING, Reader, context, oid, only};
use crate::{Fault, Limits};

/// Bits of key usage, as the norm numbers them from the left.
pub(super) const DIGITAL_SIGNATURE: u16 = 1 << 15;
pub(super) const NON_REPUDIATION: u16 = 1 << 14;
pub(super) const KEY_CERT_SIGN: u16 = 1 << 10;
pub(super) const CRL_SIGN: u16 = 1 << 9;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub ca: bool,
    pub path_length: Option<u64>,
    pub key_usage: Option<u16>,
    pub extended_usage: Option<Vec<String>>,
    pub subject_key_id: Option<Vec<u8>>,
    pub authority_key_id: Option<Vec<u8>>,
    /// The first critical extension we do not understand: the certificate must not be relied upon.
    pub unknown_critical: Option<String>,
}

/// One extension: identifier, critical, the bytes of its value.
pub(super) fn each<'a>(
    list: Element<'a>,
    mut visit: impl FnMut(&str, bool, &'a [u8]) -> Result<()>,
) -> Result<()> {
    let mut list = list.sequence()?;
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let id = fields.oid()?;
        let critical = fields.optional(BOOLEAN)?.map_or(Ok(false), |value| value.boolean())?;
        let value = fields.take(OCTET_STRING)?.body;
        fields.end()?;
        visit(&id, critical, value)?;
    }
    Ok(())
}

impl Extensions {
    pub fn read(list: Element<'_>) -> Result<Extensions> {
        let mut found = Extensions::default();
        let mut seen: Vec<String> = Vec::new();
        each(list, |id, critical, value| {
            if seen.iter().any(|known| known == id) {
                return Err(Fault::new("x509.extension_twice", id));
            }
            seen.push(id.to_owned());
            found.take(id, critical, value)
        })?;
        Ok(found)
    }

    fn take(&mut self, id: &str, critical: bool, value: &[u8]) -> Result<()> {
        match id {
            oid::BASIC_CONSTRAINTS => {
                let mut fields = inside(value)?;
                self.ca = fields.optional(BOOLEAN)?.map_or(Ok(false), |value| value.boolean())?;
                self.path_length = fields.optional(INTEGER)?.map(|value| value.small()).transpose()?;
                fields.end()?;
            }
            oid::KEY_USAGE => self.key_usage = Some(key_usage(value)?),
            oid::EXTENDED_KEY_USAGE => {
                let mut fields = inside(value)?;
                let mut usages = Vec::new();
                while !fields.is_empty() {
                    usages.push(fields.oid()?);
                }
                self.extended_usage = Some(usages);
            }
            oid::SUBJECT_KEY_ID => self.subject_key_id = Some(element(value)?.body.to_vec()),
            oid::AUTHORITY_KEY_ID => {
                // keyIdentifier is [0] IMPLICIT OCTET STRING
                self.authority_key_id = inside(value)?.optional(0x80)?.map(|id| id.body.to_vec());
            }
            _ if critical && self.unknown_critical.is_none() => self.unknown_critical = Some(id.to_owned()),
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn element(value: &[u8]) -> Result<Element<'_>> {
    only(value, &Limits::default())
}

fn inside(value: &[u8]) -> Result<Reader<'_>> {
    element(value)?.sequence()
}

fn key_usage(value: &[u8]) -> Result<u16> {
    match element(value)?.body {
        [unused @ 0..=7, bits @ ..] if !bits.is_empty() && bits.len() <= 2 => {
            let all = u16::from_be_bytes([bits[0], bits.get(1).copied().unwrap_or(0)]);
            let hidden = (16 - 8 * bits.len() as u32) + u32::from(*unused);
            Ok(all >> hidden << hidden)
        }
        _ => Err(Fault::new("x509.key_usage", "not a bit string of nine bits")),
    }
}

/// The tag under which certificates keep their extensions; revocation lists use `[0]`.
pub(super) const IN_CERTIFICATE: u8 = context(3);
