//! `/verify/file`: somebody brings an OFD and learns whether its seals hold, and whether it is still good.

use super::findings::{AnnotationView, SignatureView, StandingView, signature_views};
use crate::error::Failure;
use crate::page::Page;
use crate::posted::Upload;
use crate::session::{PageResult, Visit};
use askama::Template;
use base::{Error, Refusal};
use domain::certs;
use domain::documents::{self, CheckedFile, Glimpse};

#[derive(Template)]
#[template(path = "documents/checked.html")]
struct CheckedPage {
    page: Page,
    errors: Vec<(String, String)>,
    /// None when nothing could be checked.
    report: Option<Report>,
}

struct Report {
    file_name: String,
    intact: bool,
    signatures: Vec<SignatureView>,
    /// Files of the package that no signature protects.
    unprotected: Vec<String>,
    /// When it is a certificate of ours: how it stands today.
    certificate: Option<StandingView>,
    /// When it is an annotated copy: for what and until when it may be used.
    annotation: Option<AnnotationView>,
    /// Made here, byte for byte.
    known: bool,
    checked_at: String,
    /// SVG of our own making, with escaped texts; none when the file cannot be drawn.
    glimpse: Option<Glimpse>,
}

impl Report {
    /// What the file says may be relied on: its seals hold, and neither its certificate nor its own term is over.
    fn good(&self) -> bool {
        let over = self.annotation.as_ref().is_some_and(|note| note.over);
        self.intact && !over && self.certificate.as_ref().is_none_or(|standing| standing.counts)
    }
}

pub(crate) async fn check(visit: Visit, upload: Result<Upload, Failure>) -> PageResult {
    visit.app.count_guess(visit.peer, "verify")?;
    let upload = match upload {
        Ok(upload) => upload,
        Err(failure) => match failure.0.as_ref() {
            Error::Refused(refusals) => return visit.show_again(&page(&visit, refusals, None)),
            _ => return Err(failure),
        },
    };
    match examine(&visit, &upload).await {
        Ok(report) => visit.show(&page(&visit, &[], Some(report))),
        Err(Error::Refused(refusals)) => visit.show_again(&page(&visit, &refusals, None)),
        Err(other) => Err(other.into()),
    }
}

async fn examine(visit: &Visit, upload: &Upload) -> Result<Report, Error> {
    if upload.content.is_empty() {
        return Err(Error::refused_at("file.empty", "file", "请先选择要验证的 OFD 文件"));
    }
    let cx = &visit.cx;
    let read = cx.db().read(async |tx| {
        let checked = documents::check_file(tx, cx, &upload.content).await?;
        let certificate = certs::behind(tx, cx, &checked).await?;
        Ok((checked, certificate))
    });
    let (checked, certificate) = read.await?;
    // Drawing what somebody brought must hold up nobody else.
    let content = upload.content.clone();
    let drawing = tokio::task::spawn_blocking(move || documents::glimpse(&content));
    let glimpse = drawing.await.map_err(|e| Error::Bug(e.into()))?;
    Ok(Report { glimpse, ..report(visit, upload, &checked, certificate.map(StandingView::of)) })
}

fn report(
    visit: &Visit,
    upload: &Upload,
    checked: &CheckedFile,
    certificate: Option<StandingView>,
) -> Report {
    Report {
        file_name: upload.file_name.clone(),
        intact: checked.intact(),
        signatures: signature_views(checked),
        unprotected: checked.verification.unprotected.clone(),
        certificate,
        annotation: checked.annotation.as_ref().map(|note| AnnotationView::of(note, visit.cx.today())),
        known: checked.known.is_some(),
        checked_at: crate::words::instant(&visit.cx.now),
        glimpse: None,
    }
}

fn page(visit: &Visit, refusals: &[Refusal], report: Option<Report>) -> CheckedPage {
    let page = visit.page("验证文件").under(&[("验证证照", "/verify")]);
    CheckedPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: crate::form::error_list(refusals),
        report,
    }
}
