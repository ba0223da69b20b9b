//! SQL of supplements: a row for each that was handed in.

use base::{Id, Millis, Result};
use db::{Tx, params};

/// `earlier_answers` are sealed: what stood in the case before some were corrected.
pub(super) async fn insert_supplement(
    tx: &mut Tx<'_>,
    case: Id,
    at: Millis,
    earlier_answers: Option<&[u8]>,
) -> Result<()> {
    tx.execute_soon(
        "INSERT INTO casework_supplement (case_id, handed_in_at, earlier_answers) VALUES ($1, $2, $3)",
        &params![case, at, earlier_answers],
    )
    .await
}

pub(super) async fn earlier_answers(tx: &mut Tx<'_>, case: Id) -> Result<Option<Vec<u8>>> {
    let sealed = tx
        .first("SELECT earlier_answers FROM casework_supplement WHERE case_id = $1", &params![case], |row| {
            row.opt_blob(0)
        })
        .await?;
    Ok(sealed.flatten())
}
