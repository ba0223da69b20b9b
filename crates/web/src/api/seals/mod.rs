//! Seals for programs: the list of a body, one in full, ordering, approval, stopping, authorising, the log.

pub(crate) mod act;
pub(crate) mod read;

pub(crate) use act::{approve, authorise, order, resume, revoke, suspend, withdraw};
pub(crate) use read::{list, show, uses};

use domain::seals::Seal;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealRow {
    /// Identifier of the row.
    id: String,
    /// Credit code of the body.
    body: String,
    name: String,
    /// 14 digits (division and serial), once made.
    es_id: Option<String>,
    /// `statutory_name`, `finance`, `invoice`, `contract`, `representative` or `business`.
    category: String,
    /// `ordered`, `declined`, `approved`, `not_yet_in_force`, `in_force`, `suspended`, `revoked` or `expired`.
    status: String,
    status_name: String,
    /// Milliseconds since 1970 UTC.
    valid_from_at: i64,
    /// The first instant at which it counts no longer.
    valid_until_at: i64,
    /// Send it back with an act: an older one is a conflict.
    version: i64,
}

fn row(seal: &Seal, now: base::Millis) -> SealRow {
    let status = seal.status(now);
    SealRow {
        id: seal.id.to_string(),
        body: seal.body.clone(),
        name: seal.name(),
        es_id: seal.es_id.clone(),
        category: seal.category.word().to_owned(),
        status: status.word().to_owned(),
        status_name: status.name().to_owned(),
        valid_from_at: seal.valid_from_at,
        valid_until_at: seal.valid_until_at,
        version: seal.version,
    }
}
