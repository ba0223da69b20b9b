//! What everybody looks after herself: password, phone, the sessions that stand, and what happened to her
//! account.

mod store;

use super::account::say;
use super::session::{SessionToken, hash};
use super::standing::confirm_password;
use crate::Cx;
use crate::journal::{self, Event};
use base::{Error, Id, Millis, Result};
use db::Tx;
use serde_json::json;

/// A session of one's own account. Its token is nobody's to see, not even its owner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    pub began_at: Millis,
    pub seen_at: Millis,
    pub ends_at: Millis,
    /// The session that asks.
    pub current: bool,
}

/// How many events of an account its owner sees.
const NEWS: i64 = 20;

/// Changes one's password; all other sessions end, because whoever changes it may fear that somebody else
/// is in (ASVS v5.0.0-7.4.3). Wrong tries count towards the lock as at log-in.
pub async fn change_password(cx: &Cx, token: &SessionToken, current: &str, new: &str) -> Result<()> {
    let account = cx.actor.require_account()?;
    let (login, phone) = cx.db().read(async |tx| store::known_words(tx, cx, account).await).await?;
    let hash_of_new = match super::password::new_password(cx.rng(), new, &[&login, &phone]).await {
        Err(error) => return Err(at(error, "new")),
        Ok(hash) => hash,
    };
    confirm_password(cx, current).await.map_err(|error| at(error, "current"))?;
    if current == new {
        return Err(Error::refused_at("identity.same_password", "new", "新密码不能和现在的密码一样"));
    }
    let own = hash(cx, token);
    cx.db()
        .write(async |tx| {
            store::set_password(tx, account, &hash_of_new.0).await?;
            store::delete_other_sessions(tx, account, &own).await?;
            say(tx, cx, account, "identity.password_changed", &json!({ "address": cx.address() })).await
        })
        .await
}

/// Changes the phone of a person. The password is asked again: a phone is a way to reach her.
pub async fn change_phone(cx: &Cx, phone: &str, password: &str) -> Result<()> {
    let actor = cx.actor.require_person()?;
    let (account, person) = (actor.account, actor.person);
    if !super::registration::is_mobile(phone.trim()) {
        let message = "手机号应为11位数字，例如 13800138000";
        return Err(Error::refused_at("identity.phone_form", "phone", message));
    }
    confirm_password(cx, password).await?;
    cx.db()
        .write(async |tx| {
            store::set_phone(tx, cx, person, phone.trim()).await?;
            say(tx, cx, account, "identity.phone_changed", &json!({ "address": cx.address() })).await
        })
        .await
}

/// The same refusals at the field of this form.
fn at(error: Error, field: &str) -> Error {
    let Error::Refused(mut refusals) = error else { return error };
    refusals.iter_mut().for_each(|refusal| refusal.field = Some(field.to_owned()));
    Error::Refused(refusals)
}

/// The sessions of one's account that stand now, newest first.
pub async fn own_sessions(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<Vec<OwnSession>> {
    let account = cx.actor.require_account()?;
    store::sessions(tx, account, cx.now, &hash(cx, token)).await
}

/// Ends every session of one's account but this one, at once. Gives how many ended.
pub async fn end_other_sessions(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<u64> {
    let account = cx.actor.require_account()?;
    let ended = store::delete_other_sessions(tx, account, &hash(cx, token)).await?;
    say(tx, cx, account, "identity.sessions_ended", &json!({ "ended": ended })).await?;
    Ok(ended)
}

/// What happened to one's account, newest first.
pub async fn account_news(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Event>> {
    let account: Id = cx.actor.require_account()?;
    journal::newest_of_subject(tx, "account", account, NEWS).await
}

#[cfg(test)]
mod tests;
