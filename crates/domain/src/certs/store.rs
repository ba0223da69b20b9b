//! SQL of the certificate library.

use super::certificate::Certificate;
use crate::Cx;
use base::{Error, Id, Result};
use db::{Row, Tx, params};
use norms::Day;
use norms::codes::LicenceStatus;

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

pub(super) async fn insert(tx: &mut Tx<'_>, cx: &Cx, certificate: &Certificate, area: &str) -> Result<()> {
    let seal = |place: &str, clear: &str| cx.keys().seal(cx.rng(), place, clear.as_bytes());
    let data = serde_json::to_string(&certificate.data).map_err(|e| Error::Bug(e.into()))?;
    let until = certificate.valid_until.map(|day| day.to_string()).unwrap_or_default();
    tx.execute(
        "INSERT INTO certs_certificate (id, identifier, type_key, type_name, number, holder_hash, holder_name, \
         holder_code, issuer, issuer_name, area, status, valid_from_on, valid_until_on, data, case_id, issued_at, \
         version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 1)",
        &params![
            certificate.id,
            &certificate.identifier,
            &certificate.type_key,
            &certificate.type_name,
            &certificate.number,
            &certificate.holder_hash,
            &seal("certs_certificate.holder_name", &certificate.holder_name),
            &seal("certs_certificate.holder_code", &certificate.holder_code),
            &certificate.issuer,
            &certificate.issuer_name,
            area,
            certificate.status.word(),
            &certificate.valid_from.to_string(),
            &until,
            &seal("certs_certificate.data", &data),
            certificate.case,
            certificate.issued_at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn by_identifier(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<Option<Certificate>> {
    tx.first(
        "SELECT id, identifier, type_key, type_name, number, holder_hash, holder_name, holder_code, issuer, \
         issuer_name, status, valid_from_on, valid_until_on, data, case_id, issued_at FROM certs_certificate \
         WHERE identifier = $1",
        &params![identifier],
        |row| read(cx, row),
    )
    .await
}

pub(super) async fn by_holder(tx: &mut Tx<'_>, cx: &Cx, holder: &str) -> Result<Vec<Certificate>> {
    tx.rows(
        "SELECT id, identifier, type_key, type_name, number, holder_hash, holder_name, holder_code, issuer, \
         issuer_name, status, valid_from_on, valid_until_on, data, case_id, issued_at FROM certs_certificate \
         WHERE holder_hash = $1 ORDER BY id DESC LIMIT 200",
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
        "SELECT id, identifier, type_key, type_name, number, holder_hash, holder_name, holder_code, issuer, \
         issuer_name, status, valid_from_on, valid_until_on, data, case_id, issued_at FROM certs_certificate \
         WHERE holder_hash = $1 AND type_key = $2 ORDER BY id DESC LIMIT 20",
        &params![holder, type_key],
        |row| read(cx, row),
    )
    .await
}

pub(super) async fn by_case(tx: &mut Tx<'_>, cx: &Cx, case: Id) -> Result<Vec<Certificate>> {
    tx.rows(
        "SELECT id, identifier, type_key, type_name, number, holder_hash, holder_name, holder_code, issuer, \
         issuer_name, status, valid_from_on, valid_until_on, data, case_id, issued_at FROM certs_certificate \
         WHERE case_id = $1 ORDER BY id",
        &params![case],
        |row| read(cx, row),
    )
    .await
}

fn read(cx: &Cx, row: &Row<'_>) -> Result<Certificate> {
    let keys = cx.keys();
    let data = keys.open_text("certs_certificate.data", &row.blob(13)?)?;
    Ok(Certificate {
        id: row.id(0)?,
        identifier: row.text(1)?,
        type_key: row.text(2)?,
        type_name: row.text(3)?,
        number: row.text(4)?,
        holder_hash: row.text(5)?,
        holder_name: keys.open_text("certs_certificate.holder_name", &row.blob(6)?)?,
        holder_code: keys.open_text("certs_certificate.holder_code", &row.blob(7)?)?,
        issuer: row.text(8)?,
        issuer_name: row.text(9)?,
        status: LicenceStatus::from_word(row.str(10)?).ok_or_else(|| Error::bug("certificate status"))?,
        valid_from: row.str(11)?.parse().map_err(|_| Error::bug("certificate day"))?,
        valid_until: day(row.str(12)?)?,
        data: serde_json::from_str(&data).map_err(|e| Error::Bug(e.into()))?,
        case: row.opt_id(14)?,
        issued_at: row.int(15)?,
    })
}

fn day(text: &str) -> Result<Option<Day>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Error::bug("certificate day")),
    }
}
