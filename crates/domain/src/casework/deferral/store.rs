//! SQL of owed materials.

use base::{Error, Id, Result};
use db::{Tx, params};
use norms::Day;

/// The row was saved, and its version compared, just before.
pub(super) async fn set_owed_on(tx: &mut Tx<'_>, id: Id, area: &str, owed_on: &str) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE casework_case SET owed_on = $3 WHERE id = $1 AND area = $2",
            &params![id, area, owed_on],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Cases with something outstanding whose term ended before `today`.
pub(in crate::casework) async fn owing_over(
    tx: &mut Tx<'_>,
    today: Day,
    most: i64,
    skip: i64,
) -> Result<Vec<Id>> {
    tx.rows(
        "SELECT id FROM casework_case WHERE owed_on <> '' AND owed_on < $1 ORDER BY owed_on, id LIMIT $2 OFFSET $3",
        &params![&today.to_string(), most, skip],
        |row| row.id(0),
    )
    .await
}
