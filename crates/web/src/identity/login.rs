//! Logging in and out.

use super::kept::{self, Kept};
use crate::error::Failure;
use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit, own_path};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Refusal};
use domain::identity::{self, Actor, Credentials, LoggedIn};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/login.html")]
pub(super) struct LoginPage {
    page: Page,
    login: FieldView,
    password: FieldView,
    errors: Vec<(String, String)>,
    back: String,
    /// A form that waits behind this log-in; empty when there is none.
    kept: String,
    expired: bool,
    demo: Vec<DemoRow>,
}

/// How somebody came to the log-in page.
pub(super) enum LoginKind<'a> {
    Asked,
    /// With a form whose session had ended.
    Expired(&'a Kept),
}

struct DemoRow {
    login: String,
    who: String,
    password: String,
    second_factor: bool,
    /// The current code, where one is asked for.
    code: String,
}

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default, rename = "return")]
    back: String,
    #[serde(default)]
    done: String,
}

pub(crate) async fn ask(visit: Visit, Query(query): Query<Back>) -> PageResult {
    let mut page = login_page(&visit, &query.back, "", &[], LoginKind::Asked);
    page.page.notice = match query.done.as_str() {
        "registered" => Some("注册成功，请登录。".into()),
        "activated" => Some("账户已激活，请登录。".into()),
        _ => None,
    };
    visit.show(&page)
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    visit.app.count_guess(visit.peer, "login")?;
    let kept = Kept::from_field(form.get("kept"));
    let credentials = Credentials { login: form.get("login"), password: form.get("password") };
    match identity::log_in(&visit.cx, credentials).await {
        Ok(logged_in) if !kept.is_empty() && logged_in.code_needed => {
            code_after_expiry(visit, &logged_in, form.get("return"), &kept).await
        }
        Ok(logged_in) if !kept.is_empty() => {
            kept::resume(visit, &logged_in.token, form.get("return"), &kept).await
        }
        Ok(logged_in) => Ok(entered(visit, &logged_in, form.get("return"))),
        Err(Error::Refused(refusals)) => {
            let kind = if kept.is_empty() { LoginKind::Asked } else { LoginKind::Expired(&kept) };
            visit.show_again(&login_page(visit, form.get("return"), form.get("login"), &refusals, kind))
        }
        Err(other) => Err(other.into()),
    }
}

fn entered(visit: &Visit, logged_in: &LoggedIn, back: &str) -> Response {
    let back = own_path(back);
    let target = match logged_in.code_needed {
        true => format!(
            "/login/code?return={}",
            form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>()
        ),
        false => {
            if back == "/" {
                "/me".to_owned()
            } else {
                back.to_owned()
            }
        }
    };
    let mut response = Redirect::to(&target).into_response();
    visit.begin_session(&mut response, &logged_in.token);
    response
}

/// Staff with a form on its way: the code page comes at once, an address could not carry the form.
async fn code_after_expiry(visit: &Visit, waiting: &LoggedIn, back: &str, kept: &Kept) -> PageResult {
    let session = identity::find_session(&visit.cx, &waiting.token).await?.ok_or(Error::Unauthenticated)?;
    let now = visit.within(session, waiting.token.clone());
    let mut response = now.show(&code_page(&now, back, kept, &[]))?;
    now.begin_session(&mut response, &waiting.token);
    Ok(response)
}

pub(super) fn login_page(
    visit: &Visit,
    back: &str,
    login: &str,
    refusals: &[Refusal],
    kind: LoginKind<'_>,
) -> LoginPage {
    let page = visit.page("登录");
    LoginPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        login: FieldView {
            name: "login".into(),
            id: "login".into(),
            label: "账号".into(),
            kind: "text",
            hint: "注册时自己取的账号名，不是手机号；工作人员用单位给的账号".into(),
            value: login.to_owned(),
            autocomplete: "username",
            error: error_of(refusals, "login"),
            ..FieldView::default()
        },
        password: FieldView {
            name: "password".into(),
            id: "password".into(),
            label: "密码".into(),
            kind: "password",
            autocomplete: "current-password",
            error: error_of(refusals, "password"),
            ..FieldView::default()
        },
        errors: error_list(refusals),
        back: own_path(back).to_owned(),
        expired: matches!(kind, LoginKind::Expired(_)),
        kept: if let LoginKind::Expired(kept) = kind { kept.text().to_owned() } else { String::new() },
        demo: demo_rows(visit),
    }
}

