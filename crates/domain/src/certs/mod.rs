//! Certificates: what a decision gives, and what later cases may rely on.
//!
//! A **certificate** is one version of one licence. It is issued in the transaction of the decision that
//! grants it, never without a finished case; the exception is stock (存量). It carries an identifier with a
//! check character (GB/T 36904-2018); anybody may verify one, only its holder sees all of it. Its statuses
//! and what leads from one to another are [`after`], a pure table; making it again ([`change`], [`renew`],
//! [`transfer_in`]) ends the old version, which stays verifiable and names the new one. Every act is a line
//! of its history and an event of the journal.
//!
//! Invariants: a certificate whose last day has passed reads as expired, and nothing is written for that;
//! what a verb changed counts with the next verification; holders are found by keyed hash, and their names
//! and codes are encrypted; the file under seal of a certificate is made while it counts and never afterwards;
//! identifiers are made in the name of the issuing body alone. Absent on purpose: issuing without a case (stock
//! excepted), deletion.

mod certificate;
mod change;
mod enter;
mod file;
mod issue;
mod library;
mod metadata;
mod news;
mod operation;
mod remake;
mod show;
pub mod stock;
mod store;
pub mod usage;

pub use certificate::{Certificate, CertificateId, Datum, holder_code_type};
pub use change::{MOST_REASON, Proposed, change_status, may_manage, ready_to_change};
pub use enter::HistoryLine;
pub use file::{file, file_in_case};
pub use issue::{Issued, NewCertificate, issue};
pub use library::{Found, Managed, directory, manage, reveal, search};
pub use metadata::{Annotation, DirectoryRow, annotation, directory_row, metadata};
pub use news::{News, foretold, news_of};
pub use operation::{Act, Operation, acts_for, after};
pub use remake::{Remake, change, renew, renewed_until, transfer_in};
pub(crate) use show::called;
pub use show::{PublicView, behind, find_of_type, history, newest_version, of_case, of_holder, show, verify};

#[cfg(test)]
pub(crate) mod tests;
