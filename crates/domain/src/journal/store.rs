//! SQL of the journal: insert and select, nothing else.

use super::{Batch, Event};
use base::{Id, Millis, Result};
use db::{Row, Tx, params};

pub(super) async fn insert(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    tx.execute_soon(
        "INSERT INTO journal_event (id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, \
         kind, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &params![
            event.id,
            event.at,
            &event.actor,
            &event.actor_name,
            &event.on_behalf_of,
            &event.area,
            &event.subject_kind,
            event.subject_id,
            &event.kind,
            &event.detail
        ],
    )
    .await
}

/// All events of one subject, oldest first.
pub async fn of_subject(tx: &mut Tx<'_>, subject_kind: &str, subject_id: Id) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id",
        &params![subject_kind, subject_id],
        event,
    )
    .await
}

/// How far an identifier may have been made from the instant its event names.
const APART: Millis = 60_000;

/// What happened to one subject at one instant: for subjects with more events than anybody wants to read.
pub async fn of_subject_at(
    tx: &mut Tx<'_>,
    subject_kind: &str,
    subject_id: Id,
    at: Millis,
) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE subject_kind = $1 AND subject_id = $2 AND id >= $3 AND id < $4 AND at = $5 \
         ORDER BY id",
        &params![subject_kind, subject_id, Id::floor(at - APART), Id::floor(at + APART), at],
        event,
    )
    .await
}

/// The newest events of one subject, newest first.
pub async fn newest_of_subject(
    tx: &mut Tx<'_>,
    subject_kind: &str,
    subject_id: Id,
    most: i64,
) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE subject_kind = $1 AND subject_id = $2 ORDER BY id DESC LIMIT $3",
        &params![subject_kind, subject_id, most],
        event,
    )
    .await
}

/// Which events are asked for. Empty texts ask for all.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// `account:<id>`, or the name the actor had then.
    pub actor: String,
    pub name: String,
    /// The account itself: a log-in is written before anybody is logged in. 0 is nobody.
    pub account: Id,
    /// How the kind begins.
    pub kind: String,
    /// From this instant on.
    pub after: Millis,
    /// Before this instant.
    pub before: Millis,
    /// Older than this event.
    pub below: Id,
    /// Only what happened to this.
    pub subject: Option<(&'static str, Id)>,
}

impl Wanted {
    /// Every event there is.
    pub fn all() -> Wanted {
        Wanted {
            actor: String::new(),
            name: String::new(),
            account: Id(0),
            kind: String::new(),
            after: 0,
            before: i64::MAX,
            below: Id(i64::MAX),
            subject: None,
        }
    }
}

/// Events newest first. Identifiers are ordered by time, so a span of days is a span of the key.
pub async fn find(tx: &mut Tx<'_>, wanted: &Wanted, most: i64, skip: i64) -> Result<Vec<Event>> {
    let first = if wanted.after == 0 { Id(0) } else { Id::floor(wanted.after) };
    let end = if wanted.before == i64::MAX { Id(i64::MAX) } else { Id::floor(wanted.before) };
    let end = end.min(wanted.below);
    // Kinds are small letters, dots and underscores: `~` sorts after all of them.
    let kinds_end = format!("{}~", wanted.kind);
    if let Some((subject_kind, subject)) = wanted.subject {
        return tx
            .rows(
                "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
                 FROM journal_event WHERE subject_kind = $1 AND subject_id = $2 AND id >= $3 AND id < $4 \
                 AND ($6 = '' OR actor = $5 OR actor_name = $6) AND kind >= $7 AND kind < $8 \
                 ORDER BY id DESC LIMIT $9 OFFSET $10",
                &params![
                    subject_kind,
                    subject,
                    first,
                    end,
                    &wanted.actor,
                    &wanted.name,
                    &wanted.kind,
                    &kinds_end,
                    most,
                    skip
                ],
                event,
            )
            .await;
    }
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE id >= $1 AND id < $2 AND ($4 = '' OR actor = $3 OR actor_name = $4 \
         OR (subject_kind = 'account' AND subject_id = $5)) AND kind >= $6 AND kind < $7 \
         ORDER BY id DESC LIMIT $8 OFFSET $9",
        &params![
            first,
            end,
            &wanted.actor,
            &wanted.name,
            wanted.account,
            &wanted.kind,
            &kinds_end,
            most,
            skip
        ],
        event,
    )
    .await
}

/// The id of the newest event: caches compare it to see whether something happened.
pub async fn latest_id(tx: &mut Tx<'_>) -> Result<Id> {
    let latest = tx
        .first("SELECT id FROM journal_event ORDER BY id DESC LIMIT 1", &params![], |row| row.id(0))
        .await?;
    Ok(latest.unwrap_or(Id(0)))
}

