//! SQL of the catalogue.

use super::stored::{self, DictionaryRow};
use super::{Body, DivisionRow};
use base::{Error, Millis, Result};
use db::{Param, Row, Tx, params};
use norms::{CalendarRow, Day, DayKind};
use serde::{Deserialize, Serialize};

/// A version of a base item.
pub(super) struct BaseRow {
    pub code: String,
    pub version: i64,
    /// JSON of the base item.
    pub definition: String,
}

/// A version of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ItemRow {
    pub code: String,
    pub base_code: String,
    /// Credit code.
    pub body: String,
    pub division: String,
    /// `published` or `cancelled`.
    pub state: String,
    pub version: i64,
    pub base_version: i64,
    /// JSON of the differences.
    pub differences: String,
}

/// What of a body is not a column of its own.
#[derive(Serialize, Deserialize)]
struct BodyDefinition {
    consult: String,
    complain: String,
}

pub(super) async fn divisions(tx: &mut Tx<'_>) -> Result<Vec<DivisionRow>> {
    tx.rows("SELECT code, name, level, parent, statutory FROM catalog_division ORDER BY code", &[], |row| {
        Ok(DivisionRow {
            code: row.text(0)?,
            name: row.text(1)?,
            level: row.text(2)?,
            parent: row.text(3)?,
            statutory: row.bool(4)?,
        })
    })
    .await
}

pub(super) async fn calendar_days(tx: &mut Tx<'_>) -> Result<Vec<CalendarRow>> {
    tx.rows("SELECT day_on, working, name FROM catalog_calendar_day ORDER BY day_on", &[], |row| {
        let day = row.str(0)?.parse().map_err(|_| Error::bug("a calendar row without a day"))?;
        let kind = if row.bool(1)? { DayKind::Work } else { DayKind::Off };
        Ok(CalendarRow { day, kind, name: row.text(2)? })
    })
    .await
}

pub(super) async fn bodies(tx: &mut Tx<'_>) -> Result<Vec<Body>> {
    tx.rows(
        "SELECT credit_code, department, division, name, definition, synthetic FROM catalog_body",
        &[],
        |row| {
            let definition: BodyDefinition = stored::parse(row.str(4)?)?;
            Ok(Body {
                credit_code: row.text(0)?,
                department: row.text(1)?,
                division: row.text(2)?,
                name: row.text(3)?,
                consult: definition.consult,
                complain: definition.complain,
                synthetic: row.bool(5)?,
            })
        },
    )
    .await
}

pub(super) async fn dictionary(tx: &mut Tx<'_>) -> Result<Vec<DictionaryRow>> {
    tx.rows("SELECT kind, key, definition FROM catalog_dictionary ORDER BY kind, key", &[], |row| {
        Ok(DictionaryRow { kind: row.text(0)?, key: row.text(1)?, definition: row.text(2)? })
    })
    .await
}

/// Every version in effect on a day: claims may still stand on an older one.
pub(super) async fn bases_in_effect(tx: &mut Tx<'_>, today: Day) -> Result<Vec<BaseRow>> {
    tx.rows(
        "SELECT b.code, v.version, v.definition FROM catalog_base_item b \
         JOIN catalog_base_version v ON v.base_code = b.code \
         WHERE b.state = 'published' AND v.effective_on <= $1",
        &params![&today.to_string()],
        read_base,
    )
    .await
}

/// The newest version of every base item, in effect or not.
pub(super) async fn newest_bases(tx: &mut Tx<'_>) -> Result<Vec<BaseRow>> {
    tx.rows(
        "SELECT b.code, v.version, v.definition FROM catalog_base_item b \
         JOIN catalog_base_version v ON v.base_code = b.code AND v.version = b.version",
        &[],
        read_base,
    )
    .await
}

fn read_base(row: &Row<'_>) -> Result<BaseRow> {
    Ok(BaseRow { code: row.text(0)?, version: row.int(1)?, definition: row.text(2)? })
}

