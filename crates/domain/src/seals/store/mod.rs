//! SQL of seals.

mod using;

use super::authorise::Authorisation;
use super::keys::KeyRef;
use super::kind::{Category, Shape, State};
pub(super) use super::ledger::{
    anchors, authorities, destroy_key, insert_anchor, insert_authority, insert_key, insert_revocation_list,
    revocation_list, revocation_number, revoked,
};
use super::seal::{Keeper, Seal};
use super::show::UseRow;
use base::{Error, Id, Millis, Page, PageOf, Result};
use db::{Row, Tx, params};
pub(super) use using::*;

pub(super) async fn insert(tx: &mut Tx<'_>, seal: &Seal) -> Result<()> {
    tx.execute(
        "INSERT INTO seals_seal (id, body, division, body_name, category, title, shape, width_mm, height_mm, \
         purpose, state, valid_from_at, valid_until_at, ordered_by, ordered_by_name, ordered_at, settled_by_name, \
         note, renews, serial, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, '', '', $17, '', 1)",
        &params![
            seal.id,
            &seal.body,
            &seal.division,
            &seal.body_name,
            seal.category.word(),
            &seal.title,
            seal.shape.word(),
            seal.width_mm,
            seal.height_mm,
            &seal.purpose,
            seal.state.word(),
            seal.valid_from_at,
            seal.valid_until_at,
            seal.ordered_by,
            &seal.ordered_by_name,
            seal.ordered_at,
            seal.renews
        ],
    )
    .await?;
    for kind in &seal.kinds {
        tx.execute(
            "INSERT INTO seals_kind (seal_id, body, document_kind) VALUES ($1, $2, $3)",
            &params![seal.id, &seal.body, kind],
        )
        .await?;
    }
    for keeper in &seal.keepers {
        tx.execute(
            "INSERT INTO seals_keeper (seal_id, account_id, name) VALUES ($1, $2, $3)",
            &params![seal.id, keeper.account, &keeper.name],
        )
        .await?;
    }
    Ok(())
}

