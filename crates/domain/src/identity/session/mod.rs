//! Sessions: opaque tokens, stored as keyed hashes, ended by the server.

pub(super) mod store;

use super::account::store as accounts;
use super::{Account, AccountKind, Actor, AdministratorActor, PersonActor, StaffActor};
use crate::Cx;
use base::{Error, Id, Millis, Result};
use db::Tx;
use std::sync::Arc;

/// The secret the browser holds: 32 random bytes in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionToken(pub String);

/// A session that stands, and who it speaks for right now.
#[derive(Debug, Clone)]
pub struct Session {
    pub actor: Actor,
    /// What state-changing forms must carry.
    pub csrf: String,
    /// Password given, code still missing: the actor is a visitor until then.
    pub code_needed: bool,
    pub ends_at: Millis,
    /// When it ends if nothing more is asked for: never after `ends_at`.
    pub idle_until: Millis,
}

/// Idle times: 15 minutes for staff, 30 for the public; never longer than 12 hours in all.
const IDLE_STAFF: Millis = 15 * 60 * 1000;
const IDLE_PUBLIC: Millis = 30 * 60 * 1000;
const LONGEST: Millis = 12 * 60 * 60 * 1000;
const CODE_WITHIN: Millis = 5 * 60 * 1000;
/// A session's last use is written at most this often: a write for each page view would be waste.
const TOUCH_EVERY: Millis = 60 * 1000;

pub(super) fn idle(kind: AccountKind) -> Millis {
    if kind == AccountKind::Person { IDLE_PUBLIC } else { IDLE_STAFF }
}

pub(super) fn hash(cx: &Cx, token: &SessionToken) -> String {
    cx.keys().token_hash("session", &token.0)
}

pub(super) async fn begin(tx: &mut Tx<'_>, cx: &Cx, account: &Account, full: bool) -> Result<SessionToken> {
    let token = SessionToken(base::token(cx.rng(), 32));
    let csrf = base::token(cx.rng(), 16);
    let ends_at = cx.now + if full { LONGEST } else { CODE_WITHIN };
    store::insert_session(tx, &hash(cx, &token), account.id, &csrf, full, cx.now, ends_at).await?;
    Ok(token)
}

/// The session behind a token, or nothing when it ended, idled out or its account was disabled. Rights are
/// read anew each time, so a change of posts or mandates counts at once (ASVS 8.3.2).
pub async fn find_session(cx: &Cx, token: &SessionToken) -> Result<Option<Session>> {
    let hash = hash(cx, token);
    let today = cx.today().to_string();
    let found = cx.db().read_one(async |tx| store::session(tx, &hash, &today).await).await?;
    let Some((session, stale)) = found.map(|row| standing(cx, row)).transpose()?.flatten() else {
        return Ok(None);
    };
    if stale {
        // On a full disk people can still read: a session then ends a little early, nothing worse.
        match cx.db().write(async |tx| store::touch_session(tx, &hash, cx.now).await).await {
            Ok(()) | Err(Error::Busy) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Some(session))
}

/// The session of a row, and whether its last use should be written; nothing when it has ended.
fn standing(cx: &Cx, row: store::SessionRow) -> Result<Option<(Session, bool)>> {
    // A clock set back must not lengthen a session: one "seen in the future" has ended.
    let idle_for = cx.now - row.seen_at;
    let from_the_future = row.created_at > cx.now + TOUCH_EVERY;
    if row.disabled || row.ends_at <= cx.now || idle_for > idle(row.kind) || from_the_future {
        return Ok(None);
    }
    let stale = idle_for > TOUCH_EVERY;
    let seen_at = if stale { cx.now } else { row.seen_at };
    let idle_until = (seen_at + idle(row.kind)).min(row.ends_at);
    let (csrf, code_needed, ends_at) = (row.csrf.clone(), !row.second_factor, row.ends_at);
    let actor = if row.second_factor { actor(cx, row)? } else { Actor::Visitor };
    Ok(Some((Session { actor, csrf, code_needed, ends_at, idle_until }, stale)))
}

fn actor(cx: &Cx, row: store::SessionRow) -> Result<Actor> {
    Ok(match row.kind {
        AccountKind::Person => {
            let profile = row.profile.ok_or_else(|| Error::bug("an account of a person without person"))?;
            Actor::Person(PersonActor {
                account: row.account,
                person: profile.id,
                name: profile.open_name(cx)?,
                assurance: row.assurance,
                acting_for: row.acting,
                profile: Some(Arc::new(profile)),
            })
        }
        AccountKind::Staff => Actor::Staff(StaffActor {
            account: row.account,
            name: row.name,
            posts: row.posts,
            stepped_up_at: row.stepped_up_at,
        }),
        AccountKind::Administrator => Actor::Administrator(AdministratorActor {
            account: row.account,
            name: row.name,
            role: row.role.ok_or_else(|| Error::bug("an administrator without role"))?,
        }),
    })
}

/// The account behind a full session that stands, for acts on the session itself.
pub(super) async fn standing_account(
    tx: &mut Tx<'_>,
    cx: &Cx,
    token: &SessionToken,
) -> Result<Option<Account>> {
    match store::session(tx, &hash(cx, token), &cx.today().to_string()).await? {
        Some(row) if row.second_factor && row.ends_at > cx.now && !row.disabled => {
            accounts::account(tx, cx, row.account).await
        }
        _ => Ok(None),
    }
}

pub(super) async fn mark_stepped_up(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<()> {
    store::set_stepped_up(tx, &hash(cx, token), cx.now).await
}

pub(super) async fn waiting_account(
    tx: &mut Tx<'_>,
    cx: &Cx,
    token: &SessionToken,
) -> Result<Option<Account>> {
    match store::session(tx, &hash(cx, token), &cx.today().to_string()).await? {
        Some(row) if !row.second_factor && row.ends_at > cx.now && !row.disabled => {
            accounts::account(tx, cx, row.account).await
        }
        _ => Ok(None),
    }
}

/// Somebody says that she is still there: the idle time begins anew, the longest time does not. Gives the
/// instant at which the session now ends.
pub async fn extend_session(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<Millis> {
    let hash = hash(cx, token);
    let row = store::session(tx, &hash, &cx.today().to_string()).await?.ok_or(Error::Unauthenticated)?;
    let idle = idle(row.kind);
    let (session, _) = standing(cx, row)?.ok_or(Error::Unauthenticated)?;
    if session.code_needed {
        return Ok(session.ends_at);
    }
    store::touch_session(tx, &hash, cx.now).await?;
    Ok((cx.now + idle).min(session.ends_at))
}

/// Ends a session at once (ASVS 7.4.1).
pub async fn end_session(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<()> {
    store::delete_session(tx, &hash(cx, token)).await
}

/// Switches between acting for oneself (`None`) and for an organisation one represents or holds a mandate
/// of.
pub async fn act_for(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken, organisation: Option<Id>) -> Result<()> {
    cx.actor.require_person()?;
    if let Some(organisation) = organisation {
        let capacities = super::capacities(tx, cx).await?;
        if capacities.iter().all(|capacity| capacity.organisation != organisation) {
            return Err(Error::NotFound);
        }
    }
    store::set_acting_for(tx, &hash(cx, token), organisation).await
}
