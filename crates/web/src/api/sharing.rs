//! The sharing interface of the certificate library (standards §4): query by identifier or holder, and get,
//! each for a case, with the program, the item and the purpose.

use super::asked::{Member, Sent};
use super::certificates::{Certificate, shape};
use super::listed::Rows;
use crate::error::Failure;
use axum::Json;
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
pub(crate) struct Found {
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

fn found(held: certs::Certificate, today: Day) -> Found {
    Found {
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
    responses((status = 200, description = "Each one found is logged for its holder", body = Rows<Found>))
)]
pub(crate) async fn query(member: Member, sent: Sent) -> Result<Json<Rows<Found>>, Failure> {
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
