//! 加注件: copies of a certificate that say for what and until when they may be used.

use super::fields;
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::certs::Certificate;
use domain::certs::usage::{self, AnnotatedCopy, MOST_DAYS, NewCopy};

#[derive(Template)]
#[template(path = "certs/copies.html")]
struct CopiesPage {
    page: Page,
    errors: Vec<(String, String)>,
    certificate: Certificate,
    copies: Vec<AnnotatedCopy>,
    fields: Vec<FieldView>,
}

pub(crate) async fn show(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    visit.show(&copies_page(&visit, &identifier, "", ["", "", ""], &[]).await?)
}

pub(crate) async fn make(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let cx = &visit.cx;
    let purpose = form.get("purpose");
    let until = ["valid_until_y", "valid_until_m", "valid_until_d"].map(|part| form.get(part));
    let made = match fields::day_of("valid_until", until) {
        Ok(valid_until) => {
            let write = cx.db().write(async |tx| {
                usage::annotate(tx, cx, NewCopy { identifier: &identifier, purpose, valid_until }).await
            });
            write.await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(Redirect::to(&format!("/me/certificates/{identifier}/copies")).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&copies_page(visit, &identifier, purpose, until, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn copies_page(
    visit: &Visit,
    identifier: &str,
    purpose: &str,
    until: [&str; 3],
    refusals: &[Refusal],
) -> Result<CopiesPage> {
    let cx = &visit.cx;
    let (certificate, copies) = cx.db().read(async |tx| usage::copies(tx, cx, identifier).await).await?;
    let page = visit.page(format!("{}的加注件", certificate.type_name));
    let purpose = FieldView {
        hint: "例如：仅用于某某项目投标".into(),
        ..fields::words("purpose", "用途", purpose, 200, refusals)
    };
    let until = FieldView {
        hint: format!("最长 {MOST_DAYS} 天"),
        ..fields::day("valid_until", "有效期到", until, cx.today().plus(30), refusals)
    };
    Ok(CopiesPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![purpose, until],
        certificate,
        copies,
    })
}
