//! Using certificates: show codes, scans, grants, annotated copies, and the holder's log.

use super::asked::{Member, Sent, day};
use super::certificates::{Certificate, CertificateDatum, shape};
use super::listed::Rows;
use crate::error::Failure;
use axum::Json;
use axum::extract::Path;
use base::{Error, Id};
use domain::Cx;
use domain::certs::usage::{self, NewCopy, NewGrant};
use domain::certs::{self};
use domain::identity::Action;
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is one's own is looked up before the body is read: somebody else's does not exist.
async fn own(cx: &Cx, identifier: &str) -> Result<(), Failure> {
    cx.db().read(async |tx| certs::show(tx, cx, identifier).await).await?;
    Ok(())
}

/// One look at a certificate.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UseLine {
    at: i64,
    /// `scan`, `grant`, `duty`, `query`, `file` or `copy`.
    way: String,
    body: String,
    body_name: String,
    /// Staff by name, persons masked.
    user_name: String,
    app: String,
    purpose: String,
    case_number: String,
    item_code: String,
}

/// 谁用过我的这本证照。
#[utoipa::path(
    get, path = "/api/v1/certificates/{identifier}/uses", operation_id = "listUsesOfCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    responses((status = 200, description = "Newest first, at most 200", body = Rows<UseLine>))
)]
pub(crate) async fn uses(
    member: Member,
    Path(identifier): Path<String>,
) -> Result<Json<Rows<UseLine>>, Failure> {
    let cx = member.may(Action::CertificateRead).map_err(|_| Error::NotFound)?.cx;
    let lines = cx.db().read(async |tx| usage::uses_of_holder(tx, &cx, Some(&identifier)).await).await?;
    let row = |line: usage::Use| UseLine {
        at: line.at,
        way: line.way.word().to_owned(),
        body: line.body,
        body_name: line.body_name,
        user_name: line.user_name,
        app: line.app,
        purpose: line.purpose,
        case_number: line.case_number,
        item_code: line.item_code,
    };
    Ok(Json(Rows { rows: lines.into_iter().map(row).collect() }))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShowCode {
    /// To be drawn as a QR code of `/show/{token}`; works once.
    token: String,
    /// Eight characters to be typed where a camera fails: stands for the same code.
    #[schema(example = "K7M2QXPD")]
    code: String,
    /// At most a minute away.
    ends_at: i64,
}

/// 亮证：换一个新码。
#[utoipa::path(
    post, path = "/api/v1/certificates/{identifier}/show-codes", operation_id = "makeShowCode",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    responses((status = 200, description = "Ends with the session that made it", body = ShowCode))
)]
pub(crate) async fn show_code(
    member: Member,
    Path(identifier): Path<String>,
) -> Result<Json<ShowCode>, Failure> {
    let caller = member.may(Action::CertificateRead)?;
    let (cx, token) = (&caller.cx, caller.token.clone().ok_or(Error::Unauthenticated)?);
    let code = cx.db().write(async |tx| usage::show_code(tx, cx, &identifier, &token).await).await?;
    Ok(Json(ShowCode { token: code.token, code: code.code, ends_at: code.ends_at }))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Scan {
    /// The last part of the address in the QR code.
    token: String,
    /// Or, without a token, the eight characters beside it.
    code: String,
}

/// What the one who scans may see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Scanned {
    identifier: String,
    type_name: String,
    number: String,
    holder_name: String,
    /// For staff; persons masked.
    holder_code: Option<String>,
    issuer_name: String,
    status: String,
    superseded_by: String,
    valid_from_on: String,
    valid_until_on: Option<String>,
    /// For staff.
    data: Vec<CertificateDatum>,
}

