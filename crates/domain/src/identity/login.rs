//! Logging in: password, then for staff the code of their app.

use super::account::{say, store};
use super::session::{self, SessionToken};
use super::{Account, AccountKind, password, totp};
use crate::Cx;
use base::{Error, Id, Millis, Result};
use db::Tx;
use serde_json::json;

/// GB/T 22239 8.1.4.1 asks for a limit, the numbers are ours.
const MOST_FAILURES: i64 = 5;
const LOCKED_FOR: Millis = 10 * 60 * 1000;
/// How long tries at a name nobody has are remembered.
const KEPT_FOR: Millis = 30 * 24 * 3600 * 1000;

pub struct Credentials<'a> {
    pub login: &'a str,
    pub password: &'a str,
}

/// A session that began.
#[derive(Debug)]
pub struct LoggedIn {
    pub account: Id,
    pub token: SessionToken,
    /// The session can do nothing until [`confirm_code`].
    pub code_needed: bool,
}

/// Checks a password and begins a session. The hash is computed outside any transaction; the outcome is
/// written in one. Unknown login, wrong password, locked and disabled account get the same answer in the
/// same time; a lock tells when to come back, and names that nobody has are locked too.
pub async fn log_in(cx: &Cx, credentials: Credentials<'_>) -> Result<LoggedIn> {
    let login = credentials.login.trim();
    let account = cx.db().read(async |tx| store::account_by_login(tx, cx, login).await).await?;
    // An account that waits for its activation has no password yet: nothing matches.
    let hash = account.as_ref().map(|a| a.password_hash.as_str()).filter(|hash| !hash.is_empty());
    let right = password::matches(credentials.password, hash).await?;
    let Some(account) = account else { return Err(no_account(cx, login).await?) };
    let outcome = cx.db().write(async |tx| conclude(tx, cx, &account, right).await).await?;
    outcome.ok_or_else(wrong)
}

/// Writes a success or a failure; `None` is a failure, kept although nobody gets in. `checked` is the account whose
/// password was compared: one that was changed meanwhile, which ended its sessions, was not.
async fn conclude(tx: &mut Tx<'_>, cx: &Cx, checked: &Account, right: bool) -> Result<Option<LoggedIn>> {
    let Some(account) = store::account(tx, cx, checked.id).await? else { return Ok(None) };
    let right = right && account.password_hash == checked.password_hash;
    if account.locked_until > cx.now {
        return Err(locked(account.locked_until, cx.now));
    }
    if !right || account.disabled {
        fail(tx, cx, &account).await?;
        return Ok(None);
    }
    let code_needed = account.kind != AccountKind::Person;
    let token = session::begin(tx, cx, &account, !code_needed).await?;
    // With a code still to come failures stay counted: else whoever has the password could try codes
    // without end, logging in anew before each lock.
    if !code_needed {
        store::set_failures(tx, account.id, 0, 0).await?;
        say(tx, cx, account.id, "identity.logged_in", &json!({ "address": cx.address() })).await?;
    }
    Ok(Some(LoggedIn { account: account.id, token, code_needed }))
}

/// A name nobody has is locked like one that somebody has: whoever tries names must not learn which ones there
/// are (ASVS 6.3.8). It is kept as a keyed hash; what people mistype is often a secret.
async fn no_account(cx: &Cx, login: &str) -> Result<Error> {
    let name = cx.keys().token_hash("unknown login", login);
    let kept_until = cx.now - KEPT_FOR;
    cx.db()
        .write(async |tx| {
            store::forget_unknown_logins(tx, kept_until).await?;
            let (failures, locked_until) = store::unknown_login(tx, &name).await?.unwrap_or_default();
            if locked_until > cx.now {
                return Ok(locked(locked_until, cx.now));
            }
            let (counted, locked_until) = count_failure(failures, cx.now);
            store::set_unknown_login(tx, &name, counted, locked_until, cx.now).await?;
            Ok(wrong())
        })
        .await
}

