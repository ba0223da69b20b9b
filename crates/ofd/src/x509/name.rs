//! Names: who a certificate is about, and who issued it.

use crate::asn1::{Element, IA5, PRINTABLE, SEQUENCE, SET, UTF8, write};
use crate::{Fault, Result};

/// The short names of attribute types, as people write them; the last four are Chinese: identity codes of
/// GB/T 20518, and the organization identifier that carries the credit code.
const TYPES: [(&str, &str); 19] = [
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("T", "2.5.4.12"),
    ("G", "2.5.4.42"),
    ("UNIQUEID", "2.5.4.45"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("E", "1.2.840.113549.1.9.1"),
    ("ORGID", "2.5.4.97"),
    ("IDCODE", "1.2.156.10260.4.1.1"),
    ("REGCODE", "1.2.156.10260.4.1.3"),
    ("ORGCODE", "1.2.156.10260.4.1.4"),
];

/// A distinguished name. Equal when types and values are, however they were encoded.
#[derive(Debug, Clone)]
pub struct Name {
    der: Vec<u8>,
    /// Type as dotted decimals, value.
    parts: Vec<(String, String)>,
}

impl Name {
    /// From types (`CN`, `O`, … or dotted decimals) and values, outermost first: C, O, OU, CN.
    /// `x509.name` for an unknown type or an empty value.
    pub fn new(parts: &[(&str, &str)]) -> Result<Name> {
        let mut body = Vec::new();
        let mut kept = Vec::new();
        for (kind, value) in parts {
            let dotted = dotted(kind).filter(|_| !value.is_empty());
            let dotted = dotted.ok_or_else(|| Fault::new("x509.name", format!("{kind}={value}")))?;
            let tag = match *kind {
                "E" | "DC" => IA5,
                "C" | "SERIALNUMBER" if printable(value) => PRINTABLE,
                _ => UTF8,
            };
            let pair = write::sequence(&[&write::oid(dotted), &write::element(tag, value.as_bytes())]);
            body.extend(write::element(SET, &pair));
            kept.push((dotted.to_owned(), (*value).to_owned()));
        }
        Ok(Name { der: write::element(SEQUENCE, &body), parts: kept })
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Name> {
        let mut sets = element.sequence()?;
        let mut parts = Vec::new();
        while !sets.is_empty() {
            let mut set = sets.take(SET)?.inside()?;
            while !set.is_empty() {
                let mut pair = set.sequence()?;
                parts.push((pair.oid()?, pair.text()?));
                pair.end()?;
            }
        }
        Ok(Name { der: element.whole.to_vec(), parts })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The last value of this type (`CN`, `O`, …): the most specific one.
    pub fn get(&self, kind: &str) -> Option<&str> {
        let dotted = dotted(kind)?;
        self.parts.iter().rev().find(|(kind, _)| kind == dotted).map(|(_, value)| value.as_str())
    }

    /// Types as short names where there is one, and values, in their order.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().map(|(kind, value)| {
            let short = TYPES.iter().find(|(_, dotted)| dotted == kind).map(|(short, _)| *short);
            (short.unwrap_or(kind), value.as_str())
        })
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.parts == other.parts
    }
}

impl Eq for Name {}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (kind, value)) in self.parts().enumerate() {
            write!(f, "{}{kind}={value}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

fn dotted(kind: &str) -> Option<&'static str> {
    TYPES.iter().find(|(short, dotted)| *short == kind || *dotted == kind).map(|(_, dotted)| *dotted)
}

fn printable(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&b))
}
