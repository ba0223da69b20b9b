//! The three administrators: accounts (security), openings and state (system), journal (audit). Each sees only
//! her own.

use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, PageOf, Result};
use domain::health::{self, SystemReport};
use domain::identity::policy::permits;
use domain::identity::{self, AccountRow, Action, Actor};
use serde::Deserialize;

/// A way into one administrator's work: words, address, what is done there.
pub(crate) struct Link {
    pub words: &'static str,
    pub href: &'static str,
    pub about: &'static str,
}

const LINKS: [(Action, Link); 6] = [
    (
        Action::AccountManage,
        Link { words: "账户", href: "/admin/accounts", about: "停用、启用，分配和收回岗位" },
    ),
    (Action::AccountOpen, Link { words: "开户", href: "/admin/openings", about: "新开工作账户，重置账户" }),
    (
        Action::JournalRead,
        Link {
            words: "审计日志", href: "/admin/journal", about: "谁在什么时候做了什么，有没有被改动"
        },
    ),
    (
        Action::SystemRead,
        Link {
            words: "系统状态", href: "/admin/system", about: "数据库、后台任务、目录和搜索"
        },
    ),
    (
        Action::SystemRead,
        Link {
            words: "文书版式", href: "/admin/layouts", about: "文书和证照的版式，带样例预览"
        },
    ),
    (
        Action::SystemRead,
        Link {
            words: "没搜到的词", href: "/admin/searches", about: "群众搜了、目录里没有的说法"
        },
    ),
];

/// What this actor may open; what is not hers is not shown.
pub(crate) fn links(visit: &Visit) -> Vec<&'static Link> {
    LINKS.iter().filter(|(action, _)| permits(&visit.cx.actor, *action)).map(|(_, link)| link).collect()
}

/// A number somebody mistyped is no reason to refuse the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    page: String,
    login: String,
    done: String,
}

#[derive(Template)]
#[template(path = "identity/admin_home.html")]
struct AdminHomePage {
    page: Page,
    links: Vec<&'static Link>,
    role: &'static str,
}

pub(crate) async fn home(visit: Visit) -> PageResult {
    let role = match &visit.cx.actor {
        Actor::Administrator(administrator) => administrator.role.name(),
        Actor::Visitor => return Err(Error::Unauthenticated.into()),
        _ => return Err(Error::Denied.into()),
    };
    visit.show(&AdminHomePage { page: visit.page("管理"), links: links(&visit), role })
}

#[derive(Template)]
#[template(path = "identity/admin_accounts.html")]
struct AdminAccountsPage {
    page: Page,
    links: Vec<&'static Link>,
    rows: Vec<AccountRow>,
    number: u32,
    last: u32,
    total: i64,
    own: String,
    /// How the logins begin that are asked for, or what stands in the names.
    login: String,
    /// Address of this list, ending in `page=`.
    base: String,
    attempt: Attempt,
    errors: Vec<(String, String)>,
}

/// A change that was refused: whose, with which reason, and why.
#[derive(Default)]
struct Attempt {
    account: String,
    reason: String,
    error: String,
}

pub(crate) async fn accounts(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    let mut page = accounts_page(&visit, &ask.page, &ask.login, Attempt::default()).await?;
    page.page.notice = match ask.done.as_str() {
        "disabled" => Some("账户已停用，它的会话已全部结束。".to_owned()),
        "enabled" => Some("账户已启用。".to_owned()),
        "unlocked" => Some("已解除暂停登录，本人可以马上再登录。".to_owned()),
        _ => None,
    };
    visit.show(&page)
}