/// Failures as they are counted on, and until when there is a lock; 0 is none.
fn count_failure(before: i64, now: Millis) -> (i64, Millis) {
    if before + 1 >= MOST_FAILURES { (0, now + LOCKED_FOR) } else { (before + 1, 0) }
}

pub(super) async fn fail(tx: &mut Tx<'_>, cx: &Cx, account: &Account) -> Result<()> {
    let failures = account.failures + 1;
    let (counted, locked_until) = count_failure(account.failures, cx.now);
    store::set_failures(tx, account.id, counted, locked_until).await?;
    let kind = if locked_until > 0 { "identity.account_locked" } else { "identity.login_failed" };
    say(tx, cx, account.id, kind, &json!({ "failures": failures, "address": cx.address() })).await
}

/// The second step of staff and administrators: the code of their app turns the waiting session into a
/// full one under a new token (ASVS 7.2.4).
pub async fn confirm_code(cx: &Cx, token: &SessionToken, code: &str) -> Result<LoggedIn> {
    let outcome = cx
        .db()
        .write(async |tx| {
            let Some(account) = session::waiting_account(tx, cx, token).await? else {
                return Err(Error::Unauthenticated);
            };
            if account.locked_until > cx.now {
                return Err(locked(account.locked_until, cx.now));
            }
            let secret = account.totp_secret.as_deref().unwrap_or_default();
            let Some(step) = totp::step_of(secret, code.trim(), cx.now, account.totp_step) else {
                fail(tx, cx, &account).await?;
                return Ok(None);
            };
            store::set_totp_step(tx, account.id, step).await?;
            store::set_failures(tx, account.id, 0, 0).await?;
            session::end_session(tx, cx, token).await?;
            let token = session::begin(tx, cx, &account, true).await?;
            say(
                tx,
                cx,
                account.id,
                "identity.logged_in",
                &json!({ "second_factor": "totp", "address": cx.address() }),
            )
            .await?;
            Ok(Some(LoggedIn { account: account.id, token, code_needed: false }))
        })
        .await?;
    outcome.ok_or_else(wrong_code)
}

/// A code that was used is shown by the app for up to half a minute more: to whoever sees it there, "wrong" alone
/// would say that her app is.
pub(super) fn wrong_code() -> Error {
    let message = "动态验证码不对或者已经用过，请等应用里显示下一个6位数字再输入";
    Error::refused_at("identity.wrong_code", "code", message)
}

fn wrong() -> Error {
    Error::refused_at("identity.wrong_credentials", "password", "账号或密码不对，请核对后再试")
}

pub(super) fn locked(until: Millis, now: Millis) -> Error {
    let minutes = (until - now).div_euclid(60_000) + 1;
    let message = format!("多次输入有误，为保护账户已暂停登录，请 {minutes} 分钟后再试");
    Error::refused_at("identity.locked", "password", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Actor;
    use crate::testing::story;
    use db::params;

    #[tokio::test]
    async fn a_password_changed_while_it_was_compared_lets_nobody_in() {
        story(async |town| {
            let (db, cx) = (&town.world.db, town.cx(&Actor::Visitor));
            let find = async || db.read(async |tx| store::account_by_login(tx, &cx, "wang").await).await;
            let compared = find().await.unwrap().expect("an account");
            let conclude =
                async |account: &Account| db.write(async |tx| conclude(tx, &cx, account, true).await).await;
            assert!(conclude(&compared).await.unwrap().is_some());
            let change = "UPDATE identity_account SET password_hash = 'another' WHERE id = $1";
            db.write(async |tx| tx.execute(change, &params![compared.id]).await).await.unwrap();
            assert!(
                conclude(&compared).await.unwrap().is_none(),
                "what was compared is the password no more"
            );
            assert!(conclude(&find().await.unwrap().expect("an account")).await.unwrap().is_some());
        })
        .await;
    }
}
