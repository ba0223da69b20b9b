//! Accounts: ways in for persons, staff and administrators.

pub(super) mod store;

use super::session::store as sessions;
use super::{Action, PasswordHash, PostKind, Thing, authorize};
use crate::Cx;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Page, PageOf, Result};
use db::Tx;
use serde_json::json;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    Person,
    Staff,
    Administrator,
}

impl AccountKind {
    pub fn word(self) -> &'static str {
        match self {
            AccountKind::Person => "person",
            AccountKind::Staff => "staff",
            AccountKind::Administrator => "administrator",
        }
    }

    pub(super) fn from_word(word: &str) -> Result<Self> {
        [AccountKind::Person, AccountKind::Staff, AccountKind::Administrator]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| Error::bug(format!("account kind {word}")))
    }
}

/// 系统 / 安全 / 审计: three administrators who cannot do each other's work (GB/T 22239 8.1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    System,
    Security,
    Audit,
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::Security => "security",
            Role::Audit => "audit",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Role::System => "系统管理员",
            Role::Security => "安全管理员",
            Role::Audit => "审计管理员",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        [Role::System, Role::Security, Role::Audit].into_iter().find(|role| role.word() == word)
    }
}

/// A way in.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: Id,
    pub login: String,
    pub kind: AccountKind,
    /// Staff and administrators by name; empty for persons, whose names are encrypted.
    pub name: String,
    pub person: Option<Id>,
    pub role: Option<Role>,
    pub assurance: u8,
    pub password_hash: String,
    pub totp_secret: Option<Vec<u8>>,
    pub totp_step: i64,
    pub failures: i64,
    pub locked_until: Millis,
    pub disabled: bool,
    pub version: i64,
}

pub struct NewAccount {
    pub login: String,
    pub kind: AccountKind,
    pub name: String,
    pub person: Option<Id>,
    pub role: Option<Role>,
    /// 1–4, standards §10.
    pub assurance: u8,
    pub password: PasswordHash,
    /// Present exactly for staff and administrators.
    pub totp_secret: Option<Vec<u8>>,
    pub posts: Vec<NewPost>,
}

pub struct NewPost {
    pub body: String,
    pub division: String,
    pub post: PostKind,
}

/// Opens an account. Staff and administrators without a second factor are refused.
pub async fn create_account(tx: &mut Tx<'_>, cx: &Cx, new: NewAccount) -> Result<Id> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    if (new.kind == AccountKind::Person) == new.totp_secret.is_some() {
        return Err(Error::refused(
            "identity.second_factor_needed",
            "工作人员和管理员账户必须绑定动态验证码",
        ));
    }
    let id = cx.id();
    store::insert_account(tx, cx, id, &new).await?;
    for post in &new.posts {
        store::insert_post(tx, cx.id(), id, post).await?;
    }
    let detail = json!({ "login": new.login, "kind": new.kind.word() });
    say(tx, cx, id, "identity.account_created", &detail).await?;
    Ok(id)
}

/// The longest reason for a change of an account's state.
pub const MOST_REASON: usize = 300;

