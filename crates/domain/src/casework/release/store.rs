//! The SQL of releasing files.

use base::{Id, Millis, Result};
use db::{Tx, params};

/// Whether a draft or a case of this account names the file. A digest is 64 hexadecimal digits: nothing in it
/// could steer the pattern.
pub(super) async fn is_named(tx: &mut Tx<'_>, account: Id, digest: &str) -> Result<bool> {
    let named = tx
        .first(
        "SELECT 1 FROM casework_draft WHERE account_id = $1 AND materials LIKE '%' || $2 || '%' \
         UNION ALL SELECT 1 FROM casework_case WHERE account_id = $1 AND materials LIKE '%' || $2 || '%' LIMIT 1",
        &params![account, digest],
        |row| row.int(0),
    )
    .await?;
    Ok(named.is_some())
}

/// Files of an account that were uploaded before an instant.
pub(super) async fn older_than(tx: &mut Tx<'_>, account: Id, before: Millis) -> Result<Vec<String>> {
    tx.rows(
        "SELECT digest FROM casework_file WHERE account_id = $1 AND created_at < $2 ORDER BY created_at",
        &params![account, before],
        |row| row.text(0),
    )
    .await
}

pub(super) async fn delete(tx: &mut Tx<'_>, account: Id, digest: &str) -> Result<bool> {
    let deleted = tx
        .execute("DELETE FROM casework_file WHERE account_id = $1 AND digest = $2", &params![account, digest])
        .await?;
    Ok(deleted > 0)
}

/// Whether any account has the file.
pub(super) async fn is_owned(tx: &mut Tx<'_>, digest: &str) -> Result<bool> {
    let owned = tx
        .first("SELECT 1 FROM casework_file WHERE digest = $1 LIMIT 1", &params![digest], |row| row.int(0))
        .await?;
    Ok(owned.is_some())
}
