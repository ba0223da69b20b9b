//! 授权: mandates an organisation gives, and those a person holds.

use crate::certs::fields;
use crate::form::{FieldView, OptionView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::identity::policy::permits;
use domain::identity::{self, Action, GiveMandate, MOST_MONTHS, Mandate, MandateState};
use domain::journal::Event;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/mandates.html")]
struct MandatesPage {
    page: Page,
    /// The organisation whose mandates these are; none when they are the person's own.
    organisation: Option<String>,
    /// Acting under a mandate: neither gives nor lays down.
    agent: bool,
    rows: Vec<Row>,
    news: Vec<(String, String)>,
}

/// A mandate in the list.
struct Row {
    id: String,
    /// The agent of a mandate given, the organisation of one received.
    who: String,
    code: String,
    items: String,
    from: String,
    until: String,
    state: &'static str,
    tone: &'static str,
    open: bool,
    rests: bool,
}

#[derive(Template)]
#[template(path = "identity/mandate.html")]
struct MandatePage {
    page: Page,
    errors: Vec<(String, String)>,
    organisation: String,
    agent: Vec<FieldView>,
    scope: FieldView,
    items: FieldView,
    rest: Vec<FieldView>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn show(visit: Visit, Query(query): Query<Done>) -> PageResult {
    let cx = &visit.cx;
    let acting = cx.actor.require_person()?.acting_for.clone();
    let gives = acting.as_ref().is_some_and(|acting| acting.representative);
    let read = cx.db().read(async |tx| match gives {
        true => Ok((identity::mandates_given(tx, cx).await?, identity::organisation_news(tx, cx).await?)),
        false => Ok((identity::mandates_received(tx, cx).await?, Vec::new())),
    });
    let (mandates, news) = read.await?;
    let mut page = visit.page("授权经办人").under(&[("我的空间", "/me")]);
    page.notice = match query.done.as_str() {
        "given" => Some("已授权，马上可以办事。经办人登录后“切换身份”就看得到。".into()),
        "revoked" => Some("已撤销，马上失效；经办人正在办的页面也不能再提交。".into()),
        "continued" => Some("已确认，这份授权继续有效。".into()),
        "renounced" => Some("已辞去，您不再代表这个单位办事。".into()),
        _ => None,
    };
    visit.show(&MandatesPage {
        page,
        organisation: acting.as_ref().filter(|_| gives).map(|acting| acting.name.clone()),
        agent: acting.is_some() && !gives,
        rows: mandates.iter().map(|mandate| row(&visit, mandate, gives)).collect(),
        news: news
            .iter()
            .filter_map(|event| Some((words::instant(&event.at), told(event)?.into())))
            .collect(),
    })
}

fn row(visit: &Visit, mandate: &Mandate, given: bool) -> Row {
    let today = visit.cx.today();
    let state = mandate.state_on(today);
    Row {
        id: mandate.id.to_string(),
        who: if given { mandate.agent.clone() } else { mandate.organisation_name.clone() },
        code: if given { String::new() } else { mandate.credit_code.clone() },
        items: super::capacity::item_names(visit, &mandate.items),
        from: words::day(&mandate.valid_from),
        until: words::day(&mandate.valid_until),
        state: state.name(),
        tone: match state {
            MandateState::InForce => "ok",
            MandateState::Rests | MandateState::NotYet => "warn",
            _ => "plain",
        },
        open: mandate.is_open(today),
        rests: state == MandateState::Rests,
    }
}

/// What happened, in words for the representative.
fn told(event: &Event) -> Option<&'static str> {
    Some(match event.kind.as_str() {
        "identity.organisation_claimed" => "法定代表人认领了单位",
        "identity.representative_ended" => "登记机关的数据变了，原法定代表人不再代表单位",
        "identity.mandate_granted" => "授权了经办人",
        "identity.mandate_revoked" => "撤销了一份授权",
        "identity.mandate_laid_down" => "经办人辞去了授权",
        "identity.mandate_continued" => "确认一份授权继续有效",
        _ => return None,
    })
}

pub(crate) async fn ask(visit: Visit) -> PageResult {
    may(&visit)?;
    visit.show(&mandate_page(&visit, None, &[]))
}

pub(crate) async fn give(form: Posted) -> PageResult {
    let visit = &form.visit;
    may(visit)?;
    visit.app.count_guess(visit.peer, "mandate")?;
    match make(&form).await {
        Ok(()) => Ok(Redirect::to("/me/mandates?done=given").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&mandate_page(visit, Some(&form), &refusals)),
        Err(other) => Err(other.into()),
    }
}

/// The boxes of the form from top to bottom.
const BOXES: [&str; 6] = ["name", "agent", "scope", "items", "valid_until_on", "password"];

async fn make(form: &Posted) -> Result<()> {
    let cx = &form.visit.cx;
    let mut faults = Vec::new();
    let mut noted = |fault: Error| match fault {
        Error::Refused(refusals) => {
            faults.extend(refusals);
            Ok(())
        }
        other => Err(other),
    };
    let items = scope(form).or_else(|fault| noted(fault).map(|()| Vec::new()))?;
    let typed = fields::day_of("valid_until_on", typed_day(form));
    let valid_until = typed.or_else(|fault| noted(fault).map(|()| cx.today()))?;
    let (agent, name, password) = (form.get("agent"), form.get("name"), form.get("password"));
    let given = GiveMandate { agent, name, items, valid_until, password };
    faults.extend(identity::mandate_faults(cx, &given));
    if password.is_empty() {
        faults.push(Refusal::at("identity.required", "password", "请输入登录密码"));
    }
    if faults.is_empty() {
        return identity::give_mandate(cx, given).await.map(|_| ());
    }
    let place = |fault: &Refusal| BOXES.iter().position(|name| fault.field.as_deref() == Some(name));
    faults.sort_by_key(place);
    Err(Error::Refused(faults))
}

fn scope(form: &Posted) -> Result<Vec<String>> {
    let chosen = form.all("items");
    match form.get("scope") {
        "all" => Ok(Vec::new()),
        "items" if !chosen.is_empty() => Ok(chosen),
        "items" => Err(Error::refused_at("identity.mandate_items", "items", "请勾选可以办理的事项")),
        _ => Err(Error::refused_at("identity.mandate_scope", "scope", "请选择可以办理哪些事项")),
    }
}

fn typed_day(form: &Posted) -> [&str; 3] {
    fields::typed_day(form, "valid_until_on")
}

pub(crate) async fn revoke(Path(mandate): Path<String>, form: Posted) -> PageResult {
    let (cx, mandate) = (&form.visit.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::revoke_mandate(tx, cx, mandate).await).await?;
    Ok(Redirect::to("/me/mandates?done=revoked").into_response())
}

pub(crate) async fn go_on(Path(mandate): Path<String>, form: Posted) -> PageResult {
    let (cx, mandate) = (&form.visit.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::continue_mandate(tx, cx, mandate).await).await?;
    Ok(Redirect::to("/me/mandates?done=continued").into_response())
}

pub(crate) async fn renounce(Path(mandate): Path<String>, form: Posted) -> PageResult {
    let (cx, mandate) = (&form.visit.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::lay_down_mandate(tx, cx, mandate).await).await?;
    Ok(Redirect::to("/me/mandates?done=renounced").into_response())
}

/// Rights decide before input is read; the verb decides again.
fn may(visit: &Visit) -> Result<()> {
    visit.cx.actor.require_person()?;
    if permits(&visit.cx.actor, Action::MandateManage) { Ok(()) } else { Err(Error::Denied) }
}

fn mandate_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> MandatePage {
    let cx = &visit.cx;
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let field = |name, label, kind| FieldView::own(name, label, kind, refusals).filled(typed(name));
    let acting = cx.actor.person().and_then(|person| person.acting_for.as_ref());
    let chosen = form.map(|form| form.all("items")).unwrap_or_default();
    let served = cx.catalogue.base_items.iter().filter(|item| item.serves_organisations());
    let option = |item: &std::sync::Arc<domain::catalog::BaseItem>| OptionView {
        value: item.code.clone(),
        label: item.name.clone(),
        checked: chosen.contains(&item.code),
    };
    let scopes = [("all", "全部事项"), ("items", "只限下面勾选的事项")];
    let scopes = scopes.map(|(value, label)| (value.to_owned(), label.to_owned()));
    let day = form.map(typed_day).unwrap_or_default();
    let usual = cx.today().plus_months(MOST_MONTHS);
    let until = fields::day("valid_until_on", "授权到哪一天", day, usual, refusals);
    let page = visit.page("授权一位经办人").under(&[("我的空间", "/me"), ("授权经办人", "/me/mandates")]);
    MandatePage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        organisation: acting.map(|acting| acting.name.clone()).unwrap_or_default(),
        agent: vec![
            field("name", "经办人姓名", "text").hinted("和身份证上一样").typed("off", ""),
            field("agent", "经办人的账号名或身份证号", "text")
                .hinted("经办人要先注册并做过实名核验")
                .typed("off", ""),
        ],
        scope: field("scope", "可以办理哪些事项", "radio").choices(&scopes, typed("scope")),
        items: FieldView {
            options: served.map(option).collect(),
            error: error_of(refusals, "items"),
            // Thirteen boxes say nothing to whoever gives leave for everything.
            when: "scope".into(),
            is: r#"["items"]"#.into(),
            ..FieldView::own("items", "事项", "checkbox", refusals)
        },
        rest: vec![until.hinted("最长一年，随时可以撤销"), fields::password(refusals)],
    }
}
