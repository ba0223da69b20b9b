//! The evidence archive of a case, for its applicant and its desk.

use super::disposition;
use crate::session::{PageResult, Visit};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id};
use domain::evidence;

/// POST, because it is an act that is journalled. An official is led to her second factor first, and back to the
/// case.
pub(crate) async fn export(Path(case): Path<String>, form: crate::posted::Posted) -> PageResult {
    let visit: &Visit = &form.visit;
    let (cx, files, case): (_, _, Id) = (&visit.cx, &visit.app.files, case.parse()?);
    let archive = match evidence::archive(cx, files, case).await {
        Err(error) if error.code() == "identity.step_up_needed" => {
            return Ok(Redirect::to(&format!("/step-up?return=/desk/cases/{case}")).into_response());
        }
        archive => archive?,
    };
    let name = HeaderValue::from_str(&disposition(&archive.file_name)).map_err(|e| Error::Bug(e.into()))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, archive.content).into_response())
}
