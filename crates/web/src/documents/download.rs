//! Documents as files: the OFD that counts, and a PDF to read.

use crate::casework::disposition;
use crate::error::Failure;
use crate::session::{PageResult, Visit};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Id};
use domain::casework;
use domain::documents::{self, Document};

pub(crate) async fn ofd(visit: Visit, Path(document): Path<String>) -> PageResult {
    let (cx, id): (_, Id) = (&visit.cx, document.parse()?);
    let (document, content) = cx.db().read(async |tx| casework::open_document(tx, cx, id).await).await?;
    file(&document, "ofd", "application/ofd", content)
}

pub(crate) async fn pdf(visit: Visit, Path(document): Path<String>) -> PageResult {
    let (cx, id): (_, Id) = (&visit.cx, document.parse()?);
    let (document, content) = cx.db().read(async |tx| casework::open_document(tx, cx, id).await).await?;
    let drawn = documents::pdf(&document, &content)?;
    file(&document, "pdf", "application/pdf", drawn)
}

/// The receipt of a case; made now when nobody asked for it before.
pub(crate) async fn receipt(visit: Visit, Path(case): Path<String>) -> PageResult {
    let (cx, case): (_, Id) = (&visit.cx, case.parse()?);
    let document = cx.db().write(async |tx| casework::receipt_document(tx, cx, case).await).await?;
    Ok(Redirect::to(&format!("/documents/{}", document.id)).into_response())
}

/// The document of a withdrawal; made now when the body had no seal for it then.
pub(crate) async fn withdrawal(visit: Visit, Path(case): Path<String>) -> PageResult {
    let (cx, case): (_, Id) = (&visit.cx, case.parse()?);
    let document = cx.db().write(async |tx| casework::withdrawal_document(tx, cx, case).await).await?;
    Ok(Redirect::to(&format!("/documents/{}", document.id)).into_response())
}

/// An attachment under the document's own name.
pub(crate) fn file(
    document: &Document,
    extension: &str,
    media: &'static str,
    content: Vec<u8>,
) -> Result<Response, Failure> {
    let name = disposition(&format!("{}.{extension}", document.file_name()));
    let name = HeaderValue::from_str(&name).map_err(|e| Error::Bug(e.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, content).into_response())
}
