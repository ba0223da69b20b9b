//! The journal: every act that changed something, once, in order, never changed again.
//!
//! An event says who acted, on whose behalf, when, on what, and what happened. It is written in the
//! transaction of its verb, so there is no act without its event and no event without its act.
//! A job seals events in batches into an SM3 chain ([`seal_batch`]); [`verify`] names every row that was
//! changed, removed or put in another's place since.
//!
//! Absent on purpose: update and delete, triggers, a broker.

mod event;
mod kinds;
mod seal;
mod store;
mod verify;

pub use event::{Event, NewEvent, append};
pub use kinds::{KINDS, words};
pub use seal::{Batch, SETTLED, chain as chain_hash, seal_batch};
pub use store::{
    Sealed, Wanted, batch_of, catalogue_news, find, latest_id, newest_of_subject, of_subject, of_subject_at,
    sealed,
};
pub use verify::{Fault, Verified, batch_entries, verify};

#[cfg(test)]
mod tests;
