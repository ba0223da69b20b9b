//! Certificates: one's own in full, anybody's by identifier as far as the public may know.

use super::asked::Member;
use super::listed::Rows;
use crate::error::{Failure, Problem};
use crate::session::Caller;
use axum::Json;
use axum::extract::Path;
use base::Error;
use domain::certs;
use domain::identity::Action;
use norms::Day;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Certificate {
    /// GB/T 36904: type, issuer, serial, version and check character.
    identifier: String,
    type_key: String,
    type_name: String,
    /// The number printed on it.
    number: String,
    holder_name: String,
    /// Citizen number or credit code.
    holder_code: String,
    /// Credit code of the body that issued it.
    issuer: String,
    issuer_name: String,
    /// `valid`, `suspended`, `withdrawn`, `cancelled`, `expired`, `transferred_out`, `revoked` or `other`.
    status: String,
    status_name: String,
    /// `YYYY-MM-DD`.
    valid_from_on: String,
    /// Null for long-term certificates.
    valid_until_on: Option<String>,
    /// Business fields, in the order of the type.
    data: Vec<CertificateDatum>,
    /// Identifier of the version or licence that came in its place; empty for none.
    superseded_by: String,
    /// Identifier of the case that gave it.
    case: Option<String>,
    /// Milliseconds since 1970 UTC.
    issued_at: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertificateDatum {
    pub key: String,
    pub label: String,
    pub value: String,
}

/// 我的证照，新的在前。
#[utoipa::path(
    get, path = "/api/v1/certificates", operation_id = "listMyCertificates", tag = "certificates",
    security(("bearer" = [])),
    responses((status = 200, description = "Of the party the session acts for", body = Rows<Certificate>))
)]
pub(crate) async fn mine(member: Member) -> Result<Json<Rows<Certificate>>, Failure> {
    let cx = member.may(Action::CertificateRead)?.cx;
    let held = cx.db().read(async |tx| certs::of_holder(tx, &cx).await).await?;
    Ok(Json(Rows { rows: held.into_iter().map(|certificate| shape(certificate, cx.today())).collect() }))
}

/// 我的一本证照。
#[utoipa::path(
    get, path = "/api/v1/certificates/{identifier}", operation_id = "showCertificate", tag = "certificates",
    security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    responses((status = 200, description = "For its holder alone", body = Certificate))
)]
pub(crate) async fn show(
    member: Member,
    Path(identifier): Path<String>,
) -> Result<Json<Certificate>, Failure> {
    // Those who hold no certificates find none here, rather than learn that there is one.
    let cx = member.may(Action::CertificateRead).map_err(|_| Error::NotFound)?.cx;
    let found = cx.db().read(async |tx| certs::show(tx, &cx, &identifier).await).await?;
    Ok(Json(shape(found, cx.today())))
}

pub(super) fn shape(own: certs::Certificate, today: Day) -> Certificate {
    let status = own.status_on(today);
    let datum =
        |datum: certs::Datum| CertificateDatum { key: datum.key, label: datum.label, value: datum.value };
    Certificate {
        identifier: own.identifier,
        type_key: own.type_key,
        type_name: own.type_name,
        number: own.number,
        holder_name: own.holder_name,
        holder_code: own.holder_code,
        issuer: own.issuer,
        issuer_name: own.issuer_name,
        status: status.word().to_owned(),
        status_name: status.name().to_owned(),
        valid_from_on: own.valid_from.to_string(),
        valid_until_on: own.valid_until.map(|day| day.to_string()),
        data: own.data.into_iter().map(datum).collect(),
        superseded_by: own.superseded_by,
        case: own.case.map(|id| id.to_string()),
        issued_at: own.issued_at,
    }
}

/// What anybody may know of a certificate whose identifier she has.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verification {
    identifier: String,
    type_name: String,
    number: String,
    /// Persons masked, organisations in full.
    holder_name: String,
    issuer_name: String,
    valid_from_on: String,
    valid_until_on: Option<String>,
    /// Only `valid` with nothing in `superseded_by` may be relied on.
    status: String,
    status_name: String,
    /// Identifier of the version or licence that came in its place; empty for none.
    superseded_by: String,
    /// False for an identifier of another system whose check character follows another rule.
    check_ok: bool,
}

/// 验证一本证照的真假和状态，谁都可以查。
#[utoipa::path(
    get, path = "/api/v1/certificates/{identifier}/verification", operation_id = "verifyCertificate",
    tag = "certificates",
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    responses(
        (status = 200, description = "It was issued here; look at `status`", body = Verification),
        (status = 404, description = "`not_found`: nobody issued it here", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "`certs.identifier_malformed`: a slip of the pen, told from the check character",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(
    caller: Caller,
    Path(identifier): Path<String>,
) -> Result<Json<Verification>, Failure> {
    caller.app.may_look_up(caller.peer, "verify")?;
    let cx = &caller.cx;
    let view = cx.db().read(async |tx| certs::verify(tx, cx, &identifier).await).await;
    if view.is_err() {
        caller.app.count_miss(caller.peer, "verify")?;
    }
    let view = view?;
    Ok(Json(Verification {
        identifier: view.identifier,
        type_name: view.type_name,
        number: view.number,
        holder_name: view.holder_name,
        issuer_name: view.issuer_name,
        valid_from_on: view.valid_from.to_string(),
        valid_until_on: view.valid_until.map(|day| day.to_string()),
        status: view.status.word().to_owned(),
        status_name: view.status_name.to_owned(),
        superseded_by: view.superseded_by,
        check_ok: view.check_ok,
    }))
}
