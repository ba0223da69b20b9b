//! Documents under seal: those of a case, their files, and the check of a file somebody brings.

use super::asked::{Member, Sought};
use super::listed::Rows;
use crate::documents::{SignatureView, file, signature_views};
use crate::error::{Failure, Problem};
use crate::session::Caller;
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Error, Id};
use domain::casework;
use domain::certs;
use domain::documents::{self, CheckedFile};
use domain::evidence;
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Document {
    id: String,
    /// `receipt`, `acceptance`, `rejection`, `not_needed`, `wrong_body`, `supplement`, `decision_granted`,
    /// `decision_refused`, `withdrawal`, `certificate`, `annotated_copy` …
    kind: String,
    /// 文号.
    number: String,
    title: String,
    /// Credit code of the body that gave it.
    body: String,
    case: Option<String>,
    /// SM3 of the OFD file, lower-case hexadecimal.
    digest: String,
    bytes: i64,
    /// Milliseconds since 1970 UTC.
    made_at: i64,
}

impl Document {
    fn of(document: documents::Document) -> Document {
        Document {
            id: document.id.to_string(),
            kind: document.kind.word().to_owned(),
            number: document.number,
            title: document.title,
            body: document.body,
            case: document.case.map(|case| case.to_string()),
            digest: document.digest,
            bytes: document.bytes,
            made_at: document.made_at,
        }
    }
}

/// 一个办件的全部文书，按制发先后。
#[utoipa::path(
    get, path = "/api/v1/cases/{case}/documents", operation_id = "listDocuments", tag = "documents",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses((status = 200, description = "For its applicant and its desk", body = Rows<Document>))
)]
pub(crate) async fn of_case(
    Member(caller): Member,
    Path(case): Path<String>,
) -> Result<Json<Rows<Document>>, Failure> {
    let cx = &caller.cx;
    let id = super::cases::case_id(cx, &case).await?;
    let documents = cx.db().read(async |tx| casework::documents_of(tx, cx, id).await).await?;
    Ok(Json(Rows { rows: documents.into_iter().map(Document::of).collect() }))
}

/// 收件凭证；第一次取时制发。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/receipt", operation_id = "makeReceipt", tag = "documents",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses((status = 200, description = "The receipt under seal; the same one each time", body = Document))
)]
pub(crate) async fn receipt(
    Member(caller): Member,
    Path(case): Path<String>,
) -> Result<Json<Document>, Failure> {
    let cx = &caller.cx;
    let id = super::cases::case_id(cx, &case).await?;
    let made = cx.db().write(async |tx| casework::receipt_document(tx, cx, id).await).await?;
    Ok(Json(Document::of(made)))
}

