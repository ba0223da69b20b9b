//! The library as the issuing body sees it: its own certificates by identifier, number or holder.

use super::certificate::Certificate;
use super::enter::HistoryLine;
use super::{Act, acts_for, store};
use crate::Cx;
use crate::identity::{self, Action, PostKind, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use serde_json::json;

/// A row of a search: names and codes masked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    pub identifier: String,
    pub type_name: String,
    pub number: String,
    pub holder: String,
    pub status: norms::LicenceStatus,
    pub superseded: bool,
    pub stock: bool,
}

/// One certificate in full with what may be done to it.
pub struct Managed {
    pub certificate: Certificate,
    pub history: Vec<HistoryLine>,
    /// Empty for those who may only read.
    pub acts: Vec<Act>,
    /// Whether the actor may make versions of it now.
    pub remake: bool,
}

/// What one searches with: an identifier, a number printed on a certificate, or the holder's code.
const MOST_WORDS: usize = 128;

/// Certificates issued by a body the actor sits at, at most 200, newest first. The words are tried as an
/// identifier, as a number and as a holder's code.
pub async fn search(tx: &mut Tx<'_>, cx: &Cx, body: &str, words: &str) -> Result<Vec<Found>> {
    authorize(&cx.actor, Action::CertificateSearch, Thing { body: Some(body), ..Thing::NOTHING })?;
    let words = words.trim();
    if words.is_empty() || words.chars().count() > MOST_WORDS {
        return Err(Error::refused_at(
            "certs.search_words",
            "q",
            "请输入证照标识、证照编号或持证人的证件号码",
        ));
    }
    let upper = words.to_ascii_uppercase();
    let mut all: Vec<Certificate> = store::by_identifier(tx, cx, &upper).await?.into_iter().collect();
    all.extend(store::by_number(tx, cx, body, words).await?);
    all.extend(store::by_holder(tx, cx, &identity::code_index(cx, &upper)).await?);
    let mut seen = std::collections::HashSet::new();
    all.retain(|certificate| certificate.issuer == body && seen.insert(certificate.id));
    Ok(all.into_iter().map(|certificate| found(cx, certificate)).collect())
}

fn found(cx: &Cx, certificate: Certificate) -> Found {
    Found {
        status: certificate.status_on(cx.today()),
        superseded: certificate.is_superseded(),
        holder: certificate.holder_masked(),
        identifier: certificate.identifier,
        type_name: certificate.type_name,
        number: certificate.number,
        stock: certificate.stock,
    }
}

/// One certificate of a body the actor sits at, with its history.
pub async fn manage(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Managed> {
    cx.actor.require_account()?;
    let certificate = store::by_identifier(tx, cx, identifier).await?.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&certificate.issuer), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateSearch, thing)?;
    let manager = authorize(&cx.actor, Action::CertificateManage, thing.at(PostKind::Approver)).is_ok();
    let current = manager && !certificate.is_superseded();
    Ok(Managed {
        history: store::operations(tx, certificate.id).await?,
        acts: if current { acts_for(certificate.status) } else { Vec::new() },
        remake: current && certificate.status == norms::LicenceStatus::Valid,
        certificate,
    })
}

/// The holder's code in clear, for staff with a reason: the look is journalled (standards §11.3).
pub async fn reveal(tx: &mut Tx<'_>, cx: &Cx, identifier: &str, reason: &str) -> Result<Managed> {
    let managed = manage(tx, cx, identifier).await?;
    let reason = super::change::reason_of(reason)?;
    let detail = json!({ "identifier": managed.certificate.identifier, "reason": reason });
    let event = NewEvent {
        subject_kind: "certificate",
        subject_id: managed.certificate.id,
        area: &managed.certificate.area,
        kind: "certs.holder_shown",
        detail: &detail,
    };
    journal::append(tx, cx, event).await?;
    Ok(managed)
}

/// How long an act rests before it is reported. Acts of several processes get their ids before they commit: one
/// that commits late must not be passed over by whoever has read on meanwhile.
const RESTS: Millis = 10_000;

/// The certificates of a body that were entered or changed after an act, in the order of the last act on each: what
/// it reports upward, at most 500 at a time. A certificate that is suspended after it was read comes again behind
/// the cursor; one whose term merely ends does not, its row says until when it counts. The rows name holders in
/// clear, so every reading is journalled (standards §11.3).
pub async fn directory(
    tx: &mut Tx<'_>,
    cx: &Cx,
    body: &str,
    after: Id,
    most: u32,
) -> Result<Vec<(Id, super::DirectoryRow)>> {
    let thing = Thing { body: Some(body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateManage, thing.at(PostKind::Approver))?;
    let between = (after, Id::floor(cx.now - RESTS));
    let changed = store::changed(tx, cx, body, between, i64::from(most.clamp(1, 500))).await?;
    let row = |changed: &store::Changed| {
        (changed.change, super::directory_row(&changed.certificate, changed.operation, cx.today()))
    };
    let rows: Vec<_> = changed.iter().map(row).collect();
    let detail = json!({ "body": body, "after": after, "rows": rows.len(),
        "until": rows.last().map(|(change, _)| change) });
    let event = NewEvent {
        subject_kind: "certificate_directory",
        subject_id: Id(0),
        area: cx.catalogue.body(body).map_or("", |body| body.division.as_str()),
        kind: "certs.directory_read",
        detail: &detail,
    };
    journal::append(tx, cx, event).await?;
    Ok(rows)
}