pub(super) async fn base_version(tx: &mut Tx<'_>, code: &str, version: i64) -> Result<Option<String>> {
    tx.first(
        "SELECT definition FROM catalog_base_version WHERE base_code = $1 AND version = $2",
        &params![code, version],
        |row| row.text(0),
    )
    .await
}

/// Of each claim the newest version whose base version is in effect on a day.
pub(super) async fn items_in_effect(tx: &mut Tx<'_>, today: Day) -> Result<Vec<ItemRow>> {
    tx.rows(
        "SELECT i.code, i.base_code, i.body, i.division, i.state, v.version, v.base_version, v.differences \
         FROM catalog_item i JOIN catalog_item_version v ON v.item_code = i.code \
         JOIN catalog_base_item b ON b.code = i.base_code \
         WHERE i.state = 'published' AND b.state = 'published' AND v.version = ( \
           SELECT max(w.version) FROM catalog_item_version w JOIN catalog_base_version e \
           ON e.base_code = i.base_code AND e.version = w.base_version \
           WHERE w.item_code = i.code AND e.effective_on <= $1)",
        &params![&today.to_string()],
        read_item,
    )
    .await
}

/// Every claim with its newest version, cancelled ones included.
pub(super) async fn newest_items(tx: &mut Tx<'_>) -> Result<Vec<ItemRow>> {
    tx.rows(
        "SELECT i.code, i.base_code, i.body, i.division, i.state, v.version, v.base_version, v.differences \
         FROM catalog_item i JOIN catalog_item_version v ON v.item_code = i.code AND v.version = i.version",
        &[],
        read_item,
    )
    .await
}

pub(super) async fn item_version(tx: &mut Tx<'_>, code: &str, version: i64) -> Result<Option<ItemRow>> {
    tx.first(
        "SELECT i.code, i.base_code, i.body, i.division, i.state, v.version, v.base_version, v.differences \
         FROM catalog_item i JOIN catalog_item_version v ON v.item_code = i.code \
         WHERE i.code = $1 AND v.version = $2",
        &params![code, version],
        read_item,
    )
    .await
}

fn read_item(row: &Row<'_>) -> Result<ItemRow> {
    Ok(ItemRow {
        code: row.text(0)?,
        base_code: row.text(1)?,
        body: row.text(2)?,
        division: row.text(3)?,
        state: row.text(4)?,
        version: row.int(5)?,
        base_version: row.int(6)?,
        differences: row.text(7)?,
    })
}

