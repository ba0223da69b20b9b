//! Evidence: one case as an archive that a court can check without us.
//!
//! An **archive** is a ZIP: the case's data, its documents under seal, the files handed in, its events, and
//! for each event the **proof** that it stood in the journal: the batch of the SM3 chain it was sealed in,
//! signed with SM2 by this installation. `manifest.json` lists every file with its SM3 digest and is signed
//! too (GB/T 35275); lists and heads count only under the platform's own certificate. What has settled in the journal is
//! sealed before packing; what has not (the last three quarters of a minute) is named, and then the archive proves
//! less than it could. [`check`] needs nothing but the archive, the trusted root certificates and the day.
//!
//! Absent on purpose: proofs that ask a server, formats of our own where JSON and OFD will do.

mod archive;
mod batches;
mod check;
mod contents;
mod pack;
mod proof;
mod store;

pub use archive::{Archive, archive};
pub use batches::{SignedHead, newest_head, sign_batches};
pub use check::{ArchiveCheck, Finding, Standing, Verdict, check, is_archive};
pub use contents::LIMITS;

#[cfg(test)]
mod tests;
