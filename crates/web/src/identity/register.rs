//! 注册: opening one's own account. The answer is the same whether the citizen number is known or not.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal};
use domain::identity::{self, NOTICE_VERSION, Registration};

#[derive(Template)]
#[template(path = "identity/register.html")]
struct RegisterPage {
    page: Page,
    errors: Vec<(String, String)>,
    fields: Vec<FieldView>,
    agreed: bool,
    agreed_error: String,
}

#[derive(Template)]
#[template(path = "identity/notice.html")]
struct NoticePage {
    page: Page,
    version: &'static str,
}

pub(crate) async fn ask(visit: Visit) -> PageResult {
    visit.show(&register_page(&visit, None, &[]))
}

pub(crate) async fn notice(visit: Visit) -> PageResult {
    let page = visit.page("个人信息处理告知").under(&[("注册", "/register")]);
    visit.show(&NoticePage { page, version: NOTICE_VERSION })
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    visit.app.count_guess(visit.peer, "registration")?;
    let given = Registration {
        login: form.get("login"),
        name: form.get("name"),
        number: form.get("number"),
        phone: form.get("phone"),
        password: form.get("password"),
        again: form.get("again"),
        agreed: form.get("agreed") == "yes",
    };
    match identity::register(&visit.cx, given).await {
        Ok(_) => Ok(Redirect::to("/login?done=registered").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&register_page(visit, Some(&form), &refusals)),
        Err(other) => Err(other.into()),
    }
}

fn register_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> RegisterPage {
    let page = visit.page("注册");
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let field = |name, label, kind| FieldView::own(name, label, kind, refusals).filled(typed(name));
    // Passwords are never sent back.
    let secret = |name, label| FieldView::own(name, label, "password", refusals).typed("new-password", "");
    RegisterPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![
            field("name", "姓名", "text").hinted("和身份证上一样").typed("name", ""),
            field("number", "身份证号", "text").hinted("18位，末位可能是 X").typed("off", ""),
            field("phone", "手机号", "phone").typed("tel", "tel"),
            field("login", "账号名", "text")
                .hinted("登录时用。4至32个字母或数字，以字母开头，例如 xiaoming2026")
                .typed("username", ""),
            secret("password", "密码").hinted("至少12位，含字母、数字、符号中的两种。一句自己记得住的话最好"),
            secret("again", "再输一次密码"),
        ],
        agreed: typed("agreed") == "yes",
        agreed_error: error_of(refusals, "agreed"),
    }
}
