//! Sessions: opaque tokens, stored as keyed hashes, ended by the server.

use super::{Account, AccountKind, ActingFor, Actor, AdministratorActor, PersonActor, StaffActor, store};
use crate::Cx;
use base::{Error, Id, Millis, Result};
use db::Tx;

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
    let found = cx.db().read(async |tx| load(tx, cx, &hash).await).await?;
    let Some((session, stale)) = found else { return Ok(None) };
    if stale {
        // On a full disk people can still read: a session then ends a little early, nothing worse.
        match cx.db().write(async |tx| store::touch_session(tx, &hash, cx.now).await).await {
            Ok(()) | Err(Error::Busy) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(Some(session))
}

async fn load(tx: &mut Tx<'_>, cx: &Cx, hash: &str) -> Result<Option<(Session, bool)>> {
    let Some(row) = store::session(tx, hash).await? else { return Ok(None) };
    // A clock set back must not lengthen a session: one "seen in the future" has ended.
    let idle_for = cx.now - row.seen_at;
    let from_the_future = row.created_at > cx.now + TOUCH_EVERY;
    if row.disabled || row.ends_at <= cx.now || idle_for > idle(row.kind) || from_the_future {
        return Ok(None);
    }
    let actor = if row.second_factor { actor(tx, cx, &row).await? } else { Actor::Visitor };
    let stale = idle_for > TOUCH_EVERY;
    let seen_at = if stale { cx.now } else { row.seen_at };
    let session = Session {
        actor,
        csrf: row.csrf,
        code_needed: !row.second_factor,
        ends_at: row.ends_at,
        idle_until: (seen_at + idle(row.kind)).min(row.ends_at),
    };
    Ok(Some((session, stale)))
}

async fn actor(tx: &mut Tx<'_>, cx: &Cx, row: &store::SessionRow) -> Result<Actor> {
    Ok(match row.kind {
        AccountKind::Person => {
            let person = row.person.ok_or_else(|| Error::bug("an account of a person without person"))?;
            let sealed = row.person_name.as_deref().unwrap_or_default();
            Actor::Person(PersonActor {
                account: row.account,
                person,
                name: cx.keys().open_text("identity_person.name", sealed)?,
                assurance: row.assurance,
                acting_for: acting_for(tx, cx, row.account, row.acting_for).await?,
            })
        }
        AccountKind::Staff => Actor::Staff(StaffActor {
            account: row.account,
            name: row.name.clone(),
            posts: store::posts(tx, row.account).await?,
        }),
        AccountKind::Administrator => Actor::Administrator(AdministratorActor {
            account: row.account,
            name: row.name.clone(),
            role: row.role.ok_or_else(|| Error::bug("an administrator without role"))?,
        }),
    })
}

/// The organisation a session acts for, as long as a mandate covers it today.
async fn acting_for(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    organisation: Option<Id>,
) -> Result<Option<ActingFor>> {
    let Some(organisation) = organisation else { return Ok(None) };
    let mandates = super::mandates_of(tx, cx, account).await?;
    Ok(mandates.into_iter().find(|mandate| mandate.organisation == organisation).map(|mandate| ActingFor {
        organisation,
        name: mandate.organisation_name,
        credit_code: mandate.credit_code,
        items: mandate.items,
    }))
}

pub(super) async fn waiting_account(
    tx: &mut Tx<'_>,
    cx: &Cx,
    token: &SessionToken,
) -> Result<Option<Account>> {
    match store::session(tx, &hash(cx, token)).await? {
        Some(row) if !row.second_factor && row.ends_at > cx.now && !row.disabled => {
            store::account(tx, cx, row.account).await
        }
        _ => Ok(None),
    }
}

/// Somebody says that she is still there: the idle time begins anew, the longest time does not. Gives the
/// instant at which the session now ends.
pub async fn extend_session(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<Millis> {
    let hash = hash(cx, token);
    let (session, _) = load(tx, cx, &hash).await?.ok_or(Error::Unauthenticated)?;
    let row = store::session(tx, &hash).await?.ok_or(Error::Unauthenticated)?;
    if session.code_needed {
        return Ok(session.ends_at);
    }
    store::touch_session(tx, &hash, cx.now).await?;
    Ok((cx.now + idle(row.kind)).min(row.ends_at))
}

/// Ends a session at once (ASVS 7.4.1).
pub async fn end_session(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken) -> Result<()> {
    store::delete_session(tx, &hash(cx, token)).await
}

/// Switches between acting for oneself (`None`) and for an organisation one holds a mandate of.
pub async fn act_for(tx: &mut Tx<'_>, cx: &Cx, token: &SessionToken, organisation: Option<Id>) -> Result<()> {
    let account = cx.actor.require_person()?.account;
    if organisation.is_some() && acting_for(tx, cx, account, organisation).await?.is_none() {
        return Err(Error::NotFound);
    }
    store::set_acting_for(tx, &hash(cx, token), organisation).await
}
