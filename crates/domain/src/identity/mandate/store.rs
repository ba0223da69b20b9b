//! SQL of mandates.

use super::{Mandate, NewMandate};
use crate::Cx;
use crate::identity::{Account, account};
use base::{Error, Id, Millis, Result};
use db::{Row, Tx, params};

const UNREADABLE: &str = "a mandate row says what no mandate can be";

pub(super) async fn insert_mandate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    new: &NewMandate,
    given_by: Option<Id>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_mandate (id, organisation_id, account_id, kind, items, valid_from_on, valid_until_on, \
         revoked_at, given_by, given_at, laid_down) VALUES ($1, $2, $3, 'agent', $4, $5, $6, NULL, $7, $8, FALSE)",
        &params![
            id,
            new.organisation,
            new.account,
            &new.items.join(" "),
            &new.valid_from.to_string(),
            &new.valid_until.to_string(),
            given_by,
            cx.now
        ],
    )
    .await?;
    Ok(())
}

/// Compares and sets: false when it had ended before.
pub(super) async fn end_mandate(tx: &mut Tx<'_>, id: Id, at: Millis, laid_down: bool) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE identity_mandate SET revoked_at = $2, laid_down = $3 WHERE id = $1 AND revoked_at IS NULL",
            &params![id, at, laid_down],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn set_given_by(tx: &mut Tx<'_>, id: Id, person: Id) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE identity_mandate SET given_by = $2 WHERE id = $1 AND revoked_at IS NULL",
            &params![id, person],
        )
        .await?;
    Ok(changed == 1)
}

pub(super) async fn mandate(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Mandate>> {
    tx.first(
        "SELECT m.id, m.organisation_id, o.name, o.credit_code, m.account_id, p.name, m.items, m.valid_from_on, \
         m.valid_until_on, m.revoked_at, m.laid_down, m.given_by, o.representative_id FROM identity_mandate m \
         JOIN identity_organisation o ON o.id = m.organisation_id JOIN identity_account a ON a.id = m.account_id \
         LEFT JOIN identity_person p ON p.id = a.person_id WHERE m.id = $1",
        &params![id],
        |row| read_mandate(cx, row),
    )
    .await
}

pub(super) async fn mandates_of_account(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<Vec<Mandate>> {
    tx.rows(
        "SELECT m.id, m.organisation_id, o.name, o.credit_code, m.account_id, p.name, m.items, m.valid_from_on, \
         m.valid_until_on, m.revoked_at, m.laid_down, m.given_by, o.representative_id FROM identity_mandate m \
         JOIN identity_organisation o ON o.id = m.organisation_id JOIN identity_account a ON a.id = m.account_id \
         LEFT JOIN identity_person p ON p.id = a.person_id WHERE m.account_id = $1 ORDER BY m.id DESC LIMIT 500",
        &params![account],
        |row| read_mandate(cx, row),
    )
    .await
}

pub(super) async fn mandates_of_organisation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    organisation: Id,
) -> Result<Vec<Mandate>> {
    tx.rows(
        "SELECT m.id, m.organisation_id, o.name, o.credit_code, m.account_id, p.name, m.items, m.valid_from_on, \
         m.valid_until_on, m.revoked_at, m.laid_down, m.given_by, o.representative_id FROM identity_mandate m \
         JOIN identity_organisation o ON o.id = m.organisation_id JOIN identity_account a ON a.id = m.account_id \
         LEFT JOIN identity_person p ON p.id = a.person_id WHERE m.organisation_id = $1 ORDER BY m.id DESC LIMIT 500",
        &params![organisation],
        |row| read_mandate(cx, row),
    )
    .await
}

fn read_mandate(cx: &Cx, row: &Row<'_>) -> Result<Mandate> {
    let day = |at: usize| row.str(at)?.parse().map_err(|_| Error::bug(UNREADABLE));
    let agent = row.opt_blob(5)?.map(|sealed| cx.keys().open_text("identity_person.name", &sealed));
    let (given_by, representative) = (row.opt_id(11)?, row.opt_id(12)?);
    Ok(Mandate {
        id: row.id(0)?,
        organisation: row.id(1)?,
        organisation_name: row.text(2)?,
        credit_code: row.text(3)?,
        account: row.id(4)?,
        agent: agent.transpose()?.unwrap_or_default(),
        items: row.str(6)?.split_whitespace().map(str::to_owned).collect(),
        valid_from: day(7)?,
        valid_until: day(8)?,
        ended_at: row.opt_int(9)?,
        laid_down: row.bool(10)?,
        rests: given_by.is_some() && given_by != representative,
    })
}

pub(super) async fn accounts_of(tx: &mut Tx<'_>, cx: &Cx, person: Id) -> Result<Vec<Account>> {
    let ids = tx
        .rows("SELECT id FROM identity_account WHERE person_id = $1 ORDER BY id", &params![person], |row| {
            row.id(0)
        })
        .await?;
    let mut accounts = Vec::new();
    for id in ids {
        accounts.extend(account::store::account(tx, cx, id).await?);
    }
    Ok(accounts)
}