/// Runs one statement for each row, all in one round trip.
async fn for_each<const N: usize>(
    tx: &mut Tx<'_>,
    sql: &'static str,
    rows: &[[Param<'_>; N]],
) -> Result<Vec<u64>> {
    let statements: Vec<(&'static str, &[Param<'_>])> =
        rows.iter().map(|row| (sql, row.as_slice())).collect();
    tx.execute_all(&statements).await
}

pub(super) async fn save_divisions(tx: &mut Tx<'_>, rows: &[DivisionRow]) -> Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| params![&row.code, &row.name, &row.level, &row.parent, row.statutory])
        .collect();
    for_each(
        tx,
        "INSERT INTO catalog_division (code, name, level, parent, statutory) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level, \
         parent = excluded.parent, statutory = excluded.statutory",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn save_calendar_days(tx: &mut Tx<'_>, rows: &[CalendarRow]) -> Result<()> {
    let days: Vec<String> = rows.iter().map(|row| row.day.to_string()).collect();
    let rows: Vec<_> =
        rows.iter().zip(&days).map(|(row, day)| params![day, row.kind == DayKind::Work, &row.name]).collect();
    for_each(
        tx,
        "INSERT INTO catalog_calendar_day (day_on, working, name) VALUES ($1, $2, $3) \
         ON CONFLICT (day_on) DO UPDATE SET working = excluded.working, name = excluded.name",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn save_dictionary(tx: &mut Tx<'_>, rows: &[DictionaryRow]) -> Result<()> {
    let rows: Vec<_> = rows.iter().map(|row| params![&row.kind, &row.key, &row.definition]).collect();
    for_each(
        tx,
        "INSERT INTO catalog_dictionary (kind, key, definition) VALUES ($1, $2, $3) \
         ON CONFLICT (kind, key) DO UPDATE SET definition = excluded.definition",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn save_bodies(tx: &mut Tx<'_>, bodies: &[Body]) -> Result<()> {
    let definition = |body: &Body| {
        let definition = BodyDefinition { consult: body.consult.clone(), complain: body.complain.clone() };
        stored::json(&definition)
    };
    let definitions = bodies.iter().map(definition).collect::<Result<Vec<_>>>()?;
    let rows: Vec<_> = bodies
        .iter()
        .zip(&definitions)
        .map(|(body, definition)| {
            params![
                &body.credit_code,
                &body.department,
                &body.division,
                &body.name,
                definition,
                body.synthetic
            ]
        })
        .collect();
    for_each(
        tx,
        "INSERT INTO catalog_body (credit_code, department, division, name, definition, synthetic) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (credit_code) DO UPDATE SET name = excluded.name, definition = excluded.definition",
        &rows,
    )
    .await?;
    Ok(())
}

/// What is published: the newest version of a base item.
pub(super) struct NewBase<'a> {
    pub code: &'a str,
    pub slug: &'a str,
    pub name: &'a str,
    pub department: &'a str,
    pub version: i64,
    pub definition: &'a str,
    pub at: Millis,
    pub effective_on: Day,
}

/// A version number that somebody else has used in the meantime is a conflict.
pub(super) async fn publish_base(tx: &mut Tx<'_>, new: &NewBase<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO catalog_base_item (code, slug, name, department, state, version) \
         VALUES ($1, $2, $3, $4, 'published', $5) ON CONFLICT (code) DO UPDATE SET slug = excluded.slug, \
         name = excluded.name, department = excluded.department, state = 'published', version = excluded.version",
        &params![new.code, new.slug, new.name, new.department, new.version],
    )
    .await?;
    let changed = tx
        .execute(
            "INSERT INTO catalog_base_version (base_code, version, definition, published_at, effective_on) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (base_code, version) DO NOTHING",
            &params![new.code, new.version, new.definition, new.at, &new.effective_on.to_string()],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Writes claims and their new versions. A version number that somebody else has used in the meantime is a
/// conflict.
pub(super) async fn publish_items(tx: &mut Tx<'_>, items: &[ItemRow], at: Millis) -> Result<()> {
    let rows: Vec<_> = items
        .iter()
        .map(|item| params![&item.code, &item.base_code, &item.body, &item.division, item.version])
        .collect();
    for_each(
        tx,
        "INSERT INTO catalog_item (code, base_code, body, division, state, version) \
         VALUES ($1, $2, $3, $4, 'published', $5) \
         ON CONFLICT (code) DO UPDATE SET state = 'published', version = excluded.version",
        &rows,
    )
    .await?;
    let rows: Vec<_> = items
        .iter()
        .map(|item| params![&item.code, item.version, item.base_version, &item.differences, at])
        .collect();
    let changed = for_each(
        tx,
        "INSERT INTO catalog_item_version (item_code, version, base_version, differences, published_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (item_code, version) DO NOTHING",
        &rows,
    )
    .await?;
    if changed.iter().all(|rows| *rows == 1) { Ok(()) } else { Err(Error::Conflict) }
}

/// The codes stay taken for ever (GB/T 39554.1); only the offer ends.
pub(super) async fn cancel_items(tx: &mut Tx<'_>, codes: &[String]) -> Result<()> {
    let rows: Vec<_> = codes.iter().map(|code| params![code]).collect();
    for_each(tx, "UPDATE catalog_item SET state = 'cancelled' WHERE code = $1", &rows).await?;
    Ok(())
}
