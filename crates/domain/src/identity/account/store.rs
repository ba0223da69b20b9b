//! SQL of accounts and posts.

use super::{Account, AccountKind, AccountRow, NewAccount, NewPost, Role};
use crate::Cx;
use crate::identity::{Post, PostKind};
use base::{Error, Id, Millis, Page, PageOf, Result};
use db::{Row, Tx, params};

const UNREADABLE: &str = "an account row says what no account can be";

pub(in crate::identity) async fn insert_account(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    new: &NewAccount,
) -> Result<()> {
    let secret =
        new.totp_secret.as_ref().map(|s| cx.keys().seal(cx.rng(), "identity_account.totp_secret", s));
    tx.execute(
        "INSERT INTO identity_account (id, login, kind, name, person_id, role, assurance, password_hash, \
         totp_secret, totp_step, failures, locked_until, disabled_at, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, NULL, 1, $10)",
        &params![
            id,
            &new.login,
            new.kind.word(),
            &new.name,
            new.person,
            new.role.map_or("", Role::word),
            i64::from(new.assurance),
            &new.password.0,
            secret.as_deref(),
            cx.now
        ],
    )
    .await?;
    Ok(())
}

fn read_account(cx: &Cx, row: &Row<'_>) -> Result<Account> {
    let open = |sealed: Vec<u8>| cx.keys().open("identity_account.totp_secret", &sealed);
    Ok(Account {
        id: row.id(0)?,
        login: row.text(1)?,
        kind: AccountKind::from_word(row.str(2)?)?,
        name: row.text(3)?,
        person: row.opt_id(4)?,
        role: Role::from_word(row.str(5)?),
        assurance: u8::try_from(row.int(6)?).map_err(|_| Error::bug(UNREADABLE))?,
        password_hash: row.text(7)?,
        totp_secret: row.opt_blob(8)?.map(open).transpose()?,
        totp_step: row.int(9)?,
        failures: row.int(10)?,
        locked_until: row.int(11)?,
        disabled: row.opt_int(12)?.is_some(),
        version: row.int(13)?,
    })
}

pub(in crate::identity) async fn account(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Account>> {
    tx.first(
        "SELECT id, login, kind, name, person_id, role, assurance, password_hash, totp_secret, totp_step, failures, \
         locked_until, disabled_at, version FROM identity_account WHERE id = $1",
        &params![id],
        |row| read_account(cx, row),
    )
    .await
}

pub(in crate::identity) async fn account_by_login(
    tx: &mut Tx<'_>,
    cx: &Cx,
    login: &str,
) -> Result<Option<Account>> {
    tx.first(
        "SELECT id, login, kind, name, person_id, role, assurance, password_hash, totp_secret, totp_step, failures, \
         locked_until, disabled_at, version FROM identity_account WHERE login = $1",
        &params![login],
        |row| read_account(cx, row),
    )
    .await
}

/// Failures and lock of a name nobody has.
pub(in crate::identity) async fn unknown_login(tx: &mut Tx<'_>, name: &str) -> Result<Option<(i64, Millis)>> {
    tx.first(
        "SELECT failures, locked_until FROM identity_unknown_login WHERE name = $1",
        &params![name],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )
    .await
}

pub(in crate::identity) async fn set_unknown_login(
    tx: &mut Tx<'_>,
    name: &str,
    failures: i64,
    locked_until: Millis,
    now: Millis,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_unknown_login (name, failures, locked_until, tried_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until, \
         tried_at = excluded.tried_at",
        &params![name, failures, locked_until, now],
    )
    .await
    .map(drop)
}

/// Drops what was not tried since.
pub(in crate::identity) async fn forget_unknown_logins(tx: &mut Tx<'_>, since: Millis) -> Result<()> {
    tx.execute("DELETE FROM identity_unknown_login WHERE tried_at < $1", &params![since]).await.map(drop)
}

/// First login, end of the logins and pattern of the names of those who are looked for with this.
pub(in crate::identity) fn looked_for(find: &str) -> (String, String, String) {
    let mut name = String::from("%");
    for letter in find.chars() {
        if matches!(letter, '%' | '_' | '!') {
            name.push('!');
        }
        name.push(letter);
    }
    name.push('%');
    // Logins are letters and digits, and some marks: `~` sorts after all of them.
    (find.to_owned(), format!("{find}~"), name)
}

/// By how the login begins, and those of an office also by a part of the name: citizens' names are encrypted.
pub(in crate::identity) async fn accounts(
    tx: &mut Tx<'_>,
    now: Millis,
    find: &str,
    page: Page,
) -> Result<PageOf<AccountRow>> {
    let (login, end, name) = looked_for(find);
    let total = tx
        .first(
            "SELECT count(*) FROM identity_account WHERE (login >= $1 AND login < $2) \
             OR (kind <> 'person' AND name LIKE $3 ESCAPE '!')",
            &params![&login, &end, &name],
            |row| row.int(0),
        )
        .await?;
    let rows = tx
        .rows(
            "SELECT id, login, kind, name, role, locked_until, disabled_at FROM identity_account \
             WHERE (login >= $1 AND login < $2) OR (kind <> 'person' AND name LIKE $3 ESCAPE '!') \
             ORDER BY id LIMIT $4 OFFSET $5",
            &params![&login, &end, &name, page.limit(), page.offset()],
            |row| {
                let role = Role::from_word(row.str(4)?).map(|role| role.name().to_owned());
                Ok(AccountRow {
                    id: row.id(0)?,
                    login: row.text(1)?,
                    kind: role.unwrap_or(row.text(2)?),
                    name: row.text(3)?,
                    locked: row.int(5)? > now,
                    disabled: row.opt_int(6)?.is_some(),
                })
            },
        )
        .await?;
    Ok(PageOf::new(page, total.unwrap_or(0), rows))
}

/// Has all administrators of this role for itself until the transaction ends: of two who disable the last two of them
/// at the same moment, the second counts what the first has left.
pub(in crate::identity) async fn hold_role(tx: &mut Tx<'_>, role: Role) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET version = version WHERE kind = 'administrator' AND kind <> 'person' AND role = $1",
        &params![role.word()],
    )
    .await
    .map(drop)
}

