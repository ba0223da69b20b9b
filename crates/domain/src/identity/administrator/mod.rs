//! Administrators, as the operator of the machine opens them or lets them in again. Nobody else can: who lost
//! her phone would otherwise need a colleague who could then become her.

use super::account::{say, store as accounts};
use super::session::store as sessions;
use super::{Account, AccountKind, Action, NewAccount, PasswordHash, Role, Thing, authorize, create_account};
use crate::Cx;
use base::{Error, Id, Result};
use db::Tx;
use serde_json::json;

#[derive(Debug, Clone)]
pub struct GivenAdministrator {
    /// As it is kept: in small letters.
    pub login: String,
    /// Empty is the name of the role.
    pub name: String,
    pub role: Role,
    /// An account that is there gets a new password and a new second factor.
    pub reset: bool,
}

/// What stands against it, before anybody is asked for a password. Gives the account that is there.
pub async fn check_administrator(
    tx: &mut Tx<'_>,
    cx: &Cx,
    given: &GivenAdministrator,
) -> Result<Option<Account>> {
    authorize(&cx.actor, Action::AccountManage, Thing::NOTHING)?;
    let (login, role) = (&given.login, given.role.name());
    let refuse = |code, message: String| Err(Error::refused_at(code, "login", message));
    match accounts::account_by_login(tx, cx, login).await? {
        None if given.reset => refuse("identity.no_administrator", format!("没有账号 {login}，不能重设")),
        None => match super::registration::check_login(login) {
            Ok(()) => Ok(None),
            Err(message) => refuse("identity.login_form", message.to_owned()),
        },
        Some(found) if found.kind != AccountKind::Administrator => match given.reset {
            true => refuse("identity.no_administrator", format!("{login} 不是管理员账户，不能这样重设")),
            false => refuse("identity.login_unavailable", format!("账号名 {login} 已经有人用了，请换一个")),
        },
        Some(found) if found.role != Some(given.role) => {
            let own = found.role.map_or("管理员", Role::name);
            refuse("identity.other_role", format!("{login} 已经是{own}，不是{role}"))
        }
        Some(_) if !given.reset => {
            refuse("identity.administrator_exists", format!("{login} 已经是{role}，没有改动"))
        }
        Some(found) if found.disabled => {
            refuse("identity.account_is_disabled", format!("{login} 已停用，请先由另一位安全管理员启用"))
        }
        Some(found) => Ok(Some(found)),
    }
}

/// Opens the account, or gives it password and second factor anew; sessions that stood are ended.
pub async fn set_administrator(
    tx: &mut Tx<'_>,
    cx: &Cx,
    given: &GivenAdministrator,
    password: PasswordHash,
    secret: &[u8],
) -> Result<Id> {
    let Some(found) = check_administrator(tx, cx, given).await? else {
        let name = if given.name.is_empty() { given.role.name() } else { &given.name };
        let new = NewAccount {
            login: given.login.clone(),
            kind: AccountKind::Administrator,
            name: name.to_owned(),
            person: None,
            role: Some(given.role),
            assurance: 4,
            password,
            totp_secret: Some(secret.to_vec()),
            posts: Vec::new(),
        };
        return create_account(tx, cx, new).await;
    };
    // No code was shown yet: none is used up.
    super::staffing::store::activate(tx, cx, found.id, &password.0, secret, 0).await?;
    sessions::delete_sessions_of(tx, found.id).await?;
    say(tx, cx, found.id, "identity.account_reset", &json!({ "role": given.role.word() })).await?;
    Ok(found.id)
}

#[cfg(test)]
mod tests;
