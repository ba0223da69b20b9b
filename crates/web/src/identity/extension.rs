//! `POST /session/extension`: somebody is still there.

use crate::posted::Posted;
use crate::session::{PageResult, own_path};
use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use base::Error;
use domain::identity;

/// The script asks for JSON and gets the seconds that are left; a form goes back to where it stood.
pub(crate) async fn extend(headers: HeaderMap, form: Posted) -> PageResult {
    let visit = &form.visit;
    let token = visit.token.as_ref().ok_or(Error::Unauthenticated)?;
    let until = visit.cx.db().write(async |tx| identity::extend_session(tx, &visit.cx, token).await).await?;
    let wants_json = headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    if wants_json {
        let seconds = (until - visit.cx.now).max(0) / 1000;
        return Ok(Json(serde_json::json!({ "seconds": seconds })).into_response());
    }
    Ok(Redirect::to(own_path(form.get("return"))).into_response())
}
