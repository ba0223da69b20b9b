//! One document: its pages, who sealed it, what the check of the seal says.

use super::findings::{AnnotationView, SignatureView, StandingView, signature_views};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use base::{Id, Result};
use domain::casework;
use domain::certs;
use domain::documents::{self, CheckedFile, Document, Kind};

#[derive(Template)]
#[template(path = "documents/show.html")]
struct DocumentPage {
    page: Page,
    document: Document,
    body_name: String,
    made_at: String,
    /// SVG of our own making, with escaped texts.
    pages: Vec<String>,
    /// The same in words, line by line: for small screens and for those who listen.
    lines: Vec<String>,
    /// Pages as large as paper, to be scrolled: on a phone they fit the screen until this is asked for.
    large: bool,
    intact: bool,
    signatures: Vec<SignatureView>,
    /// When it is an annotated copy.
    annotation: Option<AnnotationView>,
    /// When it is a certificate or a copy of one: how that stands today.
    standing: Option<StandingView>,
    /// Where one comes from: address and words.
    back: Option<(String, &'static str)>,
}

impl DocumentPage {
    /// A certificate that counts no longer is told before anything else, however well its seal holds.
    fn dead(&self) -> Option<&StandingView> {
        self.standing.as_ref().filter(|standing| !standing.counts)
    }
}

/// A document in a list: on the page of its case or certificate.
pub(crate) struct DocumentRow {
    pub href: String,
    pub title: String,
    pub number: String,
    pub made_at: String,
}

pub(crate) fn rows(documents: &[Document]) -> Vec<DocumentRow> {
    let row = |document: &Document| DocumentRow {
        href: format!("/documents/{}", document.id),
        title: document.title.clone(),
        number: document.number.clone(),
        made_at: words::instant(&document.made_at),
    };
    documents.iter().map(row).collect()
}

pub(crate) async fn show(visit: Visit, Path(document): Path<String>) -> PageResult {
    let (cx, id): (_, Id) = (&visit.cx, document.parse()?);
    let read = cx.db().read(async |tx| {
        let (document, content) = casework::open_document(tx, cx, id).await?;
        let checked = documents::check_file(tx, cx, &content).await?;
        let standing = certs::behind(tx, cx, &checked).await?;
        Ok((document, content, checked, standing.map(StandingView::of)))
    });
    let (document, content, checked, standing) = read.await?;
    visit.show(&document_page(&visit, document, &content, &checked, standing)?)
}

fn document_page(
    visit: &Visit,
    document: Document,
    content: &[u8],
    checked: &CheckedFile,
    standing: Option<StandingView>,
) -> Result<DocumentPage> {
    Ok(DocumentPage {
        page: visit.page(document.title.clone()),
        body_name: visit.cx.catalogue.body(&document.body).map(|b| b.name.clone()).unwrap_or_default(),
        made_at: words::instant(&document.made_at),
        pages: documents::pages(content)?,
        lines: lines(&documents::text(content)?),
        large: visit.path().ends_with("?large=1"),
        intact: checked.intact(),
        signatures: signature_views(checked),
        annotation: checked.annotation.as_ref().map(|note| AnnotationView::of(note, visit.cx.today())),
        standing,
        back: back(visit, &document, checked),
        document,
    })
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn back(visit: &Visit, document: &Document, checked: &CheckedFile) -> Option<(String, &'static str)> {
    let staff = visit.cx.actor.staff().is_some();
    match (document.kind, &checked.identifier) {
        (Kind::AnnotatedCopy, _) if staff => Some(("/desk/grants".to_owned(), "回到用证授权")),
        (Kind::AnnotatedCopy, Some(identifier)) => {
            Some((format!("/me/certificates/{identifier}/copies"), "回到加注件"))
        }
        _ => {
            let folder = if staff { "/desk/cases" } else { "/cases" };
            document.case.map(|case| (format!("{folder}/{case}"), "回到办件"))
        }
    }
}
