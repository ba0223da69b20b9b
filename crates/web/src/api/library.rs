//! The certificate library for the body that issued: search, acts, versions, and the directory for reports.

use super::asked::{Member, Sent, Sought, day, said};
use super::certificates::{Certificate, shape};
use super::listed::Rows;
use crate::error::{Failure, Problem};
use axum::Json;
use axum::extract::Path;
use base::{Error, Id};
use domain::certs::{self, Act, Remake};
use domain::identity::Action;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LibraryRow {
    identifier: String,
    type_name: String,
    number: String,
    /// Persons masked.
    holder: String,
    status: String,
    superseded: bool,
    stock: bool,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct LibraryAsked {
    /// Credit code of one's body.
    #[param(required)]
    body: String,
    /// Identifier, number or holder's code.
    #[param(required)]
    q: String,
}

/// 查本单位签发的证照：标识、编号或持证人证件号码。
#[utoipa::path(
    get, path = "/api/v1/library", operation_id = "searchLibrary", tag = "certificates",
    security(("bearer" = [])),
    params(LibraryAsked),
    responses((status = 200, description = "At most 200, names masked", body = Rows<LibraryRow>))
)]
pub(crate) async fn search(
    member: Member,
    Sought(asked): Sought<LibraryAsked>,
) -> Result<Json<Rows<LibraryRow>>, Failure> {
    let cx = member.may(Action::CertificateSearch)?.cx;
    let (body, words) = (said("body", &asked.body)?, asked.q.as_str());
    let rows = cx.db().read(async |tx| certs::search(tx, &cx, body, words).await).await?;
    let row = |found: certs::Found| LibraryRow {
        identifier: found.identifier,
        type_name: found.type_name,
        number: found.number,
        holder: found.holder,
        status: found.status.word().to_owned(),
        superseded: found.superseded,
        stock: found.stock,
    };
    Ok(Json(Rows { rows: rows.into_iter().map(row).collect() }))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryLine {
    at: i64,
    /// `new`, `stock`, `suspend` …
    act: String,
    /// 01 … 08.
    operation: String,
    /// After the act.
    status: String,
    other_identifier: String,
    reason: String,
    by_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LibraryCertificate {
    identifier: String,
    type_name: String,
    number: String,
    /// Persons masked.
    holder_name: String,
    holder_code: String,
    status: String,
    superseded_by: String,
    supersedes: String,
    stock: bool,
    check_ok: bool,
    /// To be sent back with the next act.
    version: i64,
    /// Acts the caller may do now.
    acts: Vec<String>,
    history: Vec<HistoryLine>,
}

/// 一本证照和它的历史。
#[utoipa::path(
    get, path = "/api/v1/library/{identifier}", operation_id = "showLibraryCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of a certificate of one's body")),
    responses((status = 200, description = "With what may be done to it", body = LibraryCertificate))
)]
pub(crate) async fn show(
    member: Member,
    Path(identifier): Path<String>,
) -> Result<Json<LibraryCertificate>, Failure> {
    let cx = member.may(Action::CertificateSearch).map_err(|_| Error::NotFound)?.cx;
    let managed = cx.db().read(async |tx| certs::manage(tx, &cx, &identifier).await).await?;
    let held = managed.certificate;
    let line = |line: certs::HistoryLine| HistoryLine {
        at: line.at,
        act: line.act,
        operation: line.operation.code().to_owned(),
        status: line.status.word().to_owned(),
        other_identifier: line.other_identifier,
        reason: line.reason,
        by_name: line.by_name,
    };
    Ok(Json(LibraryCertificate {
        holder_name: held.holder_masked(),
        holder_code: held.holder_code_masked(),
        status: held.status_on(cx.today()).word().to_owned(),
        identifier: held.identifier,
        type_name: held.type_name,
        number: held.number,
        superseded_by: held.superseded_by,
        supersedes: held.supersedes,
        stock: held.stock,
        check_ok: held.check_ok,
        version: held.version,
        acts: managed.acts.iter().map(|act| act.word().to_owned()).collect(),
        history: managed.history.into_iter().map(line).collect(),
    }))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StatusChange {
    /// `suspend`, `resume`, `withdraw`, `cancel`, `revoke` or `transfer_out`.
    act: String,
    /// At most 500 characters.
    reason: String,
    /// `version` as it was read.
    version: Option<i64>,
}

/// 暂扣、发还、撤销、注销、吊销、转出。
#[utoipa::path(
    post, path = "/api/v1/library/{identifier}/status", operation_id = "changeCertificateStatus",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of a certificate of one's body")),
    request_body = StatusChange,
    responses(
        (status = 200, description = "Counts with the next verification", body = Certificate),
        (status = 422, description = "`identity.step_up_needed`: a second factor first, or a refusal of the business",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change_status(
    member: Member,
    Path(identifier): Path<String>,
    sent: Sent,
) -> Result<Json<Certificate>, Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    cx.db().read(async |tx| certs::may_manage(tx, &cx, &identifier).await).await?;
    let change: StatusChange = sent.json()?;
    let act = Act::from_word(&change.act)
        .ok_or_else(|| Error::refused_at("certs.act_missing", "act", "不认识这种办理"))?;
    let write = cx.db().write(async |tx| {
        certs::change_status(tx, &cx, &identifier, act, &change.reason, change.version).await
    });
    Ok(Json(shape(write.await?, cx.today())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewVersion {
    /// `change` or `renew`.
    kind: String,
    /// Fields that change, by key; an empty text removes one.
    fields: BTreeMap<String, String>,
    /// `YYYY-MM-DD` for a renewal; none for the term of the type.
    valid_until_on: Option<String>,
    /// At most 500 characters.
    reason: String,
    /// `version` as it was read.
    version: Option<i64>,
}

/// 变更或者延续：生成新版本。
#[utoipa::path(
    post, path = "/api/v1/library/{identifier}/versions", operation_id = "remakeCertificate",
    tag = "certificates", security(("bearer" = [])),
    params(("identifier" = String, Path, description = "Identifier of the version that is superseded")),
    request_body = NewVersion,
    responses(
        (status = 200, description = "The new version", body = Certificate),
        (status = 422, description = "`identity.step_up_needed`: a second factor first; one `form.*` for a field \
          that says what it cannot or leaves out what it must say; or a refusal of the business",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn remake(
    member: Member,
    Path(identifier): Path<String>,
    sent: Sent,
) -> Result<Json<Certificate>, Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    cx.db().read(async |tx| certs::may_manage(tx, &cx, &identifier).await).await?;
    let new: NewVersion = sent.json()?;
    let until = new.valid_until_on.as_deref().map(|text| day("valid_until_on", text)).transpose()?;
    let (reason, expected) = (new.reason.as_str(), new.version);
    let remake =
        Remake { supersedes: &identifier, fields: new.fields.into_iter().collect(), reason, expected };
    let write = cx.db().write(async |tx| match new.kind.as_str() {
        "change" => certs::change(tx, &cx, remake).await,
        "renew" => certs::renew(tx, &cx, remake, until).await,
        _ => Err(Error::refused_at("certs.kind_missing", "kind", "种类应为 change 或 renew")),
    });
    Ok(Json(shape(write.await?, cx.today())))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Transfer {
    /// Credit code of the body that takes over.
    body: String,
    /// Identifier of the licence its former body transferred out.
    supersedes: String,
    /// At most 500 characters.
    reason: String,
}

/// 转入：接收外单位转出的证照，签发本单位的新证照。
#[utoipa::path(
    post, path = "/api/v1/library/transfers", operation_id = "transferCertificateIn",
    tag = "certificates", security(("bearer" = [])), request_body = Transfer,
    responses(
        (status = 200, description = "The new licence", body = Certificate),
        (status = 422, description = "`identity.step_up_needed`: a second factor first; `certs.own_licence`; or a \
          refusal of the business",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn transfer(member: Member, sent: Sent) -> Result<Json<Certificate>, Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    let asked: Transfer = sent.json()?;
    let (supersedes, reason) = (asked.supersedes.as_str(), asked.reason.as_str());
    let remake = Remake { supersedes, fields: Vec::new(), reason, expected: None };
    let write = cx.db().write(async |tx| certs::transfer_in(tx, &cx, remake, &asked.body).await);
    Ok(Json(shape(write.await?, cx.today())))
}

/// One row of the directory that is reported upward, with the columns of the norm.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectoryEntry {
    /// Of the last act on the certificate: continue after this one.
    id: String,
    /// `certificate_source_id`, `certificate_name` … as in the national directory.
    #[schema(value_type = Object)]
    row: certs::DirectoryRow,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DirectoryAsked {
    /// Credit code of one's body.
    #[serde(default)]
    #[param(required)]
    body: String,
    /// `id` of the last row one has.
    after: Option<String>,
    /// 1–500, 100 when left out.
    size: Option<u32>,
}

/// 向上级报送的证照目录，按最后一次变动的先后：状态变了的证照会再次出现。每次读取都记录。
#[utoipa::path(
    get, path = "/api/v1/directory", operation_id = "listDirectory", tag = "certificates",
    security(("bearer" = [])),
    params(DirectoryAsked),
    responses((status = 200, description = "Statuses as of today; an act shows ten seconds after it was done",
               body = Rows<DirectoryEntry>))
)]
pub(crate) async fn directory(
    member: Member,
    Sought(asked): Sought<DirectoryAsked>,
) -> Result<Json<Rows<DirectoryEntry>>, Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    // From the beginning again, a program with a broken cursor would never come to an end.
    let wrong = |_| Error::refused_at("malformed", "after", "after 应为上一次最后一行的 id");
    let after = asked.after.map(|after| after.parse().map_err(wrong)).transpose()?.unwrap_or(Id(0));
    let size = asked.size.unwrap_or(100);
    let body = said("body", &asked.body)?;
    let rows = cx.db().write(async |tx| certs::directory(tx, &cx, body, after, size).await).await?;
    let entry = |(id, row): (Id, certs::DirectoryRow)| DirectoryEntry { id: id.to_string(), row };
    Ok(Json(Rows { rows: rows.into_iter().map(entry).collect() }))
}
