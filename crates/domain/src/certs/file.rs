//! The file of a certificate: an OFD under the issuing body's seal (GB/T 36905; decree 716 art. 10).
//!
//! It is made in the transaction of the decision, change, renewal or transfer. Stock that was digitised gets
//! its file when somebody first asks for it: there the body vouches for what it entered. What does not count
//! any more is not sealed anew: a seal of today would say that it stands (standards §4: the end of a licence
//! takes effect at once). A file that was made while it stood stays readable, and its page says how it stands.

use super::certificate::{Certificate, Datum};
use super::metadata::metadata;
use super::{show, store};
use crate::Cx;
use crate::catalog::{Body, CertificateType};
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
    let kind = cx.catalogue.certificate_type(&certificate.type_key);
    let new = NewDocument {
        kind: Kind::Certificate,
        layout: kind.and_then(|kind| kind.layout.as_deref()).unwrap_or(Kind::Certificate.word()),
        number: certificate.number.clone(),
        title: certificate.type_name.clone(),
        values: values(cx, kind, certificate),
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

/// What a layout may ask for ([`CertificateType::VALUES`] and the business fields), and the custom data.
fn values(cx: &Cx, kind: Option<&CertificateType>, certificate: &Certificate) -> Values {
    let mut values = Values::new();
    // A field of the type that this certificate does not have prints nothing.
    for field in kind.iter().flat_map(|kind| &kind.fields) {
        values.set(&field.key, "").set(&format!("{}_label", field.key), &field.label);
    }
    for datum in &certificate.data {
        values.set(&datum.key, &printed(&datum.value)).set(&format!("{}_label", datum.key), &datum.label);
    }
    values
        .set("certificate_name", &certificate.type_name)
        .set("certificate_number", &certificate.number)
        .set("identifier", &certificate.identifier)
        .set("holder_name", &certificate.holder_name)
        .set("holder_code", &certificate.holder_code)
        .set("body_name", &certificate.issuer_name)
        .set("issued_on", &Day::from_millis_shanghai(certificate.issued_at).chinese())
        .set("valid_term", &term(certificate))
        .set(
            "verify_url",
            &format!("{}/verify?identifier={}", cx.world().public_url, certificate.identifier),
        );
    let row = |datum: &Datum| vec![("label", datum.label.clone()), ("text", printed(&datum.value))];
    // A row without anything in it says nothing.
    let known = certificate.data.iter().filter(|datum| !datum.value.trim().is_empty());
    values.list("fields", known.map(row));
    for (key, value) in &metadata(certificate, cx.now) {
        values.custom(key, value);
    }
    values
}

/// A day as it stands on paper; anything else as it is.
fn printed(value: &str) -> String {
    value.parse::<Day>().map_or_else(|_| value.to_owned(), Day::chinese)
}

fn term(certificate: &Certificate) -> String {
    match certificate.valid_until {
        Some(until) => format!("{}至{}", certificate.valid_from.chinese(), until.chinese()),
        None => "长期".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certs::tests::licence;
    use crate::identity::PostKind;
    use crate::testing::story;

    #[tokio::test]
    async fn a_layout_gets_what_the_loader_promises_it() {
        story(async |town| {
            let identifier = licence(&town, "promised").await;
            let cx = town.cx(&town.market(PostKind::Approver));
            let read = town.world.db.read(async |tx| readable(tx, &cx, &identifier).await).await;
            let certificate = read.unwrap();
            let kind = cx.catalogue.certificate_type(&certificate.type_key).unwrap();
            let values = values(&cx, Some(kind), &certificate);
            // The seal gives the rest, when it has been taken.
            for name in CertificateType::VALUES.iter().filter(|name| !name.starts_with("seal")) {
                assert!(values.has(name), "{name}");
            }
            assert!(kind.gives("leader") && values.has("leader") && values.has("leader_label"));
            assert!(!kind.gives("colour") && !kind.gives("label"));
        })
        .await;
    }

    #[tokio::test]
    async fn what_nobody_knows_leaves_no_row_without_anything_in_it() {
        story(async |town| {
            let identifier = licence(&town, "no-address").await;
            let cx = town.cx(&town.market(PostKind::Approver));
            let read = town.world.db.read(async |tx| readable(tx, &cx, &identifier).await).await;
            let mut certificate = read.unwrap();
            let kind = cx.catalogue.certificate_type(&certificate.type_key).unwrap();
            let layouts = town.world.layouts.load();
            let printed = |certificate: &Certificate, layout: &str| {
                let mut values = values(&cx, Some(kind), certificate);
                for seal in ["seal_name", "sealed_by", "sealed_at"] {
                    values.set(seal, "-");
                }
                let template = &layouts.get(layout).unwrap().template;
                let laid = ofd::layout::lay_out(template, &values, &ofd::layout::Fonts::new()).unwrap();
                ofd::text::document_text(&laid.document).replace(char::is_whitespace, "")
            };
            for layout in ["certificate_business_licence", "certificate"] {
                certificate.data.retain(|datum| datum.key != "address");
                let address = |value: &str| Datum {
                    key: "address".into(),
                    label: "住所".into(),
                    value: value.to_owned(),
                };
                certificate.data.push(address("演示路1号"));
                assert!(printed(&certificate, layout).contains("住所"), "{layout}");
                certificate.data.pop();
                assert!(!printed(&certificate, layout).contains("住所"), "{layout}");
                certificate.data.push(address(" "));
                assert!(!printed(&certificate, layout).contains("住所"), "{layout}: blanks are nothing");
            }
        })
        .await;
    }

    #[test]
    fn days_are_printed_as_on_paper() {
        assert_eq!(printed("2026-09-24"), "2026年9月24日");
        assert_eq!(printed("演示路1号"), "演示路1号");
    }
}
