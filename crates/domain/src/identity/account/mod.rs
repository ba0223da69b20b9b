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

/// Disables an account and ends all its sessions at once (ASVS 7.4.2).
pub async fn disable_account(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<()> {
    set_disabled(tx, cx, account, Some(cx.now), reason, "identity.account_disabled").await?;
    sessions::delete_sessions_of(tx, account).await
}

pub async fn enable_account(tx: &mut Tx<'_>, cx: &Cx, account: Id, reason: &str) -> Result<()> {
    set_disabled(tx, cx, account, None, reason, "identity.account_enabled").await
}

async fn set_disabled(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    at: Option<Millis>,
    reason: &str,
    kind: &'static str,
) -> Result<()> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    if reason.trim().is_empty() {
        return Err(Error::refused_at("identity.reason_needed", "reason", "请写明原因"));
    }
    crate::legible::paragraph("reason", reason.trim())?;
    if cx.actor.account() == Some(account) {
        return Err(Error::refused("identity.own_account", "不能停用或启用自己的账户"));
    }
    store::account(tx, cx, account).await?.ok_or(Error::NotFound)?;
    store::set_disabled(tx, account, at).await?;
    say(tx, cx, account, kind, &json!({ "reason": reason.trim() })).await
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

/// Accounts whose login begins so; all when it is empty.
pub async fn list_accounts(tx: &mut Tx<'_>, cx: &Cx, login: &str, page: Page) -> Result<PageOf<AccountRow>> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    store::accounts(tx, cx.now, login.trim(), page).await
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