/// How many administrators of this role may log in, beside this one.
pub(in crate::identity) async fn others_in_use(tx: &mut Tx<'_>, role: Role, beside: Id) -> Result<i64> {
    let others = tx
        .first(
            "SELECT count(*) FROM identity_account WHERE kind = 'administrator' AND kind <> 'person' \
             AND role = $1 AND disabled_at IS NULL AND id <> $2",
            &params![role.word(), beside],
            |row| row.int(0),
        )
        .await?;
    Ok(others.unwrap_or(0))
}

pub(in crate::identity) async fn set_failures(
    tx: &mut Tx<'_>,
    id: Id,
    failures: i64,
    locked_until: Millis,
) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET failures = $2, locked_until = $3 WHERE id = $1",
        &params![id, failures, locked_until],
    )
    .await?;
    Ok(())
}

/// Compares and sets: of two requests with one code, the second finds the step used.
pub(in crate::identity) async fn set_totp_step(tx: &mut Tx<'_>, id: Id, step: i64) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE identity_account SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
            &params![id, step],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

pub(in crate::identity) async fn set_disabled(tx: &mut Tx<'_>, id: Id, at: Option<Millis>) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET disabled_at = $2, failures = 0, locked_until = 0, version = version + 1 \
         WHERE id = $1",
        &params![id, at],
    )
    .await?;
    Ok(())
}

pub(in crate::identity) async fn insert_post(
    tx: &mut Tx<'_>,
    id: Id,
    account: Id,
    post: &NewPost,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_post (id, account_id, body, division, post) VALUES ($1, $2, $3, $4, $5)",
        &params![id, account, &post.body, &post.division, post.post.word()],
    )
    .await?;
    Ok(())
}

pub(in crate::identity) async fn posts(tx: &mut Tx<'_>, account: Id) -> Result<Vec<Post>> {
    tx.rows(
        "SELECT body, division, post FROM identity_post WHERE account_id = $1 ORDER BY id",
        &params![account],
        |row| {
            let post = PostKind::from_word(row.str(2)?).ok_or_else(|| Error::bug(UNREADABLE))?;
            Ok(Post { body: row.text(0)?, division: row.text(1)?, post })
        },
    )
    .await
}

/// Staff in use with this post at the body: (account, name), by name.
pub(in crate::identity) async fn staff_at(
    tx: &mut Tx<'_>,
    body: &str,
    post: &str,
) -> Result<Vec<(Id, String)>> {
    tx.rows(
        "SELECT a.id, a.name FROM identity_post p JOIN identity_account a ON a.id = p.account_id \
         WHERE p.body = $1 AND p.post = $2 AND a.disabled_at IS NULL ORDER BY a.name, a.id LIMIT 200",
        &params![body, post],
        |row| Ok((row.id(0)?, row.text(1)?)),
    )
    .await
}

/// When this post of somebody in use was given to her; nothing when she does not hold it.
pub(in crate::identity) async fn post_since(
    tx: &mut Tx<'_>,
    account: Id,
    body: &str,
    post: &str,
) -> Result<Option<Millis>> {
    tx.first(
        "SELECT p.id FROM identity_post p JOIN identity_account a ON a.id = p.account_id \
         WHERE p.account_id = $1 AND p.body = $2 AND p.post = $3 AND a.disabled_at IS NULL",
        &params![account, body, post],
        |row| Ok(row.id(0)?.made_at()),
    )
    .await
}