/// Disables an account and ends all its sessions at once (ASVS 7.4.2). Of the administrators the last one of a role
/// stays: nobody could do her work, nor see that it is not done.
pub async fn disable_account(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<()> {
    let (reason, found) = state_of(tx, cx, account, reason).await?;
    if let Some(role) = found.role {
        store::hold_role(tx, role).await?;
        if !found.disabled && store::others_in_use(tx, role, account).await? == 0 {
            let role = role.name();
            let message = format!(
                "这是最后一个在用的{role}账户，停用后没有人做{role}的工作。请先在服务器上另开一个{role}账户，再停用这一个"
            );
            return Err(Error::refused_at("identity.last_of_role", "reason", message));
        }
    }
    if found.disabled {
        return Err(Error::refused_at("identity.already_disabled", "reason", "这个账户已经停用，没有再改"));
    }
    store::set_disabled(tx, account, Some(cx.now)).await?;
    say(tx, cx, account, "identity.account_disabled", &json!({ "reason": reason })).await?;
    sessions::delete_sessions_of(tx, account).await
}

pub async fn enable_account(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<()> {
    let (reason, found) = state_of(tx, cx, account, reason).await?;
    if !found.disabled {
        return Err(Error::refused_at("identity.already_enabled", "reason", "这个账户已经启用，没有再改"));
    }
    store::set_disabled(tx, account, None).await?;
    say(tx, cx, account, "identity.account_enabled", &json!({ "reason": reason })).await
}

/// Lets somebody in again before the time is over that wrong passwords or codes have cost her.
pub async fn unlock_account(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<()> {
    let (reason, found) = state_of(tx, cx, account, reason).await?;
    if found.locked_until <= cx.now {
        return Err(Error::refused_at("identity.not_locked", "reason", "这个账户没有暂停登录，不用解除"));
    }
    store::set_failures(tx, account, 0, 0).await?;
    say(tx, cx, account, "identity.account_unlocked", &json!({ "reason": reason })).await
}

/// The account as it is, for whoever may change its state and says why.
async fn state_of(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<(String, Account)> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    let reason = reason.trim();
    match reason.chars().count() {
        0 => return Err(Error::refused_at("identity.reason_needed", "reason", "请写明原因")),
        1..=MOST_REASON => {}
        _ => {
            let message = format!("原因最多 {MOST_REASON} 字");
            return Err(Error::refused_at("identity.reason_long", "reason", message));
        }
    }
    crate::legible::paragraph("reason", reason.trim())?;
    if cx.actor.account() == Some(account) {
        return Err(Error::refused("identity.own_account", "不能停用或启用自己的账户"));
    }
    let found = store::account(tx, cx, account).await?.ok_or(Error::NotFound)?;
    Ok((reason.to_owned(), found))
}

/// Staff in use who hold this post at the body, by name. For verbs that have authorized reading the body.
pub async fn staff_at(tx: &mut Tx<'_>, body: &str, post: PostKind) -> Result<Vec<(Id, String)>> {
    store::staff_at(tx, body, post.word()).await
}

/// Since when an account in use holds this post at the body, without a break; nothing when it does not. For
/// verbs that rest on what somebody did at her post who is not the actor.
pub async fn post_since(tx: &mut Tx<'_>, account: Id, body: &str, post: PostKind) -> Result<Option<Millis>> {
    store::post_since(tx, account, body, post.word()).await
}

pub(super) async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    kind: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let event = NewEvent { subject_kind: "account", subject_id: account, area: "", kind, detail };
    journal::append(tx, cx, event).await.map(|_| ())
}

/// A row of the security administrator's list: no password, no secret, no citizen's name.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AccountRow {
    pub id: Id,
    pub login: String,
    pub kind: String,
    pub name: String,
    pub locked: bool,
    pub disabled: bool,
}

/// Accounts whose login begins so, and staff and administrators with it in their names; all when it is empty.
pub async fn list_accounts(tx: &mut Tx<'_>, cx: &Cx, find: &str, page: Page) -> Result<PageOf<AccountRow>> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    store::accounts(tx, cx.now, find.trim(), page).await
}

/// What an account is called in the journal: staff by name and login, persons by login alone.
pub(crate) async fn called(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Option<String>> {
    let found = store::account(tx, cx, account).await?;
    Ok(found.map(|account| match account.name.is_empty() {
        true => account.login,
        false => format!("{}（{}）", account.name, account.login),
    }))
}

/// The account with this login: for readers of the journal, who know people by their logins.
pub(crate) async fn account_of_login(tx: &mut Tx<'_>, cx: &Cx, login: &str) -> Result<Option<Id>> {
    Ok(store::account_by_login(tx, cx, login).await?.map(|account| account.id))
}

#[cfg(test)]
mod tests;
