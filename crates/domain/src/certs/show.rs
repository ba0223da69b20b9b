//! The read side: one's own certificates in full, anybody's by identifier as far as the public may know.

use super::certificate::Certificate;
use super::store;
use crate::Cx;
use crate::identity::{self, Profile};
use base::{Error, Id, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use norms::{Day, LicenceId};

/// What anybody may know of a certificate whose identifier she has.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PublicView {
    pub identifier: String,
    pub type_name: String,
    pub number: String,
    /// Persons masked, organisations in full.
    pub holder_name: String,
    pub issuer_name: String,
    pub valid_from: Day,
    pub valid_until: Option<Day>,
    pub status: LicenceStatus,
    pub status_name: &'static str,
}

/// Checks an identifier: its form and check character first, then the library. A mistyped identifier is
/// told apart from an unknown one, because the first can be corrected.
pub async fn verify(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<PublicView> {
    let identifier = identifier.trim().to_ascii_uppercase();
    LicenceId::parse(&identifier).map_err(|error| {
        Error::refused_at("certs.identifier_malformed", "identifier", format!("证照标识有误：{error}"))
    })?;
    let certificate = store::by_identifier(tx, cx, &identifier).await?.ok_or(Error::NotFound)?;
    let status = certificate.status_on(cx.today());
    let legal =
        certificate.holder_code.len() == 18 && norms::CreditCode::parse(&certificate.holder_code).is_ok();
    Ok(PublicView {
        holder_name: match legal {
            true => certificate.holder_name,
            false => norms::mask::name(&certificate.holder_name),
        },
        identifier,
        type_name: certificate.type_name,
        number: certificate.number,
        issuer_name: certificate.issuer_name,
        valid_from: certificate.valid_from,
        valid_until: certificate.valid_until,
        status,
        status_name: status.name(),
    })
}

/// The certificates of whoever is logged in, newest first.
pub async fn of_holder(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Certificate>> {
    let profile = identity::profile_of(tx, cx).await?;
    store::by_holder(tx, cx, &profile.holder_index(cx)).await
}

/// One certificate of whoever is logged in; somebody else's is not found.
pub async fn show(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Certificate> {
    let profile = identity::profile_of(tx, cx).await?;
    let certificate = store::by_identifier(tx, cx, identifier).await?.ok_or(Error::NotFound)?;
    if certificate.holder_hash == profile.holder_index(cx) { Ok(certificate) } else { Err(Error::NotFound) }
}

/// The newest valid certificate of a type that this party holds: what can stand in for a material.
pub async fn find_of_type(
    tx: &mut Tx<'_>,
    cx: &Cx,
    holder: &Profile,
    type_key: &str,
) -> Result<Option<Certificate>> {
    let held = store::by_holder_and_type(tx, cx, &holder.holder_index(cx), type_key).await?;
    Ok(held.into_iter().find(|certificate| certificate.status_on(cx.today()) == LicenceStatus::Valid))
}

/// The certificates a case gave. The caller has authorized reading the case.
pub async fn of_case(tx: &mut Tx<'_>, cx: &Cx, case: Id) -> Result<Vec<Certificate>> {
    store::by_case(tx, cx, case).await
}
