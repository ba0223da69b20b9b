//! Fetching for a case: what a body may see of an applicant's certificates because it has her case.
//!
//! The case itself is checked by whoever calls: it must lie with the body, its applicant must be the
//! holder, and its item must ask for the type.

use super::log::{Because, Way, note};
use super::{copy, purpose_of};
use crate::Cx;
use crate::certs::store as library;
use crate::certs::{Certificate, file};
use crate::documents::{self, Document};
use base::{Error, Result};
use db::Tx;
use norms::Day;

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
    let held = held(tx, cx, duty, identifier).await?;
    note(tx, cx, &held, Way::Duty, because(duty)).await?;
    Ok(held)
}

/// The sealed file of one certificate of the applicant, as its holder has it.
pub async fn file_under_duty(
    tx: &mut Tx<'_>,
    cx: &Cx,
    duty: &Duty<'_>,
    identifier: &str,
) -> Result<(Document, Vec<u8>)> {
    let held = held(tx, cx, duty, identifier).await?;
    note(tx, cx, &held, Way::File, because(duty)).await?;
    let document = file::file_of(tx, cx, &held).await?;
    let content = documents::content(tx, cx, &document).await?;
    Ok((document, content))
}

/// A copy of one certificate of the applicant for the body that has the case: purpose, body and term on every
/// page. What does not count any more is no ground for anything, so there is no copy of it.
pub async fn copy_under_duty(
    tx: &mut Tx<'_>,
    cx: &Cx,
    duty: &Duty<'_>,
    identifier: &str,
    valid_until: Day,
) -> Result<(Document, Vec<u8>)> {
    let held = held(tx, cx, duty, identifier).await?;
    held.must_count(cx.today())?;
    let name = cx.catalogue.body(duty.body).map_or(duty.body, |body| body.name.as_str());
    let wanted = copy::Wanted {
        purpose: duty.purpose.trim(),
        receiver: name,
        reader: Some(duty.body),
        valid_until: copy::term_of(cx, valid_until)?,
        maker: name,
        owner: None,
    };
    let made = copy::make(tx, cx, &held, &wanted).await?;
    note(tx, cx, &held, Way::Copy, because(duty)).await?;
    let gone = || Error::bug("a copy has no file");
    documents::open(tx, cx, made.document.ok_or_else(gone)?).await
}

/// The certificate that is asked for, when the duty reaches it.
async fn held(tx: &mut Tx<'_>, cx: &Cx, duty: &Duty<'_>, identifier: &str) -> Result<Certificate> {
    purpose_of(duty.purpose)?;
    let held = library::by_identifier(tx, cx, identifier.trim()).await?;
    // Somebody else's looks as if it did not exist; one the item has no use for is named as such.
    let held = held.filter(|held| held.is_of(&duty.holder)).ok_or(Error::NotFound)?;
    if !duty.types.contains(&held.type_key) {
        let message = format!("这个事项的材料不需要{}，不能调取", held.type_name);
        return Err(Error::refused("certs.not_needed_for_item", message));
    }
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
