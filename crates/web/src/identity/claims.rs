//! 核对单位认领 at the window: a clerk compares person and certificate of registration with a waiting claim.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal};
use domain::identity::{self, CERTIFICATES, ClaimConfirmation};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/claims.html")]
struct ClaimsPage {
    page: Page,
    errors: Vec<(String, String)>,
    fields: Vec<FieldView>,
    compared_error: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn ask(visit: Visit, Query(query): Query<Done>) -> PageResult {
    super::confirm::may(&visit)?;
    let mut page = claims_page(&visit, None, &[]);
    page.page.notice =
        (query.done == "yes").then(|| "核对通过，来人现在是这个单位在本平台的法定代表人。".into());
    visit.show(&page)
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    super::confirm::may(visit)?;
    visit.app.count_guess(visit.peer, "confirmation")?;
    let given = ClaimConfirmation {
        login: form.get("login"),
        credit_code: form.get("credit_code"),
        name: form.get("name"),
        address: form.get("address"),
        document: form.get("document"),
        body: form.get("body"),
        compared: form.get("compared") == "yes",
    };
    match identity::confirm_claim(&visit.cx, given).await {
        Ok(()) => Ok(Redirect::to("/desk/organisations?done=yes").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&claims_page(visit, Some(&form), &refusals)),
        Err(other) => Err(other.into()),
    }
}

fn claims_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> ClaimsPage {
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let field = |name, label, kind| FieldView::own(name, label, kind, refusals).filled(typed(name));
    let documents = CERTIFICATES.map(|name| (name.to_owned(), name.to_owned()));
    let bodies = super::confirm::bodies(visit);
    let body = if bodies.len() == 1 { bodies[0].0.as_str() } else { typed("body") };
    let page = visit.page("核对单位认领");
    ClaimsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![
            field("login", "法定代表人的账号名", "text").hinted("请本人说出或写下").typed("off", ""),
            field("document", "登记证书", "radio").choices(&documents, typed("document")),
            field("credit_code", "证书上的统一社会信用代码", "text").typed("off", ""),
            field("name", "证书上的名称", "text").typed("off", ""),
            field("address", "证书上的住所", "text").typed("off", ""),
            field("body", "您所在的单位", "select").choices(&bodies, body),
        ],
        compared_error: error_of(refusals, "compared"),
    }
}
