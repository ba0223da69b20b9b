//! Signed messages of our own.

use super::SignedData;
use crate::asn1::{SET, context, oid, write};
use crate::sm2::Signer;
use crate::x509::{write_algorithm, write_sm3};
use crate::{Fault, Result, Time};

/// DER over a digest (in OFD, the SM3 of `Signature.xml`). With a time the signature covers signed attributes:
/// content type, signing time and the digest; without, the digest alone. `signer.mismatch` when the signer uses
/// a key that is not its certificate's.
pub fn make(content_hash: &[u8; 32], time: Option<Time>, signer: &dyn Signer) -> Result<Vec<u8>> {
    let certificate = signer.certificate();
    let attributes = time.map(|time| attributes(content_hash, time));
    let signature = match &attributes {
        Some(body) => signer.sign(&write::element(SET, body))?,
        None => signer.sign(content_hash)?,
    };
    let id = write::sequence(&[certificate.issuer().der(), &write::element(0x02, certificate.serial())]);
    let signed_attributes = attributes.map(|body| write::element(context(0), &body)).unwrap_or_default();
    let signer_info = write::sequence(&[
        &write::small(1),
        &id,
        &write_sm3(),
        &signed_attributes,
        &write_algorithm(oid::SM2_SIGN),
        &write::octets(&signature.to_der()),
    ]);
    let data = write::sequence(&[
        &write::small(1),
        &write::element(SET, &write_sm3()),
        &write::sequence(&[
            &write::oid(oid::GM_DATA),
            &write::element(context(0), &write::octets(content_hash)),
        ]),
        &write::element(context(0), certificate.der()),
        &write::element(SET, &signer_info),
    ]);
    let message = write::sequence(&[&write::oid(oid::GM_SIGNED_DATA), &write::element(context(0), &data)]);
    match SignedData::parse(&message)?.verify(None) {
        Ok(_) => Ok(message),
        Err(_) => Err(Fault::new("signer.mismatch", certificate.common_name())),
    }
}

/// In the order DER asks of a SET OF: by their bytes.
fn attributes(content_hash: &[u8; 32], time: Time) -> Vec<u8> {
    let attribute = |id, value: &[u8]| write::sequence(&[&write::oid(id), &write::element(SET, value)]);
    let mut list = [
        attribute(oid::CONTENT_TYPE, &write::oid(oid::GM_DATA)),
        attribute(oid::SIGNING_TIME, &write::certificate_time(time)),
        attribute(oid::MESSAGE_DIGEST, &write::octets(content_hash)),
    ];
    list.sort();
    list.concat()
}
