//! The sharing interface of the certificate library (standards §4): query by identifier or holder, get the data,
//! the sealed file or an annotated copy, each for a case, with the program, the item and the purpose.

use super::asked::{Member, Sent, day};
use super::certificates::{Certificate, shape};
use super::listed::Rows;
use crate::documents::file;
use crate::error::Failure;
use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::casework::{self, Request};
use domain::certs;
use domain::certs::usage::Wanted;
use domain::identity::Action;
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Query {
    /// Name of the calling program, at most 64 characters.
    app: String,
    /// Number, ticket or identifier of an open case of the caller's body.
    case: String,
    /// Handling-item code of that case.
    item_code: String,
    /// 用证事由, at most 200 characters.
    purpose: String,
    /// Look for this certificate; empty for any.
    identifier: String,
    /// Credit code or citizen number: must be the applicant's. Empty for the applicant.
    holder_code: String,
    /// 001 or 111 (GB/T 36903); empty for what the code itself is.
    holder_code_type: String,
    /// 证照类型代码 or key of the type; empty for all the item asks for.
    type_code: String,
    /// Number printed on it; empty for any.
    number: String,
}

impl Query {
    fn request(&self) -> Request<'_> {
        Request { app: &self.app, case: &self.case, item_code: &self.item_code, purpose: &self.purpose }
    }
}

/// What a query tells: enough to choose, nothing of the content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundCertificate {
    identifier: String,
    type_key: String,
    type_code: String,
    type_name: String,
    number: String,
    issuer_name: String,
    status: String,
    superseded_by: String,
    valid_from_on: String,
    valid_until_on: Option<String>,
}

fn found(held: certs::Certificate, today: Day) -> FoundCertificate {
    FoundCertificate {
        status: held.status_on(today).word().to_owned(),
        identifier: held.identifier,
        type_key: held.type_key,
        type_code: held.type_code,
        type_name: held.type_name,
        number: held.number,
        issuer_name: held.issuer_name,
        superseded_by: held.superseded_by,
        valid_from_on: held.valid_from.to_string(),
        valid_until_on: held.valid_until.map(|day| day.to_string()),
    }
}

/// 凭办件查询申请人的证照。
#[utoipa::path(
    post, path = "/api/v1/sharing/queries", operation_id = "queryCertificates", tag = "certificates",
    security(("bearer" = [])), request_body = Query,
    responses((status = 200, description = "Each one found is logged for its holder", body = Rows<FoundCertificate>))
)]
pub(crate) async fn query(member: Member, sent: Sent) -> Result<Json<Rows<FoundCertificate>>, Failure> {
    let cx = member.may(Action::CertificateUse)?.cx;
    let query: Query = sent.json()?;
    let code = query.holder_code.trim().to_ascii_uppercase();
    let kind = certs::holder_code_type(&code);
    if !code.is_empty() && !query.holder_code_type.is_empty() && query.holder_code_type != kind.code() {
        let message = format!("持证主体代码是{}，与代码类型不一致", kind.name());
        return Err(base::Error::refused_at("certs.holder_code_type", "holder_code_type", message).into());
    }
    let holder = Some(code.as_str()).filter(|code| !code.is_empty());
    let wanted = Wanted { type_code: &query.type_code, number: &query.number, identifier: &query.identifier };
    let request = query.request();
    let write =
        cx.db().write(async |tx| casework::query_certificates(tx, &cx, &request, holder, &wanted).await);
    let (rows, today) = (write.await?, cx.today());
    Ok(Json(Rows { rows: rows.into_iter().map(|held| found(held, today)).collect() }))
}

/// 凭办件调取申请人的一本证照的数据。
#[utoipa::path(
    post, path = "/api/v1/sharing/fetches", operation_id = "fetchCertificate", tag = "certificates",
    security(("bearer" = [])), request_body = Query,
    responses((status = 200, description = "In full; logged for its holder", body = Certificate))
)]
pub(crate) async fn fetch(member: Member, sent: Sent) -> Result<Json<Certificate>, Failure> {
    let cx = member.may(Action::CertificateUse)?.cx;
    let query: Query = sent.json()?;
    let request = query.request();
    let write =
        cx.db().write(async |tx| casework::fetch_certificate(tx, &cx, &request, &query.identifier).await);
    Ok(Json(shape(write.await?, cx.today())))
}

/// 凭办件调取申请人一本证照的文件（OFD，发证机关盖章的原件）。
#[utoipa::path(
    post, path = "/api/v1/sharing/files", operation_id = "fetchCertificateFile", tag = "certificates",
    security(("bearer" = [])), request_body = Query,
    responses((status = 200, description = "Logged for its holder", content_type = "application/ofd"))
)]
pub(crate) async fn certificate_file(member: Member, sent: Sent) -> Result<Response, Failure> {
    let cx = member.may(Action::CertificateUse)?.cx;
    let query: Query = sent.json()?;
    let request = query.request();
    let write = cx
        .db()
        .write(async |tx| casework::fetch_certificate_file(tx, &cx, &request, &query.identifier).await);
    let (document, content) = write.await?;
    file(&document, "ofd", "application/ofd", content)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CopyQuery {
    /// Name of the calling program, at most 64 characters.
    app: String,
    /// Number, ticket or identifier of an open case of the caller's body.
    case: String,
    /// Handling-item code of that case.
    item_code: String,
    /// 用证事由, at most 200 characters; stands on every page.
    purpose: String,
    /// The certificate.
    identifier: String,
    /// Last day of the copy, `YYYY-MM-DD`, at most 90 days away.
    valid_until_on: String,
}

/// 凭办件取申请人一本证照的加注件（OFD），每页写明用途、单位和有效期。
#[utoipa::path(
    post, path = "/api/v1/sharing/copies", operation_id = "fetchAnnotatedCopy", tag = "certificates",
    security(("bearer" = [])), request_body = CopyQuery,
    responses((status = 200, description = "Logged for its holder; fetched again through \
               `GET /documents/{document}/file` until its last day", content_type = "application/ofd",
               headers(("location" = String, description = "Where it is fetched again"))))
)]
pub(crate) async fn annotated_copy(member: Member, sent: Sent) -> Result<Response, Failure> {
    let cx = member.may(Action::CertificateUse)?.cx;
    let query: CopyQuery = sent.json()?;
    let until = day("valid_until_on", &query.valid_until_on)?;
    let CopyQuery { app, case, item_code, purpose, identifier, .. } = &query;
    let request = Request { app, case, item_code, purpose };
    let write =
        cx.db().write(async |tx| casework::fetch_annotated_copy(tx, &cx, &request, identifier, until).await);
    let (document, content) = write.await?;
    let again = HeaderValue::from_str(&format!("/api/v1/documents/{}/file", document.id));
    let mut answer = file(&document, "ofd", "application/ofd", content)?;
    answer.headers_mut().insert(header::LOCATION, again.map_err(|e| base::Error::Bug(e.into()))?);
    Ok(answer)
}
