//! The outbox: news written in the transaction of the change it tells about, delivered afterwards.
//!
//! Delivery is at least once: a message is marked after it has been handed over, so whoever receives it
//! must know it by its id.

use crate::{Row, Tx, params};
use base::{Id, Millis, Result};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: Id,
    /// What kind of news: `casework.decided`.
    pub topic: String,
    /// What it is about, in the words of the topic; often an id.
    pub subject: String,
    /// JSON, read by nobody here.
    pub payload: String,
    pub created_at: Millis,
}

pub async fn append(
    tx: &mut Tx<'_>,
    id: Id,
    topic: &str,
    subject: &str,
    payload: &str,
    now: Millis,
) -> Result<()> {
    tx.execute(APPEND, &params![id, topic, subject, payload, now]).await.map(drop)
}

/// The statement of [`append`], for verbs that send it together with others through
/// [`Tx::execute_all`]: id, topic, subject, payload, created_at.
pub const APPEND: &str =
    "INSERT INTO db_outbox (id, topic, subject, payload, created_at) VALUES ($1, $2, $3, $4, $5)";

/// The oldest messages not delivered yet.
pub async fn pending(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Message>> {
    tx.rows(
        "SELECT id, topic, subject, payload, created_at FROM db_outbox
         WHERE delivered_at IS NULL ORDER BY id LIMIT $1",
        &params![limit],
        message,
    )
    .await
}

/// Marks messages as handed over. Marking twice does no harm.
pub async fn delivered(tx: &mut Tx<'_>, ids: &[Id], now: Millis) -> Result<()> {
    for ids in ids.chunks(100) {
        let params: Vec<_> = ids.iter().map(|id| params![now, id]).collect();
        let statements: Vec<_> = params.iter().map(|p| (DELIVERED, p.as_slice())).collect();
        tx.execute_all(&statements).await?;
    }
    Ok(())
}

const DELIVERED: &str = "UPDATE db_outbox SET delivered_at = $1 WHERE id = $2 AND delivered_at IS NULL";

/// Removes what was delivered before an instant; how many.
pub async fn forget(tx: &mut Tx<'_>, before: Millis) -> Result<u64> {
    tx.execute("DELETE FROM db_outbox WHERE delivered_at < $1", &params![before]).await
}

fn message(row: &Row<'_>) -> Result<Message> {
    Ok(Message {
        id: row.id(0)?,
        topic: row.text(1)?,
        subject: row.text(2)?,
        payload: row.text(3)?,
        created_at: row.int(4)?,
    })
}
