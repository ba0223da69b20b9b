//! SQL of keys and of the authority: its certificates, foreign anchors, the list of revoked certificates.

use crate::seals::keys::{KeyPurpose, KeyRef};
use crate::seals::store::key;
use base::{Id, Millis, Result};
use db::{Tx, params};

/// A key of the certificate authority with its certificate.
pub(in crate::seals) struct AuthorityRow {
    pub role: String,
    pub key: KeyRef,
    pub certificate: Vec<u8>,
}

pub(in crate::seals) async fn authorities(tx: &mut Tx<'_>) -> Result<Vec<AuthorityRow>> {
    tx.rows(
        "SELECT a.role, k.id, k.key_index, k.public_key, k.wrapped, a.certificate FROM seals_authority a \
         JOIN seals_key k ON k.id = a.key_id ORDER BY a.id",
        &params![],
        |row| Ok(AuthorityRow { role: row.text(0)?, key: key(row, 1)?, certificate: row.blob(5)? }),
    )
    .await
}

pub(in crate::seals) async fn insert_authority(
    tx: &mut Tx<'_>,
    id: Id,
    role: &str,
    key: Id,
    certificate: &[u8],
    now: Millis,
) -> Result<bool> {
    let added = tx
        .execute(
            "INSERT INTO seals_authority (id, role, key_id, certificate, created_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (role) DO NOTHING",
            &params![id, role, key, certificate, now],
        )
        .await?;
    Ok(added == 1)
}

pub(in crate::seals) async fn insert_anchor(
    tx: &mut Tx<'_>,
    id: Id,
    digest: &str,
    certificate: &[u8],
    note: &str,
    now: Millis,
) -> Result<bool> {
    let added = tx
        .execute(
            "INSERT INTO seals_anchor (id, digest, certificate, note, created_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (digest) DO NOTHING",
            &params![id, digest, certificate, note, now],
        )
        .await?;
    Ok(added == 1)
}

pub(in crate::seals) async fn anchors(tx: &mut Tx<'_>) -> Result<Vec<Vec<u8>>> {
    tx.rows("SELECT certificate FROM seals_anchor ORDER BY id", &params![], |row| row.blob(0)).await
}

/// Of every revoked certificate: serial (hexadecimal), since when it counts no longer, whether its key was
/// exposed.
pub(in crate::seals) async fn revoked(tx: &mut Tx<'_>) -> Result<Vec<(String, Millis, bool)>> {
    tx.rows(
        "SELECT serial, void_from_at, revoked_at FROM seals_seal WHERE revoked_at IS NOT NULL ORDER BY revoked_at, id",
        &params![],
        |row| Ok((row.text(0)?, row.int(1)?, row.int(1)? < row.int(2)?)),
    )
    .await
}

/// Number, bytes and instant of the latest list.
pub(in crate::seals) async fn revocation_list(tx: &mut Tx<'_>) -> Result<Option<(i64, Vec<u8>, Millis)>> {
    tx.first(
        "SELECT id, der, issued_at FROM seals_revocation_list ORDER BY id DESC LIMIT 1",
        &params![],
        |row| Ok((row.int(0)?, row.blob(1)?, row.int(2)?)),
    )
    .await
}

pub(in crate::seals) async fn revocation_number(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    tx.first("SELECT id FROM seals_revocation_list ORDER BY id DESC LIMIT 1", &params![], |row| row.int(0))
        .await
}

pub(in crate::seals) async fn insert_revocation_list(
    tx: &mut Tx<'_>,
    number: i64,
    der: &[u8],
    now: Millis,
) -> Result<bool> {
    let added = tx
        .execute(
            "INSERT INTO seals_revocation_list (id, der, issued_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
            &params![number, der, now],
        )
        .await?;
    Ok(added == 1)
}

pub(in crate::seals) async fn insert_key(
    tx: &mut Tx<'_>,
    key: &KeyRef,
    purpose: KeyPurpose,
    label: &str,
    now: Millis,
) -> Result<()> {
    tx.execute(
        "INSERT INTO seals_key (id, purpose, label, key_index, public_key, wrapped, created_at, destroyed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)",
        &params![key.id, purpose.word(), label, key.index, &key.public_key, &key.wrapped, now],
    )
    .await?;
    Ok(())
}

/// Empties the wrapped key: after the next vacuum nothing of it is left but backups.
pub(in crate::seals) async fn destroy_key(tx: &mut Tx<'_>, id: Id, now: Millis) -> Result<()> {
    tx.execute(
        "UPDATE seals_key SET wrapped = $2, destroyed_at = $3 WHERE id = $1",
        &params![id, &[] as &[u8], now],
    )
    .await?;
    Ok(())
}
