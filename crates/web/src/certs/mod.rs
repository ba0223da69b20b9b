//! Certificates: one's own in full, anybody's by identifier as far as the public may know, and the library
//! as the issuing body sees it.

pub(crate) mod copies;
pub(crate) mod desk;
pub(crate) mod fields;
pub(crate) mod grants;
pub(crate) mod mine;
pub(crate) mod showing;
pub(crate) mod uses;
pub(crate) mod verify;

use norms::Day;

/// 2026年1月1日至2030年12月31日, or long-term.
fn term(from: &Day, until: Option<&Day>) -> String {
    let from = crate::words::day(from);
    match until {
        Some(until) => format!("{from}至{}", crate::words::day(until)),
        None => format!("{from}起，长期有效"),
    }
}
