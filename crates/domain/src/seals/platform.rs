//! The platform's own key: it signs the heads of the journal and the lists of evidence, never a document.

use super::authority::{New, certify, enter, find, key};
use super::keys::KeyPurpose;
use super::store;
use super::vault::{ServiceSigner, bug};
use crate::Cx;
use base::Result;
use db::Tx;
use ofd::x509::{Certificate, Name};

const YEARS: i32 = 10;

/// What follows the owner's name in the certificate's.
const ROLE: &str = "平台存证";

/// Whether a certificate is a platform's by its name. No seal's is: its name begins with the credit code of the body
/// and the number of the seal stands beside it. So nobody who keeps a seal can sign evidence as the platform.
pub fn is_platform(certificate: &Certificate) -> bool {
    let subject = certificate.subject();
    let (owner, name) = (subject.get("O").unwrap_or_default(), certificate.common_name());
    subject.get("SERIALNUMBER").is_none() && !owner.is_empty() && name.strip_prefix(owner) == Some(ROLE)
}

/// The platform's signer, made with its certificate when it is first needed. None while there is no authority
/// to certify it: then nothing of the platform can be signed.
pub async fn platform_signer(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<ServiceSigner>> {
    let rows = store::authorities(tx).await?;
    if let Some(row) = rows.into_iter().find(|row| row.role == KeyPurpose::Platform.word()) {
        return cx.world().seals.signer(&row.certificate, row.key).map(Some);
    }
    let Some(authority) = find(tx, cx).await? else { return Ok(None) };
    let made = key(tx, cx, KeyPurpose::Platform, "platform").await?;
    let owner = authority.issuer.certificate.subject().get("O").unwrap_or("Yiwang").to_owned();
    let subject = Name::new(&[("C", "CN"), ("O", &owner), ("CN", &format!("{owner}{ROLE}"))]).map_err(bug)?;
    let new = New { key: &made, subject: &subject, years: YEARS, ca: false, path_length: None };
    let certificate = certify(cx, &new, authority.issuer.certificate.subject(), &authority.issuer.key)?;
    enter(tx, cx, KeyPurpose::Platform, &made, &certificate).await?;
    cx.world().seals.signer(certificate.der(), made).map(Some)
}