/// 扫亮证码，每个码只能扫一次。
#[utoipa::path(
    post, path = "/api/v1/scans", operation_id = "scanShowCode", tag = "certificates",
    security(("bearer" = [])), request_body = Scan,
    responses((status = 200, description = "The holder sees who scanned", body = Scanned))
)]
pub(crate) async fn scan(member: Member, sent: Sent) -> Result<Json<Scanned>, Failure> {
    let caller = member.0;
    caller.app.count_guess(caller.peer, "scan")?;
    let (cx, scan): (_, Scan) = (&caller.cx, sent.json()?);
    let write = cx.db().write(async |tx| match scan.token.as_str() {
        "" => usage::scan_typed(tx, cx, &scan.code).await,
        token => usage::scan(tx, cx, token).await,
    });
    let shown = write.await?;
    let datum = |d: certs::Datum| CertificateDatum { key: d.key, label: d.label, value: d.value };
    Ok(Json(Scanned {
        identifier: shown.identifier,
        type_name: shown.type_name,
        number: shown.number,
        holder_name: shown.holder_name,
        holder_code: shown.holder_code,
        issuer_name: shown.issuer_name,
        status: shown.status.word().to_owned(),
        superseded_by: shown.superseded_by,
        valid_from_on: shown.valid_from.to_string(),
        valid_until_on: shown.valid_until.map(|day| day.to_string()),
        data: shown.data.into_iter().map(datum).collect(),
    }))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewCopyBody {
    /// At most 200 characters; stands on every page.
    purpose: String,
    /// Name of whom it is given to, at most 100 characters; may be empty.
    receiver: String,
    /// `YYYY-MM-DD`, at most 90 days away.
    valid_until_on: String,
}

/// A copy under seal that says for what and until when it may be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnotatedCopy {
    id: String,
    /// 1 for the first of its certificate.
    serial: i64,
    /// Its file is `GET /documents/{document}/file`; null when it was made for somebody else.
    document: Option<String>,
    purpose: String,
    receiver: String,
    maker: String,
    valid_until_on: String,
    made_at: i64,
    /// `JZJZZSJ`, `JZJZZZ`, `JZJZZSY`, `JZJYXQJZSJ` with their values.
    metadata: Vec<(String, String)>,
}

fn copy_shape(copy: usage::AnnotatedCopy) -> AnnotatedCopy {
    AnnotatedCopy {
        metadata: copy.metadata(),
        id: copy.id.to_string(),
        serial: copy.serial,
        document: copy.document.map(|id| id.to_string()),
        purpose: copy.purpose,
        receiver: copy.receiver,
        maker: copy.maker,
        valid_until_on: copy.valid_until.to_string(),
        made_at: copy.made_at,
    }
}

/// 制作一份加注件。
#[utoipa::path(
    post, path = "/api/v1/certificates/{identifier}/copies", operation_id = "annotateCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    request_body = NewCopyBody,
    responses((status = 200, description = "Sealed by the body that issued the certificate", body = AnnotatedCopy))
)]
pub(crate) async fn copy(
    member: Member,
    Path(identifier): Path<String>,
    sent: Sent,
) -> Result<Json<AnnotatedCopy>, Failure> {
    let cx = member.may(Action::CertificateRead)?.cx;
    own(&cx, &identifier).await?;
    let body: NewCopyBody = sent.json()?;
    let valid_until = day("valid_until_on", &body.valid_until_on)?;
    let new =
        NewCopy { identifier: &identifier, purpose: &body.purpose, receiver: &body.receiver, valid_until };
    let (_, made) = cx.db().write(async |tx| usage::annotate(tx, &cx, new).await).await?;
    Ok(Json(copy_shape(made)))
}

