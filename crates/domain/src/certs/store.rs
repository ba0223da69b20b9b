//! SQL of the certificate library.

use super::certificate::Certificate;
use super::enter::HistoryLine;
use super::news::Told;
use super::operation::Operation;
use crate::Cx;
use base::{Error, Id, Result};
use db::{Param, Row, Tx, params};
use norms::codes::LicenceStatus;
use norms::{Day, LicenceId};

/// The columns [`read`] knows, of the rows the rest names.
macro_rules! select_certificate {
    ($rest:literal) => {
        concat!(
            "SELECT id, identifier, type_key, type_code, type_name, number, holder_hash, code_hash, \
             holder_name, holder_code, issuer, issuer_name, area, status, status_text, operation, \
             valid_from_on, valid_until_on, data, case_id, issued_at, stock, supersedes, superseded_by, \
             check_ok, version, change_id, last_operation FROM certs_certificate ",
            $rest
        )
    };
}

/// The next number of an issuer's series of a year.
pub(super) async fn next_serial(tx: &mut Tx<'_>, issuer: &str, year: i32) -> Result<i64> {
    let latest = tx
        .first(
            "INSERT INTO certs_serial (issuer, year, latest) VALUES ($1, $2, 1) \
             ON CONFLICT (issuer, year) DO UPDATE SET latest = certs_serial.latest + 1 RETURNING latest",
            &params![issuer, i64::from(year)],
            |row| row.int(0),
        )
        .await?;
    latest.ok_or_else(|| Error::bug("a serial was not returned"))
}

/// The next number of a division's series of organisation codes, kept as that of the year 0. Codes were once made of
/// the numbers of a year: the series begins behind all of them.
pub(super) async fn next_code_serial(tx: &mut Tx<'_>, division: &str) -> Result<i64> {
    let latest = tx
        .first(
            "INSERT INTO certs_serial (issuer, year, latest) \
             SELECT $1, 0, coalesce(max(latest), 0) + 1 FROM certs_serial WHERE year > 0 \
             ON CONFLICT (issuer, year) DO UPDATE SET latest = certs_serial.latest + 1 RETURNING latest",
            &params![division],
            |row| row.int(0),
        )
        .await?;
    latest.ok_or_else(|| Error::bug("a serial was not returned"))
}

/// Enters a certificate; whether it was new. False when its identifier, or as stock its type, number and
/// holder, are there already.
pub(super) async fn insert(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate) -> Result<bool> {
    let seal = |place: &str, clear: &str| cx.keys().seal(cx.rng(), place, clear.as_bytes());
    let data = serde_json::to_string(&certificate.data).map_err(|e| Error::Bug(e.into()))?;
    let until = certificate.valid_until.map(|day| day.to_string()).unwrap_or_default();
    let added = tx
        .execute(
            "INSERT INTO certs_certificate (id, identifier, type_key, type_code, type_name, number, holder_hash, \
         code_hash, holder_name, holder_code, issuer, issuer_name, area, status, status_text, operation, \
         valid_from_on, valid_until_on, data, case_id, issued_at, stock, supersedes, superseded_by, check_ok, \
         version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21, $22, $23, $24, $25, $26) ON CONFLICT DO NOTHING",
            &params![
                certificate.id,
                &certificate.identifier,
                &certificate.type_key,
                &certificate.type_code,
                &certificate.type_name,
                &certificate.number,
                &certificate.holder_hash,
                &certificate.code_hash,
                &seal("certs_certificate.holder_name", &certificate.holder_name),
                &seal("certs_certificate.holder_code", &certificate.holder_code),
                &certificate.issuer,
                &certificate.issuer_name,
                &certificate.area,
                certificate.status.word(),
                &certificate.status_text,
                certificate.operation.code(),
                &certificate.valid_from.to_string(),
                &until,
                &seal("certs_certificate.data", &data),
                certificate.case,
                certificate.issued_at,
                certificate.stock,
                &certificate.supersedes,
                &certificate.superseded_by,
                certificate.check_ok,
                certificate.version
            ],
        )
        .await?;
    Ok(added == 1)
}

