//! Using certificates: show (亮证), grant (用证授权), annotated copy (加注件), fetch for a case.
//!
//! Whoever sees more of a certificate than the public check tells leaves a line in the holder's log: who,
//! for which body and purpose, under which case, when. A **show code** lives a minute and works once, scanned or typed; a
//! **grant** names one body, one purpose and a term, and works once; a **fetch** rests on a case. An **annotated
//! copy** is a sealed file of its own with purpose, term and number on every page: the holder makes one, a grant
//! and a duty give one to the body, which may fetch it again while its term lasts. Absent on
//! purpose: standing access, use without a purpose, deletion of a line.

mod copy;
mod fetch;
mod grant;
mod log;
mod showing;
mod store;
mod typed;

pub use copy::{AnnotatedCopy, NewCopy, annotate, copies};
pub use fetch::{Duty, Wanted, copy_under_duty, fetch_under_duty, file_under_duty, query_under_duty};
pub use grant::{
    Grant, GrantState, Granted, MOST_DAYS, NewGrant, grants_of_holder, grants_to_body, make_grant,
    revoke_grant, use_grant,
};
pub use log::{Use, Way, uses_of_holder};
pub use showing::{SHOWN_FOR, ShowCode, Shown, scan, show_code};
pub use typed::{CODE_LENGTH, scan_typed};

use base::{Error, Result};

/// Longest purpose (用证事由), in characters (standards §4).
pub const MOST_PURPOSE: usize = 200;

/// Assurance level from which certificates may be shown and given to others (standards §10).
const LEVEL: u8 = 3;

/// The purpose without blanks around it.
pub(super) fn purpose_of(purpose: &str) -> Result<&str> {
    let purpose = purpose.trim();
    match purpose.chars().count() {
        0 => Err(Error::refused_at("certs.purpose_missing", "purpose", "请写明用证事由")),
        n if n > MOST_PURPOSE => {
            let message = format!("用证事由最多 {MOST_PURPOSE} 字");
            Err(Error::refused_at("certs.purpose_too_long", "purpose", message))
        }
        _ => Ok(crate::legible::paragraph("purpose", purpose).map(|()| purpose)?),
    }
}

/// Whoever shows or gives away a certificate must be known well enough.
fn known_well_enough(cx: &crate::Cx) -> Result<()> {
    let person = cx.actor.require_person()?;
    if person.assurance < LEVEL {
        let message = format!("亮证和授权需要{LEVEL}级实名认证，您现在是{}级", person.assurance);
        return Err(Error::refused("identity.assurance_too_low", message));
    }
    Ok(())
}

#[cfg(test)]
mod copy_tests;
#[cfg(test)]
mod tests;
