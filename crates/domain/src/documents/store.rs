//! SQL of documents and layouts.

use super::document::{Document, Kind, Receiver};
use crate::Cx;
use crate::identity::Party;
use base::{Error, Id, Result};
use db::{Row, Tx, params};

const CORRUPT: &str = "documents_document holds something unknown";
const CONTENT: &str = "documents_document.content";

/// The columns [`read`] knows, of the rows the rest names.
macro_rules! select_document {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, number, title, subject_kind, subject_id, sequence, case_id, area, body, \
             owner_kind, owner_id, layout_key, layout_version, seal_id, digest, bytes, made_at, receiver, \
             receiver_until_on FROM documents_document ",
            $rest
        )
    };
}

pub(super) async fn insert(tx: &mut Tx<'_>, cx: &Cx, new: &Document, content: &[u8]) -> Result<()> {
    let receiver = new.receiver.as_ref();
    tx.execute(
        "INSERT INTO documents_document (id, kind, number, title, subject_kind, subject_id, sequence, case_id, area, \
         body, owner_kind, owner_id, layout_key, layout_version, seal_id, digest, bytes, made_at, content, \
         receiver, receiver_until_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        &params![
            new.id,
            new.kind.word(),
            &new.number,
            &new.title,
            &new.subject.0,
            new.subject.1,
            new.sequence,
            new.case,
            &new.area,
            &new.body,
            new.owner.map_or("", Party::kind),
            new.owner.map_or(Id(0), Party::id),
            &new.layout_key,
            new.layout_version,
            new.seal,
            &new.digest,
            new.bytes,
            new.made_at,
            &cx.keys().seal(cx.rng(), CONTENT, content),
            receiver.map_or("", |receiver| &receiver.body),
            &receiver.map(|receiver| receiver.until.to_string()).unwrap_or_default()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn document(tx: &mut Tx<'_>, id: Id) -> Result<Option<Document>> {
    tx.first(select_document!("WHERE id = $1"), &params![id], read).await
}

pub(super) async fn of_case(tx: &mut Tx<'_>, case: Id) -> Result<Vec<Document>> {
    tx.rows(select_document!("WHERE case_id = $1 ORDER BY id"), &params![case], read).await
}

pub(super) async fn of_subject(tx: &mut Tx<'_>, kind: &str, id: Id) -> Result<Vec<Document>> {
    tx.rows(
        select_document!("WHERE subject_kind = $1 AND subject_id = $2 ORDER BY kind, sequence"),
        &params![kind, id],
        read,
    )
    .await
}

/// Whether a file with this digest was made here.
pub(super) async fn by_digest(tx: &mut Tx<'_>, digest: &str) -> Result<Option<Document>> {
    tx.first(select_document!("WHERE digest = $1"), &params![digest], read).await
}

fn read(row: &Row<'_>) -> Result<Document> {
    Ok(Document {
        id: row.id(0)?,
        kind: Kind::from_word(row.str(1)?).ok_or_else(|| Error::bug(CORRUPT))?,
        number: row.text(2)?,
        title: row.text(3)?,
        subject: (row.text(4)?, row.id(5)?),
        sequence: row.int(6)?,
        case: row.opt_id(7)?,
        area: row.text(8)?,
        body: row.text(9)?,
        owner: Party::from_parts(row.str(10)?, row.id(11)?),
        layout_key: row.text(12)?,
        layout_version: row.int(13)?,
        seal: row.id(14)?,
        digest: row.text(15)?,
        bytes: row.int(16)?,
        made_at: row.int(17)?,
        receiver: receiver(row.str(18)?, row.str(19)?)?,
    })
}

fn receiver(body: &str, until: &str) -> Result<Option<Receiver>> {
    if body.is_empty() {
        return Ok(None);
    }
    let until = until.parse().map_err(|_| Error::bug(CORRUPT))?;
    Ok(Some(Receiver { body: body.to_owned(), until }))
}

/// The file itself.
pub(super) async fn content(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Vec<u8>>> {
    tx.first("SELECT content FROM documents_document WHERE id = $1", &params![id], |row| {
        cx.keys().open(CONTENT, row.bytes(0)?)
    })
    .await
}

/// Every published version of every layout: key, version, definition.
pub(super) async fn layouts(tx: &mut Tx<'_>) -> Result<Vec<(String, i64, String)>> {
    tx.rows(
        "SELECT key, version, definition FROM documents_layout ORDER BY key, version",
        &params![],
        |row| Ok((row.text(0)?, row.int(1)?, row.text(2)?)),
    )
    .await
}

pub(super) async fn insert_layout(
    tx: &mut Tx<'_>,
    cx: &Cx,
    key: &str,
    version: i64,
    definition: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO documents_layout (key, version, definition, published_at) VALUES ($1, $2, $3, $4)",
        &params![key, version, definition, cx.now],
    )
    .await?;
    Ok(())
}
