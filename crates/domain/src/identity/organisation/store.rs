//! SQL of organisations, the registry and claims.

use super::claim::Waiting;
use super::registry::Registered;
use crate::Cx;
use crate::identity::Organisation;
use crate::identity::store::{ALONE, read_organisation};
use base::{Error, Id, Millis, Result};
use db::{Tx, params};
use norms::Day;

/// A row of the registry.
pub(super) struct RegisteredRow {
    pub name: String,
    pub kind: String,
    pub address: String,
    pub active: bool,
    pub leader: String,
    pub leader_hash: String,
    pub told_on: Day,
    pub synthetic: bool,
}

/// What an organisation is known by, whoever told it.
pub(super) struct Facts<'a> {
    pub name: &'a str,
    pub kind: &'a str,
    pub address: &'a str,
    pub synthetic: bool,
}

const LEADER: &str = "identity_registry.leader";

pub(super) async fn registered(tx: &mut Tx<'_>, cx: &Cx, code: &str) -> Result<Option<RegisteredRow>> {
    tx.first(
        "SELECT name, kind, address, active, leader, leader_hash, told_on, synthetic FROM identity_registry \
         WHERE credit_code = $1",
        &params![code],
        |row| {
            Ok(RegisteredRow {
                name: row.text(0)?,
                kind: row.text(1)?,
                address: row.text(2)?,
                active: row.bool(3)?,
                leader: cx.keys().open_text(LEADER, row.bytes(4)?)?,
                leader_hash: row.text(5)?,
                told_on: row.str(6)?.parse().map_err(|_| Error::bug("a day of the registry is none"))?,
                synthetic: row.bool(7)?,
            })
        },
    )
    .await
}

pub(super) async fn save_registered(
    tx: &mut Tx<'_>,
    cx: &Cx,
    told: &Registered,
    leader_hash: &str,
    source: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_registry (credit_code, name, kind, address, active, leader, leader_hash, source, \
         told_on, synthetic, taken_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (credit_code) DO UPDATE SET name = excluded.name, kind = excluded.kind, \
         address = excluded.address, active = excluded.active, leader = excluded.leader, \
         leader_hash = excluded.leader_hash, source = excluded.source, told_on = excluded.told_on, \
         synthetic = excluded.synthetic, taken_at = excluded.taken_at",
        &params![
            told.credit_code.as_str(),
            &told.name,
            &told.kind,
            &told.address,
            told.active,
            &cx.keys().seal(cx.rng(), LEADER, told.leader.as_bytes()),
            leader_hash,
            source,
            &told.told_on.to_string(),
            told.synthetic,
            cx.now
        ],
    )
    .await?;
    Ok(())
}

/// What the number of a person is found by; of a claimed number, what finds nothing.
pub(super) async fn number_hash(tx: &mut Tx<'_>, person: Id) -> Result<Option<String>> {
    tx.first("SELECT number_hash FROM identity_person WHERE id = $1", &params![person], |row| row.text(0))
        .await
}

pub(super) async fn accounts_of(tx: &mut Tx<'_>, person: Id) -> Result<Vec<Id>> {
    tx.rows("SELECT id FROM identity_account WHERE person_id = $1 ORDER BY id", &params![person], |row| {
        row.id(0)
    })
    .await
}

pub(super) async fn insert_organisation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: &str,
    facts: &Facts<'_>,
) -> Result<Id> {
    let id = cx.id();
    tx.execute(
        "INSERT INTO identity_organisation (id, credit_code, name, kind, address, representative_id, synthetic, \
         created_at) VALUES ($1, $2, $3, $4, $5, NULL, $6, $7)",
        &params![id, code, facts.name, facts.kind, facts.address, facts.synthetic, cx.now],
    )
    .await?;
    Ok(id)
}

pub(super) async fn update_organisation(
    tx: &mut Tx<'_>,
    id: Id,
    name: &str,
    kind: &str,
    address: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE identity_organisation SET name = $2, kind = $3, address = $4 WHERE id = $1",
        &params![id, name, kind, address],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_representative(tx: &mut Tx<'_>, id: Id, person: Option<Id>) -> Result<()> {
    tx.execute("UPDATE identity_organisation SET representative_id = $2 WHERE id = $1", &params![id, person])
        .await?;
    Ok(())
}

pub(in crate::identity) async fn represented_by(tx: &mut Tx<'_>, person: Id) -> Result<Vec<Organisation>> {
    tx.rows(
        "SELECT id, credit_code, name, kind, address, representative_id FROM identity_organisation \
         WHERE representative_id = $1 ORDER BY id",
        &params![person],
        |row| read_organisation(row, ALONE),
    )
    .await
}

pub(super) async fn insert_claim(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    code: &str,
    name: &str,
    kind: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_claim (id, account_id, credit_code, name, kind, address, created_at, settled_at) \
         VALUES ($1, $2, $3, $4, $5, '', $6, NULL)",
        &params![cx.id(), account, code, name, kind, cx.now],
    )
    .await?;
    Ok(())
}

pub(super) async fn waiting(tx: &mut Tx<'_>, account: Id) -> Result<Vec<Waiting>> {
    tx.rows(
        "SELECT credit_code, name, kind, created_at FROM identity_claim WHERE account_id = $1 \
         AND settled_at IS NULL ORDER BY id",
        &params![account],
        |row| {
            Ok(Waiting {
                credit_code: row.text(0)?,
                name: row.text(1)?,
                kind: row.text(2)?,
                claimed_at: row.int(3)?,
            })
        },
    )
    .await
}

pub(super) async fn settle_claim(tx: &mut Tx<'_>, account: Id, code: &str, at: Millis) -> Result<()> {
    tx.execute(
        "UPDATE identity_claim SET settled_at = $3 WHERE account_id = $1 AND credit_code = $2 \
         AND settled_at IS NULL",
        &params![account, code, at],
    )
    .await?;
    Ok(())
}
