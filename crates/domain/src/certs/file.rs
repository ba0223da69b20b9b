//! The file of a certificate: an OFD under the issuing body's seal (GB/T 36905; decree 716 art. 10).
//!
//! It is made in the transaction of the decision, change, renewal or transfer. Stock that was digitised gets
//! its file when somebody first asks for it: there the body vouches for what it entered.

use super::certificate::Certificate;
use super::metadata::{Sealed, metadata};
use super::{show, store};
use crate::Cx;
use crate::catalog::Body;
use crate::documents::{self, Document, Kind, NewDocument};
use crate::identity::{self, Action, Party, Thing, authorize};
use base::{Error, Result};
use db::Tx;
use norms::Day;
use ofd::layout::Values;
use std::sync::Arc;

/// The file of a certificate, for its holder and for the body that issued it; made now when there is none.
pub async fn file(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Document> {
    let certificate = readable(tx, cx, identifier).await?;
    file_of(tx, cx, &certificate).await
}

/// The file of a certificate that stood in for a material, for whoever has been allowed to read the case. None for
/// stock of which nobody asked a file yet.
pub async fn file_in_case(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Option<Document>> {
    let Some(certificate) = store::by_identifier(tx, cx, identifier).await? else { return Ok(None) };
    let made = documents::of_subject(tx, "certificate", certificate.id).await?;
    Ok(made.into_iter().find(|document| document.kind == Kind::Certificate))
}

/// The file of a certificate somebody has been allowed to read; made now when there is none.
pub(super) async fn file_of(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate) -> Result<Document> {
    let made = documents::of_subject(tx, "certificate", certificate.id).await?;
    match made.into_iter().find(|document| document.kind == Kind::Certificate) {
        Some(document) => Ok(document),
        None => make_file(tx, cx, certificate, None).await,
    }
}

async fn readable(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Certificate> {
    if cx.actor.party().is_some() {
        return show::show(tx, cx, identifier).await;
    }
    let certificate = store::by_identifier(tx, cx, identifier.trim()).await?.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&certificate.issuer), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateSearch, thing)?;
    Ok(certificate)
}

/// For a new version of what was granted before: correcting it must not wait for the body's seal. Without one
/// in force the file is made when somebody first asks for it.
pub(super) async fn make_file_when_sealed(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate) -> Result<()> {
    match make_file(tx, cx, certificate, None).await {
        Err(error) if error.code() == "seals.none_in_force" => Ok(()),
        made => made.map(drop),
    }
}

/// Lays the certificate out and seals it. `holder` when the caller knows the party; else it is looked up.
pub(super) async fn make_file(
    tx: &mut Tx<'_>,
    cx: &Cx,
    certificate: &Certificate,
    holder: Option<Party>,
) -> Result<Document> {
    let body = issuer(cx, certificate)?;
    let owner = match holder {
        Some(party) => Some(party),
        None => identity::party_holding(tx, cx, &certificate.holder_code, &certificate.holder_hash).await?,
    };
    let new = NewDocument {
        kind: Kind::Certificate,
        layout: Kind::Certificate.word(),
        number: certificate.number.clone(),
        title: certificate.type_name.clone(),
        values: values(cx, certificate),
        over: None,
        body: &body,
        owner,
        subject: ("certificate", certificate.id),
        sequence: 1,
        case: certificate.case,
        area: &certificate.area,
        receiver: None,
    };
    documents::make(tx, cx, new).await
}

/// The body whose seal stands on the files of a certificate.
pub(super) fn issuer(cx: &Cx, certificate: &Certificate) -> Result<Arc<Body>> {
    let body = cx.catalogue.body(&certificate.issuer).cloned();
    body.ok_or_else(|| Error::refused("certs.issuer_unknown", "目录里没有这张证照的发证机关"))
}

fn values(cx: &Cx, certificate: &Certificate) -> Values {
    let kind = certificate.holder_code_type();
    let seal = format!("{}电子证照专用章", certificate.issuer_name);
    let mut values = Values::new();
    values
        .set("certificate_name", &certificate.type_name)
        .set("certificate_number", &certificate.number)
        .set("identifier", &certificate.identifier)
        .set("holder_name", &certificate.holder_name)
        .set("holder_code", &certificate.holder_code)
        .set("holder_code_type", kind.name())
        .set("holder_code_type_code", kind.code())
        .set("type_code", &certificate.type_code)
        .set("issuer_code", &certificate.issuer)
        .set("body_name", &certificate.issuer_name)
        .set("seal_name", &seal)
        .set("issued_on", &Day::from_millis_shanghai(certificate.issued_at).chinese())
        .set("valid_from", &certificate.valid_from.basic())
        .set("valid_until", &certificate.valid_until.map(Day::basic).unwrap_or_default())
        .set("valid_term", &term(certificate))
        .set(
            "verify_url",
            &format!("{}/verify?identifier={}", cx.world().public_url, certificate.identifier),
        );
    let row = |datum: &super::Datum| vec![("label", datum.label.clone()), ("text", datum.value.clone())];
    values.list("fields", certificate.data.iter().map(row));
    let by = cx.actor.journal_actor_name();
    let sealed = Sealed { by: &by, at: cx.now, seal: &seal };
    for (key, value) in metadata(certificate, Some(&sealed)).iter().filter(|(key, _)| is_further(key)) {
        values.custom(key, value);
    }
    values
}

/// The layout itself writes the keys every certificate has.
fn is_further(key: &str) -> bool {
    key.starts_with("KZ_") || matches!(key, "ZZQZR" | "ZZQZSJ" | "CJSJ")
}

fn term(certificate: &Certificate) -> String {
    match certificate.valid_until {
        Some(until) => format!("{}至{}", certificate.valid_from.chinese(), until.chinese()),
        None => "长期".to_owned(),
    }
}
