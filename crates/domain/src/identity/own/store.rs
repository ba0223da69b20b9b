//! SQL of one's own account.

use super::OwnSession;
use crate::Cx;
use base::{Error, Id, Millis, Result};
use db::{Tx, params};

/// Login and phone: what a new password must not contain. Staff have no phone here.
pub(super) async fn known_words(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<(String, String)> {
    let found = tx
        .first(
            "SELECT a.login, p.phone FROM identity_account a LEFT JOIN identity_person p ON p.id = a.person_id \
             WHERE a.id = $1",
            &params![account],
            |row| {
                let open = |sealed: Vec<u8>| cx.keys().open_text("identity_person.phone", &sealed);
                Ok((row.text(0)?, row.opt_blob(1)?.map(open).transpose()?.unwrap_or_default()))
            },
        )
        .await?;
    found.ok_or(Error::NotFound)
}

pub(super) async fn set_password(tx: &mut Tx<'_>, account: Id, hash: &str) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET password_hash = $2, version = version + 1 WHERE id = $1",
        &params![account, hash],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_phone(tx: &mut Tx<'_>, cx: &Cx, person: Id, phone: &str) -> Result<()> {
    let sealed = cx.keys().seal(cx.rng(), "identity_person.phone", phone.as_bytes());
    tx.execute("UPDATE identity_person SET phone = $2 WHERE id = $1", &params![person, &sealed]).await?;
    Ok(())
}

pub(super) async fn sessions(
    tx: &mut Tx<'_>,
    account: Id,
    now: Millis,
    own_hash: &str,
) -> Result<Vec<OwnSession>> {
    tx.rows(
        "SELECT created_at, seen_at, ends_at, token_hash FROM identity_session \
         WHERE account_id = $1 AND ends_at > $2 AND second_factor ORDER BY created_at DESC",
        &params![account, now],
        |row| {
            Ok(OwnSession {
                began_at: row.int(0)?,
                seen_at: row.int(1)?,
                ends_at: row.int(2)?,
                current: row.str(3)? == own_hash,
            })
        },
    )
    .await
}

pub(super) async fn delete_other_sessions(tx: &mut Tx<'_>, account: Id, own_hash: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM identity_session WHERE account_id = $1 AND token_hash <> $2",
        &params![account, own_hash],
    )
    .await
}
