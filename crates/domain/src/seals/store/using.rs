//! SQL of using seals: the words keepers give for it, and what was sealed.

use super::{Authorisation, Category, UseRow};
use base::{Error, Id, Millis, Page, PageOf, Result};
use db::{Tx, params};

pub(in crate::seals) async fn insert_authorisation(tx: &mut Tx<'_>, new: &Authorisation) -> Result<()> {
    tx.execute(
        "INSERT INTO seals_authorisation (id, seal_id, account_id, account_name, kinds, reason, created_at, until_at, \
         revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
        &params![
            new.id,
            new.seal,
            new.account,
            &new.account_name,
            &new.kinds.join(" "),
            &new.reason,
            new.created_at,
            new.until_at
        ],
    )
    .await?;
    Ok(())
}

/// The words given for a seal, the newest first. Whether their givers stay is not in these rows.
pub(in crate::seals) async fn authorisations(tx: &mut Tx<'_>, seal: Id) -> Result<Vec<Authorisation>> {
    tx.rows(
        "SELECT id, seal_id, account_id, account_name, kinds, reason, created_at, until_at, revoked_at \
         FROM seals_authorisation WHERE seal_id = $1 ORDER BY id DESC LIMIT 100",
        &params![seal],
        |row| {
            Ok(Authorisation {
                id: row.id(0)?,
                seal: row.id(1)?,
                account: row.id(2)?,
                account_name: row.text(3)?,
                kinds: words(row.str(4)?),
                reason: row.text(5)?,
                created_at: row.int(6)?,
                until_at: row.int(7)?,
                revoked_at: row.opt_int(8)?,
                giver_stays: false,
            })
        },
    )
    .await
}

pub(in crate::seals) fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

pub(in crate::seals) async fn withdraw_authorisation(
    tx: &mut Tx<'_>,
    seal: Id,
    id: Id,
    now: Millis,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE seals_authorisation SET revoked_at = $3 WHERE seal_id = $1 AND id = $2 AND revoked_at IS NULL",
            &params![seal, id, now],
        )
        .await?;
    Ok(changed == 1)
}

pub(in crate::seals) async fn end_authorisations(tx: &mut Tx<'_>, seal: Id, now: Millis) -> Result<()> {
    tx.execute(
        "UPDATE seals_authorisation SET revoked_at = $2 WHERE seal_id = $1 AND revoked_at IS NULL",
        &params![seal, now],
    )
    .await?;
    Ok(())
}

/// A seal in force for a document kind, with one authorisation that stands (or none).
pub(in crate::seals) struct Candidate {
    pub id: Id,
    pub version: i64,
    pub division: String,
    pub width_mm: i64,
    pub height_mm: i64,
    pub category: Category,
    pub word: Option<Word>,
}

/// A keeper's standing authorisation, as its use asks.
pub(in crate::seals) struct Word {
    pub id: Id,
    pub account: Id,
    pub kinds: String,
    pub created_at: Millis,
}

pub(in crate::seals) async fn candidates(
    tx: &mut Tx<'_>,
    body: &str,
    kind: &str,
    now: Millis,
) -> Result<Vec<Candidate>> {
    tx.rows(
        "SELECT s.id, s.version, s.division, s.width_mm, s.height_mm, a.id, a.account_id, a.kinds, a.created_at, \
         s.category FROM seals_kind k \
         JOIN seals_seal s ON s.id = k.seal_id LEFT JOIN seals_authorisation a ON a.seal_id = s.id \
         AND a.revoked_at IS NULL AND a.until_at > $3 WHERE k.body = $1 AND k.document_kind = $2 \
         AND s.state = 'made' AND s.valid_from_at <= $3 AND s.valid_until_at > $3 ORDER BY s.id DESC, a.id DESC",
        &params![body, kind, now],
        |row| {
            Ok(Candidate {
                id: row.id(0)?,
                version: row.int(1)?,
                division: row.text(2)?,
                width_mm: row.int(3)?,
                height_mm: row.int(4)?,
                category: Category::from_word(row.str(9)?).ok_or_else(|| Error::bug("seal category"))?,
                word: match row.opt_id(5)? {
                    None => None,
                    Some(id) => {
                        let (account, kinds) = (row.id(6)?, row.text(7)?);
                        Some(Word { id, account, kinds, created_at: row.int(8)? })
                    }
                },
            })
        },
    )
    .await
}

pub(in crate::seals) async fn is_keeper(tx: &mut Tx<'_>, seal: Id, account: Id) -> Result<bool> {
    let found = tx
        .first(
            "SELECT seal_id FROM seals_keeper WHERE seal_id = $1 AND account_id = $2",
            &params![seal, account],
            |row| row.id(0),
        )
        .await?;
    Ok(found.is_some())
}

pub(in crate::seals) async fn insert_use(tx: &mut Tx<'_>, new: &UseRow) -> Result<()> {
    tx.execute(
        "INSERT INTO seals_use (id, seal_id, at, account_id, actor_name, authorisation_id, document_kind, number, \
         digest, case_id, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &params![
            new.id,
            new.seal,
            new.at,
            new.account,
            &new.actor_name,
            new.authorisation,
            &new.document_kind,
            &new.number,
            &new.digest,
            new.case,
            &new.reason
        ],
    )
    .await?;
    Ok(())
}

/// Uses within `[from, until)`, the newest first.
pub(in crate::seals) async fn uses(
    tx: &mut Tx<'_>,
    seal: Id,
    from: Millis,
    until: Millis,
    page: Page,
) -> Result<PageOf<UseRow>> {
    let total = tx
        .first(
            "SELECT count(*) FROM seals_use WHERE seal_id = $1 AND at >= $2 AND at < $3",
            &params![seal, from, until],
            |row| row.int(0),
        )
        .await?
        .unwrap_or(0);
    let rows = tx
        .rows(
            "SELECT id, seal_id, at, account_id, actor_name, authorisation_id, document_kind, number, digest, \
             case_id, reason FROM seals_use WHERE seal_id = $1 AND at >= $2 AND at < $3 \
             ORDER BY at DESC, id DESC LIMIT $4 OFFSET $5",
            &params![seal, from, until, page.limit(), page.offset()],
            |row| {
                Ok(UseRow {
                    id: row.id(0)?,
                    seal: row.id(1)?,
                    at: row.int(2)?,
                    account: row.opt_id(3)?,
                    actor_name: row.text(4)?,
                    authorisation: row.opt_id(5)?,
                    document_kind: row.text(6)?,
                    number: row.text(7)?,
                    digest: row.text(8)?,
                    case: row.opt_id(9)?,
                    reason: row.text(10)?,
                })
            },
        )
        .await?;
    Ok(PageOf::new(page, total, rows))
}
