//! SM2 certificates, their chains and revocation lists (GB/T 20518).

mod certificate;
mod crl;
mod extensions;
mod issue;
mod name;
mod trust;

#[cfg(test)]
pub(crate) mod tests;

pub use certificate::Certificate;
pub use crl::{Crl, NewCrl, Revocation, issue_crl};
pub use issue::{NewCertificate, issue};
pub use name::Name;
pub use trust::{Purpose, Revocations, Trust, Untrusted};

use crate::asn1::{Element, NULL, Reader, oid, write};
use crate::{Fault, Result};

/// An `AlgorithmIdentifier`: its identifier; parameters are absent, NULL or an identifier in all we read.
pub(crate) fn algorithm(fields: &mut Reader<'_>) -> Result<String> {
    let mut inner = fields.sequence()?;
    let name = inner.oid()?;
    if !inner.is_empty() {
        inner.any()?;
    }
    inner.end()?;
    Ok(name)
}

pub(crate) fn write_algorithm(name: &str) -> Vec<u8> {
    write::sequence(&[&write::oid(name)])
}

/// `AlgorithmIdentifier` of the SM3 digest, with the NULL that older readers expect.
pub(crate) fn write_sm3() -> Vec<u8> {
    write::sequence(&[&write::oid(oid::SM3), &write::element(NULL, &[])])
}

/// `SEQUENCE { tbs, algorithm, BIT STRING signature }`, the frame of certificates and revocation lists.
struct Signed<'a> {
    tbs: Element<'a>,
    algorithm: String,
    signature: &'a [u8],
}

fn signed(element: Element<'_>) -> Result<Signed<'_>> {
    let mut fields = element.sequence()?;
    let tbs = fields.any()?;
    let algorithm = algorithm(&mut fields)?;
    let signature = fields.bits()?;
    fields.end()?;
    Ok(Signed { tbs, algorithm, signature })
}

/// Signs `tbs` and frames both; refuses a signature that does not fit the issuer's key, so that nothing leaves
/// here that others would reject.
fn sign_frame(
    tbs: &[u8],
    issuer: &crate::sm2::PublicKey,
    sign: &dyn Fn(&[u8]) -> Result<crate::sm2::Signature>,
) -> Result<Vec<u8>> {
    let signature = sign(tbs)?;
    if !issuer.verify(tbs, &signature) {
        return Err(Fault::new("x509.issuer_key", "the signature is not by the issuer's key"));
    }
    Ok(write::sequence(&[tbs, &write_algorithm(oid::SM2_WITH_SM3), &write::bits(&signature.to_der())]))
}
