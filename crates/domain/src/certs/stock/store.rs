//! SQL of stock imports.

use super::import::Import;
use super::{Fault, WrongRow};
use crate::Cx;
use base::{Error, Id, Result};
use db::{Row, Tx, params};

const PLACE: &str = "certs_import_row.cells";

/// The columns [`read_import`] knows, of the rows the rest names.
macro_rules! select_import {
    ($rest:literal) => {
        concat!(
            "SELECT id, body, type_key, file_name, file_digest, by_name, account_id, total, done, \
             imported, repeated, wrong, created_at, ended_at FROM certs_import ",
            $rest
        )
    };
}

pub(super) async fn insert_import(tx: &mut Tx<'_>, import: &Import) -> Result<()> {
    tx.execute(
        "INSERT INTO certs_import (id, body, type_key, file_name, file_digest, by_name, account_id, state, total, \
         done, imported, repeated, wrong, created_at, ended_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'working', $8, 0, 0, 0, 0, $9, 0)",
        &params![
            import.id,
            &import.body,
            &import.type_key,
            &import.file_name,
            &import.file_digest,
            &import.by_name,
            import.account,
            import.total,
            import.created_at
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn save_import(tx: &mut Tx<'_>, import: &Import) -> Result<()> {
    let state = if import.is_over() { "done" } else { "working" };
    tx.execute(
        "UPDATE certs_import SET state = $1, done = $2, imported = $3, repeated = $4, wrong = $5, ended_at = $6 \
         WHERE id = $7",
        &params![
            state,
            import.done,
            import.imported,
            import.repeated,
            import.wrong,
            import.ended_at,
            import.id
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn import(tx: &mut Tx<'_>, id: Id) -> Result<Option<Import>> {
    tx.first(select_import!("WHERE id = $1"), &params![id], read_import).await
}

pub(super) async fn imports(tx: &mut Tx<'_>, body: &str) -> Result<Vec<Import>> {
    tx.rows(select_import!("WHERE body = $1 ORDER BY id DESC LIMIT 50"), &params![body], read_import).await
}

fn read_import(row: &Row<'_>) -> Result<Import> {
    Ok(Import {
        id: row.id(0)?,
        body: row.text(1)?,
        type_key: row.text(2)?,
        file_name: row.text(3)?,
        file_digest: row.text(4)?,
        by_name: row.text(5)?,
        account: row.id(6)?,
        total: row.int(7)?,
        done: row.int(8)?,
        imported: row.int(9)?,
        repeated: row.int(10)?,
        wrong: row.int(11)?,
        created_at: row.int(12)?,
        ended_at: row.int(13)?,
    })
}

pub(super) async fn insert_row(
    tx: &mut Tx<'_>,
    cx: &Cx,
    import: Id,
    number: u32,
    cells: &[String],
) -> Result<()> {
    let text = serde_json::to_string(cells).map_err(|e| Error::Bug(e.into()))?;
    let sealed = cx.keys().seal(cx.rng(), PLACE, text.as_bytes());
    tx.execute(
        "INSERT INTO certs_import_row (import_id, row_number, cells, state, faults) \
         VALUES ($1, $2, $3, 'waiting', '')",
        &params![import, number, &sealed],
    )
    .await
    .map(drop)
}

pub(super) async fn waiting_rows(
    tx: &mut Tx<'_>,
    cx: &Cx,
    import: Id,
    most: u32,
) -> Result<Vec<(i64, Vec<String>)>> {
    tx.rows(
        "SELECT row_number, cells FROM certs_import_row WHERE import_id = $1 AND state = 'waiting' \
         ORDER BY row_number LIMIT $2",
        &params![import, most],
        |row| Ok((row.int(0)?, open(cx, row.bytes(1)?)?)),
    )
    .await
}

pub(super) async fn row_done(tx: &mut Tx<'_>, cx: &Cx, import: Id, number: i64) -> Result<()> {
    let nothing = cx.keys().seal(cx.rng(), PLACE, b"[]");
    tx.execute(
        "UPDATE certs_import_row SET state = 'done', cells = $1 WHERE import_id = $2 AND row_number = $3",
        &params![&nothing, import, number],
    )
    .await
    .map(drop)
}

pub(super) async fn row_wrong(tx: &mut Tx<'_>, import: Id, number: i64, faults: &[Fault]) -> Result<()> {
    let faults = serde_json::to_string(faults).map_err(|e| Error::Bug(e.into()))?;
    tx.execute(
        "UPDATE certs_import_row SET state = 'wrong', faults = $1 WHERE import_id = $2 AND row_number = $3",
        &params![&faults, import, number],
    )
    .await
    .map(drop)
}

pub(super) async fn wrong_rows(tx: &mut Tx<'_>, cx: &Cx, import: Id, most: u32) -> Result<Vec<WrongRow>> {
    tx.rows(
        "SELECT row_number, cells, faults FROM certs_import_row WHERE import_id = $1 AND state = 'wrong' \
         ORDER BY row_number LIMIT $2",
        &params![import, most],
        |row| {
            Ok(WrongRow {
                number: u32::try_from(row.int(0)?).map_err(|e| Error::Bug(e.into()))?,
                cells: open(cx, row.bytes(1)?)?,
                faults: serde_json::from_str(row.str(2)?).map_err(|e| Error::Bug(e.into()))?,
            })
        },
    )
    .await
}

/// Whether this holder already has a certificate of this type and number that counts.
pub(super) async fn is_held(tx: &mut Tx<'_>, holder: &str, type_key: &str, number: &str) -> Result<bool> {
    let found = tx
        .first(
            "SELECT 1 FROM certs_certificate WHERE number = $1 AND type_key = $2 \
             AND (holder_hash = $3 OR code_hash = $3) AND superseded_by = '' LIMIT 1",
            &params![number, type_key, holder],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

fn open(cx: &Cx, sealed: &[u8]) -> Result<Vec<String>> {
    let text = cx.keys().open_text(PLACE, sealed)?;
    serde_json::from_str(&text).map_err(|e| Error::Bug(e.into()))
}