pub(super) async fn by_id(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Certificate>> {
    tx.first(select_certificate!("WHERE id = $1"), &params![id], |row| read(cx, row)).await
}

pub(super) async fn by_identifier(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Option<Certificate>> {
    tx.first(select_certificate!("WHERE identifier = $1"), &params![identifier], |row| read(cx, row)).await
}

pub(super) async fn by_case(tx: &mut Tx<'_>, cx: &Cx, case: Id) -> Result<Vec<Certificate>> {
    tx.rows(select_certificate!("WHERE case_id = $1 ORDER BY id"), &params![case], |row| read(cx, row)).await
}

/// What a party holds, whether it was issued to it or under its code, newest first.
pub(super) async fn by_holder(tx: &mut Tx<'_>, cx: &Cx, holder: &str) -> Result<Vec<Certificate>> {
    tx.rows(
        select_certificate!("WHERE holder_hash = $1 OR code_hash = $1 ORDER BY id DESC LIMIT 200"),
        &params![holder],
        |row| read(cx, row),
    )
    .await
}

pub(super) async fn by_holder_and_type(
    tx: &mut Tx<'_>,
    cx: &Cx,
    holder: &str,
    type_key: &str,
) -> Result<Vec<Certificate>> {
    tx.rows(
        select_certificate!(
            "WHERE (holder_hash = $1 OR code_hash = $1) AND type_key = $2 ORDER BY id DESC LIMIT 20"
        ),
        &params![holder, type_key],
        |row| read(cx, row),
    )
    .await
}

/// Certificates of one issuing body by the number printed on them, newest first.
pub(super) async fn by_number(
    tx: &mut Tx<'_>,
    cx: &Cx,
    issuer: &str,
    number: &str,
) -> Result<Vec<Certificate>> {
    tx.rows(
        select_certificate!("WHERE number = $1 AND issuer = $2 ORDER BY id DESC LIMIT 50"),
        &params![number, issuer],
        |row| read(cx, row),
    )
    .await
}

/// A certificate with the last act on it: the act's own id, and its operation.
pub(super) struct Changed {
    pub change: Id,
    pub operation: Operation,
    pub certificate: Certificate,
}

/// Certificates of one body that were entered or changed after one act and before another, in the order of the
/// last act on each: for the reports upward.
pub(super) async fn changed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    issuer: &str,
    (after, before): (Id, Id),
    most: i64,
) -> Result<Vec<Changed>> {
    tx.rows(
        select_certificate!(
            "WHERE issuer = $1 AND change_id > $2 AND change_id < $3 ORDER BY change_id LIMIT $4"
        ),
        &params![issuer, after, before, most],
        |row| {
            let operation = operation(row.str(27)?)?;
            Ok(Changed { change: row.id(26)?, operation, certificate: read(cx, row)? })
        },
    )
    .await
}

/// `Conflict` when somebody else changed the row since `version` was read.
pub(super) async fn set_status(
    tx: &mut Tx<'_>,
    id: Id,
    version: i64,
    status: LicenceStatus,
    text: &str,
) -> Result<()> {
    changed_one(
        tx,
        "UPDATE certs_certificate SET status = $1, status_text = $2, version = version + 1 \
         WHERE id = $3 AND version = $4",
        &params![status.word(), text, id, version],
    )
    .await
}

/// Marks a certificate as replaced by another.
pub(super) async fn supersede(
    tx: &mut Tx<'_>,
    old: &Certificate,
    status: LicenceStatus,
    by: &str,
) -> Result<()> {
    changed_one(
        tx,
        "UPDATE certs_certificate SET status = $1, superseded_by = $2, version = version + 1 \
         WHERE id = $3 AND version = $4 AND superseded_by = ''",
        &params![status.word(), by, old.id, old.version],
    )
    .await
}

async fn changed_one(tx: &mut Tx<'_>, sql: &'static str, params: &[Param<'_>]) -> Result<()> {
    if tx.execute(sql, params).await? == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Adds a line to the history, and marks the certificate as changed by it.
pub(super) async fn insert_operation(
    tx: &mut Tx<'_>,
    id: Id,
    certificate: Id,
    line: &HistoryLine,
) -> Result<()> {
    tx.execute(
        "UPDATE certs_certificate SET change_id = $1, last_operation = $2 WHERE id = $3",
        &params![id, line.operation.code(), certificate],
    )
    .await?;
    tx.execute(
        "INSERT INTO certs_operation (id, certificate_id, identifier, operation, act, status, other_identifier, \
         reason, by_name, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &params![
            id,
            certificate,
            &line.identifier,
            line.operation.code(),
            &line.act,
            line.status.word(),
            &line.other_identifier,
            &line.reason,
            &line.by_name,
            &line.body,
            line.at
        ],
    )
    .await
    .map(drop)
}

/// The history of one certificate, oldest first.
pub(super) async fn operations(tx: &mut Tx<'_>, certificate: Id) -> Result<Vec<HistoryLine>> {
    tx.rows(
        "SELECT identifier, operation, act, status, other_identifier, reason, by_name, body, at \
         FROM certs_operation WHERE certificate_id = $1 ORDER BY id LIMIT 500",
        &params![certificate],
        |row| {
            Ok(HistoryLine {
                identifier: row.text(0)?,
                operation: operation(row.str(1)?)?,
                act: row.text(2)?,
                status: status(row.str(3)?)?,
                other_identifier: row.text(4)?,
                reason: row.text(5)?,
                by_name: row.text(6)?,
                body: row.text(7)?,
                at: row.int(8)?,
            })
        },
    )
    .await
}

/// The newest acts on what a party holds. Entering it is told by its case, and being superseded by the new version.
pub(super) async fn acts_on_those_of(tx: &mut Tx<'_>, holder: &str, most: i64) -> Result<Vec<Told>> {
    tx.rows(
        "SELECT c.identifier, c.type_name, c.number, c.issuer_name, o.act, o.reason, o.at \
         FROM certs_certificate c JOIN certs_operation o ON o.certificate_id = c.id \
         WHERE (c.holder_hash = $1 OR c.code_hash = $1) AND o.act NOT IN ('new', 'stock', 'superseded') \
         ORDER BY o.id DESC LIMIT $2",
        &params![holder, most],
        |row| {
            Ok(Told {
                identifier: row.text(0)?,
                type_name: row.text(1)?,
                number: row.text(2)?,
                issuer_name: row.text(3)?,
                act: row.text(4)?,
                reason: row.text(5)?,
                at: row.int(6)?,
            })
        },
    )
    .await
}

fn read(cx: &Cx, row: &Row<'_>) -> Result<Certificate> {
    let keys = cx.keys();
    let data = keys.open_text("certs_certificate.data", &row.blob(18)?)?;
    Ok(Certificate {
        id: row.id(0)?,
        identifier: row.text(1)?,
        type_key: row.text(2)?,
        type_code: type_code(row.str(3)?, row.str(1)?),
        type_name: row.text(4)?,
        number: row.text(5)?,
        holder_hash: row.text(6)?,
        code_hash: row.text(7)?,
        holder_name: keys.open_text("certs_certificate.holder_name", row.bytes(8)?)?,
        holder_code: keys.open_text("certs_certificate.holder_code", row.bytes(9)?)?,
        issuer: row.text(10)?,
        issuer_name: row.text(11)?,
        area: row.text(12)?,
        status: status(row.str(13)?)?,
        status_text: row.text(14)?,
        operation: operation(row.str(15)?)?,
        valid_from: row.str(16)?.parse().map_err(|_| Error::bug("certificate day"))?,
        valid_until: day(row.str(17)?)?,
        data: serde_json::from_str(&data).map_err(|e| Error::Bug(e.into()))?,
        case: row.opt_id(19)?,
        issued_at: row.int(20)?,
        stock: row.bool(21)?,
        supersedes: row.text(22)?,
        superseded_by: row.text(23)?,
        check_ok: row.bool(24)?,
        version: row.int(25)?,
    })
}

/// Rows from before the column was there say it in their identifier.
fn type_code(stored: &str, identifier: &str) -> String {
    match LicenceId::parse_imported(identifier) {
        Ok(id) if stored.is_empty() => id.type_code().to_owned(),
        _ => stored.to_owned(),
    }
}

fn status(word: &str) -> Result<LicenceStatus> {
    LicenceStatus::from_word(word).ok_or_else(|| Error::bug("certificate status"))
}

fn operation(code: &str) -> Result<Operation> {
    Operation::from_code(code).ok_or_else(|| Error::bug("certificate operation"))
}

fn day(text: &str) -> Result<Option<Day>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::bug("certificate day")),
    }
}
