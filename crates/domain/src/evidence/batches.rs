//! The journal's chain under SM2: a job signs each batch soon after it was sealed, so that verbs never wait
//! for a signature and a head cannot be rewritten later without the key.

use super::store;
use crate::Cx;
use crate::journal;
use crate::seals;
use base::{Millis, Result};
use db::Tx;

/// A batch of the chain with the signature of its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    pub batch: i64,
    pub hash: String,
    /// DER of the certificate.
    pub certificate: Vec<u8>,
    /// DER of the SM2 signature over the hash's text.
    pub value: Vec<u8>,
    pub signed_at: Millis,
}

const AT_ONCE: i64 = 50;

/// Signs the batches that have no signature yet; gives how many. Without a key of the platform there is
/// nothing to sign with, and the chain stands unsigned.
pub async fn sign_batches(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let waiting = store::unsigned(tx, AT_ONCE).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let Some(signer) = seals::platform_signer(tx, cx).await? else { return Ok(0) };
    for (batch, hash) in &waiting {
        let head = sign(&signer, *batch, hash, cx.now)?;
        store::insert_signature(tx, &head).await?;
    }
    Ok(waiting.len())
}

fn sign(signer: &dyn ofd::sm2::Signer, batch: i64, hash: &str, now: Millis) -> Result<SignedHead> {
    let value = signer.sign(hash.as_bytes()).map_err(|fault| base::Error::Bug(fault.into()))?;
    Ok(SignedHead {
        batch,
        hash: hash.to_owned(),
        certificate: signer.certificate().der().to_vec(),
        value: value.to_der(),
        signed_at: now,
    })
}

/// The newest batch that was signed: its hash must be in the chain, or the chain's end was cut off since.
pub async fn newest_head(tx: &mut Tx<'_>) -> Result<Option<SignedHead>> {
    store::newest_signature(tx).await
}

/// What the checks of other modules need to know about a batch.
pub(super) async fn signed(tx: &mut Tx<'_>, batch: i64) -> Result<Option<SignedHead>> {
    store::signature(tx, batch).await
}

/// The batches in which these events were sealed, in order and each once.
pub(super) async fn batches_of(tx: &mut Tx<'_>, events: &[journal::Event]) -> Result<Vec<journal::Batch>> {
    let mut found: Vec<journal::Batch> = Vec::new();
    for event in events {
        if found.last().is_some_and(|batch| batch.first_event <= event.id && event.id <= batch.last_event) {
            continue;
        }
        if let Some(batch) = journal::batch_of(tx, event.id).await? {
            found.push(batch);
        }
    }
    found.sort_by_key(|batch| batch.number);
    found.dedup_by_key(|batch| batch.number);
    Ok(found)
}
