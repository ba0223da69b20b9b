//! The part of DER (ITU-T X.690) that seals, certificates and signatures are made of.
//!
//! Reading is tolerant where vendors are careless (lengths with leading zeros, text kinds mixed up) and strict
//! where carelessness is dangerous: definite lengths only, nothing after the end, depth bounded. Nothing is
//! ever re-encoded for a check: an [`Element`] keeps the bytes as received.

pub(crate) mod oid;
mod text;
pub(crate) mod write;

#[cfg(test)]
mod tests;

pub(crate) use text::time;

use crate::{Fault, Limits, Result, Time};

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const PRINTABLE: u8 = 0x13;
pub(crate) const IA5: u8 = 0x16;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The tag of `[n] EXPLICIT`, or of `[n] IMPLICIT` over something constructed.
pub(crate) const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// Elements one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// Offset of `rest` in the bytes first given, for people.
    at: usize,
    depth: usize,
}

/// One element as received.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub tag: u8,
    /// Tag, length and content.
    pub whole: &'a [u8],
    pub body: &'a [u8],
    at: usize,
    depth: usize,
}

/// The one element these bytes are, with nothing after it.
pub(crate) fn only<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Element<'a>> {
    if bytes.len() > limits.file_bytes {
        return Err(Fault::new("der.size", format!("{} bytes", bytes.len())));
    }
    let mut reader = Reader { rest: bytes, at: 0, depth: limits.depth };
    let element = reader.any()?;
    reader.end()?;
    Ok(element)
}

impl<'a> Reader<'a> {
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn fault(&self, reason: &'static str) -> Fault {
        Fault::new(reason, format!("byte {}", self.at))
    }

    pub fn any(&mut self) -> Result<Element<'a>> {
        let tag = *self.rest.first().ok_or_else(|| self.fault("der.missing"))?;
        if tag & 0x1f == 0x1f || tag == 0 {
            return Err(self.fault("der.tag"));
        }
        let (head, length) = length(&self.rest[1..]).ok_or_else(|| self.fault("der.length"))?;
        let start = 1 + head;
        let end = start.checked_add(length).filter(|end| *end <= self.rest.len());
        let end = end.ok_or_else(|| self.fault("der.length"))?;
        let (whole, rest) = self.rest.split_at(end);
        let element = Element { tag, whole, body: &whole[start..], at: self.at, depth: self.depth };
        self.rest = rest;
        self.at += end;
        Ok(element)
    }

    /// The next element, which must carry this tag.
    pub fn take(&mut self, tag: u8) -> Result<Element<'a>> {
        match self.rest.first() {
            Some(found) if *found != tag => Err(self.fault("der.unexpected")),
            _ => self.any(),
        }
    }

    /// The next element if it carries this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>> {
        if self.rest.first() == Some(&tag) { self.any().map(Some) } else { Ok(None) }
    }

    pub fn sequence(&mut self) -> Result<Reader<'a>> {
        self.take(SEQUENCE)?.inside()
    }

    pub fn oid(&mut self) -> Result<String> {
        self.take(OID)?.oid()
    }

    pub fn octets(&mut self) -> Result<&'a [u8]> {
        Ok(self.take(OCTET_STRING)?.body)
    }

    pub fn bits(&mut self) -> Result<&'a [u8]> {
        self.take(BIT_STRING)?.bits()
    }

    pub fn small(&mut self) -> Result<u64> {
        self.take(INTEGER)?.small()
    }

    pub fn text(&mut self) -> Result<String> {
        self.any()?.text()
    }

    pub fn time(&mut self) -> Result<Time> {
        self.any()?.time()
    }

    /// Refuses anything that still follows.
    pub fn end(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault("der.trailing")) }
    }
}

/// Bytes the length itself takes, and the length. Only the definite form, at most four bytes long.
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.first()?);
    if first < 0x80 {
        return Some((1, first));
    }
    let count = first & 0x7f;
    if count == 0 || count > 4 {
        return None;
    }
    let digits = bytes.get(1..1 + count)?;
    Some((1 + count, digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit))))
}

impl<'a> Element<'a> {
    fn fault(&self, reason: &'static str) -> Fault {
        Fault::new(reason, format!("byte {}", self.at))
    }

    /// What stands inside something constructed.
    pub fn inside(&self) -> Result<Reader<'a>> {
        if self.tag & 0x20 == 0 {
            return Err(self.fault("der.unexpected"));
        }
        let depth = self.depth.checked_sub(1).ok_or_else(|| self.fault("der.depth"))?;
        let head = self.whole.len() - self.body.len();
        Ok(Reader { rest: self.body, at: self.at + head, depth })
    }

    /// What stands inside a SEQUENCE.
    pub fn sequence(&self) -> Result<Reader<'a>> {
        self.expect(SEQUENCE)?;
        self.inside()
    }

    /// The one element an explicit tag wraps.
    pub fn unwrap(&self) -> Result<Element<'a>> {
        let mut reader = self.inside()?;
        let element = reader.any()?;
        reader.end()?;
        Ok(element)
    }

    fn expect(&self, tag: u8) -> Result<()> {
        if self.tag == tag { Ok(()) } else { Err(self.fault("der.unexpected")) }
    }

    /// An unsigned number without its leading zeros; empty for zero. Some signers forget the zero byte that
    /// keeps a number positive, so the sign bit is not read.
    pub fn unsigned(&self) -> Result<&'a [u8]> {
        if self.body.is_empty() {
            return Err(self.fault("der.integer"));
        }
        let zeros = self.body.iter().take_while(|byte| **byte == 0).count();
        Ok(&self.body[zeros..])
    }

    pub fn small(&self) -> Result<u64> {
        let digits = self.unsigned()?;
        if digits.len() > 8 {
            return Err(self.fault("der.integer"));
        }
        Ok(digits.iter().fold(0, |sum, digit| sum << 8 | u64::from(*digit)))
    }

    pub fn boolean(&self) -> Result<bool> {
        self.expect(BOOLEAN)?;
        match self.body {
            [value] => Ok(*value != 0),
            _ => Err(self.fault("der.boolean")),
        }
    }

    /// The bytes of a bit string of whole bytes.
    pub fn bits(&self) -> Result<&'a [u8]> {
        match self.body {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(self.fault("der.bits")),
        }
    }

    /// Dotted decimals.
    pub fn oid(&self) -> Result<String> {
        self.expect(OID)?;
        oid::read(self.body).ok_or_else(|| self.fault("der.oid"))
    }

    pub fn text(&self) -> Result<String> {
        text::read(self.tag, self.body).ok_or_else(|| self.fault("der.text"))
    }

    /// UTCTime or GeneralizedTime. Without a zone it is read as Beijing time, as the vendors who leave the
    /// zone out mean it.
    pub fn time(&self) -> Result<Time> {
        if self.tag != UTC_TIME && self.tag != GENERALIZED {
            return Err(self.fault("der.unexpected"));
        }
        text::time(self.body, self.tag == UTC_TIME).ok_or_else(|| self.fault("der.time"))
    }
}