pub(super) async fn settled_after(tx: &mut Tx<'_>, after: Id, before: Id, most: i64) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3",
        &params![after, before, most],
        event,
    )
    .await
}

pub(super) async fn count_after(tx: &mut Tx<'_>, after: Id) -> Result<i64> {
    let count = tx
        .first("SELECT count(*) FROM journal_event WHERE id > $1", &params![after], |row| row.int(0))
        .await?;
    Ok(count.unwrap_or(0))
}

pub(super) async fn between(tx: &mut Tx<'_>, after: Id, through: Id) -> Result<Vec<Event>> {
    tx.rows(
        "SELECT id, at, actor, actor_name, on_behalf_of, area, subject_kind, subject_id, kind, detail \
         FROM journal_event WHERE id > $1 AND id <= $2 ORDER BY id",
        &params![after, through],
        event,
    )
    .await
}

fn event(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        id: row.id(0)?,
        at: row.int(1)?,
        actor: row.text(2)?,
        actor_name: row.text(3)?,
        on_behalf_of: row.text(4)?,
        area: row.text(5)?,
        subject_kind: row.text(6)?,
        subject_id: row.id(7)?,
        kind: row.text(8)?,
        detail: row.text(9)?,
    })
}

/// How far the chain reaches.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sealed {
    /// Batches so far: they are numbered without gaps.
    pub batches: i64,
    pub last_event: Id,
    /// Hash of the last batch; write it down elsewhere to prove later that nothing was cut off.
    pub head: String,
    pub sealed_at: Millis,
}

/// The end of the chain, without its manifests.
pub async fn sealed(tx: &mut Tx<'_>) -> Result<Option<Sealed>> {
    tx.first(
        "SELECT id, last_event, hash, sealed_at FROM journal_batch ORDER BY id DESC LIMIT 1",
        &params![],
        |row| {
            Ok(Sealed {
                batches: row.int(0)?,
                last_event: row.id(1)?,
                head: row.text(2)?,
                sealed_at: row.int(3)?,
            })
        },
    )
    .await
}

pub(super) async fn last_batch(tx: &mut Tx<'_>) -> Result<Option<Batch>> {
    tx.first(
        "SELECT id, first_event, last_event, events, manifest, previous, hash, sealed_at FROM journal_batch \
         ORDER BY id DESC LIMIT 1",
        &params![],
        batch,
    )
    .await
}

/// The batch with this number, or the next one that is left.
pub(super) async fn batch_from(tx: &mut Tx<'_>, number: i64) -> Result<Option<Batch>> {
    tx.first(
        "SELECT id, first_event, last_event, events, manifest, previous, hash, sealed_at FROM journal_batch \
         WHERE id >= $1 ORDER BY id LIMIT 1",
        &params![number],
        batch,
    )
    .await
}

/// The batch in which an event was sealed, if it was yet.
pub async fn batch_of(tx: &mut Tx<'_>, event: Id) -> Result<Option<Batch>> {
    tx.first(
        "SELECT id, first_event, last_event, events, manifest, previous, hash, sealed_at FROM journal_batch \
         WHERE last_event >= $1 AND first_event <= $1 ORDER BY id LIMIT 1",
        &params![event],
        batch,
    )
    .await
}

fn batch(row: &Row<'_>) -> Result<Batch> {
    Ok(Batch {
        number: row.int(0)?,
        first_event: row.id(1)?,
        last_event: row.id(2)?,
        events: row.int(3)?,
        manifest: row.blob(4)?,
        previous: row.text(5)?,
        hash: row.text(6)?,
        sealed_at: row.int(7)?,
    })
}

pub(super) async fn insert_batch(tx: &mut Tx<'_>, batch: &Batch) -> Result<()> {
    tx.execute(
        "INSERT INTO journal_batch (id, first_event, last_event, events, manifest, previous, hash, sealed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![
            batch.number,
            batch.first_event,
            batch.last_event,
            batch.events,
            &batch.manifest,
            &batch.previous,
            &batch.hash,
            batch.sealed_at
        ],
    )
    .await?;
    Ok(())
}

/// The newest event, and whether the catalogue changed after `seen`. Reads only what is new.
pub async fn catalogue_news(tx: &mut Tx<'_>, seen: i64) -> Result<(i64, bool)> {
    let latest = latest_id(tx).await?.0;
    let news = tx
        .first(
            "SELECT id FROM journal_event WHERE id > $1 AND id <= $2 AND subject_kind = 'base_item' LIMIT 1",
            &params![seen, latest],
            |row| row.id(0),
        )
        .await?;
    Ok((latest, news.is_some()))
}
