//! 法人: organisations and who binds them.
//!
//! The **registry** is what the registration authorities say about organisations: name, kind, whether it
//! still exists, and who its legal representative is. An installation takes it from the source its operator
//! configured; the demonstration brings a synthetic one. A **claim** is a person saying that she is the legal
//! representative. It is settled at once when the registry says the same, and waits for a clerk who compares
//! the certificate of registration when the registry does not know the organisation. Against the registry
//! nobody settles anything.
//!
//! Invariants: one person represents an organisation; when the registry names somebody else, or the
//! organisation has ended, the old one stops at once and every mandate she gave rests (standards §10).
//!
//! Absent on purpose: the citizen number of a representative. The registry keeps its keyed hash, which is
//! enough to compare.

mod claim;
mod registry;
mod store;
mod window;

pub use claim::{
    Claim, ClaimOutcome, KINDS, OwnOrganisations, Waiting, claim_organisation, own_organisations,
};
pub use registry::{Registered, Taken, take_registry};
pub use window::{CERTIFICATES, ClaimConfirmation, confirm_claim};

pub(super) use store::represented_by;

/// Level from which a representative binds her organisation (standards §10).
pub const BINDS: u8 = 3;

#[cfg(test)]
mod tests;
