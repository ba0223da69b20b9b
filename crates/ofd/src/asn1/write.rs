//! DER as we write it: minimal lengths, minimal numbers.

use super::{
    BIT_STRING, BOOLEAN, GENERALIZED, IA5, INTEGER, OCTET_STRING, OID, SEQUENCE, UTC_TIME, UTF8, oid,
};
use crate::Time;

/// Tag, length and content.
pub(crate) fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    pieces(tag, &[body])
}

/// As [`element`], its content given in pieces.
pub(crate) fn pieces(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let digits = length.to_be_bytes();
        let zeros = (length.leading_zeros() / 8) as usize;
        out.push(0x80 | (digits.len() - zeros) as u8);
        out.extend_from_slice(&digits[zeros..]);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    pieces(SEQUENCE, parts)
}

/// A number that is never negative, from its big-endian bytes.
pub(crate) fn unsigned(digits: &[u8]) -> Vec<u8> {
    let zeros = digits.iter().take_while(|byte| **byte == 0).count();
    let digits = &digits[zeros..];
    let needs_zero = digits.first().is_none_or(|first| first & 0x80 != 0);
    pieces(INTEGER, &[if needs_zero { &[0] } else { &[] }, digits])
}

pub(crate) fn small(number: u64) -> Vec<u8> {
    unsigned(&number.to_be_bytes())
}

pub(crate) fn boolean(value: bool) -> Vec<u8> {
    element(BOOLEAN, &[if value { 0xff } else { 0 }])
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    element(OID, &oid::write(dotted))
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(OCTET_STRING, bytes)
}

/// A bit string of whole bytes.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    pieces(BIT_STRING, &[&[0], bytes])
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    element(UTF8, text.as_bytes())
}

pub(crate) fn ia5(text: &str) -> Vec<u8> {
    element(IA5, text.as_bytes())
}

pub(crate) fn generalized(time: Time) -> Vec<u8> {
    element(GENERALIZED, time.generalized().as_bytes())
}

/// UTCTime until 2049, GeneralizedTime from then on, as RFC 5280 and GB/T 20518 ask of certificates.
pub(crate) fn certificate_time(time: Time) -> Vec<u8> {
    match time.to_utc().0 {
        1950..=2049 => element(UTC_TIME, &time.generalized().as_bytes()[2..]),
        _ => generalized(time),
    }
}
