//! SQL of sessions.

use crate::identity::person::SealedProfile;
use crate::identity::store::read_organisation;
use crate::identity::{AccountKind, ActingFor, BINDS, Post, PostKind, Role};
use base::{Error, Id, Millis, Result};
use db::{Row, Tx, params};

const UNREADABLE: &str = "a session row says what no session can be";

/// A session with its account, posts and the mandate it is used under, as far as each request needs them.
pub(in crate::identity) struct SessionRow {
    pub account: Id,
    pub csrf: String,
    pub second_factor: bool,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub ends_at: Millis,
    pub kind: AccountKind,
    pub name: String,
    pub role: Option<Role>,
    pub assurance: u8,
    pub disabled: bool,
    pub profile: Option<SealedProfile>,
    pub stepped_up_at: Millis,
    /// Of staff, in the order they were given.
    pub posts: Vec<Post>,
    /// The organisation of `acting_for`, as long as she represents it or a mandate covers it.
    pub acting: Option<ActingFor>,
}

/// One statement for what every request asks: a row for each post, or a single one.
pub(in crate::identity) async fn session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    today: &str,
) -> Result<Option<SessionRow>> {
    let mut found: Option<SessionRow> = None;
    let mut posts: Vec<(Id, Post)> = Vec::new();
    let read = |row: &Row<'_>| {
        if let Some(id) = row.opt_id(14)? {
            let post = PostKind::from_word(row.str(17)?).ok_or_else(|| Error::bug(UNREADABLE))?;
            posts.push((id, Post { body: row.text(15)?, division: row.text(16)?, post }));
        }
        // Further rows differ in their post and their mandate alone.
        match &mut found {
            None => found = Some(read_session(row)?),
            Some(SessionRow { acting: Some(known), .. }) => {
                if let Some(more) = read_acting(row)? {
                    together(known, more);
                }
            }
            Some(_) => {}
        }
        Ok(())
    };
    tx.rows(
        "SELECT s.account_id, s.csrf, s.acting_for, s.second_factor, s.created_at, s.seen_at, s.ends_at, a.kind, \
         a.name, a.role, a.assurance, a.disabled_at, a.person_id, p.name, t.id, t.body, t.division, t.post, \
         o.name, o.credit_code, m.items, o.representative_id, s.stepped_up_at, p.number, p.number_hash, p.phone, o.kind, \
         o.address FROM identity_session s \
         JOIN identity_account a ON a.id = s.account_id LEFT JOIN identity_person p ON p.id = a.person_id LEFT JOIN identity_post t ON t.account_id = a.id \
         LEFT JOIN identity_organisation o ON o.id = s.acting_for \
         LEFT JOIN identity_mandate m ON m.account_id = a.id AND m.organisation_id = o.id \
         AND m.revoked_at IS NULL AND m.valid_from_on <= $2 AND m.valid_until_on >= $2 \
         AND (m.given_by IS NULL OR m.given_by = o.representative_id) WHERE s.token_hash = $1",
        &params![token_hash, today],
        read,
    )
    .await?;
    // Two mandates would show each post twice.
    posts.sort_by_key(|(id, _)| *id);
    posts.dedup_by_key(|(id, _)| *id);
    Ok(found.map(|row| SessionRow { posts: posts.into_iter().map(|(_, post)| post).collect(), ..row }))
}

/// Several mandates of one organisation count together; one for all items covers them all.
fn together(known: &mut ActingFor, more: ActingFor) {
    if known.items.is_empty() || more.items.is_empty() {
        known.items.clear();
    } else {
        known.items.extend(more.items);
    }
}

/// The organisation of `acting_for`, when she represents it or holds a mandate in force; else nothing: what
/// she could do under it ended with it.
fn read_acting(row: &Row<'_>) -> Result<Option<ActingFor>> {
    let (Some(organisation), Some(name)) = (row.opt_id(2)?, row.opt_text(18)?) else { return Ok(None) };
    let known_well_enough = row.int(10)? >= i64::from(BINDS);
    let representative =
        known_well_enough && row.opt_id(21)?.is_some() && row.opt_id(21)? == row.opt_id(12)?;
    let items = row.opt_text(20)?;
    if !representative && items.is_none() {
        return Ok(None);
    }
    let items = if representative { String::new() } else { items.unwrap_or_default() };
    Ok(Some(ActingFor {
        organisation,
        name,
        credit_code: row.text(19)?,
        representative,
        items: items.split_whitespace().map(str::to_owned).collect(),
    }))
}

