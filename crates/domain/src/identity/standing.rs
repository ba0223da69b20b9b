//! Who is still there: sessions that stand, and the same person asked again for her password.

use super::account::store;
use super::login::{fail, locked};
use super::session::store as sessions;
use super::session::{SessionToken, hash, idle};
use super::{AccountKind, password};
use crate::Cx;
use base::{Error, Id, Result};
use db::Tx;

/// What marks a session without being able to open it.
pub fn session_mark(cx: &Cx, token: &SessionToken) -> String {
    hash(cx, token)
}

/// The marks of a person's sessions that stand now.
pub async fn standing_sessions(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Vec<String>> {
    sessions::sessions_of(tx, account, cx.now, cx.now - idle(AccountKind::Person)).await
}

/// Asks whoever is logged in for her password again (step-up). Wrong ones count towards the lock-out, as
/// at the log-in.
pub async fn confirm_password(cx: &Cx, given: &str) -> Result<()> {
    let id = cx.actor.require_account()?;
    let found = cx.db().read(async |tx| store::account(tx, cx, id).await).await?;
    let found = found.ok_or(Error::Unauthenticated)?;
    let right = password::matches(given, Some(&found.password_hash)).await?;
    // Counted on the row as it is now: guesses sent at the same moment all count.
    let conclude = cx.db().write(async |tx| {
        let account = store::account(tx, cx, id).await?.ok_or(Error::Unauthenticated)?;
        if account.locked_until > cx.now {
            return Err(locked(account.locked_until, cx.now));
        }
        match right {
            true => store::set_failures(tx, id, 0, 0).await,
            false => fail(tx, cx, &account).await,
        }
    });
    conclude.await?;
    if right {
        return Ok(());
    }
    Err(Error::refused_at("identity.wrong_password", "password", "密码不对，请重新输入登录密码"))
}
