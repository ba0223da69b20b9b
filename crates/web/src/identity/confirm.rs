//! 实名核验 at the window: a clerk compares person and document.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal};
use domain::identity::policy::permits;
use domain::identity::{self, Action, Confirmation, DOCUMENTS, PostKind};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/confirm.html")]
struct ConfirmPage {
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
    may(&visit)?;
    let mut page = confirm_page(&visit, None, &[]);
    page.page.notice = (query.done == "yes").then(|| "核验通过，账户已升到 4 级，马上可以办事。".into());
    visit.show(&page)
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    may(visit)?;
    visit.app.count_guess(visit.peer, "confirmation")?;
    let given = Confirmation {
        login: form.get("login"),
        name: form.get("name"),
        number: form.get("number"),
        document: form.get("document"),
        body: form.get("body"),
        compared: form.get("compared") == "yes",
    };
    match identity::confirm_real_name(&visit.cx, given).await {
        Ok(()) => Ok(Redirect::to("/desk/identity?done=yes").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&confirm_page(visit, Some(&form), &refusals)),
        Err(other) => Err(other.into()),
    }
}

/// Rights decide before input is read; the verb decides again, with the body at hand.
pub(super) fn may(visit: &Visit) -> Result<(), Error> {
    visit.cx.actor.require_account()?;
    if permits(&visit.cx.actor, Action::IdentityConfirm) { Ok(()) } else { Err(Error::NotFound) }
}

/// The bodies at whose windows the clerk sits.
pub(super) fn bodies(visit: &Visit) -> Vec<(String, String)> {
    let catalogue = &visit.cx.catalogue;
    let posts = visit.cx.actor.bodies_at(PostKind::Clerk);
    posts.filter_map(|post| Some((post.body.clone(), catalogue.body(&post.body)?.name.clone()))).collect()
}

fn confirm_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> ConfirmPage {
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let field = |name, label, kind| FieldView::own(name, label, kind, refusals).filled(typed(name));
    let pair = |text: &str| (text.to_owned(), text.to_owned());
    let bodies = bodies(visit);
    let body = if bodies.len() == 1 { bodies[0].0.as_str() } else { typed("body") };
    let page = visit.page("实名核验");
    ConfirmPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![
            field("login", "申请人的账号名", "text").hinted("请本人说出或写下").typed("off", ""),
            field("document", "证件种类", "radio").choices(&DOCUMENTS.map(pair), typed("document")),
            field("name", "证件上的姓名", "text").typed("off", ""),
            field("number", "证件上的身份证号", "text").hinted("可以用读卡器读入").typed("off", ""),
            field("body", "您所在的单位", "select").choices(&bodies, body),
        ],
        compared_error: error_of(refusals, "compared"),
    }
}
