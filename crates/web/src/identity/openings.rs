//! 开户: the system administrator opens staff accounts and hands over links that work once.

use super::admin::{Link, links};
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::{Path, Query};
use base::{Error, Id, Refusal, Result};
use domain::identity::{self, Opening, OpeningRow};
use serde::Deserialize;

/// Which of the accounts are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    page: String,
    find: String,
}

#[derive(Template)]
#[template(path = "identity/openings.html")]
struct OpeningsPage {
    page: Page,
    links: Vec<&'static Link>,
    errors: Vec<(String, String)>,
    fields: Vec<FieldView>,
    rows: Vec<OpeningRow>,
    find: String,
    total: i64,
    number: u32,
    last: u32,
    /// Address of this list, ending in `page=`.
    base: String,
    /// A link that was just made: shown on this one page and never again.
    link: Option<LinkView>,
}

struct LinkView {
    login: String,
    address: String,
    until: String,
}

pub(crate) async fn show(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    visit.show(&openings_page(&visit, &ask, None, None, &[]).await?)
}

pub(crate) async fn open(form: Posted) -> PageResult {
    let (visit, cx) = (&form.visit, &form.visit.cx);
    let (login, name) = (form.get("login"), form.get("name"));
    let outcome = cx.db().write(async |tx| identity::open_staff_account(tx, cx, login, name).await).await;
    answer(&form, visit, outcome).await
}

pub(crate) async fn reopen(Path(account): Path<String>, form: Posted) -> PageResult {
    let (visit, cx) = (&form.visit, &form.visit.cx);
    let account: Id = account.parse()?;
    let outcome = cx.db().write(async |tx| identity::reopen_staff_account(tx, cx, account).await).await;
    answer(&form, visit, outcome).await
}

/// The link is in the answer itself: an address to go to would keep it in histories and logs.
async fn answer(form: &Posted, visit: &Visit, outcome: Result<Opening>) -> PageResult {
    let ask = Ask { page: form.get("page").to_owned(), find: form.get("find").to_owned() };
    match outcome {
        Ok(opening) => visit.show(&openings_page(visit, &ask, None, Some(&opening), &[]).await?),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&openings_page(visit, &ask, Some(form), None, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn openings_page(
    visit: &Visit,
    ask: &Ask,
    form: Option<&Posted>,
    made: Option<&Opening>,
    refusals: &[Refusal],
) -> Result<OpeningsPage> {
    let cx = &visit.cx;
    let find = ask.find.trim();
    let asked = base::Page::of(ask.page.parse().ok(), None);
    let found = cx.db().read(async |tx| identity::openings(tx, cx, find, asked).await).await?;
    let list = openings_list(find);
    let mut page = visit.page("开户").under(&[("管理", "/admin")]);
    page.path = format!("{list}{}", asked.number);
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let link = made.map(|opening| LinkView {
        login: opening.login.clone(),
        address: format!("{}/activation/{}", visit.app.settings.public_url, opening.token),
        until: words::instant(&opening.ends_at),
    });
    Ok(OpeningsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        links: links(visit),
        errors: error_list(refusals),
        fields: vec![
            FieldView::own("login", "账号名", "text", refusals)
                .filled(typed("login"))
                .hinted("4至32个字母或数字，以字母开头")
                .typed("off", ""),
            FieldView::own("name", "姓名", "text", refusals).filled(typed("name")).typed("off", ""),
        ],
        find: find.to_owned(),
        total: found.total,
        number: found.number,
        last: found.pages(),
        rows: found.rows,
        base: list,
        link,
    })
}

/// The address of the list, ending in `page=`.
fn openings_list(find: &str) -> String {
    if find.is_empty() {
        return "/admin/openings?page=".to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("find", find).finish();
    format!("/admin/openings?{query}&page=")
}
