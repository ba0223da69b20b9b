//! One's own certificates: cards by state, and each one in full.

use crate::page::Page;
use crate::qr;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::Error;
use domain::certs::{self, Certificate, Datum, HistoryLine};
use norms::Day;
use norms::codes::LicenceStatus;

#[derive(Template)]
#[template(path = "certs/mine.html")]
struct MinePage {
    page: Page,
    soon: Vec<Certificate>,
    valid: Vec<Certificate>,
    dead: Vec<Certificate>,
    today: Day,
}

#[derive(Template)]
#[template(path = "certs/certificate.html")]
struct CertificatePage {
    page: Page,
    certificate: Certificate,
    status: LicenceStatus,
    soon: bool,
    history: Vec<HistoryLine>,
    /// SVG of our own making, with escaped texts.
    qr: String,
}

impl CertificatePage {
    /// What is stamped across it when it counts no longer.
    fn stamp(&self) -> Option<String> {
        if self.certificate.is_superseded() {
            return Some("已被新证照替代".into());
        }
        (self.status != LicenceStatus::Valid).then(|| format!("已{}", self.status.name()))
    }

    fn valid_through(&self) -> String {
        self.certificate.valid_until.as_ref().map_or("长期".into(), words::day)
    }

    /// The type may print the holder under a label of its own.
    fn names_holder(&self) -> bool {
        self.certificate.data.iter().any(|datum| datum.value == self.certificate.holder_name)
    }

    /// Long values take a line of their own.
    fn is_wide(&self, datum: &Datum) -> bool {
        datum.value.chars().count() > 16
    }
}

pub(crate) async fn list(visit: Visit) -> PageResult {
    let cx = &visit.cx;
    if cx.actor.person().is_none() && cx.actor.account().is_some() {
        return Err(Error::Denied.into());
    }
    let all = cx.db().read(async |tx| certs::of_holder(tx, cx).await).await?;
    let today = cx.today();
    let (alive, dead): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|held| held.status_on(today) == LicenceStatus::Valid);
    let (soon, valid) = alive.into_iter().partition(|held| held.expires_soon(today));
    let page = visit.page("我的证照").under(&[("我的空间", "/me")]);
    visit.show(&MinePage { page, soon, valid, dead, today })
}

/// The file under seal; made now when it is a licence from before this library.
pub(crate) async fn file(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    visit.cx.actor.require_party()?;
    to_file(&visit, &identifier).await
}

/// To the page of the file.
pub(super) async fn to_file(visit: &Visit, identifier: &str) -> PageResult {
    let cx = &visit.cx;
    let document = cx.db().write(async |tx| certs::file(tx, cx, identifier).await).await?;
    Ok(Redirect::to(&format!("/documents/{}", document.id)).into_response())
}

pub(crate) async fn show(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    let cx = &visit.cx;
    let read = cx.db().read(async |tx| {
        let certificate = certs::show(tx, cx, &identifier).await?;
        let history = certs::history(tx, &certificate).await?;
        Ok((certificate, history))
    });
    let (certificate, history) = read.await?;
    let target = verify_url(&visit.app.settings.public_url, &certificate.identifier);
    let crumbs = [("我的空间", "/me"), ("我的证照", "/me/certificates")];
    visit.show(&CertificatePage {
        page: visit.page(certificate.type_name.clone()).under(&crumbs),
        status: certificate.status_on(cx.today()),
        soon: certificate.expires_soon(cx.today()),
        qr: qr::svg(&target, "验证这张证照的二维码"),
        history,
        certificate,
    })
}

/// Where anybody checks a certificate she is shown.
fn verify_url(public_url: &str, identifier: &str) -> String {
    let identifier: String = form_urlencoded::byte_serialize(identifier.as_bytes()).collect();
    format!("{public_url}/verify?identifier={identifier}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_leads_to_the_public_check() {
        let url = verify_url("http://localhost:8080", "1.2.156.3005.2.X.Y.Z.001.A");
        assert_eq!(url, "http://localhost:8080/verify?identifier=1.2.156.3005.2.X.Y.Z.001.A");
    }
}
