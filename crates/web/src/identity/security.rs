//! 账户和安全: one's level, password, phone, the sessions that stand, and what happened lately.

use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::identity::{self, OwnSession, SessionToken};
use domain::journal::Event;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/security.html")]
struct SecurityPage {
    page: Page,
    errors: Vec<(String, String)>,
    /// Level and masked number; none for staff.
    person: Option<PersonView>,
    passwords: Vec<FieldView>,
    phone: Vec<FieldView>,
    sessions: Vec<OwnSession>,
    news: Vec<(String, &'static str)>,
    claimed: bool,
}

struct PersonView {
    level: u8,
    confirmed: bool,
    number: String,
    phone: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn show(visit: Visit, Query(query): Query<Done>) -> PageResult {
    let mut page = security_page(&visit, None, &[]).await?;
    page.page.notice = match query.done.as_str() {
        "password" => Some("密码已修改，其他地方的登录都已退出。".into()),
        "phone" => Some("手机号已修改。".into()),
        "sessions" => Some("其他地方的登录都已退出。".into()),
        _ => None,
    };
    visit.show(&page)
}

pub(crate) async fn password(form: Posted) -> PageResult {
    let visit = &form.visit;
    let token = token(visit)?;
    visit.app.count_guess(visit.peer, "password")?;
    let again = Refusal::at("identity.passwords_differ", "again", "两次输入的新密码不一样，请重新输入");
    let outcome = match form.get("new") == form.get("again") {
        true => identity::change_password(&visit.cx, token, form.get("current"), form.get("new")).await,
        false => Err(Error::from(again)),
    };
    answer(&form, outcome, "password").await
}

pub(crate) async fn phone(form: Posted) -> PageResult {
    let visit = &form.visit;
    visit.cx.actor.require_person()?;
    visit.app.count_guess(visit.peer, "password")?;
    let outcome = identity::change_phone(&visit.cx, form.get("phone"), form.get("password")).await;
    answer(&form, outcome, "phone").await
}

pub(crate) async fn sessions(form: Posted) -> PageResult {
    let visit = &form.visit;
    let token = token(visit)?;
    visit.cx.db().write(async |tx| identity::end_other_sessions(tx, &visit.cx, token).await).await?;
    Ok(Redirect::to("/me/security?done=sessions").into_response())
}

async fn answer(form: &Posted, outcome: Result<()>, done: &str) -> PageResult {
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/me/security?done={done}")).into_response()),
        Err(Error::Refused(refusals)) => {
            form.visit.show_again(&security_page(&form.visit, Some(form), &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// The token of whoever is logged in: a visitor, and staff before their second factor, have nothing here.
fn token(visit: &Visit) -> Result<&SessionToken> {
    visit.cx.actor.require_account()?;
    visit.token.as_ref().ok_or(Error::Unauthenticated)
}

async fn security_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> Result<SecurityPage> {
    let (cx, token) = (&visit.cx, token(visit)?);
    let read = cx.db().read(async |tx| {
        let profile = match cx.actor.person() {
            Some(_) => Some(identity::profile_of(tx, cx).await?),
            None => None,
        };
        let sessions = identity::own_sessions(tx, cx, token).await?;
        Ok((profile, sessions, identity::account_news(tx, cx).await?))
    });
    let (profile, sessions, news) = read.await?;
    let mut page = visit.page("账户和安全").under(&[("我的空间", "/me")]);
    page.path = "/me/security".into();
    let person = cx.actor.person().zip(profile).map(|(actor, profile)| PersonView {
        level: actor.assurance,
        confirmed: actor.assurance >= identity::REAL_NAME,
        number: norms::mask::citizen_number(&profile.number),
        phone: norms::mask::phone(&profile.phone),
    });
    let secret = |name, label, fill| FieldView::own(name, label, "password", refusals).typed(fill, "");
    let typed = form.map(|form| form.get("phone")).unwrap_or_default();
    Ok(SecurityPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        person,
        passwords: vec![
            secret("current", "现在的密码", "current-password"),
            secret("new", "新密码", "new-password").hinted("至少12位，含字母、数字、符号中的两种"),
            secret("again", "再输一次新密码", "new-password"),
        ],
        phone: vec![
            FieldView::own("phone", "新手机号", "phone", refusals).filled(typed).typed("tel", "tel"),
            secret("password", "登录密码", "current-password"),
        ],
        sessions,
        claimed: news.iter().any(|event| event.kind == "identity.number_claimed"),
        news: news.iter().filter_map(|event| Some((words::instant(&event.at), told(event)?))).collect(),
    })
}

/// What happened, in words for the owner of the account.
fn told(event: &Event) -> Option<&'static str> {
    Some(match event.kind.as_str() {
        "identity.logged_in" => "登录",
        "identity.login_failed" => "密码或验证码输错",
        "identity.account_locked" => "多次输错，暂停登录 10 分钟",
        "identity.account_unlocked" => "管理员解除了暂停登录",
        "identity.password_changed" => "修改了密码",
        "identity.phone_changed" => "修改了手机号",
        "identity.sessions_ended" => "退出了其他地方的登录",
        "identity.registered" => "注册",
        "identity.account_activated" => "激活账户",
        "identity.real_name_confirmed" => "在窗口通过实名核验",
        "identity.real_name_refused" => "在窗口核验，证件与登记不一致",
        "identity.number_claimed" => "有人用您的身份证号注册了新账户",
        "identity.account_joined" => "又一个账户在窗口核验为您本人",
        "identity.claim_waits" => "认领单位，等窗口核对",
        "identity.claim_refused" => "认领单位，与登记机关的数据不一致",
        "identity.claim_confirmed" => "在窗口核对了单位认领",
        "identity.represents" => "成为一个单位的法定代表人",
        "identity.representation_ended" => "不再是一个单位的法定代表人",
        "identity.mandate_received" => "一个单位授权您办事",
        "identity.mandate_taken_back" => "一个单位撤销了给您的授权",
        "identity.post_granted" => "分配了岗位",
        "identity.post_revoked" => "收回了岗位",
        "identity.account_disabled" => "账户被停用",
        "identity.account_enabled" => "账户被启用",
        _ => return None,
    })
}
