//! SQL of the use of certificates.

use super::copy::AnnotatedCopy;
use super::grant::Grant;
use super::log::{Use, Way};
use crate::Cx;
use crate::identity::Party;
use base::{Error, Id, Millis, Result};
use db::{Row, Tx, params};
use norms::Day;

/// The columns [`read_grant`] knows, of the rows the rest names.
macro_rules! select_grant {
    ($rest:literal) => {
        concat!(
            "SELECT g.id, g.certificate_id, c.identifier, c.type_name, g.party_kind, g.party_id, \
             g.body, g.body_name, g.purpose, g.valid_until_on, g.made_at, g.used_at, g.used_by, \
             g.revoked_at FROM certs_grant g JOIN certs_certificate c ON c.id = g.certificate_id ",
            $rest
        )
    };
}

/// The columns [`read_use`] knows, of the rows the rest names.
macro_rules! select_use {
    ($rest:literal) => {
        concat!(
            "SELECT at, identifier, type_name, way, body, body_name, user_name, app, purpose, \
             case_number, item_code FROM certs_use ",
            $rest
        )
    };
}

pub(super) async fn insert_use(tx: &mut Tx<'_>, id: Id, certificate: Id, line: &Use) -> Result<()> {
    tx.execute(
        "INSERT INTO certs_use (id, certificate_id, identifier, type_name, way, body, body_name, user_name, app, \
         purpose, case_number, item_code, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &params![
            id,
            certificate,
            &line.identifier,
            &line.type_name,
            line.way.word(),
            &line.body,
            &line.body_name,
            &line.user_name,
            &line.app,
            &line.purpose,
            &line.case_number,
            &line.item_code,
            line.at
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn uses_of_certificate(tx: &mut Tx<'_>, certificate: Id) -> Result<Vec<Use>> {
    tx.rows(
        select_use!("WHERE certificate_id = $1 ORDER BY id DESC LIMIT 200"),
        &params![certificate],
        read_use,
    )
    .await
}

pub(super) async fn uses_of_holder(tx: &mut Tx<'_>, holder: &str) -> Result<Vec<Use>> {
    tx.rows(
        select_use!("WHERE certificate_id IN (SELECT id FROM certs_certificate WHERE holder_hash = $1 OR code_hash = $1) \
          ORDER BY id DESC LIMIT 200"),
        &params![holder],
        read_use,
    )
    .await
}

fn read_use(row: &Row<'_>) -> Result<Use> {
    Ok(Use {
        at: row.int(0)?,
        identifier: row.text(1)?,
        type_name: row.text(2)?,
        way: Way::from_word(row.str(3)?).ok_or_else(|| Error::bug("way of a use"))?,
        body: row.text(4)?,
        body_name: row.text(5)?,
        user_name: row.text(6)?,
        app: row.text(7)?,
        purpose: row.text(8)?,
        case_number: row.text(9)?,
        item_code: row.text(10)?,
    })
}

/// Keeps the nonce of a scanned code; false when it was scanned before. Nonces of codes long dead go.
pub(super) async fn first_scan(tx: &mut Tx<'_>, nonce: &str, ends_at: Millis, now: Millis) -> Result<bool> {
    tx.execute("DELETE FROM certs_shown WHERE ends_at < $1", &params![now - 3_600_000]).await?;
    let added = tx
        .execute(
            "INSERT INTO certs_shown (nonce, ends_at) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING",
            &params![nonce, ends_at],
        )
        .await?;
    Ok(added == 1)
}

/// Keeps what a typed code stands for; false when it is taken. Codes long dead go.
pub(super) async fn keep_code(
    tx: &mut Tx<'_>,
    cx: &Cx,
    hash: &str,
    token: &str,
    ends_at: Millis,
) -> Result<bool> {
    tx.execute("DELETE FROM certs_show_code WHERE ends_at < $1", &params![cx.now - 3_600_000]).await?;
    let sealed = cx.keys().seal(cx.rng(), "certs_show_code.token", token.as_bytes());
    let added = tx
        .execute(
            "INSERT INTO certs_show_code (code_hash, token, ends_at) VALUES ($1, $2, $3) \
             ON CONFLICT (code_hash) DO NOTHING",
            &params![hash, &sealed, ends_at],
        )
        .await?;
    Ok(added == 1)
}

/// What a typed code stands for while it lives; it is gone with this.
pub(super) async fn take_code(tx: &mut Tx<'_>, cx: &Cx, hash: &str) -> Result<Option<String>> {
    tx.first(
        "DELETE FROM certs_show_code WHERE code_hash = $1 AND ends_at > $2 RETURNING token",
        &params![hash, cx.now],
        |row| cx.keys().open_text("certs_show_code.token", row.bytes(0)?),
    )
    .await
}

pub(super) async fn insert_grant(tx: &mut Tx<'_>, grant: &Grant) -> Result<()> {
    tx.execute(
        "INSERT INTO certs_grant (id, certificate_id, party_kind, party_id, body, body_name, purpose, \
         valid_until_on, made_at, used_at, used_by, revoked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', 0)",
        &params![
            grant.id,
            grant.certificate,
            grant.party.kind(),
            grant.party.id(),
            &grant.body,
            &grant.body_name,
            &grant.purpose,
            &grant.valid_until.to_string(),
            grant.made_at
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn grant(tx: &mut Tx<'_>, id: Id) -> Result<Option<Grant>> {
    tx.first(select_grant!("WHERE g.id = $1"), &params![id], read_grant).await
}

pub(super) async fn grants_of(tx: &mut Tx<'_>, party: Party) -> Result<Vec<Grant>> {
    tx.rows(
        select_grant!("WHERE g.party_kind = $1 AND g.party_id = $2 ORDER BY g.id DESC LIMIT 200"),
        &params![party.kind(), party.id()],
        read_grant,
    )
    .await
}

pub(super) async fn grants_to(tx: &mut Tx<'_>, body: &str) -> Result<Vec<Grant>> {
    tx.rows(select_grant!("WHERE g.body = $1 ORDER BY g.id DESC LIMIT 200"), &params![body], read_grant).await
}

fn read_grant(row: &Row<'_>) -> Result<Grant> {
    Ok(Grant {
        id: row.id(0)?,
        certificate: row.id(1)?,
        identifier: row.text(2)?,
        type_name: row.text(3)?,
        party: Party::from_parts(row.str(4)?, row.id(5)?).ok_or_else(|| Error::bug("party of a grant"))?,
        body: row.text(6)?,
        body_name: row.text(7)?,
        purpose: row.text(8)?,
        valid_until: day(row.str(9)?)?,
        made_at: row.int(10)?,
        used_at: row.int(11)?,
        used_by: row.text(12)?,
        revoked_at: row.int(13)?,
    })
}

/// Whether it was still open: of two who use it at once, one does.
pub(super) async fn use_grant(tx: &mut Tx<'_>, id: Id, now: Millis, by: &str) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE certs_grant SET used_at = $1, used_by = $2 WHERE id = $3 AND used_at = 0 AND revoked_at = 0",
            &params![now, by, id],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn revoke_grant(tx: &mut Tx<'_>, id: Id, now: Millis) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE certs_grant SET revoked_at = $1 WHERE id = $2 AND used_at = 0 AND revoked_at = 0",
            &params![now, id],
        )
        .await?;
    Ok(changed == 1)
}

/// The number of the next copy of a certificate. Its row is held until the copy is there, so that two made
/// at once get two numbers.
pub(super) async fn next_copy(tx: &mut Tx<'_>, certificate: Id) -> Result<i64> {
    let serial = tx
        .first(
            "UPDATE certs_certificate SET copies = copies + 1 WHERE id = $1 RETURNING copies",
            &params![certificate],
            |row| row.int(0),
        )
        .await?;
    serial.ok_or_else(|| Error::bug("a certificate to be copied is gone"))
}

pub(super) async fn insert_copy(tx: &mut Tx<'_>, cx: &Cx, copy: &AnnotatedCopy) -> Result<()> {
    let maker = cx.keys().seal(cx.rng(), "certs_copy.maker", copy.maker.as_bytes());
    tx.execute(
        "INSERT INTO certs_copy (id, certificate_id, maker, purpose, valid_until_on, made_at, serial, receiver, \
         document_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &params![
            copy.id,
            copy.certificate,
            &maker,
            &copy.purpose,
            &copy.valid_until.to_string(),
            copy.made_at,
            copy.serial,
            &copy.receiver,
            copy.document
        ],
    )
    .await
    .map(drop)
}

pub(super) async fn copies(tx: &mut Tx<'_>, cx: &Cx, certificate: Id) -> Result<Vec<AnnotatedCopy>> {
    tx.rows(
        "SELECT id, certificate_id, maker, purpose, valid_until_on, made_at, serial, receiver, document_id \
         FROM certs_copy WHERE certificate_id = $1 ORDER BY id DESC LIMIT 100",
        &params![certificate],
        |row| {
            Ok(AnnotatedCopy {
                id: row.id(0)?,
                certificate: row.id(1)?,
                maker: cx.keys().open_text("certs_copy.maker", row.bytes(2)?)?,
                purpose: row.text(3)?,
                valid_until: day(row.str(4)?)?,
                made_at: row.int(5)?,
                serial: row.int(6)?,
                receiver: row.text(7)?,
                document: row.opt_id(8)?,
            })
        },
    )
    .await
}

fn day(text: &str) -> Result<Day> {
    text.parse().map_err(|_| Error::bug("day of a grant or copy"))
}
