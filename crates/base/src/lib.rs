//! Words everyone uses: identifiers, time, randomness, errors, and the keys that protect personal data.
//!
//! No IO, no async, no noun of government service. Time and randomness come in as parameters
//! ([`Clock`], [`Rng`]) so that every rule can be replayed for any past moment.

mod clock;
pub mod crypt;
mod error;
mod id;
mod page;
mod rng;

pub use clock::{Clock, FixedClock, Millis, SystemClock};
pub use error::{Error, Refusal, Result};
pub use id::{Id, IdMaker};
pub use page::{Page, PageOf};
pub use rng::{OsRng, Rng, SeededRng, ThreadRng, token};
