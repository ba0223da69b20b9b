//! The evidence archive of a case, for its applicant and its desk.

use super::disposition;
use crate::session::{PageResult, Visit};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use base::{Error, Id};
use domain::evidence;

/// POST, because it is an act that is journalled.
pub(crate) async fn export(Path(case): Path<String>, form: crate::posted::Posted) -> PageResult {
    let visit: &Visit = &form.visit;
    let (cx, files, case): (_, _, Id) = (&visit.cx, &visit.app.files, case.parse()?);
    let archive = evidence::archive(cx, files, case).await?;
    let name = HeaderValue::from_str(&disposition(&archive.file_name)).map_err(|e| Error::Bug(e.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, archive.content).into_response())
}