pub(crate) async fn set_state(Path(account): Path<String>, form: Posted) -> PageResult {
    let (visit, id) = (&form.visit, account.parse::<Id>()?);
    let (state, reason) = (form.get("state"), form.get("reason"));
    let outcome = match state {
        "disabled" => {
            visit.cx.db().write(async |tx| identity::disable_account(tx, &visit.cx, id, reason).await).await
        }
        "enabled" => {
            visit.cx.db().write(async |tx| identity::enable_account(tx, &visit.cx, id, reason).await).await
        }
        "unlocked" => {
            visit.cx.db().write(async |tx| identity::unlock_account(tx, &visit.cx, id, reason).await).await
        }
        _ => Err(Error::refused("identity.account_state", "请选择停用、启用或者解除暂停登录")),
    };
    let number = base::Page::of(form.get("page").parse().ok(), None).number;
    match outcome {
        Ok(()) => {
            let to = format!("{}{number}&done={state}", accounts_list(form.get("login")));
            Ok(Redirect::to(&to).into_response())
        }
        Err(refused @ Error::Refused(_)) => {
            let attempt = Attempt { account, reason: reason.to_owned(), error: refused.to_string() };
            visit.show_again(&accounts_page(visit, form.get("page"), form.get("login"), attempt).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// The address of the list, ending in `page=`.
fn accounts_list(login: &str) -> String {
    match login {
        "" => "/admin/accounts?page=".to_owned(),
        _ => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("login", login).finish();
            format!("/admin/accounts?{query}&page=")
        }
    }
}

async fn accounts_page(
    visit: &Visit,
    number: &str,
    login: &str,
    attempt: Attempt,
) -> Result<AdminAccountsPage> {
    let login = login.trim();
    let asked = base::Page::of(number.parse().ok(), None);
    let found: PageOf<AccountRow> =
        visit.cx.db().read(async |tx| identity::list_accounts(tx, &visit.cx, login, asked).await).await?;
    let mut page = visit.page("账户").under(&[("管理", "/admin")]);
    page.path = format!("{}{}", accounts_list(login), asked.number);
    page.error = !attempt.error.is_empty();
    let place = format!("reason-{}", attempt.account);
    Ok(AdminAccountsPage {
        page,
        links: links(visit),
        number: found.number,
        last: found.pages(),
        total: found.total,
        rows: found.rows,
        base: accounts_list(login),
        login: login.to_owned(),
        own: visit.cx.actor.account().map(|id| id.to_string()).unwrap_or_default(),
        errors: if attempt.error.is_empty() { Vec::new() } else { vec![(place, attempt.error.clone())] },
        attempt,
    })
}

impl AdminAccountsPage {
    fn kind(&self, row: &AccountRow) -> &'static str {
        match row.kind.as_str() {
            "person" => "个人",
            "staff" => "工作人员",
            _ => "管理员",
        }
    }

    fn is_own(&self, row: &AccountRow) -> bool {
        row.id.to_string() == self.own
    }

    fn tried(&self, row: &AccountRow) -> bool {
        row.id.to_string() == self.attempt.account
    }
}

#[derive(Template)]
#[template(path = "identity/admin_system.html")]
struct AdminSystemPage {
    page: Page,
    links: Vec<&'static Link>,
    report: SystemReport,
}

pub(crate) async fn system(visit: Visit) -> PageResult {
    let report = health::system_report(&visit.cx).await?;
    let page = visit.page("系统状态").under(&[("管理", "/admin")]);
    visit.show(&AdminSystemPage { page, links: links(&visit), report })
}

impl AdminSystemPage {
    fn engine(&self) -> &'static str {
        if self.report.engine == "sqlite" { "SQLite（内嵌）" } else { "PostgreSQL" }
    }

    fn up_for(&self) -> String {
        self.report.up_for.map_or_else(|| "未知".to_owned(), duration)
    }

    /// Queues are counted only so far.
    fn few(&self, count: &usize) -> String {
        let most = SystemReport::MOST as usize;
        if *count >= most { format!("{}+", most - 1) } else { count.to_string() }
    }
}

fn duration(millis: base::Millis) -> String {
    let minutes = millis / 60_000;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} 分钟"),
        (0, hours, minutes) => format!("{hours} 小时 {minutes} 分钟"),
        (days, hours, _) => format!("{days} 天 {hours} 小时"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_time_reads_well() {
        for (minutes, words) in [(0, "0 分钟"), (61, "1 小时 1 分钟"), (3 * 1440 + 125, "3 天 2 小时")]
        {
            assert_eq!(duration(minutes * 60_000), words);
        }
    }
}
