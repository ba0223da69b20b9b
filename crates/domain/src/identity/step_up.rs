//! The second factor once more, for acts that bind a body or give much away: using, stopping and authorising
//! seals, changing certificates that stand, exporting evidence.
//!
//! Asked anew on the standing session, because whoever sits down at an open screen must not be able to seal
//! (ASVS v5.0.0-7.5.3; standards §10: step-up on demand).

use super::account::{say, store};
use super::session::{self, SessionToken};
use super::{AccountKind, login, totp};
use crate::Cx;
use base::{Error, Millis, Result};
use serde_json::json;

/// How long a step-up counts.
pub const STEP_UP_FOR: Millis = 5 * 60 * 1000;

/// Checks the code of the app for the session behind `token` and gives the instant until which it counts.
/// A wrong code counts like a wrong password and locks the account after five; a code works once.
pub async fn step_up(cx: &Cx, token: &SessionToken, code: &str) -> Result<Millis> {
    let outcome = cx
        .db()
        .write(async |tx| {
            let Some(account) = session::standing_account(tx, cx, token).await? else {
                return Err(Error::Unauthenticated);
            };
            if account.kind != AccountKind::Staff {
                return Err(Error::Denied);
            }
            if account.locked_until > cx.now {
                return Err(login::locked(account.locked_until, cx.now));
            }
            let secret = account.totp_secret.as_deref().unwrap_or_default();
            let Some(step) = totp::step_of(secret, code.trim(), cx.now, account.totp_step) else {
                login::fail(tx, cx, &account).await?;
                return Ok(None);
            };
            store::set_totp_step(tx, account.id, step).await?;
            store::set_failures(tx, account.id, 0, 0).await?;
            session::mark_stepped_up(tx, cx, token).await?;
            say(tx, cx, account.id, "identity.stepped_up", &json!({ "second_factor": "totp" })).await?;
            Ok(Some(cx.now + STEP_UP_FOR))
        })
        .await?;
    outcome.ok_or_else(login::wrong_code)
}

/// A clock set back makes nothing fresh.
pub(super) fn is_fresh(stepped_up_at: Millis, now: Millis) -> bool {
    stepped_up_at > 0 && (0..=STEP_UP_FOR).contains(&(now - stepped_up_at))
}

pub(super) fn needed() -> Error {
    Error::refused("identity.step_up_needed", "这一步要再次验证身份，请输入动态验证码后继续")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_up_counts_for_five_minutes_and_never_before_it_was_given() {
        assert!(is_fresh(1_000, 1_000));
        assert!(is_fresh(1_000, 1_000 + STEP_UP_FOR));
        assert!(!is_fresh(1_000, 1_001 + STEP_UP_FOR));
        assert!(!is_fresh(1_000, 999));
        assert!(!is_fresh(0, 10));
    }
}