/// 一本证照的加注件，新的在前。
#[utoipa::path(
    get, path = "/api/v1/certificates/{identifier}/copies", operation_id = "listCopiesOfCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    responses((status = 200, description = "Of the holder and of bodies it was given to", body = Rows<AnnotatedCopy>))
)]
pub(crate) async fn copies(
    member: Member,
    Path(identifier): Path<String>,
) -> Result<Json<Rows<AnnotatedCopy>>, Failure> {
    let cx = member.may(Action::CertificateRead).map_err(|_| Error::NotFound)?.cx;
    let (_, copies) = cx.db().read(async |tx| usage::copies(tx, &cx, &identifier).await).await?;
    Ok(Json(Rows { rows: copies.into_iter().map(copy_shape).collect() }))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewGrantBody {
    /// Credit code or full name.
    body: String,
    /// At most 200 characters.
    purpose: String,
    /// `YYYY-MM-DD`, at most 90 days away.
    valid_until_on: String,
    /// Of the account, again: step-up.
    password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Grant {
    id: String,
    identifier: String,
    type_name: String,
    body: String,
    body_name: String,
    purpose: String,
    valid_until_on: String,
    made_at: i64,
    /// `open`, `used`, `revoked` or `expired`.
    state: String,
    /// 0 until it is used.
    used_at: i64,
    used_by: String,
}

fn grant_shape(grant: usage::Grant, today: Day) -> Grant {
    Grant {
        state: grant.state_on(today).word().to_owned(),
        id: grant.id.to_string(),
        identifier: grant.identifier,
        type_name: grant.type_name,
        body: grant.body,
        body_name: grant.body_name,
        purpose: grant.purpose,
        valid_until_on: grant.valid_until.to_string(),
        made_at: grant.made_at,
        used_at: grant.used_at,
        used_by: grant.used_by,
    }
}

/// 授权一个单位使用一次。
#[utoipa::path(
    post, path = "/api/v1/certificates/{identifier}/grants", operation_id = "grantCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the certificate")),
    request_body = NewGrantBody,
    responses((status = 200, description = "One use by this body", body = Grant))
)]
pub(crate) async fn grant(
    member: Member,
    Path(identifier): Path<String>,
    sent: Sent,
) -> Result<Json<Grant>, Failure> {
    let cx = member.may(Action::CertificateRead)?.cx;
    own(&cx, &identifier).await?;
    let body: NewGrantBody = sent.json()?;
    let new = NewGrant {
        identifier: &identifier,
        body: &body.body,
        purpose: &body.purpose,
        valid_until: day("valid_until_on", &body.valid_until_on)?,
        password: &body.password,
    };
    let made = usage::make_grant(&cx, new).await?;
    Ok(Json(grant_shape(made, cx.today())))
}

/// 我的授权，新的在前。
#[utoipa::path(
    get, path = "/api/v1/grants", operation_id = "listMyGrants", tag = "certificates",
    security(("bearer" = [])),
    responses((status = 200, description = "Of the party the session acts for", body = Rows<Grant>))
)]
pub(crate) async fn grants(member: Member) -> Result<Json<Rows<Grant>>, Failure> {
    let cx = member.may(Action::CertificateRead)?.cx;
    let grants = cx.db().read(async |tx| usage::grants_of_holder(tx, &cx).await).await?;
    let today = cx.today();
    Ok(Json(Rows { rows: grants.into_iter().map(|grant| grant_shape(grant, today)).collect() }))
}

/// 收回授权。
#[utoipa::path(
    post, path = "/api/v1/grants/{grant}/revocation", operation_id = "revokeGrant", tag = "certificates",
    security(("bearer" = [])),
    params(("grant" = String, Path, description = "Identifier of the grant")),
    responses((status = 200, description = "It cannot be used any more", body = Grant))
)]
pub(crate) async fn revoke(member: Member, Path(grant): Path<String>) -> Result<Json<Grant>, Failure> {
    let cx = member.may(Action::CertificateRead)?.cx;
    let id: Id = grant.parse()?;
    let revoked = cx.db().write(async |tx| usage::revoke_grant(tx, &cx, id).await).await?;
    Ok(Json(grant_shape(revoked, cx.today())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UseOfGrant {
    /// Name of the calling program, at most 64 characters.
    app: String,
}

/// What the use of a grant gives: the certificate, and a copy for the body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Used {
    #[serde(flatten)]
    certificate: Certificate,
    /// With the purpose and the term of the grant; null when the certificate does not count any more or its
    /// issuer has no seal in force.
    copy: Option<AnnotatedCopy>,
}

/// 按授权取用证照，只能用一次，用途以持证人写明的为准；加注件在授权到期以前可以再取。
#[utoipa::path(
    post, path = "/api/v1/grants/{grant}/use", operation_id = "useGrant", tag = "certificates",
    security(("bearer" = [])),
    params(("grant" = String, Path, description = "Identifier of the grant")),
    request_body = UseOfGrant,
    responses((status = 200, description = "The certificate in full; look at `status`", body = Used))
)]
pub(crate) async fn use_grant(
    member: Member,
    Path(grant): Path<String>,
    sent: Sent,
) -> Result<Json<Used>, Failure> {
    let cx = member.may(Action::CertificateUse)?.cx;
    let (id, body): (Id, UseOfGrant) = (grant.parse()?, sent.json()?);
    let write = cx.db().write(async |tx| usage::use_grant(tx, &cx, id, &body.app).await);
    let used = write.await?;
    Ok(Json(Used { certificate: shape(used.certificate, cx.today()), copy: used.copy.map(copy_shape) }))
}
