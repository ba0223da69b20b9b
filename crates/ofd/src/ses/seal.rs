//! One e-seal: `SESeal`.

use super::property::Property;
use super::{CertList, Layout, Picture, Signed};
use crate::asn1::{self, Element, SEQUENCE, context, write};
use crate::sm2::{Memory, Signature};
use crate::x509::Certificate;
use crate::{Limits, Result, Time};

/// A seal as its maker issued it.
#[derive(Debug, Clone)]
pub struct Seal {
    der: Vec<u8>,
    pub(super) layout: Layout,
    id: String,
    version: u64,
    vid: String,
    es_id: String,
    property: Property,
    picture: Picture,
    maker: Certificate,
    pub(super) signed: Signed,
    pub(super) time_stamp: Option<Vec<u8>>,
}

impl Seal {
    /// From DER (the content of `Seal.esl`). Refused with `der.*`, `x509.*`, `sm2.signature` or `ses.*`.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Seal> {
        Seal::read(asn1::only(bytes, limits)?)
    }

    pub(super) fn read(element: Element<'_>) -> Result<Seal> {
        let mut fields = element.sequence()?;
        let info = fields.take(SEQUENCE)?;
        let sign_info = fields.optional(SEQUENCE)?;
        let layout = if sign_info.is_some() { Layout::One } else { Layout::Four };
        let mut signing = sign_info.map_or(Ok(fields.clone()), |element| element.inside())?;
        let certificate = signing.take(asn1::OCTET_STRING)?;
        let algorithm = signing.take(asn1::OID)?;
        let value = signing.bits()?;
        let time_stamp = signing.optional(context(0))?.map(|stamp| stamp.unwrap()?.bits()).transpose()?;
        signing.end()?;
        if sign_info.is_some() {
            fields.end()?;
        }
        // version 1: a sequence that does not stand in the file, made of elements that do
        let message = match layout {
            Layout::One => write::sequence(&[info.whole, certificate.whole, algorithm.whole]),
            Layout::Four => info.whole.to_vec(),
        };
        let signed = Signed {
            message,
            algorithm: algorithm.oid()?,
            signature: Signature::from_either(value)?,
            value: value.to_vec(),
        };
        let maker = Certificate::parse(certificate.body)?;
        Seal::with_info(info, layout, maker, signed, time_stamp.map(<[u8]>::to_vec), element.whole)
    }

    fn with_info(
        info: Element<'_>,
        layout: Layout,
        maker: Certificate,
        signed: Signed,
        time_stamp: Option<Vec<u8>>,
        der: &[u8],
    ) -> Result<Seal> {
        let mut fields = info.inside()?;
        let mut header = fields.sequence()?;
        let (id, version, vid) = (header.text()?, header.small()?, header.text()?);
        header.end()?;
        let es_id = fields.text()?;
        let property = Property::read(&mut fields)?;
        let picture = Picture::read(&mut fields)?;
        // extDatas, with or without a tag: nothing in them changes a check
        if !fields.is_empty() {
            fields.any()?;
        }
        fields.end()?;
        let der = der.to_vec();
        Ok(Seal { der, layout, id, version, vid, es_id, property, picture, maker, signed, time_stamp })
    }

    /// The bytes as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// `ES` in every seal that is one.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    /// Who made the sealing system.
    pub fn vid(&self) -> &str {
        &self.vid
    }

    /// The seal's identifier: 14 digits in state systems, anything else elsewhere.
    pub fn es_id(&self) -> &str {
        &self.es_id
    }

    /// The integer as it stands; numberings differ between systems.
    pub fn kind(&self) -> u64 {
        self.property.kind
    }

    pub fn name(&self) -> &str {
        &self.property.name
    }

    pub fn cert_list(&self) -> &CertList {
        &self.property.cert_list
    }

    pub fn created(&self) -> Time {
        self.property.created
    }

    pub fn valid_start(&self) -> Time {
        self.property.valid_start
    }

    pub fn valid_end(&self) -> Time {
        self.property.valid_end
    }

    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    pub fn maker(&self) -> &Certificate {
        &self.maker
    }

    /// Whether its maker signed the seal as it stands.
    pub fn signed_by_maker(&self, memory: Option<&Memory>) -> bool {
        self.signed.by(&self.maker, memory)
    }

    /// Why header and structure do not fit a version we know; none if they do.
    pub(super) fn version_fault(&self) -> Option<String> {
        if self.id != "ES" {
            return Some(format!("SEAL_HEADER {}", self.id));
        }
        (!self.layout.fits(self.version)).then(|| format!("SEAL_VERSION {}", self.version))
    }
}
