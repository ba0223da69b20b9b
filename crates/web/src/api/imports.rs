//! Stock certificates from Excel: the template, the upload, the progress, the error sheet.

use super::asked::{Member, Sought, said};
use super::listed::Rows;
use crate::certs::desk::imports::sheet;
use crate::error::{Failure, Problem};
use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Error, Id};
use domain::Cx;
use domain::catalog::CertificateType;
use domain::certs::stock::{self, MOST_ROWS, NewImport};
use domain::identity::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One sheet on its way into the library.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Import {
    id: String,
    /// Credit code of the body whose certificates they are.
    body: String,
    type_key: String,
    file_name: String,
    /// SM3 of the file, hexadecimal.
    file_digest: String,
    by_name: String,
    /// Rows of the sheet.
    total: i64,
    /// Rows looked at so far.
    done: i64,
    imported: i64,
    /// In the library already.
    repeated: i64,
    /// Rows that could not be entered: `GET /imports/{import}/errors` is their sheet.
    wrong: i64,
    created_at: i64,
    /// 0 while rows are left.
    ended_at: i64,
}

impl Import {
    fn of(import: stock::Import) -> Import {
        Import {
            id: import.id.to_string(),
            body: import.body,
            type_key: import.type_key,
            file_name: import.file_name,
            file_digest: import.file_digest,
            by_name: import.by_name,
            total: import.total,
            done: import.done,
            imported: import.imported,
            repeated: import.repeated,
            wrong: import.wrong,
            created_at: import.created_at,
            ended_at: import.ended_at,
        }
    }
}

/// An import with what is wrong with its rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportProgress {
    #[serde(flatten)]
    import: Import,
    /// The first 50, Chinese: `B7 证照编号：不能为空`.
    faults: Vec<String>,
}

/// Sentences about wrong rows; the sheet holds them all.
const TOLD: usize = 50;

/// Nothing is refused before the caller's right is known: what is missing reads as empty.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Sheet {
    /// Credit code of one's body.
    #[param(required)]
    body: String,
    /// Key of a certificate type the body gives out.
    #[param(required, example = "food-business-licence")]
    r#type: String,
    /// Name of the file with its extension.
    #[param(required, example = "存量证照.xlsx")]
    name: String,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct ImportsAsked {
    /// Credit code of one's body.
    #[param(required)]
    body: String,
}

/// 本单位的存量入库，新的在前。
#[utoipa::path(
    get, path = "/api/v1/imports", operation_id = "listImports", tag = "certificates",
    security(("bearer" = [])),
    params(ImportsAsked),
    responses((status = 200, description = "At most 50", body = Rows<Import>))
)]
pub(crate) async fn list(
    member: Member,
    Sought(asked): Sought<ImportsAsked>,
) -> Result<Json<Rows<Import>>, Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    let body = said("body", &asked.body)?;
    let imports = cx.db().read(async |tx| stock::imports(tx, &cx, body).await).await?;
    Ok(Json(Rows { rows: imports.into_iter().map(Import::of).collect() }))
}

/// 存量证照入库，正文就是 Excel 文件；逐行检查在后台进行。
#[utoipa::path(
    post, path = "/api/v1/imports", operation_id = "beginImport", tag = "certificates",
    security(("bearer" = [])),
    params(Sheet),
    request_body(content = String, description = "The sheet under the columns of its template",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    responses(
        (status = 201, description = "Taken as a whole; ask for its progress", body = Import),
        (status = 422, description = "`stock.type`, or what is wrong with the file as a whole (`stock.…`, field `file`)",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    member: Member,
    Sought(asked): Sought<Sheet>,
    content: Bytes,
) -> Result<(StatusCode, Json<Import>), Failure> {
    let cx = member.may(Action::CertificateManage)?.cx;
    let (body, type_key, file_name) =
        (said("body", &asked.body)?, asked.r#type.as_str(), asked.name.as_str());
    let new = NewImport { body, type_key, file_name, content: content.to_vec() };
    let import = stock::begin_import(&cx, new).await?;
    Ok((StatusCode::CREATED, Json(Import::of(import))))
}

/// 一次入库的进度。
#[utoipa::path(
    get, path = "/api/v1/imports/{import}", operation_id = "showImport", tag = "certificates",
    security(("bearer" = [])),
    params(("import" = String, Path, description = "Identifier of the import")),
    responses((status = 200, description = "Over when `ended_at` is not 0", body = ImportProgress))
)]
pub(crate) async fn show(
    member: Member,
    Path(import): Path<String>,
) -> Result<Json<ImportProgress>, Failure> {
    let cx = member.may(Action::CertificateManage).map_err(|_| Error::NotFound)?.cx;
    let (import, wrong) = find(&cx, &import, TOLD as u32).await?;
    let columns = stock::columns(kind_of(&cx, &import)?);
    let faults = wrong.iter().flat_map(|row| row.words(&columns)).take(TOLD).collect();
    Ok(Json(ImportProgress { import: Import::of(import), faults }))
}

/// 错误清单：没有入库的行和原因（Excel），改好可以再传。
#[utoipa::path(
    get, path = "/api/v1/imports/{import}/errors", operation_id = "getImportErrors", tag = "certificates",
    security(("bearer" = [])),
    params(("import" = String, Path, description = "Identifier of the import")),
    responses((status = 200, description = "The sheet",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
pub(crate) async fn errors(member: Member, Path(import): Path<String>) -> Result<Response, Failure> {
    let cx = member.may(Action::CertificateManage).map_err(|_| Error::NotFound)?.cx;
    let (import, wrong) = find(&cx, &import, MOST_ROWS).await?;
    Ok(sheet(stock::error_sheet(kind_of(&cx, &import)?, &wrong)?, &format!("errors-{}.xlsx", import.id)))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct TemplateAsked {
    /// Key of a certificate type.
    #[param(required, example = "food-business-licence")]
    r#type: String,
}

/// 空白模板（Excel），每种证照一个。
#[utoipa::path(
    get, path = "/api/v1/import-template", operation_id = "getImportTemplate", tag = "certificates",
    security(("bearer" = [])),
    params(TemplateAsked),
    responses((status = 200, description = "The columns, no rows",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
)]
pub(crate) async fn template(
    member: Member,
    Sought(asked): Sought<TemplateAsked>,
) -> Result<Response, Failure> {
    let cx = member.may(Action::CertificateSearch)?.cx;
    let kind = cx.catalogue.certificate_type(said("type", &asked.r#type)?).ok_or(Error::NotFound)?;
    Ok(sheet(stock::template(kind)?, &format!("template-{}.xlsx", kind.key)))
}

async fn find(cx: &Cx, id: &str, most: u32) -> Result<(stock::Import, Vec<stock::WrongRow>), Failure> {
    let id: Id = id.parse()?;
    Ok(cx.db().read(async |tx| stock::find_import(tx, cx, id, most).await).await?)
}

fn kind_of<'a>(cx: &'a Cx, import: &stock::Import) -> Result<&'a CertificateType, Failure> {
    Ok(cx.catalogue.certificate_type(&import.type_key).ok_or(Error::NotFound)?)
}
