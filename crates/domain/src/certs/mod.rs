//! Certificates: what a decision gives, and what later cases may rely on.
//!
//! A certificate is issued in the transaction of the decision that grants it, never without a finished
//! case. It carries an identifier with a check character (GB/T 36904-2018); anybody may verify one, only
//! its holder sees all of it. A certificate whose last day has passed reads as expired; nothing is written
//! for that. Holders are found by keyed hash.
//!
//! Absent on purpose: issuing without a case (stock that is digitised excepted), and files under seal, which belong to crate `ofd`.

mod certificate;
mod issue;
mod show;
mod store;

pub use certificate::{Certificate, CertificateId, Datum};
pub use issue::{Issued, NewCertificate, issue};
pub use show::{PublicView, find_of_type, of_case, of_holder, show, verify};
