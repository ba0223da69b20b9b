//! SQL of opening, activating and posting staff accounts.

use super::{Opening, OpeningRow};
use crate::Cx;
use crate::identity::account::store::looked_for;
use base::{Id, Millis, Page, PageOf, Result};
use db::{Tx, params};

const SECRET: &str = "identity_activation.secret";

pub(super) async fn insert_activation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    opening: &Opening,
    token_hash: &str,
    secret: &[u8],
) -> Result<()> {
    let sealed = cx.keys().seal(cx.rng(), SECRET, secret);
    tx.execute(
        "INSERT INTO identity_activation (account_id, token_hash, secret, ends_at) VALUES ($1, $2, $3, $4)",
        &params![opening.account, token_hash, &sealed, opening.ends_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_activation(tx: &mut Tx<'_>, account: Id) -> Result<()> {
    tx.execute("DELETE FROM identity_activation WHERE account_id = $1", &params![account]).await?;
    Ok(())
}

/// Account and secret behind a link that has not ended.
pub(super) async fn activation(
    tx: &mut Tx<'_>,
    cx: &Cx,
    token_hash: &str,
    now: Millis,
) -> Result<Option<(Id, Vec<u8>)>> {
    tx.first(
        "SELECT account_id, secret FROM identity_activation WHERE token_hash = $1 AND ends_at > $2",
        &params![token_hash, now],
        |row| Ok((row.id(0)?, cx.keys().open(SECRET, &row.blob(1)?)?)),
    )
    .await
}

pub(super) async fn openings(
    tx: &mut Tx<'_>,
    now: Millis,
    find: &str,
    page: Page,
) -> Result<PageOf<OpeningRow>> {
    let (login, end, name) = looked_for(find);
    let total = tx
        .first(
            "SELECT count(*) FROM identity_account WHERE kind = 'staff' AND kind <> 'person' \
             AND ((login >= $1 AND login < $2) OR name LIKE $3 ESCAPE '!')",
            &params![&login, &end, &name],
            |row| row.int(0),
        )
        .await?;
    let rows = tx
        .rows(
            "SELECT a.id, a.login, a.name, a.password_hash, v.ends_at, a.disabled_at FROM identity_account a \
             LEFT JOIN identity_activation v ON v.account_id = a.id WHERE a.kind = 'staff' AND a.kind <> 'person' \
             AND ((a.login >= $1 AND a.login < $2) OR a.name LIKE $3 ESCAPE '!') \
             ORDER BY a.id DESC LIMIT $4 OFFSET $5",
            &params![&login, &end, &name, page.limit(), page.offset()],
            |row| {
                Ok(OpeningRow {
                    account: row.id(0)?,
                    login: row.text(1)?,
                    name: row.text(2)?,
                    activated: !row.str(3)?.is_empty(),
                    ends_at: row.opt_int(4)?.filter(|ends_at| *ends_at > now),
                    disabled: row.opt_int(5)?.is_some(),
                })
            },
        )
        .await?;
    Ok(PageOf::new(page, total.unwrap_or(0), rows))
}

/// The step of the code that was shown is used up with it.
pub(in crate::identity) async fn activate(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    hash: &str,
    secret: &[u8],
    step: i64,
) -> Result<()> {
    let sealed = cx.keys().seal(cx.rng(), "identity_account.totp_secret", secret);
    tx.execute(
        "UPDATE identity_account SET password_hash = $2, totp_secret = $3, totp_step = $4, failures = 0, \
         locked_until = 0, version = version + 1 WHERE id = $1",
        &params![account, hash, &sealed, step],
    )
    .await?;
    Ok(())
}

/// No password, no second factor: nobody gets in until the new link is used.
pub(super) async fn close(tx: &mut Tx<'_>, account: Id) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET password_hash = '', totp_secret = NULL, totp_step = 0, \
         version = version + 1 WHERE id = $1",
        &params![account],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_posts(tx: &mut Tx<'_>, account: Id) -> Result<()> {
    tx.execute("DELETE FROM identity_post WHERE account_id = $1", &params![account]).await?;
    Ok(())
}

pub(super) async fn delete_post(tx: &mut Tx<'_>, account: Id, body: &str, post: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM identity_post WHERE account_id = $1 AND body = $2 AND post = $3",
        &params![account, body, post],
    )
    .await
}
