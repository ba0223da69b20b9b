//! SQL of identity.

use super::{
    Account, AccountKind, AccountRow, ActingFor, Mandate, NewAccount, NewMandate, NewOrganisation, NewPerson,
    NewPost, Organisation, Post, PostKind, Profile, Role,
};
use crate::Cx;
use base::{Error, Id, Millis, Page, PageOf, Result};
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
            let organisation = match row.opt_id(3)? {
                None => None,
                Some(id) => Some(Organisation {
                    id,
                    credit_code: row.text(4)?,
                    name: row.text(5)?,
                    kind: row.text(6)?,
                    address: row.text(7)?,
                    representative: row.opt_id(8)?,
                }),
            };
            let number = cx.keys().open_text("identity_person.number", row.bytes(1)?)?;
            Ok(Profile {
                id: person,
                name: cx.keys().open_text("identity_person.name", row.bytes(0)?)?,
                confirmed: super::person::number_index(cx, &number) == row.str(9)?,
                number,
                phone: cx.keys().open_text("identity_person.phone", row.bytes(2)?)?,
                organisation,
            })
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
        read_organisation,
    )
    .await
}

pub(super) async fn organisation_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Organisation>> {
    tx.first(
        "SELECT id, credit_code, name, kind, address, representative_id FROM identity_organisation \
         WHERE credit_code = $1",
        &params![code],
        read_organisation,
    )
    .await
}

fn read_organisation(row: &Row<'_>) -> Result<Organisation> {
    Ok(Organisation {
        id: row.id(0)?,
        credit_code: row.text(1)?,
        name: row.text(2)?,
        kind: row.text(3)?,
        address: row.text(4)?,
        representative: row.opt_id(5)?,
    })
}

