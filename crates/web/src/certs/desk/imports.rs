//! `/desk/imports`: stock certificates from Excel: the template, the upload, the progress, the error sheet.

use super::{Place, chosen, places};
use crate::error::Failure;
use crate::form::{FieldView, OptionView, error_list};
use crate::page::Page;
use crate::portal::Params;
use crate::posted::Upload;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Id, Refusal, Result};
use domain::certs::stock::{self, Column, Import, MOST_BYTES, MOST_ROWS, NewImport, WrongRow};
use domain::identity::{Action, PostKind, Thing, authorize};

#[derive(Template)]
#[template(path = "certs/desk/imports.html")]
struct ImportsPage {
    page: Page,
    errors: Vec<(String, String)>,
    places: Vec<Place>,
    body: String,
    types: FieldView,
    file_error: String,
    imports: Vec<Import>,
    most_mb: usize,
    most_rows: u32,
}

#[derive(Template)]
#[template(path = "certs/desk/import.html")]
struct ImportPage {
    page: Page,
    import: Import,
    type_name: String,
    /// Sentences about the first wrong rows.
    faults: Vec<String>,
    /// There are others.
    more: bool,
    percent: i64,
}

/// Wrong rows told on the page; the sheet holds them all.
const TOLD: u32 = 50;

/// May the actor enter stock at this body? Asked before a form is read.
fn may(visit: &Visit, body: &str) -> Result<()> {
    let thing = Thing { body: Some(body), ..Thing::NOTHING };
    authorize(&visit.cx.actor, Action::CertificateManage, thing.at(PostKind::Approver))
}

pub(crate) async fn list(visit: Visit, params: Params) -> PageResult {
    let places = places(&visit, params.get("body"))?;
    visit.show(&imports_page(&visit, places, params.get("type"), &[]).await?)
}

pub(crate) async fn upload(visit: Visit, upload: std::result::Result<Upload, Failure>) -> PageResult {
    let asked = upload.as_ref().map_or("", |upload| upload.get("body")).to_owned();
    let places = places(&visit, &asked)?;
    may(&visit, &chosen(&places))?;
    let upload = upload?;
    let (body, type_key) = (chosen(&places), upload.get("type").to_owned());
    let content = upload.content.to_vec();
    let new = NewImport { body: &body, type_key: &type_key, file_name: &upload.file_name, content };
    match stock::begin_import(&visit.cx, new).await {
        Ok(import) => Ok(Redirect::to(&format!("/desk/imports/{}", import.id)).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&imports_page(&visit, places, &type_key, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

pub(crate) async fn show(visit: Visit, Path(import): Path<String>) -> PageResult {
    let (import, columns, wrong) = find(&visit, &import, TOLD).await?;
    let mut faults: Vec<String> = wrong.iter().flat_map(|row| row.words(&columns)).collect();
    let more = faults.len() > TOLD as usize || import.wrong > wrong.len() as i64;
    faults.truncate(TOLD as usize);
    let kind = visit.cx.catalogue.certificate_type(&import.type_key);
    visit.show(&ImportPage {
        page: visit.page("存量入库进度"),
        type_name: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
        percent: import.done * 100 / import.total.max(1),
        faults,
        more,
        import,
    })
}

/// All wrong rows as a sheet to be corrected and sent again.
pub(crate) async fn errors(visit: Visit, Path(import): Path<String>) -> PageResult {
    let (import, _, wrong) = find(&visit, &import, MOST_ROWS).await?;
    let kind = visit.cx.catalogue.certificate_type(&import.type_key).ok_or(Error::NotFound)?;
    Ok(sheet(stock::error_sheet(kind, &wrong)?, &format!("errors-{}.xlsx", import.id)))
}

pub(crate) async fn template(visit: Visit, params: Params) -> PageResult {
    places(&visit, "")?;
    let kind = visit.cx.catalogue.certificate_type(params.get("type")).ok_or(Error::NotFound)?;
    Ok(sheet(stock::template(kind)?, &format!("template-{}.xlsx", kind.key)))
}

async fn find(visit: &Visit, id: &str, most: u32) -> Result<(Import, Vec<Column>, Vec<WrongRow>)> {
    let (cx, id): (_, Id) = (&visit.cx, id.parse()?);
    let (import, wrong) = cx.db().read(async |tx| stock::find_import(tx, cx, id, most).await).await?;
    let columns = cx.catalogue.certificate_type(&import.type_key).map(stock::columns).unwrap_or_default();
    Ok((import, columns, wrong))
}

/// A spreadsheet to be saved. The name is of our making: letters, digits, a dot.
pub(crate) fn sheet(content: Vec<u8>, name: &str) -> Response {
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], content)
        .into_response()
}

async fn imports_page(
    visit: &Visit,
    places: Vec<Place>,
    type_key: &str,
    refusals: &[Refusal],
) -> Result<ImportsPage> {
    let (cx, body) = (&visit.cx, chosen(&places));
    let imports = cx.db().read(async |tx| stock::imports(tx, cx, &body).await).await?;
    let option = |kind: &domain::catalog::CertificateType| OptionView {
        value: kind.key.clone(),
        label: kind.name.clone(),
        checked: kind.key == type_key,
    };
    let types = FieldView {
        kind: "radio",
        options: stock::types_of_body(cx, &body).into_iter().map(option).collect(),
        ..crate::certs::fields::line("type", "证照类型", "", 0, refusals)
    };
    let page = visit.page("存量入库");
    Ok(ImportsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        file_error: crate::form::error_of(refusals, "file"),
        types,
        imports,
        body,
        places,
        most_mb: MOST_BYTES / 1024 / 1024,
        most_rows: MOST_ROWS,
    })
}
