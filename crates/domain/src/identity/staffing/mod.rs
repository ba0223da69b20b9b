//! Accounts of staff: the system administrator opens a way in that can do nothing, its owner activates it
//! with a password and a second factor of her own, the security administrator gives it posts. No one of
//! them makes an official alone, and nobody but the owner ever knows her password.

mod posts;
pub(super) mod store;

pub use posts::{StaffDetail, grant_post, revoke_post, staff_detail};

use super::account::say;
use super::{Account, AccountKind, Action, NewAccount, PasswordHash, Thing, authorize, totp};
use crate::Cx;
use base::{Error, Id, Millis, Page, PageOf, Refusal, Result};
use db::Tx;
use serde_json::json;

/// How long an activation link works.
const WITHIN: Millis = 72 * 60 * 60 * 1000;

/// A link to hand over. The token is shown once and stored as a keyed hash.
#[derive(Debug, Clone)]
pub struct Opening {
    pub account: Id,
    pub login: String,
    pub token: String,
    pub ends_at: Millis,
}

/// An account somebody opened, as the system administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpeningRow {
    pub account: Id,
    pub login: String,
    pub name: String,
    pub activated: bool,
    pub disabled: bool,
    /// None when there is no link (any more).
    pub ends_at: Option<Millis>,
}

/// What the owner of a link sees before she has chosen her password.
#[derive(Debug, Clone)]
pub struct Activation {
    pub account: Id,
    pub login: String,
    pub name: String,
    /// For the authenticator app.
    pub secret: Vec<u8>,
}

pub async fn open_staff_account(tx: &mut Tx<'_>, cx: &Cx, login: &str, name: &str) -> Result<Opening> {
    authorize(&cx.actor, Action::AccountOpen, Thing::NOTHING)?;
    let (login, name) = (login.trim().to_ascii_lowercase(), name.trim());
    let mut refusals = Vec::new();
    if let Err(message) = super::registration::check_login(&login) {
        refusals.push(Refusal::at("identity.login_form", "login", message));
    } else if super::account::store::account_by_login(tx, cx, &login).await?.is_some() {
        refusals.push(Refusal::at("identity.login_unavailable", "login", "这个账号名已经有了，请换一个"));
    }
    if let Err(message) = super::registration::check_name(name) {
        refusals.push(Refusal::at("identity.name_form", "name", message));
    }
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let account = cx.id();
    let new = NewAccount {
        login: login.clone(),
        kind: AccountKind::Staff,
        name: name.to_owned(),
        person: None,
        role: None,
        assurance: 4,
        password: PasswordHash(String::new()),
        totp_secret: None,
        posts: Vec::new(),
    };
    super::account::store::insert_account(tx, cx, account, &new).await?;
    say(tx, cx, account, "identity.account_opened", &json!({ "login": login })).await?;
    new_link(tx, cx, account, login).await
}

/// A new link for somebody who lost her phone, her password or the first link. Whatever the account could
/// do is gone until the security administrator gives it anew: else whoever makes links could become
/// anybody.
pub async fn reopen_staff_account(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Opening> {
    authorize(&cx.actor, Action::AccountOpen, Thing::NOTHING)?;
    let found = super::account::store::account(tx, cx, account).await?;
    let found = found.filter(|found| found.kind == AccountKind::Staff).ok_or(Error::NotFound)?;
    if found.disabled {
        // Its owner would find nothing behind the link.
        let message = "账户已停用，请先由安全管理员启用，再重置";
        return Err(Error::refused("identity.account_is_disabled", message));
    }
    let posts = super::account::store::posts(tx, account).await?.len();
    store::close(tx, found.id).await?;
    store::delete_posts(tx, found.id).await?;
    super::session::store::delete_sessions_of(tx, found.id).await?;
    say(tx, cx, found.id, "identity.account_reopened", &json!({ "posts_removed": posts })).await?;
    new_link(tx, cx, found.id, found.login).await
}

async fn new_link(tx: &mut Tx<'_>, cx: &Cx, account: Id, login: String) -> Result<Opening> {
    let opening = Opening { account, login, token: base::token(cx.rng(), 32), ends_at: cx.now + WITHIN };
    let secret = totp::new_secret(cx.rng());
    store::delete_activation(tx, account).await?;
    store::insert_activation(tx, cx, &opening, &token_hash(cx, &opening.token), &secret).await?;
    Ok(opening)
}

fn token_hash(cx: &Cx, token: &str) -> String {
    cx.keys().token_hash("activation", token)
}

/// Staff accounts, newest first: those whose login begins so or whose name has it in it, all when it is empty.
pub async fn openings(tx: &mut Tx<'_>, cx: &Cx, find: &str, page: Page) -> Result<PageOf<OpeningRow>> {
    authorize(&cx.actor, Action::AccountOpen, Thing::NOTHING)?;
    store::openings(tx, cx.now, find.trim(), page).await
}

/// The account behind a link that works; any other link is not found.
pub async fn find_activation(tx: &mut Tx<'_>, cx: &Cx, token: &str) -> Result<Activation> {
    let (account, secret) =
        store::activation(tx, cx, &token_hash(cx, token), cx.now).await?.ok_or(Error::NotFound)?;
    let account: Account = super::account::store::account(tx, cx, account).await?.ok_or(Error::NotFound)?;
    if account.disabled {
        return Err(Error::NotFound);
    }
    Ok(Activation { account: account.id, login: account.login, name: account.name, secret })
}

/// Chooses the password and proves that the app shows the right codes. The link is used up.
pub async fn activate(cx: &Cx, token: &str, password: &str, again: &str, code: &str) -> Result<()> {
    let found = cx.db().read(async |tx| find_activation(tx, cx, token).await).await?;
    // In the order of the page.
    let mut refusals = Vec::new();
    let step = totp::step_of(&found.secret, code.trim(), cx.now, 0);
    if step.is_none() {
        let message = "动态验证码不对。请先扫码，再输入应用里当前显示的6位数字";
        refusals.push(Refusal::at("identity.wrong_code", "code", message));
    }
    let about = [found.login.as_str()];
    if let Err(Error::Refused(weak)) = super::password::check_strength(password, &about) {
        refusals.extend(weak);
    } else if password != again {
        refusals.push(Refusal::at("identity.passwords_differ", "again", "两次输入的密码不一样，请重新输入"));
    }
    let (Some(step), true) = (step, refusals.is_empty()) else { return Err(Error::Refused(refusals)) };
    let hash = super::password::new_password(cx.rng(), password, &about).await?;
    cx.db()
        .write(async |tx| {
            // Of two who use one link at the same moment the second finds none.
            let again = find_activation(tx, cx, token).await?;
            store::delete_activation(tx, again.account).await?;
            store::activate(tx, cx, again.account, &hash.0, &again.secret, step).await?;
            let detail = json!({ "address": cx.address() });
            say(tx, cx, again.account, "identity.account_activated", &detail).await
        })
        .await
}

#[cfg(test)]
mod tests;