pub(super) async fn insert_account(tx: &mut Tx<'_>, cx: &Cx, id: Id, new: &NewAccount) -> Result<()> {
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

const UNREADABLE: &str = "an account row says what no account can be";

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

pub(super) async fn account(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Account>> {
    tx.first(
        "SELECT id, login, kind, name, person_id, role, assurance, password_hash, totp_secret, totp_step, failures, \
         locked_until, disabled_at, version FROM identity_account WHERE id = $1",
        &params![id],
        |row| read_account(cx, row),
    )
    .await
}

pub(super) async fn account_by_login(tx: &mut Tx<'_>, cx: &Cx, login: &str) -> Result<Option<Account>> {
    tx.first(
        "SELECT id, login, kind, name, person_id, role, assurance, password_hash, totp_secret, totp_step, failures, \
         locked_until, disabled_at, version FROM identity_account WHERE login = $1",
        &params![login],
        |row| read_account(cx, row),
    )
    .await
}

pub(super) async fn accounts(tx: &mut Tx<'_>, now: Millis, page: Page) -> Result<PageOf<AccountRow>> {
    let total = tx.first("SELECT count(*) FROM identity_account", &params![], |row| row.int(0)).await?;
    let rows = tx
        .rows(
            "SELECT id, login, kind, name, role, locked_until, disabled_at FROM identity_account ORDER BY id \
             LIMIT $1 OFFSET $2",
            &params![page.limit(), page.offset()],
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

pub(super) async fn set_failures(tx: &mut Tx<'_>, id: Id, failures: i64, locked_until: Millis) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET failures = $2, locked_until = $3 WHERE id = $1",
        &params![id, failures, locked_until],
    )
    .await?;
    Ok(())
}

/// Compares and sets: of two requests with one code, the second finds the step used.
pub(super) async fn set_totp_step(tx: &mut Tx<'_>, id: Id, step: i64) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE identity_account SET totp_step = $2 WHERE id = $1 AND totp_step < $2",
            &params![id, step],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

pub(super) async fn set_disabled(tx: &mut Tx<'_>, id: Id, at: Option<Millis>) -> Result<()> {
    tx.execute(
        "UPDATE identity_account SET disabled_at = $2, failures = 0, locked_until = 0, version = version + 1 \
         WHERE id = $1",
        &params![id, at],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_post(tx: &mut Tx<'_>, id: Id, account: Id, post: &NewPost) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_post (id, account_id, body, division, post) VALUES ($1, $2, $3, $4, $5)",
        &params![id, account, &post.body, &post.division, post.post.word()],
    )
    .await?;
    Ok(())
}

pub(super) async fn posts(tx: &mut Tx<'_>, account: Id) -> Result<Vec<Post>> {
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

/// A session with its account, posts and the mandate it is used under, as far as each request needs them.
pub(super) struct SessionRow {
    pub account: Id,
    pub csrf: String,
    pub second_factor: bool,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub ends_at: Millis,
    pub kind: AccountKind,
    pub name: String,
    pub role: Option<Role>,
    pub assurance: u8,
    pub disabled: bool,
    pub person: Option<Id>,
    pub person_name: Option<Vec<u8>>,
    pub stepped_up_at: Millis,
    /// Of staff, in the order they were given.
    pub posts: Vec<Post>,
    /// The organisation of `acting_for`, as long as a mandate covers it.
    pub acting: Option<ActingFor>,
}

/// One statement for what every request asks: a row for each post, or a single one.
pub(super) async fn session(tx: &mut Tx<'_>, token_hash: &str, today: &str) -> Result<Option<SessionRow>> {
    let mut found: Option<SessionRow> = None;
    let mut posts: Vec<(Id, Post)> = Vec::new();
    let mut mandate = Id(i64::MAX);
    let read = |row: &Row<'_>| {
        if let Some(id) = row.opt_id(14)? {
            let post = PostKind::from_word(row.str(17)?).ok_or_else(|| Error::bug(UNREADABLE))?;
            posts.push((id, Post { body: row.text(15)?, division: row.text(16)?, post }));
        }
        // Of several mandates for one organisation the oldest counts.
        let under = row.opt_id(21)?.unwrap_or(mandate);
        if found.is_none() || under < mandate {
            mandate = under;
            found = Some(read_session(row)?);
        }
        Ok(())
    };
    tx.rows(
        "SELECT s.account_id, s.csrf, s.acting_for, s.second_factor, s.created_at, s.seen_at, s.ends_at, a.kind, \
         a.name, a.role, a.assurance, a.disabled_at, a.person_id, p.name, t.id, t.body, t.division, t.post, \
         o.name, o.credit_code, m.items, m.id, s.stepped_up_at FROM identity_session s \
         JOIN identity_account a ON a.id = s.account_id LEFT JOIN identity_person p ON p.id = a.person_id LEFT JOIN identity_post t ON t.account_id = a.id \
         LEFT JOIN identity_mandate m ON m.account_id = a.id AND m.organisation_id = s.acting_for \
         AND m.revoked_at IS NULL AND m.valid_from_on <= $2 AND m.valid_until_on >= $2 \
         LEFT JOIN identity_organisation o ON o.id = m.organisation_id WHERE s.token_hash = $1",
        &params![token_hash, today],
        read,
    )
    .await?;
    // Two mandates would show each post twice.
    posts.sort_by_key(|(id, _)| *id);
    posts.dedup_by_key(|(id, _)| *id);
    Ok(found.map(|row| SessionRow { posts: posts.into_iter().map(|(_, post)| post).collect(), ..row }))
}

fn read_session(row: &Row<'_>) -> Result<SessionRow> {
    let acting_for = row.opt_id(2)?;
    let acting = match (acting_for, row.opt_text(18)?) {
        (Some(organisation), Some(name)) => Some(ActingFor {
            organisation,
            name,
            credit_code: row.text(19)?,
            items: row.str(20)?.split_whitespace().map(str::to_owned).collect(),
        }),
        _ => None,
    };
    Ok(SessionRow {
        account: row.id(0)?,
        csrf: row.text(1)?,
        second_factor: row.bool(3)?,
        created_at: row.int(4)?,
        seen_at: row.int(5)?,
        ends_at: row.int(6)?,
        kind: AccountKind::from_word(row.str(7)?)?,
        name: row.text(8)?,
        role: Role::from_word(row.str(9)?),
        assurance: u8::try_from(row.int(10)?).map_err(|_| Error::bug(UNREADABLE))?,
        disabled: row.opt_int(11)?.is_some(),
        person: row.opt_id(12)?,
        person_name: row.opt_blob(13)?,
        stepped_up_at: row.int(22)?,
        posts: Vec::new(),
        acting,
    })
}

pub(super) async fn insert_session(
    tx: &mut Tx<'_>,
    token_hash: &str,
    account: Id,
    csrf: &str,
    full: bool,
    now: Millis,
    ends_at: Millis,
) -> Result<()> {
    tx.execute(
        "INSERT INTO identity_session (token_hash, account_id, csrf, acting_for, second_factor, created_at, seen_at, \
         ends_at, stepped_up_at) VALUES ($1, $2, $3, NULL, $4, $5, $5, $6, 0)",
        &params![token_hash, account, csrf, full, now, ends_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn touch_session(tx: &mut Tx<'_>, token_hash: &str, now: Millis) -> Result<()> {
    tx.execute("UPDATE identity_session SET seen_at = $2 WHERE token_hash = $1", &params![token_hash, now])
        .await?;
    Ok(())
}

pub(super) async fn set_stepped_up(tx: &mut Tx<'_>, token_hash: &str, now: Millis) -> Result<()> {
    tx.execute(
        "UPDATE identity_session SET stepped_up_at = $2 WHERE token_hash = $1",
        &params![token_hash, now],
    )
    .await?;
    Ok(())
}

/// Staff in use with this post at the body: (account, name), by name.
pub(super) async fn staff_at(tx: &mut Tx<'_>, body: &str, post: &str) -> Result<Vec<(Id, String)>> {
    tx.rows(
        "SELECT a.id, a.name FROM identity_post p JOIN identity_account a ON a.id = p.account_id \
         WHERE p.body = $1 AND p.post = $2 AND a.disabled_at IS NULL ORDER BY a.name, a.id LIMIT 200",
        &params![body, post],
        |row| Ok((row.id(0)?, row.text(1)?)),
    )
    .await
}

pub(super) async fn set_acting_for(
    tx: &mut Tx<'_>,
    token_hash: &str,
    organisation: Option<Id>,
) -> Result<()> {
    tx.execute(
        "UPDATE identity_session SET acting_for = $2 WHERE token_hash = $1",
        &params![token_hash, organisation],
    )
    .await?;
    Ok(())
}

pub(super) async fn delete_session(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    tx.execute("DELETE FROM identity_session WHERE token_hash = $1", &params![token_hash]).await?;
    Ok(())
}

/// Token hashes of an account's full sessions that have neither ended nor idled out.
pub(super) async fn sessions_of(
    tx: &mut Tx<'_>,
    account: Id,
    now: Millis,
    seen_after: Millis,
) -> Result<Vec<String>> {
    tx.rows(
        "SELECT token_hash FROM identity_session WHERE account_id = $1 AND second_factor AND ends_at > $2 \
         AND seen_at > $3",
        &params![account, now, seen_after],
        |row| row.text(0),
    )
    .await
}

pub(super) async fn delete_sessions_of(tx: &mut Tx<'_>, account: Id) -> Result<()> {
    tx.execute("DELETE FROM identity_session WHERE account_id = $1", &params![account]).await?;
    Ok(())
}

pub(super) async fn has_synthetic(tx: &mut Tx<'_>) -> Result<bool> {
    let found = tx
        .first("SELECT id FROM identity_person WHERE synthetic LIMIT 1", &params![], |row| row.id(0))
        .await?;
    Ok(found.is_some())
}

pub(super) async fn key_check(tx: &mut Tx<'_>) -> Result<Option<Vec<u8>>> {
    tx.first("SELECT key_check FROM identity_installation WHERE id = 1", &params![], |row| row.blob(0)).await
}

pub(super) async fn insert_key_check(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<()> {
    tx.execute("INSERT INTO identity_installation (id, key_check) VALUES (1, $1)", &params![sealed]).await?;
    Ok(())
}
