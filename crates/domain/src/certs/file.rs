//! The file of a certificate: an OFD under the issuing body's seal (GB/T 36905; decree 716 art. 10).
//!
//! It is made in the transaction of the decision, change, renewal or transfer. Stock that was digitised gets
//! its file when somebody first asks for it: there the body vouches for what it entered. What does not count
//! any more is not sealed anew: a seal of today would say that it stands (standards §4: the end of a licence
//! takes effect at once). A file that was made while it stood stays readable, and its page says how it stands.

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

/// The file of a certificate, for its holder and for the body that issued it; made now when there is none and
/// the certificate counts, else refused with `certs.not_valid` or `certs.superseded`.
pub async fn file(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Document> {
    let certificate = readable(tx, cx, identifier).await?;
    file_of(tx, cx, &certificate).await
}

/// The file of a certificate somebody has been allowed to read; made now when there is none.
pub(super) async fn file_of(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate) -> Result<Document> {
    let made = documents::of_subject(tx, "certificate", certificate.id).await?;
    match made.into_iter().find(|document| document.kind == Kind::Certificate) {
        Some(document) => Ok(document),
        None => {
            certificate.must_count(cx.today()).map_err(|error| too_late(certificate, &error, cx.today()))?;
            make_file(tx, cx, certificate, None).await
        }
    }
}

/// Why there is no file and none is made, for whoever asked for it.
fn too_late(certificate: &Certificate, error: &Error, today: Day) -> Error {
    let how = match certificate.is_superseded() {
        true => format!("这张证照已被新证照替代（{}）", certificate.superseded_by),
        false => format!("这张证照现在是“{}”", certificate.status_on(today).name()),
    };
    let message =
        format!("{how}，有效的时候没有制作过文件，现在不能再盖章制作。它的状态可以在“验证证照”页面查");
    Error::refused(error.code(), message)
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
/// in force the file is made when somebody first asks for it. A version that was corrected after its last day
/// counts no more than the old one, and gets no file.
pub(super) async fn make_file_when_sealed(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate) -> Result<()> {
    if certificate.must_count(cx.today()).is_err() {
        return Ok(());
    }
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
