//! Seals at the desk: the list of a body, an order, and one seal with what may be done to it.

pub(crate) mod acts;
pub(crate) mod list;
pub(crate) mod order;
pub(crate) mod show;
mod view;

use crate::session::Visit;
use base::{Error, Result};
use domain::identity::policy::permits;
use domain::identity::{Action, StaffActor};
use domain::seals::Status;

/// A member of staff; others have no seals to look at.
fn staff(visit: &Visit, action: Action) -> Result<&StaffActor> {
    match visit.cx.actor.staff() {
        Some(staff) if permits(&visit.cx.actor, action) => Ok(staff),
        _ if visit.cx.actor.account().is_none() => Err(Error::Unauthenticated),
        _ => Err(Error::Denied),
    }
}

/// The tone of a status tag: never colour alone, the word stands in it.
fn tone(status: Status) -> &'static str {
    match status {
        Status::InForce => "ok",
        Status::Ordered | Status::Approved | Status::NotYetInForce => "warn",
        Status::Suspended | Status::Revoked | Status::Declined => "bad",
        Status::Expired => "plain",
    }
}

fn name_of_body(visit: &Visit, code: &str) -> String {
    visit.cx.catalogue.body(code).map_or_else(|| code.to_owned(), |body| body.name.clone())
}