fn demo_rows(visit: &Visit) -> Vec<DemoRow> {
    let accounts = visit.app.settings.demo.as_deref().unwrap_or_default();
    let row = |account: &crate::DemoAccount| DemoRow {
        login: account.login.clone(),
        who: account.who.clone(),
        password: account.password.clone(),
        second_factor: account.totp_secret.is_some(),
        code: String::new(),
    };
    accounts.iter().map(row).collect()
}

/// Those who need a code now, with it.
fn demo_codes(visit: &Visit) -> Vec<DemoRow> {
    let accounts = visit.app.settings.demo.as_deref().unwrap_or_default();
    let with_code = |(row, account): (DemoRow, &crate::DemoAccount)| {
        let secret = account.totp_secret.as_deref()?;
        Some(DemoRow { code: identity::current_code(secret, visit.cx.now), ..row })
    };
    demo_rows(visit).into_iter().zip(accounts).filter_map(with_code).collect()
}

#[derive(Template)]
#[template(path = "identity/code.html")]
struct CodePage {
    page: Page,
    code: FieldView,
    errors: Vec<(String, String)>,
    back: String,
    kept: String,
    demo: Vec<DemoRow>,
}

pub(crate) async fn ask_code(visit: Visit, Query(query): Query<Back>) -> PageResult {
    waiting(&visit)?;
    visit.show(&code_page(&visit, &query.back, &Kept::default(), &[]))
}

pub(crate) async fn enter_code(form: Posted) -> PageResult {
    let visit = &form.visit;
    waiting(visit)?;
    visit.app.count_guess(visit.peer, "code")?;
    let token = visit.token.as_ref().ok_or(Error::Unauthenticated)?;
    let kept = Kept::from_field(form.get("kept"));
    match identity::confirm_code(&visit.cx, token, form.get("code")).await {
        Ok(logged_in) if !kept.is_empty() => {
            kept::resume(visit, &logged_in.token, form.get("return"), &kept).await
        }
        Ok(logged_in) => Ok(entered_staff(visit, &logged_in, form.get("return")).await?),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&code_page(visit, form.get("return"), &kept, &refusals))
        }
        Err(other) => Err(other.into()),
    }
}

/// Staff land at their desk, administrators at theirs, unless they were on the way somewhere.
async fn entered_staff(visit: &Visit, logged_in: &LoggedIn, back: &str) -> Result<Response, Failure> {
    let session = identity::find_session(&visit.cx, &logged_in.token).await?;
    let home = match session.map(|session| session.actor) {
        Some(Actor::Administrator(_)) => "/admin",
        _ => "/desk",
    };
    let back = own_path(back);
    let mut response = Redirect::to(if back == "/" { home } else { back }).into_response();
    visit.begin_session(&mut response, &logged_in.token);
    Ok(response)
}

fn waiting(visit: &Visit) -> Result<(), Error> {
    match &visit.session {
        Some(session) if session.code_needed => Ok(()),
        _ => Err(Error::Unauthenticated),
    }
}

fn code_page(visit: &Visit, back: &str, kept: &Kept, refusals: &[Refusal]) -> CodePage {
    let page = visit.page("输入动态验证码");
    CodePage {
        page: if refusals.is_empty() { page } else { page.failed() },
        code: FieldView {
            name: "code".into(),
            id: "code".into(),
            label: "动态验证码".into(),
            kind: "text",
            hint: "验证器应用里显示的6位数字".into(),
            inputmode: "numeric",
            autocomplete: "one-time-code",
            error: error_of(refusals, "code"),
            ..FieldView::default()
        },
        errors: error_list(refusals),
        back: own_path(back).to_owned(),
        kept: kept.text().to_owned(),
        demo: demo_codes(visit),
    }
}

pub(crate) async fn leave(form: Posted) -> PageResult {
    let visit = &form.visit;
    if let Some(token) = &visit.token {
        visit.cx.db().write(async |tx| identity::end_session(tx, &visit.cx, token).await).await?;
    }
    let mut response = Redirect::to("/").into_response();
    visit.forget_session(&mut response);
    Ok(response)
}
