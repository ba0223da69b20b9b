//! 用证授权: giving one body one use of a certificate, seeing what was given, taking it back.

use super::fields;
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::certs::usage::{self, Grant, GrantState, MOST_DAYS, NewGrant};
use domain::certs::{self, Certificate};
use norms::Day;

#[derive(Template)]
#[template(path = "certs/grant.html")]
struct GrantPage {
    page: Page,
    errors: Vec<(String, String)>,
    certificate: Certificate,
    fields: Vec<FieldView>,
    /// Names of bodies near by, suggested while one types.
    bodies: Vec<String>,
}

#[derive(Template)]
#[template(path = "certs/grants.html")]
struct GrantsPage {
    page: Page,
    grants: Vec<Grant>,
    today: Day,
}

impl GrantsPage {
    fn is_open(&self, grant: &Grant) -> bool {
        grant.state_on(self.today) == GrantState::Open
    }
}

/// What was typed, to be shown again.
#[derive(Default)]
struct Typed<'a> {
    body: &'a str,
    purpose: &'a str,
    until: [&'a str; 3],
}

pub(crate) async fn ask(visit: Visit, Path(identifier): Path<String>) -> PageResult {
    visit.show(&grant_page(&visit, &identifier, &Typed::default(), &[]).await?)
}

pub(crate) async fn make(Path(identifier): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let typed = Typed {
        body: form.get("body"),
        purpose: form.get("purpose"),
        until: fields::typed_day(&form, "valid_until_on"),
    };
    let password = form.get("password");
    let left_out = left_out(&typed, password);
    if !left_out.is_empty() {
        return visit.show_again(&grant_page(visit, &identifier, &typed, &left_out).await?);
    }
    let made = match fields::day_of("valid_until_on", typed.until) {
        Ok(valid_until) => {
            let (body, purpose) = (typed.body, typed.purpose);
            let new = NewGrant { identifier: &identifier, body, purpose, valid_until, password };
            usage::make_grant(&visit.cx, new).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(Redirect::to("/me/grants?done=granted").into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&grant_page(visit, &identifier, &typed, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn grant_page(
    visit: &Visit,
    identifier: &str,
    typed: &Typed<'_>,
    refusals: &[Refusal],
) -> Result<GrantPage> {
    let cx = &visit.cx;
    let certificate = cx.db().read(async |tx| certs::show(tx, cx, identifier).await).await?;
    let page = visit.page(format!("授权使用{}", certificate.type_name));
    let body = FieldView {
        hint: "写单位全称或统一社会信用代码".into(),
        list: "bodies",
        ..fields::line("body", "授权给哪个单位", typed.body, 100, refusals)
    };
    let purpose = FieldView {
        hint: "例如：办理银行贷款".into(),
        ..fields::words("purpose", "用来做什么", typed.purpose, 200, refusals)
    };
    let until = FieldView {
        hint: format!("最长 {MOST_DAYS} 天，随时可以收回"),
        ..fields::day("valid_until_on", "用到哪一天", typed.until, cx.today().plus(7), refusals)
    };
    Ok(GrantPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![body, purpose, until, fields::password(refusals)],
        bodies: bodies(visit),
        certificate,
    })
}

/// Bodies of the visitor's division and of those above it: all of a province would weigh too much.
fn bodies(visit: &Visit) -> Vec<String> {
    let catalogue = &visit.cx.catalogue;
    let near = |code: &str| {
        let mut place = catalogue.division(&visit.division);
        while let Some(row) = place {
            if row.code == code {
                return true;
            }
            place = catalogue.division(&row.parent).filter(|above| above.code != row.code);
        }
        false
    };
    let mut names: Vec<String> =
        catalogue.bodies().filter(|body| near(&body.division)).map(|body| body.name.clone()).collect();
    names.sort();
    names
}

/// Everything left out, in the words of the labels; what was filled in is judged by the verb.
fn left_out(typed: &Typed<'_>, password: &str) -> Vec<Refusal> {
    let lines = [
        ("body", typed.body, "请填写授权给哪个单位"),
        ("purpose", typed.purpose, "请填写用来做什么"),
        ("password", password, "请输入登录密码"),
    ];
    let empty = lines.into_iter().filter(|(_, value, _)| value.trim().is_empty());
    let mut refusals: Vec<Refusal> =
        empty.map(|(field, _, message)| Refusal::at("form.required", field, message)).collect();
    if let Err(Error::Refused(day)) = fields::day_of("valid_until_on", typed.until) {
        refusals.extend(day);
    }
    refusals
}

pub(crate) async fn list(visit: Visit) -> PageResult {
    let cx = &visit.cx;
    let grants = cx.db().read(async |tx| usage::grants_of_holder(tx, cx).await).await?;
    let mut page = visit.page("用证授权").under(&[("我的空间", "/me"), ("我的证照", "/me/certificates")]);
    page.notice = match visit.path().split_once("done=").map(|(_, word)| word) {
        Some("granted") => Some("已授权。对方使用一次后自动失效，使用情况会记在使用记录里。".into()),
        Some("revoked") => Some("已收回授权。".into()),
        _ => None,
    };
    visit.show(&GrantsPage { page, grants, today: cx.today() })
}

pub(crate) async fn revoke(Path(grant): Path<String>, form: Posted) -> PageResult {
    let cx = &form.visit.cx;
    let grant = grant.parse()?;
    cx.db().write(async |tx| usage::revoke_grant(tx, cx, grant).await).await?;
    Ok(Redirect::to("/me/grants?done=revoked").into_response())
}
