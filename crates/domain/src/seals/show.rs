//! The read side: the seals of a body, one in full, its picture, its log of uses.

use super::authorise::Authorisation;
use super::kind::Status;
use super::seal::Seal;
use super::{keeper, load, store};
use crate::Cx;
use crate::identity::{self, Action, PostKind, Thing, authorize};
use base::{Error, Id, Millis, Page, PageOf, Result};
use db::Tx;
use norms::Day;
use ofd::Limits;

/// One use of a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseRow {
    pub id: Id,
    pub seal: Id,
    pub at: Millis,
    /// None: the product itself (automatic acceptance).
    pub account: Option<Id>,
    pub actor_name: String,
    /// The keeper's standing word; none when she sealed herself.
    pub authorisation: Option<Id>,
    pub document_kind: String,
    pub number: String,
    /// SM3 of the sealed file.
    pub digest: String,
    pub case: Option<Id>,
    pub reason: String,
}

/// A seal in full.
pub struct SealView {
    pub seal: Seal,
    pub status: Status,
    pub certificate: Option<CertificateFacts>,
    pub authorisations: Vec<Authorisation>,
    /// Accounts of its keepers who hold the keeper's post no longer.
    pub gone: Vec<Id>,
}

/// What people check a certificate by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    pub subject: String,
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// Seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
    /// SM3 of the certificate, hexadecimal.
    pub digest: String,
}

/// One page of a body's seals, the newest first, without kinds and keepers.
pub async fn list(tx: &mut Tx<'_>, cx: &Cx, body: &str, page: Page) -> Result<PageOf<Seal>> {
    authorize(&cx.actor, Action::SealRead, Thing { body: Some(body), ..Thing::NOTHING })?;
    store::of_body(tx, body, page).await
}

pub async fn show(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<SealView> {
    let seal = load(tx, cx, id, Action::SealRead, None).await?;
    let certificate = match store::made(tx, id).await? {
        Some((_, certificate)) => Some(facts(&certificate)?),
        None => None,
    };
    let mut authorisations = store::authorisations(tx, id).await?;
    for word in &mut authorisations {
        word.giver_stays = keeper::still_stands(tx, &seal.body, word.account, word.created_at).await?;
    }
    let gone = keeper::gone(tx, &seal).await?;
    Ok(SealView { status: seal.status(cx.now), seal, certificate, authorisations, gone })
}

fn facts(der: &[u8]) -> Result<CertificateFacts> {
    let certificate = ofd::x509::Certificate::parse(der).map_err(|fault| Error::Bug(fault.into()))?;
    Ok(CertificateFacts {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        serial: base::crypt::hex(certificate.serial()),
        not_before: certificate.not_before().0,
        not_after: certificate.not_after().0,
        digest: base::crypt::hex(&base::crypt::sm3(der)),
    })
}

/// The picture inside the seal: its type (`png`, `ofd`) in lower case and its bytes. Not found before making.
pub async fn picture(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<(String, Vec<u8>)> {
    load(tx, cx, id, Action::SealRead, None).await?;
    let (der, _) = store::made(tx, id).await?.ok_or(Error::NotFound)?;
    let seal = ofd::ses::Seal::parse(&der, &Limits::default()).map_err(|fault| Error::Bug(fault.into()))?;
    let picture = seal.picture();
    Ok((picture.kind.to_ascii_lowercase(), picture.data.to_vec()))
}

/// One page of a seal's log, the newest first; only one day of it when asked.
pub async fn uses(tx: &mut Tx<'_>, cx: &Cx, id: Id, day: Option<Day>, page: Page) -> Result<PageOf<UseRow>> {
    load(tx, cx, id, Action::SealRead, None).await?;
    let (from, until) = match day {
        Some(day) => (day.start_millis_shanghai(), day.plus(1).start_millis_shanghai()),
        None => (0, Millis::MAX),
    };
    store::uses(tx, id, from, until, page).await
}

/// How many seals were made in the whole installation: progress of a demonstration.
pub async fn made_in_all(tx: &mut Tx<'_>) -> Result<i64> {
    store::made_in_all(tx).await
}

/// Who may be named as keeper of a seal of this body: account and name.
pub async fn possible_keepers(tx: &mut Tx<'_>, cx: &Cx, body: &str) -> Result<Vec<(Id, String)>> {
    authorize(&cx.actor, Action::SealOrder, Thing { body: Some(body), ..Thing::NOTHING })?;
    identity::staff_at(tx, body, PostKind::Keeper).await
}
