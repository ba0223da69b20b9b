//! SQL of the signatures under the journal's chain.

use super::SignedHead;
use base::Result;
use db::{Row, Tx, params};

/// Batches without a signature, oldest first: number and hash.
pub(super) async fn unsigned(tx: &mut Tx<'_>, most: i64) -> Result<Vec<(i64, String)>> {
    tx.rows(
        "SELECT id, hash FROM journal_batch WHERE id > (SELECT coalesce(max(batch), 0) FROM evidence_signature) \
         ORDER BY id LIMIT $1",
        &params![most],
        |row| Ok((row.int(0)?, row.text(1)?)),
    )
    .await
}

pub(super) async fn insert_signature(tx: &mut Tx<'_>, head: &SignedHead) -> Result<()> {
    tx.execute(
        "INSERT INTO evidence_signature (batch, hash, certificate, value, signed_at) VALUES ($1, $2, $3, $4, $5)",
        &params![head.batch, &head.hash, &head.certificate, &head.value, head.signed_at],
    )
    .await?;
    Ok(())
}

/// The newest signed batch.
pub(super) async fn newest_signature(tx: &mut Tx<'_>) -> Result<Option<SignedHead>> {
    tx.first(
        "SELECT batch, hash, certificate, value, signed_at FROM evidence_signature ORDER BY batch DESC LIMIT 1",
        &params![],
        read_signature,
    )
    .await
}

pub(super) async fn signature(tx: &mut Tx<'_>, batch: i64) -> Result<Option<SignedHead>> {
    tx.first(
        "SELECT batch, hash, certificate, value, signed_at FROM evidence_signature WHERE batch = $1",
        &params![batch],
        read_signature,
    )
    .await
}

fn read_signature(row: &Row<'_>) -> Result<SignedHead> {
    Ok(SignedHead {
        batch: row.int(0)?,
        hash: row.text(1)?,
        certificate: row.blob(2)?,
        value: row.blob(3)?,
        signed_at: row.int(4)?,
    })
}
