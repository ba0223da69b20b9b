//! Letting go of uploaded files that nothing names any more: the row at once, in the transaction that took the
//! name away, so that the account's quota is free again; the file on disk by a job that the same transaction
//! enqueues, once no account has it. A crash in between leaves a file too many, never a row without its file.

mod store;

use super::FileStore;
use super::materials::GivenMaterial;
use crate::Cx;
use base::{Id, Millis, Result};
use db::Tx;

/// Kind of the job; its payload is the digest.
pub const JOB: &str = "casework.file_removal";

/// An upload that nothing names is kept this long: the application it is for may still be written.
const UNNAMED_FOR: Millis = 24 * 3600 * 1000;

/// Lets go of the files among these materials that no draft and no case of the account names any more.
pub(super) async fn release(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: Id,
    materials: &[GivenMaterial],
) -> Result<()> {
    for material in materials {
        for file in material.way.files() {
            release_one(tx, cx, account, &file.digest).await?;
        }
    }
    Ok(())
}

/// Lets go of everything the account uploaded a day ago or earlier and never used.
pub(super) async fn release_unnamed(tx: &mut Tx<'_>, cx: &Cx, account: Id) -> Result<()> {
    for digest in store::older_than(tx, account, cx.now - UNNAMED_FOR).await? {
        release_one(tx, cx, account, &digest).await?;
    }
    Ok(())
}

async fn release_one(tx: &mut Tx<'_>, cx: &Cx, account: Id, digest: &str) -> Result<()> {
    if !store::is_named(tx, account, digest).await? && store::delete(tx, account, digest).await? {
        db::jobs::enqueue(tx, cx.id(), JOB, digest, cx.now).await?;
    }
    Ok(())
}

/// Removes a file from the disk, unless an account has it. Somebody may be uploading the same content: it is
/// set aside first and looked for again, and who uploads looks whether the file is still there after her row
/// is ([`super::put_file`]). One of the two sees the other. Doing it twice is harmless.
pub async fn remove_file(cx: &Cx, files: &FileStore, digest: &str) -> Result<()> {
    let owned = async || cx.db().read_one(async |tx| store::is_owned(tx, digest).await).await;
    if !owned().await? {
        files.set_aside(digest)?;
    }
    files.settle_aside(digest, owned().await?)
}

#[cfg(test)]
mod tests;
