//! 开户: the system administrator opens staff accounts and hands over links that work once.

use super::admin::{Link, links};
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use base::{Error, Id, Refusal, Result};
use domain::identity::{self, Opening, OpeningRow};

#[derive(Template)]
#[template(path = "identity/openings.html")]
struct OpeningsPage {
    page: Page,
    links: Vec<&'static Link>,
    errors: Vec<(String, String)>,
    fields: Vec<FieldView>,
    rows: Vec<OpeningRow>,
    /// A link that was just made: shown on this one page and never again.
    link: Option<LinkView>,
}

struct LinkView {
    login: String,
    address: String,
    until: String,
}

pub(crate) async fn show(visit: Visit) -> PageResult {
    visit.show(&openings_page(&visit, None, None, &[]).await?)
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
    match outcome {
        Ok(opening) => visit.show(&openings_page(visit, None, Some(&opening), &[]).await?),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&openings_page(visit, Some(form), None, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn openings_page(
    visit: &Visit,
    form: Option<&Posted>,
    made: Option<&Opening>,
    refusals: &[Refusal],
) -> Result<OpeningsPage> {
    let cx = &visit.cx;
    let rows = cx.db().read(async |tx| identity::openings(tx, cx).await).await?;
    let mut page = visit.page("开户").under(&[("管理", "/admin")]);
    page.path = "/admin/openings".into();
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let link = made.map(|opening| LinkView {
        login: rows
            .iter()
            .find(|row| row.account == opening.account)
            .map_or(String::new(), |r| r.login.clone()),
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
        rows,
        link,
    })
}
