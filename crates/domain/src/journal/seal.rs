//! Sealing: each batch holds the digest of each of its events and the hash of the batch before it.

use super::Event;
use super::store;
use crate::Cx;
use base::crypt::{hex, sm3_of};
use base::{Id, Millis, Result};
use db::Tx;

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// 1, 2, 3 … without gaps: a missing batch shows.
    pub number: i64,
    pub first_event: Id,
    pub last_event: Id,
    pub events: i64,
    /// For each event in order: its id (8 bytes, big-endian) and its digest (32 bytes).
    pub manifest: Vec<u8>,
    pub previous: String,
    pub hash: String,
    pub sealed_at: Millis,
}

pub(super) const ENTRY: usize = 8 + 32;
/// What the first batch names as its predecessor.
pub(super) const GENESIS: &str = "yiwang journal v1";
const MOST: i64 = 5_000;
/// Events whose id was made less than this ago wait for the next batch: an id is taken before its
/// transaction commits, and one with an earlier id can still arrive as long as a request (30 s) and its
/// transaction (10 s) may live. The cut is by id, like the order: an event's time may differ from its id's.
pub const SETTLED: Millis = 45_000;

/// Seals what has settled since the last batch; at most 5,000 events at a time. Gives the batch, or
/// nothing when there was nothing to seal.
pub async fn seal_batch(tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<Batch>> {
    let last = store::last_batch(tx).await?;
    let after = last.as_ref().map_or(Id(0), |batch| batch.last_event);
    let events = store::settled_after(tx, after, Id::floor(cx.now - SETTLED), MOST).await?;
    let (Some(first), Some(latest)) = (events.first(), events.last()) else { return Ok(None) };
    let manifest = manifest(&events);
    let previous = last.as_ref().map_or(GENESIS.to_owned(), |batch| batch.hash.clone());
    let batch = Batch {
        number: last.as_ref().map_or(1, |batch| batch.number + 1),
        first_event: first.id,
        last_event: latest.id,
        events: events.len() as i64,
        hash: chain(&previous, &manifest),
        manifest,
        previous,
        sealed_at: cx.now,
    };
    store::insert_batch(tx, &batch).await?;
    Ok(Some(batch))
}

fn manifest(events: &[Event]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(events.len() * ENTRY);
    for event in events {
        bytes.extend_from_slice(&event.id.0.to_be_bytes());
        bytes.extend_from_slice(&event.digest());
    }
    bytes
}

/// The hash of a batch: of the batch before it and of what it holds.
pub fn chain(previous: &str, manifest: &[u8]) -> String {
    hex(&sm3_of(&[previous.as_bytes(), manifest]))
}
