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
use norms::Day;

#[derive(Template)]
#[template(path = "certs/copies.html")]
struct CopiesPage {
    page: Page,
    errors: Vec<(String, String)>,
    certificate: Certificate,
    copies: Vec<AnnotatedCopy>,
    fields: Vec<FieldView>,
    today: Day,
}

/// What somebody typed; empty before.
#[derive(Default)]
struct Typed<'a> {
    purpose: &'a str,
    receiver: &'a str,
    until: [&'a str; 3],
}

pub(crate) async fn show(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    visit.show(&copies_page(&visit, &identifier, Typed::default(), &[]).await?)
}

/// The copy, as its own page: it is wanted at once.
pub(crate) async fn make(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let typed = Typed {
        purpose: form.get("purpose"),
        receiver: form.get("receiver"),
        until: fields::typed_day(&form, "valid_until_on"),
    };
    match made(visit, &identifier, &typed).await {
        Ok(copy) => {
            let document = copy.document.ok_or_else(|| Error::bug("a copy without a file"))?;
            Ok(Redirect::to(&format!("/documents/{document}")).into_response())
        }
        Err(Error::Refused(refusals)) => {
            visit.show_again(&copies_page(visit, &identifier, typed, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn made(visit: &Visit, identifier: &str, typed: &Typed<'_>) -> Result<AnnotatedCopy> {
    let valid_until = fields::day_of("valid_until_on", typed.until)?;
    let cx = &visit.cx;
    let new = NewCopy { identifier, purpose: typed.purpose, receiver: typed.receiver, valid_until };
    cx.db().write(async |tx| Ok(usage::annotate(tx, cx, new).await?.1)).await
}

async fn copies_page(
    visit: &Visit,
    identifier: &str,
    typed: Typed<'_>,
    refusals: &[Refusal],
) -> Result<CopiesPage> {
    let cx = &visit.cx;
    let (certificate, copies) = cx.db().read(async |tx| usage::copies(tx, cx, identifier).await).await?;
    let page = visit.page(format!("{}的加注件", certificate.type_name));
    let purpose = FieldView {
        hint: "写清楚办什么事，例如：某某项目投标".into(),
        ..fields::words("purpose", "用途", typed.purpose, 200, refusals)
    };
    let receiver = FieldView {
        hint: "写了单位或者个人的名称，加注件上就写明只提供给它".into(),
        optional: true,
        ..fields::line("receiver", "提供给谁", typed.receiver, 100, refusals)
    };
    let until = FieldView {
        hint: format!("最长 {MOST_DAYS} 天"),
        ..fields::day("valid_until_on", "有效期到", typed.until, cx.today().plus(30), refusals)
    };
    Ok(CopiesPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![purpose, receiver, until],
        today: cx.today(),
        certificate,
        copies,
    })
}
