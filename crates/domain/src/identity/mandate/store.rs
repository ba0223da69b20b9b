//! SQL of mandates.

use super::{Mandate, NewMandate};
use base::{Error, Id, Millis, Result};
use db::{Tx, params};

const UNREADABLE: &str = "a mandate row says what no mandate can be";

pub(super) async fn insert_mandate(tx: &mut Tx<'_>, id: Id, new: &NewMandate) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_mandate (id, organisation_id, account_id, kind, items, valid_from_on, valid_until_on, \
         revoked_at) VALUES ($1, $2, $3, 'agent', $4, $5, $6, NULL)",
        &params![
            id,
            new.organisation,
            new.account,
            &new.items.join(" "),
            &new.valid_from.to_string(),
            &new.valid_until.to_string()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn mandate_organisation(tx: &mut Tx<'_>, id: Id) -> Result<Option<Id>> {
    tx.first(
        "SELECT organisation_id FROM identity_mandate WHERE id = $1 AND revoked_at IS NULL",
        &params![id],
        |row| row.id(0),
    )
    .await
}

pub(super) async fn revoke_mandate(tx: &mut Tx<'_>, id: Id, at: Millis) -> Result<()> {
    tx.execute(
        "UPDATE identity_mandate SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL",
        &params![id, at],
    )
    .await?;
    Ok(())
}

pub(super) async fn mandates(tx: &mut Tx<'_>, account: Id, today: &str) -> Result<Vec<Mandate>> {
    tx.rows(
        "SELECT m.id, m.organisation_id, o.name, o.credit_code, m.items, m.valid_until_on FROM identity_mandate m \
         JOIN identity_organisation o ON o.id = m.organisation_id \
         WHERE m.account_id = $1 AND m.revoked_at IS NULL AND m.valid_from_on <= $2 AND m.valid_until_on >= $2 \
         ORDER BY m.id",
        &params![account, today],
        |row| {
            Ok(Mandate {
                id: row.id(0)?,
                organisation: row.id(1)?,
                organisation_name: row.text(2)?,
                credit_code: row.text(3)?,
                account,
                items: row.str(4)?.split_whitespace().map(str::to_owned).collect(),
                valid_until: row.str(5)?.parse().map_err(|_| Error::bug(UNREADABLE))?,
            })
        },
    )
    .await
}
