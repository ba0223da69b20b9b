//! One signer of a message: `SignerInfo`.

use crate::asn1::{Element, INTEGER, OCTET_STRING, Reader, SEQUENCE, SET, context, oid};
use crate::sm2::{Memory, Signature, sm3};
use crate::x509::{Certificate, Name, algorithm};
use crate::{Fault, Result, Time};

#[derive(Debug, Clone)]
pub(super) struct SignerInfo {
    issuer: Name,
    /// Without leading zeros.
    serial: Vec<u8>,
    digest_algorithm: String,
    attributes: Option<Attributes>,
    algorithm: String,
    signature: Signature,
}

#[derive(Debug, Clone)]
struct Attributes {
    /// As received, under the tag of a SET: what the signature covers.
    signed: Vec<u8>,
    content_type: Option<String>,
    digest: Option<Vec<u8>>,
    time: Option<Time>,
}

impl SignerInfo {
    pub fn read(mut fields: Reader<'_>) -> Result<SignerInfo> {
        fields.small()?;
        let mut id = fields.sequence()?;
        let issuer = Name::read(id.take(SEQUENCE)?)?;
        let serial = id.take(INTEGER)?.unsigned()?.to_vec();
        id.end()?;
        let digest_algorithm = algorithm(&mut fields)?;
        let attributes = fields.optional(context(0))?.map(Attributes::read).transpose()?;
        let algorithm = algorithm(&mut fields)?;
        let signature = Signature::from_either(fields.octets()?)?;
        // attributes nobody signed
        fields.optional(context(1))?;
        fields.end()?;
        Ok(SignerInfo { issuer, serial, digest_algorithm, attributes, algorithm, signature })
    }

    pub fn certificate<'a>(&self, among: &'a [Certificate]) -> Option<&'a Certificate> {
        let zeros = |serial: &[u8]| serial.iter().take_while(|byte| **byte == 0).count();
        among.iter().find(|certificate| {
            let serial = certificate.serial();
            *certificate.issuer() == self.issuer && serial[zeros(serial)..] == self.serial
        })
    }

    pub fn signing_time(&self) -> Option<Time> {
        self.attributes.as_ref().and_then(|attributes| attributes.time)
    }

    pub fn verify(
        &self,
        content_type: &str,
        content: &[u8],
        certificates: &[Certificate],
        memory: Option<&Memory>,
    ) -> Result<()> {
        let refused = |reason, place: &str| Err(Fault::new(reason, place));
        let Some(certificate) = self.certificate(certificates) else {
            return refused("signed_data.certificate", &self.issuer.to_string());
        };
        let algorithms = [oid::SM2_SIGN, oid::SM2_WITH_SM3];
        if self.digest_algorithm != oid::SM3 || !algorithms.contains(&self.algorithm.as_str()) {
            return refused("signed_data.algorithm", &self.algorithm);
        }
        let message = match &self.attributes {
            None => content,
            Some(attributes) if attributes.fit(content_type, content) => &attributes.signed,
            Some(_) => return refused("signed_data.digest", certificate.common_name()),
        };
        let good = match memory {
            Some(memory) => memory.verify(certificate.public_key(), message, &self.signature),
            None => certificate.public_key().verify(message, &self.signature),
        };
        if good { Ok(()) } else { refused("signed_data.signature", certificate.common_name()) }
    }
}

impl Attributes {
    fn read(element: Element<'_>) -> Result<Attributes> {
        let mut signed = element.whole.to_vec();
        signed[0] = SET;
        let mut found = Attributes { signed, content_type: None, digest: None, time: None };
        let mut list = element.inside()?;
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let id = fields.oid()?;
            let value = fields.take(SET)?;
            fields.end()?;
            match id.as_str() {
                oid::CONTENT_TYPE => once(&mut found.content_type, value.unwrap()?.oid()?)?,
                oid::MESSAGE_DIGEST => {
                    let digest = value.inside()?.take(OCTET_STRING)?.body.to_vec();
                    once(&mut found.digest, digest)?;
                }
                oid::SIGNING_TIME => once(&mut found.time, value.unwrap()?.time()?)?,
                _ => {}
            }
        }
        Ok(found)
    }

    /// The digest must be there. It is the content itself when that is a digest already, as in OFD packages, or
    /// the content's SM3 as PKCS #7 has it; both bind the content.
    fn fit(&self, content_type: &str, content: &[u8]) -> bool {
        let digest = self.digest.as_deref();
        let same_type = self.content_type.as_deref().is_none_or(|kind| kind == content_type);
        same_type && (digest == Some(&sm3(content)) || (content.len() == 32 && digest == Some(content)))
    }
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::new("signed_data.attribute_twice", "")),
    }
}
