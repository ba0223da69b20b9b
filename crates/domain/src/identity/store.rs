//! SQL of persons, organisations and the installation's key check.

use super::person::SealedProfile;
use super::{NewOrganisation, NewPerson, Organisation, Profile};
use crate::Cx;
use base::{Id, Result};
use db::{Row, Tx, params};

pub(super) async fn insert_person(tx: &mut Tx<'_>, cx: &Cx, id: Id, new: &NewPerson) -> Result<()> {
    let seal = |place: &str, clear: &str| cx.keys().seal(cx.rng(), place, clear.as_bytes());
    let name = seal("identity_person.name", &new.name);
    let number = seal("identity_person.number", new.number.as_str());
    let phone = seal("identity_person.phone", &new.phone);
    let hash = super::person::number_index(cx, new.number.as_str());
    tx.execute(
        "INSERT INTO identity_person (id, name, number, number_hash, phone, synthetic, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &params![id, &name, &number, &hash, &phone, new.synthetic, cx.now],
    )
    .await?;
    Ok(())
}

pub(super) async fn person_by_hash(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Id>> {
    tx.first("SELECT id FROM identity_person WHERE number_hash = $1", &params![hash], |row| row.id(0)).await
}

pub(super) async fn person(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Profile>> {
    applicant(tx, cx, id, None).await
}

/// A person and, when one is given, the organisation she acts for, in one statement.
pub(super) async fn applicant(
    tx: &mut Tx<'_>,
    cx: &Cx,
    person: Id,
    organisation: Option<Id>,
) -> Result<Option<Profile>> {
    tx.first(
        "SELECT p.name, p.number, p.phone, o.id, o.credit_code, o.name, o.kind, o.address, \
         o.representative_id, p.number_hash FROM identity_person p LEFT JOIN identity_organisation o ON o.id = $2 WHERE p.id = $1",
        &params![person, organisation],
        |row| {
            let organisation = row.opt_id(3)?.map(|_| read_organisation(row, [3, 4, 5, 6, 7, 8]));
            let organisation = organisation.transpose()?;
            let (name, number, phone) = (row.blob(0)?, row.blob(1)?, row.blob(2)?);
            let number_hash = row.text(9)?;
            SealedProfile { id: person, name, number, number_hash, phone, organisation }.open(cx)
        },
    )
    .await
}

pub(super) async fn insert_organisation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    new: &NewOrganisation,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_organisation (id, credit_code, name, kind, address, representative_id, synthetic, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &params![
            id,
            new.credit_code.as_str(),
            &new.name,
            &new.kind,
            &new.address,
            new.representative,
            new.synthetic,
            cx.now
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn organisation(tx: &mut Tx<'_>, id: Id) -> Result<Option<Organisation>> {
    tx.first(
        "SELECT id, credit_code, name, kind, address, representative_id FROM identity_organisation WHERE id = $1",
        &params![id],
        |row| read_organisation(row, ALONE),
    )
    .await
}

pub(super) async fn organisation_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Organisation>> {
    tx.first(
        "SELECT id, credit_code, name, kind, address, representative_id FROM identity_organisation \
         WHERE credit_code = $1",
        &params![code],
        |row| read_organisation(row, ALONE),
    )
    .await
}

/// Where an organisation stands in a row that holds nothing else.
pub(super) const ALONE: [usize; 6] = [0, 1, 2, 3, 4, 5];

/// The organisation whose id, credit code, name, kind, address and representative stand in these columns.
pub(super) fn read_organisation(row: &Row<'_>, columns: [usize; 6]) -> Result<Organisation> {
    let [id, credit_code, name, kind, address, representative] = columns;
    Ok(Organisation {
        id: row.id(id)?,
        credit_code: row.text(credit_code)?,
        name: row.text(name)?,
        kind: row.text(kind)?,
        address: row.text(address)?,
        representative: row.opt_id(representative)?,
    })
}

pub(super) async fn has_synthetic(tx: &mut Tx<'_>) -> Result<bool> {
    let found = tx
        .first("SELECT id FROM identity_person WHERE synthetic LIMIT 1", &params![], |row| row.id(0))
        .await?;
    Ok(found.is_some())
}

pub(super) async fn has_accounts(tx: &mut Tx<'_>) -> Result<bool> {
    let found = tx.first("SELECT id FROM identity_account LIMIT 1", &params![], |row| row.id(0)).await?;
    Ok(found.is_some())
}

pub(super) async fn key_check(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>> {
    tx.first("SELECT key_check FROM identity_installation WHERE id = 1", &params![], |row| row.blob(0)).await
}

pub(super) async fn insert_key_check(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<()> {
    tx.execute("INSERT INTO identity_installation (id, key_check) VALUES (1, $1)", &params![sealed]).await?;
    Ok(())
}
