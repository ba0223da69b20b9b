//! One use of a seal: `SES_Signature`.

use super::{Layout, Seal, Signed, time_stamp};
use crate::asn1::{self, BIT_STRING, Reader, SEQUENCE, context};
use crate::sm2::{Memory, Signature};
use crate::x509::Certificate;
use crate::{Fault, Limits, Result, Time};
use std::ops::Range;

/// The content of `SignedValue.dat`.
#[derive(Debug, Clone)]
pub struct SealSignature {
    der: Vec<u8>,
    layout: Layout,
    version: u64,
    seal: Seal,
    time: Time,
    data_hash: Vec<u8>,
    property: String,
    signer: Certificate,
    pub(super) signed: Signed,
    /// Where the seal stands in what is signed.
    seal_at: Range<usize>,
    pub(super) time_stamp: Option<Vec<u8>>,
}

impl SealSignature {
    /// From DER. Refused with `der.*`, `x509.*`, `sm2.signature` or `ses.*`.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<SealSignature> {
        let mut fields = asn1::only(bytes, limits)?.sequence()?;
        let tbs = fields.take(SEQUENCE)?;
        let mut inner = tbs.inside()?;
        let version = inner.small()?;
        let seal = inner.take(SEQUENCE)?;
        let start = seal.whole.as_ptr().addr() - tbs.whole.as_ptr().addr();
        let seal_at = start..start + seal.whole.len();
        let seal = Seal::read(seal)?;
        let time = time(&mut inner)?;
        let data_hash = inner.bits()?.to_vec();
        let property = inner.text()?;
        // version 1 keeps certificate and algorithm inside what is signed, the later ones beside it
        let layout = if fields.clone().take(BIT_STRING).is_ok() { Layout::One } else { Layout::Four };
        let holder = if layout == Layout::One { &mut inner } else { &mut fields };
        let signer = Certificate::parse(holder.octets()?)?;
        let algorithm = holder.oid()?;
        inner.optional(context(0))?;
        inner.end()?;
        let value = fields.bits()?;
        let time_stamp = fields.optional(context(0))?.map(|stamp| stamp.unwrap()?.bits()).transpose()?;
        fields.end()?;
        let signed = Signed {
            message: tbs.whole.to_vec(),
            algorithm,
            signature: Signature::from_either(value)?,
            value: value.to_vec(),
        };
        let time_stamp = time_stamp.map(<[u8]>::to_vec);
        let der = bytes.to_vec();
        Ok(SealSignature {
            der,
            layout,
            version,
            seal,
            time,
            data_hash,
            property,
            signer,
            signed,
            seal_at,
            time_stamp,
        })
    }

    /// The bytes as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// When the signer says it was made.
    pub fn time(&self) -> Time {
        self.time
    }

    /// SM3 of `Signature.xml`.
    pub fn data_hash(&self) -> &[u8] {
        &self.data_hash
    }

    /// Where `Signature.xml` stands in the package.
    pub fn property(&self) -> &str {
        &self.property
    }

    pub fn signer(&self) -> &Certificate {
        &self.signer
    }

    /// Whether the certificate's holder signed all this as it stands. Calculated each time; with a memory that
    /// knows the seal and the key, faster.
    pub fn signed_by_signer(&self, memory: Option<&Memory>) -> bool {
        let signed = &self.signed;
        match memory {
            Some(memory) if signed.algorithm_is_known() => {
                let (key, seal) = (self.signer.public_key(), self.seal_at.clone());
                memory.verify_new(key, &signed.message, seal, &signed.signature)
            }
            _ => signed.by(&self.signer, None),
        }
    }

    pub(super) fn version_fault(&self) -> Option<String> {
        (!self.layout.fits(self.version)).then(|| format!("SIGNATURE_VERSION {}", self.version))
    }
}

/// A time element, or in version 1 a bit string that holds a time as text or DER, or a whole time stamp.
fn time(fields: &mut Reader<'_>) -> Result<Time> {
    let Some(bits) = fields.optional(BIT_STRING)? else {
        return fields.time();
    };
    let bytes = bits.bits()?;
    let element = || asn1::only(bytes, &Limits::default()).and_then(|element| element.time());
    asn1::time(bytes, false)
        .or_else(|| asn1::time(bytes, true))
        .or_else(|| element().ok())
        .or_else(|| time_stamp::stated_time(bytes).ok())
        .ok_or_else(|| Fault::new("ses.time", format!("{} bytes", bytes.len())))
}
