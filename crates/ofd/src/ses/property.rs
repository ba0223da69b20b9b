//! What a seal says about itself: `SES_ESPropertyInfo` and `SES_ESPictureInfo`.

use crate::asn1::{Element, INTEGER, OCTET_STRING, Reader, SEQUENCE};
use crate::sm2::sm3;
use crate::x509::Certificate;
use crate::{Fault, Result, Time};

/// Who may sign with the seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertList {
    /// Certificates in DER.
    Certificates(Vec<Vec<u8>>),
    /// Algorithm (`SM3`, or its identifier in dotted decimals) and digest of each certificate.
    Digests(Vec<(String, Vec<u8>)>),
}

impl CertList {
    pub fn contains(&self, certificate: &Certificate) -> bool {
        match self {
            CertList::Certificates(list) => list.iter().any(|der| der == certificate.der()),
            CertList::Digests(list) => {
                let digest = sm3(certificate.der());
                list.iter().any(|(kind, value)| is_sm3(kind) && *value == digest)
            }
        }
    }

    fn read(kind: u64, list: Element<'_>) -> Result<CertList> {
        let mut list = list.inside()?;
        match kind {
            1 => {
                let mut certificates = Vec::new();
                while !list.is_empty() {
                    certificates.push(list.take(OCTET_STRING)?.body.to_vec());
                }
                Ok(CertList::Certificates(certificates))
            }
            2 => {
                let mut digests = Vec::new();
                while !list.is_empty() {
                    let mut pair = list.sequence()?;
                    digests.push((pair.text()?, pair.octets()?.to_vec()));
                    pair.end()?;
                }
                Ok(CertList::Digests(digests))
            }
            _ => Err(Fault::new("ses.cert_list", format!("kind {kind}"))),
        }
    }
}

fn is_sm3(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("SM3") || kind == crate::asn1::oid::SM3
}

/// How the seal looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `PNG`, `png`, `ofd`, …: compare without regard to case.
    pub kind: String,
    pub data: Vec<u8>,
    /// Millimetres.
    pub width: u32,
    pub height: u32,
}

impl Picture {
    pub(super) fn read(fields: &mut Reader<'_>) -> Result<Picture> {
        let mut fields = fields.sequence()?;
        let kind = fields.text()?;
        let data = fields.octets()?.to_vec();
        let mut side = || {
            let length = fields.small()?;
            u32::try_from(length).map_err(|_| Fault::new("ses.picture", format!("{length} mm")))
        };
        Ok(Picture { kind, data, width: side()?, height: side()? })
    }
}

#[derive(Debug, Clone)]
pub(super) struct Property {
    pub kind: u64,
    pub name: String,
    pub cert_list: CertList,
    pub created: Time,
    pub valid_start: Time,
    pub valid_end: Time,
}

impl Property {
    pub fn read(fields: &mut Reader<'_>) -> Result<Property> {
        let mut fields = fields.sequence()?;
        let kind = fields.small()?;
        let name = fields.text()?;
        // version 1 knows certificates only and does not say so
        let list_kind = fields.optional(INTEGER)?.map_or(Ok(1), |kind| kind.small())?;
        let cert_list = CertList::read(list_kind, fields.take(SEQUENCE)?)?;
        let (created, valid_start, valid_end) = (fields.time()?, fields.time()?, fields.time()?);
        fields.end()?;
        Ok(Property { kind, name, cert_list, created, valid_start, valid_end })
    }
}
