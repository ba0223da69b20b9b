//! SM2 signed messages (GB/T 35275).
//!
//! In an OFD package the content is the 32-byte SM3 of `Signature.xml`. Read in the identifiers of GB/T 35275
//! and of PKCS #7, with and without signed attributes; written in those of GB/T 35275.

mod make;
mod signer;

#[cfg(test)]
mod tests;

pub use make::make;

use crate::asn1::{self, OCTET_STRING, SET, context, oid};
use crate::sm2::{Memory, sm3};
use crate::verdict::{Code, Context, Finding, Report};
use crate::x509::{Certificate, Purpose};
use crate::{Fault, Limits, Result, Time};
use signer::SignerInfo;

#[derive(Debug, Clone)]
pub struct SignedData {
    content_type: String,
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    signers: Vec<SignerInfo>,
}

impl SignedData {
    /// From DER. Refused with `der.*`, `x509.*`, `sm2.signature` or `signed_data.*`.
    pub fn parse(bytes: &[u8]) -> Result<SignedData> {
        let mut outer = asn1::only(bytes, &Limits::default())?.sequence()?;
        let kind = outer.oid()?;
        if kind != oid::GM_SIGNED_DATA && kind != oid::PKCS7_SIGNED_DATA {
            return Err(Fault::new("signed_data.type", kind));
        }
        let mut fields = outer.take(context(0))?.unwrap()?.sequence()?;
        outer.end()?;
        fields.small()?;
        fields.take(SET)?;
        let mut inner = fields.sequence()?;
        let content_type = inner.oid()?;
        let content = inner.optional(context(0))?.map(|content| content.unwrap()).transpose()?;
        inner.end()?;
        let certificates = match fields.optional(context(0))? {
            Some(list) => certificates(list)?,
            None => Vec::new(),
        };
        // revocation lists travelling along: the verifier has its own
        fields.optional(context(1))?;
        let mut list = fields.take(SET)?.inside()?;
        fields.end()?;
        let mut signers = Vec::new();
        while !list.is_empty() {
            signers.push(SignerInfo::read(list.sequence()?)?);
        }
        let content = content.map(|content| match content.tag {
            OCTET_STRING => content.body.to_vec(),
            _ => content.whole.to_vec(),
        });
        Ok(SignedData { content_type, content, certificates, signers })
    }

    /// Dotted decimals.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// None when it was left outside.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The first signer's certificate, when it travels along.
    pub fn signer(&self) -> Option<&Certificate> {
        self.signers.first().and_then(|signer| signer.certificate(&self.certificates))
    }

    /// When the first signer says it was made.
    pub fn signing_time(&self) -> Option<Time> {
        self.signers.first().and_then(SignerInfo::signing_time)
    }

    /// Whether every signer signed the content; gives the first one's certificate. Trust is another question.
    /// `signed_data.content` (absent), `.no_signer`, `.certificate`, `.algorithm`, `.digest`, `.signature`.
    pub fn verify(&self, memory: Option<&Memory>) -> Result<&Certificate> {
        let content = self.content().ok_or_else(|| Fault::new("signed_data.content", "absent"))?;
        self.verify_over(content, memory)
    }

    /// As [`SignedData::verify`], over content that was left outside.
    pub fn verify_over(&self, content: &[u8], memory: Option<&Memory>) -> Result<&Certificate> {
        for signer in &self.signers {
            signer.verify(&self.content_type, content, &self.certificates, memory)?;
        }
        let first = self.signers.first().ok_or_else(|| Fault::new("signed_data.no_signer", ""))?;
        first.certificate(&self.certificates).ok_or_else(|| Fault::new("signed_data.certificate", ""))
    }
}

/// Those that are SM2 certificates. Others may travel along; a signer among them is found missing.
fn certificates(list: asn1::Element<'_>) -> Result<Vec<Certificate>> {
    let mut list = list.inside()?;
    let mut certificates = Vec::new();
    while !list.is_empty() {
        certificates.extend(Certificate::parse(list.any()?.whole));
    }
    Ok(certificates)
}

/// Steps 1, 7, 9 and 10 for a signature of type `Sign`: there is no seal. `time` is the package's
/// `SignatureDateTime`; a signing time among the signed attributes goes before it.
pub fn check(data: &SignedData, signature_xml: &[u8], time: Time, context: &Context<'_>) -> Report {
    let mut report = Report::default();
    report.take(Code::BadFormat, None);
    let digest = sm3(signature_xml);
    let content = data.content().unwrap_or(&digest);
    let invalid = if data.content_type != oid::GM_DATA && data.content_type != oid::PKCS7_DATA {
        // such as a time stamp: sound, and no statement about this document
        Some(format!("CONTENT_TYPE {}", data.content_type))
    } else {
        data.verify_over(content, None).err().map(|fault| fault.to_string())
    };
    report.take(Code::SignInvalid, invalid);
    let at = data.signing_time().unwrap_or(time);
    let trusted = match data.signer() {
        None => Err("NO_CERTIFICATE"),
        Some(signer) => match context.trust.check_for(signer, Purpose::Sign, at, context.memory) {
            Err(reason) => Err(reason.name()),
            Ok(()) => Ok(signer),
        },
    };
    report.take(Code::SignerUntrusted, trusted.err().map(str::to_owned));
    if let Ok(signer) = trusted {
        report.take(Code::RevocationUnknown, Finding::about_revocations(signer, context));
    }
    report.take(Code::SignXmlChanged, (content != digest).then(String::new));
    report
}