/// The person of the account, with her organisation as long as she may act for it.
fn read_profile(row: &Row<'_>, acts: bool) -> Result<Option<SealedProfile>> {
    let (Some(id), Some(name)) = (row.opt_id(12)?, row.opt_blob(13)?) else { return Ok(None) };
    let organisation = acts.then(|| read_organisation(row, [2, 19, 18, 26, 27, 21])).transpose()?;
    let (number, number_hash, phone) = (row.blob(23)?, row.text(24)?, row.blob(25)?);
    Ok(Some(SealedProfile { id, name, number, number_hash, phone, organisation }))
}

fn read_session(row: &Row<'_>) -> Result<SessionRow> {
    let acting = read_acting(row)?;
    Ok(SessionRow {
        account: row.id(0)?,
        csrf: row.text(1)?,
        second_factor: row.bool(3)?,
        created_at: row.int(4)?,
        seen_at: row.int(5)?,
        ends_at: row.int(6)?,
        kind: AccountKind::from_word(row.str(7)?)?,
        name: row.text(8)?,
        role: Role::from_word(row.str(9)?),
        assurance: u8::try_from(row.int(10)?).map_err(|_| Error::bug(UNREADABLE))?,
        disabled: row.opt_int(11)?.is_some(),
        profile: read_profile(row, acting.is_some())?,
        stepped_up_at: row.int(22)?,
        posts: Vec::new(),
        acting,
    })
}

pub(in crate::identity) async fn insert_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    account: Id,
    csrf: &str,
    full: bool,
    now: Millis,
    ends_at: Millis,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_session (token_hash, account_id, csrf, acting_for, second_factor, created_at, seen_at, \
         ends_at, stepped_up_at) VALUES ($1, $2, $3, NULL, $4, $5, $5, $6, 0)",
        &params![token_hash, account, csrf, full, now, ends_at],
    )
    .await?;
    Ok(())
}

pub(in crate::identity) async fn touch_session(tx: &mut Tx<'_>, token_hash: &str, now: Millis) -> Result<()> {
    tx.execute("UPDATE identity_session SET seen_at = $2 WHERE token_hash = $1", &params![token_hash, now])
        .await?;
    Ok(())
}

pub(in crate::identity) async fn set_stepped_up(
    tx: &mut Tx<'_>,
    token_hash: &str,
    now: Millis,
) -> Result<()> {
    tx.execute(
        "UPDATE identity_session SET stepped_up_at = $2 WHERE token_hash = $1",
        &params![token_hash, now],
    )
    .await?;
    Ok(())
}

pub(in crate::identity) async fn set_acting_for(
    tx: &mut Tx<'_>,
    token_hash: &str,
    organisation: Option<Id>,
) -> Result<()> {
    tx.execute(
        "UPDATE identity_session SET acting_for = $2 WHERE token_hash = $1",
        &params![token_hash, organisation],
    )
    .await?;
    Ok(())
}

pub(in crate::identity) async fn delete_session(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    tx.execute("DELETE FROM identity_session WHERE token_hash = $1", &params![token_hash]).await?;
    Ok(())
}

/// Token hashes of an account's full sessions that have neither ended nor idled out.
pub(in crate::identity) async fn sessions_of(
    tx: &mut Tx<'_>,
    account: Id,
    now: Millis,
    seen_after: Millis,
) -> Result<Vec<String>> {
    tx.rows(
        "SELECT token_hash FROM identity_session WHERE account_id = $1 AND second_factor AND ends_at > $2 \
         AND seen_at > $3",
        &params![account, now, seen_after],
        |row| row.text(0),
    )
    .await
}

pub(in crate::identity) async fn delete_sessions_of(tx: &mut Tx<'_>, account: Id) -> Result<()> {
    tx.execute("DELETE FROM identity_session WHERE account_id = $1", &params![account]).await?;
    Ok(())
}
