//! The master key must be the one this database was begun with: with another, nothing sealed would ever
//! open again, and new rows would be sealed with the wrong key.

use super::store;
use crate::Cx;
use base::{Error, Result};
use db::Tx;

const PLACE: &str = "identity_installation.key_check";
const KNOWN: &[u8] = b"yiwang";

/// Whether the database was begun with a key: then no other will do.
pub async fn has_key(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(store::key_check(tx).await?.is_some())
}

/// Remembers the key at the first start; later refuses any other.
pub async fn check_key(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    match store::key_check(tx).await? {
        None => store::insert_key_check(tx, &cx.keys().seal(cx.rng(), PLACE, KNOWN)).await,
        Some(sealed) if cx.keys().open(PLACE, &sealed).is_ok_and(|clear| clear == KNOWN) => Ok(()),
        Some(_) => {
            let message =
                "主密钥不是这个数据库原来用的那一把，请从备份恢复 master.key（或 YIWANG_MASTER_KEY）";
            Err(Error::refused("identity.wrong_master_key", message))
        }
    }
}
