//! Seals and seal signatures of our own: version 4, signatures in DER.

use super::{CertList, Picture, Seal, SealSignature};
use crate::asn1::{oid, write};
use crate::sm2::Signer;
use crate::{Fault, Limits, Result, Time};

#[derive(Debug, Clone, Copy)]
pub struct NewSeal<'a> {
    /// 14 digits (division and serial) in a state system; 1 to 64 printable ASCII characters.
    pub es_id: &'a str,
    /// Who makes the sealing system; ASCII.
    pub vid: &'a str,
    pub kind: u64,
    pub name: &'a str,
    pub cert_list: &'a CertList,
    pub created: Time,
    pub valid_start: Time,
    /// The last second of validity.
    pub valid_end: Time,
    pub picture: &'a Picture,
}

impl NewSeal<'_> {
    fn fault(&self) -> Option<&'static str> {
        let printable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        let nobody = match self.cert_list {
            CertList::Certificates(list) => list.is_empty(),
            CertList::Digests(list) => list.is_empty(),
        };
        let no_size = self.picture.width == 0 || self.picture.height == 0;
        if !printable(self.es_id) || !(1..=64).contains(&self.es_id.len()) {
            Some("ses.es_id")
        } else if !self.vid.is_ascii() || self.vid.is_empty() {
            Some("ses.vid")
        } else if self.name.is_empty() {
            Some("ses.name")
        } else if nobody {
            Some("ses.cert_list")
        } else if self.valid_start > self.valid_end {
            Some("ses.validity")
        } else if !self.picture.kind.is_ascii() || self.picture.data.is_empty() || no_size {
            Some("ses.picture")
        } else {
            None
        }
    }
}

/// DER of a seal, signed by its maker. Refuses what would not verify: `ses.*` for the field that is wrong,
/// `signer.mismatch` when the maker signs with a key that is not the certificate's.
pub fn make_seal(new: &NewSeal<'_>, maker: &dyn Signer) -> Result<Vec<u8>> {
    if let Some(reason) = new.fault() {
        return Err(Fault::new(reason, new.es_id));
    }
    let (list_kind, list) = write_list(new.cert_list);
    let property = write::sequence(&[
        &write::small(new.kind),
        &write::utf8(new.name),
        &write::small(list_kind),
        &list,
        &write::generalized(new.created),
        &write::generalized(new.valid_start),
        &write::generalized(new.valid_end),
    ]);
    let picture = write::sequence(&[
        &write::ia5(&new.picture.kind),
        &write::octets(&new.picture.data),
        &write::small(new.picture.width.into()),
        &write::small(new.picture.height.into()),
    ]);
    let info = write::sequence(&[
        &write::sequence(&[&write::ia5("ES"), &write::small(4), &write::ia5(new.vid)]),
        &write::ia5(new.es_id),
        &property,
        &picture,
    ]);
    let seal = frame(&info, maker)?;
    let made = Seal::parse(&seal, &Limits::default())?;
    if made.signed_by_maker(None) { Ok(seal) } else { Err(mismatch(maker)) }
}

/// DER of one use of a seal, over the digest of `Signature.xml` and its absolute path in the package. Refuses
/// what would not verify: `ses.version` for a seal not of version 4, `ses.signer_not_in_seal`, `ses.expired`
/// when the time is outside the seal's validity, `signer.mismatch` as [`make_seal`].
pub fn make_signature(
    seal: &[u8],
    time: Time,
    data_hash: &[u8; 32],
    property: &str,
    signer: &dyn Signer,
) -> Result<Vec<u8>> {
    let parsed = Seal::parse(seal, &Limits::default())?;
    let refused = |reason| Err(Fault::new(reason, parsed.es_id()));
    if parsed.version() != 4 || parsed.version_fault().is_some() {
        return refused("ses.version");
    }
    if !parsed.cert_list().contains(signer.certificate()) {
        return refused("ses.signer_not_in_seal");
    }
    if time < parsed.valid_start() || time > parsed.valid_end() {
        return refused("ses.expired");
    }
    if !property.is_ascii() {
        return Err(Fault::new("ses.property", property));
    }
    let tbs = write::sequence(&[
        &write::small(4),
        seal,
        &write::generalized(time),
        &write::bits(data_hash),
        &write::ia5(property),
    ]);
    let signature = frame(&tbs, signer)?;
    if signer.is_proven() {
        return Ok(signature);
    }
    let made = SealSignature::parse(&signature, &Limits::default())?;
    if made.signed_by_signer(None) { Ok(signature) } else { Err(mismatch(signer)) }
}

/// What is signed, who signed it, how, and the signature.
fn frame(signed: &[u8], signer: &dyn Signer) -> Result<Vec<u8>> {
    Ok(write::sequence(&[
        signed,
        &write::octets(signer.certificate().der()),
        &write::oid(oid::SM2_WITH_SM3),
        &write::bits(&signer.sign(signed)?.to_der()),
    ]))
}

fn write_list(list: &CertList) -> (u64, Vec<u8>) {
    let (kind, body) = match list {
        CertList::Certificates(list) => (1, list.iter().flat_map(|der| write::octets(der)).collect()),
        CertList::Digests(list) => (2, list.iter().flat_map(write_digest).collect::<Vec<u8>>()),
    };
    (kind, write::sequence(&[&body]))
}

fn write_digest((kind, value): &(String, Vec<u8>)) -> Vec<u8> {
    write::sequence(&[&write::element(crate::asn1::PRINTABLE, kind.as_bytes()), &write::octets(value)])
}

fn mismatch(signer: &dyn Signer) -> Fault {
    Fault::new("signer.mismatch", signer.certificate().common_name())
}
