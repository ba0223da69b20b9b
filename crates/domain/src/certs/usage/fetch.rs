//! Fetching for a case: what a body may see of an applicant's certificates because it has her case.
//!
//! The case itself is checked by whoever calls: it must lie with the body, its applicant must be the
//! holder, and its item must ask for the type.

use super::log::{Because, Way, note};
use super::purpose_of;
use crate::Cx;
use crate::certs::Certificate;
use crate::certs::store as library;
use base::{Error, Result};
use db::Tx;

/// The duty under which a body asks.
#[derive(Debug, Clone)]
pub struct Duty<'a> {
    /// Keyed hash of the applicant.
    pub holder: String,
    /// Keys of the certificate types the item asks for.
    pub types: Vec<String>,
    pub body: &'a str,
    pub case_number: &'a str,
    pub item_code: &'a str,
    pub app: &'a str,
    pub purpose: &'a str,
}

/// What is asked for; empty texts mean "any".
#[derive(Debug, Clone, Default)]
pub struct Wanted<'a> {
    /// 证照类型代码, or the key of the type.
    pub type_code: &'a str,
    pub number: &'a str,
    pub identifier: &'a str,
}

/// Looks the applicant's certificates up: those of the types the item asks for, current versions alone.
/// Each one found leaves a line in the holder's log.
pub async fn query_under_duty(
    tx: &mut Tx<'_>,
    cx: &Cx,
    duty: &Duty<'_>,
    wanted: &Wanted<'_>,
) -> Result<Vec<Certificate>> {
    purpose_of(duty.purpose)?;
    let mut found = library::by_holder(tx, cx, &duty.holder).await?;
    found.retain(|held| duty.types.contains(&held.type_key) && matches(held, wanted));
    if wanted.identifier.is_empty() {
        found.retain(|held| !held.is_superseded());
    }
    for held in &found {
        note(tx, cx, held, Way::Query, because(duty)).await?;
    }
    Ok(found)
}

fn matches(held: &Certificate, wanted: &Wanted<'_>) -> bool {
    let of_type = wanted.type_code.is_empty()
        || held.type_code == wanted.type_code
        || held.type_key == wanted.type_code;
    of_type
        && (wanted.number.is_empty() || held.number == wanted.number)
        && (wanted.identifier.is_empty() || held.identifier == wanted.identifier)
}

/// One certificate of the applicant with all its fields.
pub async fn fetch_under_duty(
    tx: &mut Tx<'_>,
    cx: &Cx,
    duty: &Duty<'_>,
    identifier: &str,
) -> Result<Certificate> {
    purpose_of(duty.purpose)?;
    let held = library::by_identifier(tx, cx, identifier.trim()).await?;
    // Somebody else's looks as if it did not exist; one the item has no use for is named as such.
    let held = held.filter(|held| held.is_of(&duty.holder)).ok_or(Error::NotFound)?;
    if !duty.types.contains(&held.type_key) {
        let message = format!("这个事项的材料不需要{}，不能调取", held.type_name);
        return Err(Error::refused("certs.not_needed_for_item", message));
    }
    note(tx, cx, &held, Way::Duty, because(duty)).await?;
    Ok(held)
}

fn because<'a>(duty: &Duty<'a>) -> Because<'a> {
    Because {
        body: duty.body,
        app: duty.app,
        purpose: duty.purpose.trim(),
        case_number: duty.case_number,
        item_code: duty.item_code,
    }
}
