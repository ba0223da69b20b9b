//! The read side: one's own certificates in full, anybody's by identifier as far as the public may know.

use super::certificate::Certificate;
use super::enter::HistoryLine;
use super::store;
use crate::Cx;
use crate::documents::CheckedFile;
use crate::identity::{self, Action, Profile, Thing, authorize};
use base::{Error, Id, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use norms::{Day, LicenceId, LicenceIdError};

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
    /// Identifier of the version or licence that came in its place; empty for none.
    pub superseded_by: String,
    /// False for an identifier of another system whose check character follows another rule.
    pub check_ok: bool,
}

impl PublicView {
    /// Only this may be relied on.
    pub fn counts(&self) -> bool {
        self.status == LicenceStatus::Valid && self.superseded_by.is_empty()
    }

    /// How it stands, in a word: that it was replaced says more than the status it got with that.
    pub fn standing(&self) -> &'static str {
        if self.superseded_by.is_empty() { self.status_name } else { "已被新证照替代" }
    }
}

/// Checks an identifier: its form first, then the library, then the check character. A mistyped identifier
/// is told apart from an unknown one, because the first can be corrected; an imported one whose check
/// character follows another rule is known to the library and passes.
pub async fn verify(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<PublicView> {
    let identifier = identifier.trim().to_ascii_uppercase();
    let malformed = |error: LicenceIdError| {
        Error::refused_at("certs.identifier_malformed", "identifier", format!("证照标识有误：{error}"))
    };
    LicenceId::parse_imported(&identifier).map_err(malformed)?;
    match store::by_identifier(tx, cx, &identifier).await? {
        Some(certificate) => Ok(public_view(cx, certificate)),
        None => Err(LicenceId::parse(&identifier).map_or_else(malformed, |_| Error::NotFound)),
    }
}

/// How the certificate behind a file stands that somebody checked; none when the file names none the library knows.
pub async fn behind(tx: &mut Tx<'_>, cx: &Cx, file: &CheckedFile) -> Result<Option<PublicView>> {
    match &file.identifier {
        Some(identifier) => look_up(tx, cx, identifier).await,
        None => Ok(None),
    }
}

async fn look_up(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Option<PublicView>> {
    match verify(tx, cx, identifier).await {
        Ok(view) => Ok(Some(view)),
        Err(Error::NotFound | Error::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The version that stands now in the place of the one that is named, as far as the public may
/// know; none when the library knows none of this identifier.
pub async fn newest_version(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Option<PublicView>> {
    let mut found = look_up(tx, cx, identifier).await?;
    while let Some(view) = &found {
        if view.superseded_by.is_empty() {
            break;
        }
        let next = view.superseded_by.clone();
        found = look_up(tx, cx, &next).await?;
    }
    Ok(found)
}

fn public_view(cx: &Cx, certificate: Certificate) -> PublicView {
    let status = certificate.status_on(cx.today());
    PublicView {
        holder_name: certificate.holder_masked(),
        identifier: certificate.identifier,
        type_name: certificate.type_name,
        number: certificate.number,
        issuer_name: certificate.issuer_name,
        valid_from: certificate.valid_from,
        valid_until: certificate.valid_until,
        status,
        status_name: status.name(),
        superseded_by: certificate.superseded_by,
        check_ok: certificate.check_ok,
    }
}

/// The certificates of whoever is logged in, newest first.
pub async fn of_holder(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Certificate>> {
    let profile = identity::profile_of(tx, cx).await?;
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(profile.party()))?;
    store::by_holder(tx, cx, &profile.holder_index(cx)).await
}

/// One certificate of whoever is logged in; somebody else's is not found.
pub async fn show(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Certificate> {
    let profile = identity::profile_of(tx, cx).await?;
    // Whoever may not read them is not told that there is one.
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(profile.party()))
        .map_err(|_| Error::NotFound)?;
    let certificate = store::by_identifier(tx, cx, identifier).await?.ok_or(Error::NotFound)?;
    if certificate.is_of(&profile.holder_index(cx)) { Ok(certificate) } else { Err(Error::NotFound) }
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

/// The history of one of one's own certificates, oldest line first.
pub async fn history(tx: &mut Tx<'_>, certificate: &Certificate) -> Result<Vec<HistoryLine>> {
    store::operations(tx, certificate.id).await
}

/// The certificates a case gave. The caller has authorized reading the case.
pub async fn of_case(tx: &mut Tx<'_>, cx: &Cx, case: Id) -> Result<Vec<Certificate>> {
    store::by_case(tx, cx, case).await
}

/// A certificate as an administrator's journal names it: its type, its number, its holder masked.
pub(crate) async fn called(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<String>> {
    let found = store::by_id(tx, cx, id).await?;
    Ok(found.map(|held| format!("{} {}（{}）", held.type_name, held.number, held.holder_masked())))
}
