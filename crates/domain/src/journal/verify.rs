//! Checking the journal against its chain.

use super::seal::{ENTRY, GENESIS, chain};
use super::{Batch, store};
use base::{Id, Result};
use db::Tx;

/// What does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The row says something else than when it was sealed.
    Changed(Id),
    /// The row was sealed and is gone.
    Missing(Id),
    /// The row stands among sealed ones and was never sealed.
    Inserted(Id),
    /// A link of the chain is gone: its number.
    BatchMissing(i64),
    /// A link of the chain was rewritten: its number.
    BatchChanged(i64),
    /// A head that is known to have been the chain's is not in it: the end was cut off, or everything replaced.
    HeadMissing(String),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Changed(id) => write!(f, "记录 {id} 封存后被改动"),
            Fault::Missing(id) => write!(f, "记录 {id} 封存后被删除"),
            Fault::Inserted(id) => write!(f, "记录 {id} 是封存后插入的"),
            Fault::BatchMissing(number) => write!(f, "第 {number} 批封存记录缺失"),
            Fault::BatchChanged(number) => write!(f, "第 {number} 批封存记录被改动"),
            Fault::HeadMissing(head) => write!(f, "链中没有曾经的链头 {head}，链尾可能被截去"),
        }
    }
}

/// The outcome of a full check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    pub batches: i64,
    pub events: i64,
    /// Events behind the last batch: nothing is known of them yet.
    pub unsealed: i64,
    pub faults: Vec<Fault>,
    /// The hash of the last batch: written down elsewhere, it also proves that nothing was cut off.
    pub head: String,
}

/// Reads every batch and every sealed event; `progress` is told the number of batches checked. `heads`, known from
/// elsewhere, must be found in the chain.
pub async fn verify(
    tx: &mut Tx<'_>,
    heads: &[&str],
    mut progress: impl FnMut(i64) + Send,
) -> Result<Verified> {
    let mut outcome = Verified { head: GENESIS.to_owned(), ..Verified::default() };
    let mut last_event = Id(0);
    let mut expected = 1;
    let mut unseen = heads.to_vec();
    while let Some(batch) = store::batch_from(tx, expected).await? {
        outcome.faults.extend((expected..batch.number).map(Fault::BatchMissing));
        let broken = chain(&batch.previous, &batch.manifest) != batch.hash
            || (expected == batch.number && batch.previous != outcome.head);
        if broken {
            outcome.faults.push(Fault::BatchChanged(batch.number));
        }
        check_events(tx, last_event, &batch, &mut outcome).await?;
        unseen.retain(|head| *head != batch.hash);
        expected = batch.number + 1;
        last_event = batch.last_event;
        outcome.head = batch.hash;
        outcome.batches += 1;
        progress(outcome.batches);
    }
    outcome.faults.extend(unseen.into_iter().map(|head| Fault::HeadMissing(head.to_owned())));
    outcome.unsealed = store::count_after(tx, last_event).await?;
    Ok(outcome)
}

async fn check_events(tx: &mut Tx<'_>, after: Id, batch: &Batch, outcome: &mut Verified) -> Result<()> {
    let events = store::between(tx, after, batch.last_event).await?;
    let mut sealed = batch_entries(&batch.manifest).peekable();
    for event in events {
        while let Some((id, _)) = sealed.next_if(|(id, _)| *id < event.id) {
            outcome.faults.push(Fault::Missing(id));
        }
        match sealed.next_if(|(id, _)| *id == event.id) {
            Some((id, digest)) if digest != event.digest() => outcome.faults.push(Fault::Changed(id)),
            Some(_) => {}
            None => outcome.faults.push(Fault::Inserted(event.id)),
        }
        outcome.events += 1;
    }
    outcome.faults.extend(sealed.map(|(id, _)| Fault::Missing(id)));
    Ok(())
}

/// What a manifest says: events and their digests.
pub fn batch_entries(manifest: &[u8]) -> impl Iterator<Item = (Id, [u8; 32])> {
    manifest.chunks_exact(ENTRY).map(read_entry)
}

fn read_entry(entry: &[u8]) -> (Id, [u8; 32]) {
    let (id, digest) = entry.split_at(8);
    let id = i64::from_be_bytes(id.try_into().expect("8 bytes of the id"));
    (Id(id), digest.try_into().expect("32 bytes of the digest"))
}