/// 撤回申请的终止办理通知书；撤回时单位没有印章的，有印章后第一次取时制发。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/withdrawal/document", operation_id = "makeWithdrawalDocument",
    tag = "documents",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses(
        (status = 200, description = "The document under seal; the same one each time", body = Document),
        (status = 422, description = "`casework.document_waits`: the body has no seal in force for it",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdrawal(
    Member(caller): Member,
    Path(case): Path<String>,
) -> Result<Json<Document>, Failure> {
    let cx = &caller.cx;
    let id = super::cases::case_id(cx, &case).await?;
    let made = cx.db().write(async |tx| casework::withdrawal_document(tx, cx, id).await).await?;
    Ok(Json(Document::of(made)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    format: Option<String>,
}

/// 文书的文件：OFD（有签章，正式）或 PDF（供阅读）。
#[utoipa::path(
    get, path = "/api/v1/documents/{document}/file", operation_id = "getDocumentFile", tag = "documents",
    security(("bearer" = [])),
    params(
        ("document" = String, Path, description = "Identifier"),
        ("format" = Option<String>, Query, description = "`ofd` (default) or `pdf`"),
    ),
    responses((status = 200, description = "The file", content_type = "application/ofd"))
)]
pub(crate) async fn content(
    Member(caller): Member,
    Path(document): Path<String>,
    Sought(wanted): Sought<Wanted>,
) -> Result<Response, Failure> {
    let (cx, id): (_, Id) = (&caller.cx, document.parse()?);
    let (document, content) = cx.db().read(async |tx| casework::open_document(tx, cx, id).await).await?;
    match wanted.format.as_deref() {
        None | Some("ofd") => file(&document, "ofd", "application/ofd", content),
        Some("pdf") => file(&document, "pdf", "application/pdf", documents::pdf(&document, &content)?),
        Some(_) => Err(Error::refused_at("malformed", "format", "format 只能是 ofd 或 pdf").into()),
    }
}

/// 一个办件的证据包（ZIP）：文书、数据、日志记录和证明。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/evidence", operation_id = "exportEvidence", tag = "documents",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses(
        (status = 200, description = "Checked off line by `yiwang verify`", content_type = "application/zip"),
        (status = 422, description = "`identity.step_up_needed`: staff give a second factor first", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn evidence(Member(caller): Member, Path(case): Path<String>) -> Result<Response, Failure> {
    let cx = &caller.cx;
    let id = super::cases::case_id(cx, &case).await?;
    let archive = evidence::archive(cx, &caller.app.files, id).await?;
    let media = [(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"))];
    Ok((media, archive.content).into_response())
}

/// What the check of a file found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileVerification {
    /// Sealed, every check holds, nothing was changed since.
    intact: bool,
    /// Made by this installation, byte for byte.
    known: bool,
    /// Identifier of the certificate it says it is.
    identifier: Option<String>,
    /// How that certificate stands today, when the library knows it: a seal that holds does not say that the
    /// certificate still counts.
    certificate: Option<Standing>,
    /// When it says that it is an annotated copy.
    annotation: Option<Annotation>,
    signatures: Vec<Signature>,
    /// Paths inside the package that no signature protects.
    unprotected: Vec<String>,
}

/// A certificate as it stands in the library today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    /// It is valid and nothing came in its place: only then may the file be relied on.
    counts: bool,
    /// `valid`, `suspended`, `withdrawn`, `cancelled`, `expired`, `transferred_out`, `revoked` or `other`.
    status: String,
    status_name: String,
    /// Identifier of the version or licence that came in its place; empty for none.
    superseded_by: String,
}

/// 加注件: for what and until when the copy may be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Annotation {
    purpose: String,
    /// Last day, `YYYY-MM-DD`; null when the file names none.
    valid_until_on: Option<String>,
    /// Its term is over: not to be used any more, whatever its seal.
    over: bool,
    maker: String,
    /// As the file has it.
    made_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Signature {
    /// Name on the seal.
    seal: String,
    /// 印章标识.
    es_id: String,
    /// Common name of the signer's certificate.
    signer: String,
    /// Empty when all checks of GB/T 38540 that could be made hold.
    findings: Vec<Finding>,
    /// Steps that could not be taken: nothing is said about them.
    unchecked: Vec<Unchecked>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unchecked {
    /// `SEAL_REVOKED` for a seal of another register, `SIGN_INVALID` when the signature value is missing …
    code: String,
    /// Chinese.
    words: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// `SEAL_FORGED`, `SEAL_REVOKED`, `SIGN_INVALID`, `CONTENT_CHANGED` …
    code: String,
    /// Chinese.
    words: String,
    warning: bool,
}

impl Signature {
    fn of(view: SignatureView) -> Signature {
        let finding = |row: crate::documents::FindingRow| Finding {
            code: row.code.to_owned(),
            words: row.words,
            warning: row.warning,
        };
        let unchecked =
            |row: crate::documents::UncheckedRow| Unchecked { code: row.code.to_owned(), words: row.words };
        Signature {
            seal: view.seal,
            es_id: view.es_id,
            signer: view.signer,
            findings: view.findings.into_iter().map(finding).collect(),
            unchecked: view.unchecked.into_iter().map(unchecked).collect(),
        }
    }
}

/// 验证一份 OFD 的签章。谁都可以；文件不保存。
#[utoipa::path(
    post, path = "/api/v1/verifications", operation_id = "verifyFile", tag = "documents",
    request_body(content_type = "application/ofd", description = "The OFD file"),
    responses(
        (status = 200, description = "What was found", body = FileVerification),
        (status = 422, description = "`documents.not_ofd`: no OFD file", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn verify(caller: Caller, body: Bytes) -> Result<Json<FileVerification>, Failure> {
    caller.app.may_look_up(caller.peer, "verify")?;
    let cx = &caller.cx;
    let read = cx.db().read(async |tx| {
        let checked = documents::check_file(tx, cx, &body).await?;
        let certificate = certs::behind(tx, cx, &checked).await?;
        Ok((checked, certificate))
    });
    let read = read.await;
    if !read.as_ref().is_ok_and(|(checked, _)| checked.intact()) {
        caller.app.count_miss(caller.peer, "verify")?;
    }
    let (checked, certificate) = read?;
    Ok(Json(shape(checked, certificate, cx.today())))
}

fn shape(checked: CheckedFile, certificate: Option<certs::PublicView>, today: Day) -> FileVerification {
    let standing = |view: certs::PublicView| Standing {
        counts: view.counts(),
        status: view.status.word().to_owned(),
        status_name: view.status_name.to_owned(),
        superseded_by: view.superseded_by,
    };
    let annotation = |note: documents::Annotation| Annotation {
        over: note.is_over(today),
        purpose: note.purpose,
        valid_until_on: note.valid_until.map(|day| day.to_string()),
        maker: note.maker,
        made_at: note.made_at,
    };
    FileVerification {
        intact: checked.intact(),
        known: checked.known.is_some(),
        signatures: signature_views(&checked).into_iter().map(Signature::of).collect(),
        unprotected: checked.verification.unprotected,
        identifier: checked.identifier,
        certificate: certificate.map(standing),
        annotation: checked.annotation.map(annotation),
    }
}