/// Writes what verbs change; `Conflict` when somebody else was quicker.
pub(super) async fn save(tx: &mut Tx<'_>, seal: &Seal) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE seals_seal SET state = $3, settled_by = $4, settled_by_name = $5, settled_at = $6, note = $7, \
             revoked_at = $8, void_from_at = $9, version = version + 1 WHERE id = $1 AND version = $2",
            &params![
                seal.id,
                seal.version,
                seal.state.word(),
                seal.settled_by,
                &seal.settled_by_name,
                seal.settled_at,
                &seal.note,
                seal.revoked_at,
                seal.void_from_at
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// What making adds to the row.
pub(super) struct Made<'a> {
    pub es_id: &'a str,
    pub key: Id,
    pub certificate: &'a [u8],
    /// Lower-case hexadecimal.
    pub serial: &'a str,
    pub der: &'a [u8],
    /// As drawn.
    pub height_mm: u32,
    pub valid_from_at: Millis,
    pub now: Millis,
}

pub(super) async fn save_made(tx: &mut Tx<'_>, seal: &Seal, made: &Made<'_>) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE seals_seal SET state = 'made', es_id = $3, key_id = $4, certificate = $5, serial = $6, der = $7, \
             valid_from_at = $8, made_at = $9, height_mm = $10, version = version + 1 \
             WHERE id = $1 AND version = $2 AND state = 'approved'",
            &params![
                seal.id,
                seal.version,
                made.es_id,
                made.key,
                made.certificate,
                made.serial,
                made.der,
                made.valid_from_at,
                made.now,
                made.height_mm
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

pub(super) async fn next_serial(tx: &mut Tx<'_>, division: &str) -> Result<u32> {
    let latest = tx
        .first(
            "INSERT INTO seals_serial (division, latest) VALUES ($1, 1) \
             ON CONFLICT (division) DO UPDATE SET latest = seals_serial.latest + 1 RETURNING latest",
            &params![division],
            |row| row.int(0),
        )
        .await?;
    latest.and_then(|latest| u32::try_from(latest).ok()).ok_or_else(|| Error::bug("no serial for a seal"))
}

pub(super) async fn seal(tx: &mut Tx<'_>, id: Id) -> Result<Option<Seal>> {
    let found = tx
        .first(
            "SELECT id, body, division, body_name, category, title, shape, width_mm, height_mm, purpose, state, \
             valid_from_at, valid_until_at, ordered_by, ordered_by_name, ordered_at, settled_by, settled_by_name, \
             settled_at, note, renews, es_id, made_at, revoked_at, void_from_at, version FROM seals_seal WHERE id = $1",
            &params![id],
            read,
        )
        .await?;
    let Some(mut seal) = found else { return Ok(None) };
    seal.kinds = tx
        .rows(
            "SELECT document_kind FROM seals_kind WHERE seal_id = $1 ORDER BY document_kind",
            &params![id],
            |row| row.text(0),
        )
        .await?;
    seal.keepers = tx
        .rows(
            "SELECT account_id, name FROM seals_keeper WHERE seal_id = $1 ORDER BY name, account_id",
            &params![id],
            |row| Ok(Keeper { account: row.id(0)?, name: row.text(1)? }),
        )
        .await?;
    Ok(Some(seal))
}

/// The seals of a body, the newest first, without their kinds and keepers.
pub(super) async fn of_body(tx: &mut Tx<'_>, body: &str, page: Page) -> Result<PageOf<Seal>> {
    let total = tx
        .first("SELECT count(*) FROM seals_seal WHERE body = $1", &params![body], |row| row.int(0))
        .await?
        .unwrap_or(0);
    let rows = tx
        .rows(
            "SELECT id, body, division, body_name, category, title, shape, width_mm, height_mm, purpose, state, \
             valid_from_at, valid_until_at, ordered_by, ordered_by_name, ordered_at, settled_by, settled_by_name, \
             settled_at, note, renews, es_id, made_at, revoked_at, void_from_at, version FROM seals_seal \
             WHERE body = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
            &params![body, page.limit(), page.offset()],
            read,
        )
        .await?;
    Ok(PageOf::new(page, total, rows))
}

fn read(row: &Row<'_>) -> Result<Seal> {
    let measure = |column| u32::try_from(row.int(column)?).map_err(|_| Error::bug("the measure of a seal"));
    Ok(Seal {
        id: row.id(0)?,
        body: row.text(1)?,
        division: row.text(2)?,
        body_name: row.text(3)?,
        category: Category::from_word(row.str(4)?).ok_or_else(|| Error::bug("seal category"))?,
        title: row.text(5)?,
        shape: Shape::from_word(row.str(6)?).ok_or_else(|| Error::bug("seal shape"))?,
        width_mm: measure(7)?,
        height_mm: measure(8)?,
        purpose: row.text(9)?,
        state: State::from_word(row.str(10)?)?,
        valid_from_at: row.int(11)?,
        valid_until_at: row.int(12)?,
        ordered_by: row.opt_id(13)?,
        ordered_by_name: row.text(14)?,
        ordered_at: row.int(15)?,
        settled_by: row.opt_id(16)?,
        settled_by_name: row.text(17)?,
        settled_at: row.opt_int(18)?,
        note: row.text(19)?,
        renews: row.opt_id(20)?,
        es_id: row.opt_text(21)?,
        made_at: row.opt_int(22)?,
        revoked_at: row.opt_int(23)?,
        void_from_at: row.opt_int(24)?,
        version: row.int(25)?,
        kinds: Vec::new(),
        keepers: Vec::new(),
    })
}

/// Approved orders whose seal is not made yet, the oldest first.
pub(super) async fn waiting(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Id>> {
    tx.rows(
        "SELECT id FROM seals_seal WHERE state = 'approved' ORDER BY id LIMIT $1",
        &params![most],
        |row| row.id(0),
    )
    .await
}

/// Every body that ever ordered a seal.
pub(super) async fn bodies(tx: &mut Tx<'_>) -> Result<std::collections::HashSet<String>> {
    let found = tx.rows("SELECT DISTINCT body FROM seals_seal", &params![], |row| row.text(0)).await?;
    Ok(found.into_iter().collect())
}

pub(super) async fn made_in_all(tx: &mut Tx<'_>) -> Result<i64> {
    let made =
        tx.first("SELECT count(*) FROM seals_seal WHERE es_id IS NOT NULL", &params![], |row| row.int(0));
    Ok(made.await?.unwrap_or(0))
}

/// DER of the seal and of its certificate, once made.
pub(super) async fn made(tx: &mut Tx<'_>, id: Id) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    tx.first(
        "SELECT der, certificate FROM seals_seal WHERE id = $1 AND der IS NOT NULL",
        &params![id],
        |row| Ok((row.blob(0)?, row.blob(1)?)),
    )
    .await
}

pub(super) async fn key_of_seal(tx: &mut Tx<'_>, seal: Id) -> Result<Option<KeyRef>> {
    tx.first(
        "SELECT k.id, k.key_index, k.public_key, k.wrapped FROM seals_seal s JOIN seals_key k ON k.id = s.key_id \
         WHERE s.id = $1 AND k.destroyed_at IS NULL",
        &params![seal],
        |row| key(row, 0),
    )
    .await
}

pub(super) fn key(row: &Row<'_>, first: usize) -> Result<KeyRef> {
    Ok(KeyRef {
        id: row.id(first)?,
        index: row.int(first + 1)?,
        public_key: row.blob(first + 2)?,
        wrapped: row.blob(first + 3)?,
    })
}

pub(super) async fn begin_suspension(tx: &mut Tx<'_>, id: Id, seal: Id, now: Millis) -> Result<()> {
    tx.execute(
        "INSERT INTO seals_suspension (id, seal_id, from_at, until_at) VALUES ($1, $2, $3, NULL)",
        &params![id, seal, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_suspension(tx: &mut Tx<'_>, seal: Id, now: Millis) -> Result<()> {
    tx.execute(
        "UPDATE seals_suspension SET until_at = $2 WHERE seal_id = $1 AND until_at IS NULL",
        &params![seal, now],
    )
    .await?;
    Ok(())
}

pub(super) async fn suspensions(tx: &mut Tx<'_>, seal: Id) -> Result<Vec<(Millis, Option<Millis>)>> {
    tx.rows(
        "SELECT from_at, until_at FROM seals_suspension WHERE seal_id = $1 ORDER BY id",
        &params![seal],
        |row| Ok((row.int(0)?, row.opt_int(1)?)),
    )
    .await
}

/// What verification needs of a seal: id, instants of making and of being void.
pub(super) async fn standing(
    tx: &mut Tx<'_>,
    es_id: &str,
    der: &[u8],
) -> Result<Option<(Id, Millis, Option<Millis>)>> {
    tx.first(
        "SELECT id, made_at, void_from_at FROM seals_seal WHERE es_id = $1 AND der = $2",
        &params![es_id, der],
        |row| Ok((row.id(0)?, row.int(1)?, row.opt_int(2)?)),
    )
    .await
}

/// For the story of an installation that has no authority yet.
#[cfg(test)]
pub(super) async fn forget_authorities(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("DELETE FROM seals_authority", &params![]).await?;
    Ok(())
}

/// For the story of a seal that is older than the rule about categories.
#[cfg(test)]
pub(super) async fn recategorise(tx: &mut Tx<'_>, id: Id, category: Category) -> Result<()> {
    let sql = "UPDATE seals_seal SET category = $2 WHERE id = $1";
    tx.execute(sql, &params![id, category.word()]).await.map(drop)
}
