//! SQL of registration and real-name confirmation.

use crate::Cx;
use base::{Id, Result};
use db::{Tx, params};
use norms::CitizenNumber;

/// A person who only says so: her row is found by no number, and two may say the same.
pub(super) async fn insert_claimed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    name: &str,
    number: &CitizenNumber,
    phone: &str,
) -> Result<Id> {
    let id = cx.id();
    let seal = |place: &str, clear: &str| cx.keys().seal(cx.rng(), place, clear.as_bytes());
    let claimed = cx.keys().index("claimed citizen", &format!("{id} {}", number.as_str()));
    tx.execute(
        "INSERT INTO identity_person (id, name, number, number_hash, phone, synthetic, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &params![
            id,
            &seal("identity_person.name", name),
            &seal("identity_person.number", number.as_str()),
            &claimed,
            &seal("identity_person.phone", phone),
            false,
            cx.now
        ],
    )
    .await?;
    Ok(id)
}

pub(super) async fn accounts_of(tx: &mut Tx<'_>, person: Id) -> Result<Vec<Id>> {
    tx.rows("SELECT id FROM identity_account WHERE person_id = $1 ORDER BY id", &params![person], |row| {
        row.id(0)
    })
    .await
}

pub(super) async fn set_person(tx: &mut Tx<'_>, account: Id, person: Id) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET person_id = $2, version = version + 1 WHERE id = $1",
        &params![account, person],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_person(tx: &mut Tx<'_>, id: Id) -> Result<()> {
    tx.execute("DELETE FROM identity_person WHERE id = $1", &params![id]).await?;
    Ok(())
}

pub(super) async fn set_number_hash(tx: &mut Tx<'_>, id: Id, hash: &str) -> Result<()> {
    tx.execute("UPDATE identity_person SET number_hash = $2 WHERE id = $1", &params![id, hash]).await?;
    Ok(())
}

pub(super) async fn set_assurance(tx: &mut Tx<'_>, account: Id, level: u8) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET assurance = $2, version = version + 1 WHERE id = $1",
        &params![account, i64::from(level)],
    )
    .await?;
    Ok(())
}
