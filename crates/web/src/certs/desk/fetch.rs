//! `/desk/fetches`: reading a certificate of an applicant for one's case, or taking a copy of it.

use super::grants::used_page;
use super::places;
use crate::certs::fields;
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::portal::Params;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, Request};
use domain::certs::Certificate;
use domain::certs::usage::Wanted;
use norms::Day;

#[derive(Template)]
#[template(path = "certs/desk/fetch.html")]
struct FetchPage {
    page: Page,
    errors: Vec<(String, String)>,
    case: FieldView,
    purpose: FieldView,
    /// What the applicant holds of what the item asks for; none before anything was asked.
    found: Option<Vec<Certificate>>,
    today: Day,
}

pub(crate) async fn ask(visit: Visit, params: Params) -> PageResult {
    places(&visit, "")?;
    visit.show(&fetch_page(&visit, &params.text("case", 60), "", None, &[]))
}

/// First what there is for the case, then, when one is named, that one in full or as a copy.
pub(crate) async fn fetch(form: Posted) -> PageResult {
    let visit = &form.visit;
    places(visit, "")?;
    let (case, purpose, identifier) = (form.get("case"), form.get("purpose"), form.get("identifier"));
    let outcome = look(visit, case, purpose, identifier, form.get("copy") == "yes").await;
    match outcome {
        Ok(Looked::One(certificate)) => visit.show(&used_page(visit, *certificate, None, "/desk/fetches")),
        Ok(Looked::Copy(id)) => Ok(Redirect::to(&format!("/documents/{id}")).into_response()),
        Ok(Looked::List(found)) => visit.show(&fetch_page(visit, case, purpose, Some(found), &[])),
        Err(Error::Refused(refusals)) => visit.show_again(&fetch_page(visit, case, purpose, None, &refusals)),
        // A number typed wrongly is put right here; whose it is, is told to nobody.
        Err(Error::NotFound) if identifier.is_empty() => {
            let message = "没有找到这个编号的办件，或者它不属于您的单位";
            let refusal = Refusal::at("casework.unknown_number", "case", message);
            visit.show_again(&fetch_page(visit, case, purpose, None, &[refusal]))
        }
        Err(other) => Err(other.into()),
    }
}

enum Looked {
    List(Vec<Certificate>),
    One(Box<Certificate>),
    /// The document.
    Copy(Id),
}

/// Days a copy for a case is good for.
const COPY_DAYS: i32 = 30;

async fn look(visit: &Visit, case: &str, purpose: &str, identifier: &str, copy: bool) -> Result<Looked> {
    let cx = &visit.cx;
    let request = Request { app: "工作台", case, item_code: "", purpose };
    let write = cx.db().write(async |tx| {
        if identifier.is_empty() {
            let found = casework::query_certificates(tx, cx, &request, None, &Wanted::default()).await?;
            return Ok(Looked::List(found));
        }
        if copy {
            let until = cx.today().plus(COPY_DAYS);
            let made = casework::fetch_annotated_copy(tx, cx, &request, identifier, until).await?;
            return Ok(Looked::Copy(made.0.id));
        }
        let held = casework::fetch_certificate(tx, cx, &request, identifier).await?;
        Ok(Looked::One(Box::new(held)))
    });
    write.await
}

fn fetch_page(
    visit: &Visit,
    case: &str,
    purpose: &str,
    found: Option<Vec<Certificate>>,
    refusals: &[Refusal],
) -> FetchPage {
    let page = visit.page("调取证照");
    FetchPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        case: fields::line("case", "办件编号", case, 60, refusals),
        purpose: fields::line("purpose", "用证事由", purpose, 200, refusals),
        found,
        today: visit.cx.today(),
    }
}
