//! Making a licence again: change (变更), renewal (延续), transfer in (转入). Each names what it supersedes.
//!
//! A change or renewal is the same licence: the VERSION of its identifier rises and the check character is
//! computed anew. Stock that came with an identifier of another body gets one of the issuing body's own, with
//! version 001: nobody mints identifiers in another's name (standards §1.6). A licence that moves to another body is a new one there, with a SERIAL of that body. All ask
//! for a second factor given just now, as the other acts of the issuing body do.

use super::certificate::{Certificate, Datum};
use super::change::{load_to_manage, must_be_current, reason_of};
use super::enter::{Entry, enter, record, say};
use super::field;
use super::file::{self, make_file_when_sealed};
use super::issue::{last_day, next_identifier};
use super::operation::Operation;
use super::store;
use crate::Cx;
use crate::catalog::{Body, CertificateType};
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Error, Result};
use db::Tx;
use norms::codes::LicenceStatus;
use norms::{Day, LicenceId};
use serde_json::json;

/// What a new version says differently.
pub struct Remake<'a> {
    /// Identifier of the version it comes in place of.
    pub supersedes: &'a str,
    /// `(key, value)` of fields that change; an empty value removes a field.
    pub fields: Vec<(String, String)>,
    pub reason: &'a str,
    pub expected: Option<i64>,
}

/// A new version with corrected fields, the term unchanged.
pub async fn change(tx: &mut Tx<'_>, cx: &Cx, remake: Remake<'_>) -> Result<Certificate> {
    let old = load_to_manage(tx, cx, remake.supersedes, remake.expected).await?;
    cx.actor.require_step_up(cx.now)?;
    let data = corrected(cx, &old, &remake.fields)?;
    if data == old.data {
        return Err(Error::refused_at("certs.nothing_changed", "fields", "没有改动任何内容"));
    }
    let holder_name = holder_name(cx, &old, &data);
    let next = next_version(tx, cx, &old).await?;
    let new = Certificate { data, holder_name, operation: Operation::Other, ..next };
    replace(tx, cx, &old, new, "change", remake.reason).await
}

/// A new version with a new term: from the day after the old one, or from today when that has passed.
/// `until` overrides the term of the type.
pub async fn renew(tx: &mut Tx<'_>, cx: &Cx, remake: Remake<'_>, until: Option<Day>) -> Result<Certificate> {
    let old = load_to_manage(tx, cx, remake.supersedes, remake.expected).await?;
    cx.actor.require_step_up(cx.now)?;
    let kind = kind_of(cx, &old)?;
    let Some(last) = old.valid_until else {
        return Err(Error::refused("certs.long_term", "这张证照长期有效，不用延续"));
    };
    let valid_from = last.plus(1).max(cx.today());
    let longest = last_day(kind, valid_from);
    let valid_until = until.or(longest);
    if valid_until.is_some_and(|until| until <= valid_from) {
        return Err(Error::refused_at("certs.term", "valid_until_on", "新的有效期止要晚于有效期起"));
    }
    if let (Some(until), Some(longest)) = (valid_until, longest)
        && until > longest
    {
        let message = format!("这类证照最长有效{}年，有效期止不能晚于{}", kind.years, longest.chinese());
        return Err(Error::refused_at("certs.term", "valid_until_on", message));
    }
    // Between the old last day and the new first day nothing may be lost: the new version counts at once.
    let valid_from = valid_from.min(cx.today());
    let data = corrected(cx, &old, &remake.fields)?;
    let next = next_version(tx, cx, &old).await?;
    let new = Certificate { data, valid_from, valid_until, operation: Operation::Renew, ..next };
    replace(tx, cx, &old, new, "renew", remake.reason).await
}

/// The last day a renewed version has when nobody says another; none for what has no term.
pub fn renewed_until(cx: &Cx, certificate: &Certificate) -> Option<Day> {
    let kind = cx.catalogue.certificate_type(&certificate.type_key)?;
    last_day(kind, certificate.valid_until?.plus(1).max(cx.today()))
}

/// Takes over a licence that its former body transferred out (办理转出): a new licence of `body`.
pub async fn transfer_in(tx: &mut Tx<'_>, cx: &Cx, remake: Remake<'_>, body: &str) -> Result<Certificate> {
    cx.actor.require_account()?;
    let thing = Thing { body: Some(body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateManage, thing.at(PostKind::Approver))?;
    cx.actor.require_step_up(cx.now)?;
    let issuer: &Body = cx.catalogue.body(body).ok_or(Error::NotFound)?;
    let old = store::by_identifier(tx, cx, remake.supersedes.trim()).await?.ok_or_else(|| {
        Error::refused_at("certs.superseded_unknown", "supersedes", "证照库里没有原证照，请核对原证照标识")
    })?;
    if old.issuer == issuer.credit_code {
        let message = "这张证照就是本单位颁发的，不能转入本单位；转入由接收证照的单位办理";
        return Err(Error::refused_at("certs.own_licence", "supersedes", message));
    }
    must_be_current(&old)?;
    if old.status != LicenceStatus::TransferredOut {
        let message = format!("原证照现在是“{}”，要先由原发证机关办理转出", old.status.name());
        return Err(Error::refused_at("certs.not_transferred_out", "supersedes", message));
    }
    let reason = reason_of(remake.reason)?;
    let kind = kind_of(cx, &old)?;
    let (identifier, number) = next_identifier(tx, cx, kind, issuer).await?;
    let new = Certificate {
        identifier: identifier.as_str().to_owned(),
        number,
        issuer: issuer.credit_code.clone(),
        issuer_name: issuer.name.clone(),
        area: issuer.division.clone(),
        operation: Operation::TransferIn,
        data: corrected(cx, &old, &remake.fields)?,
        ..copy(cx, &old)
    };
    store::supersede(tx, &old, LicenceStatus::TransferredOut, &new.identifier).await?;
    finish(tx, cx, &old, LicenceStatus::TransferredOut, new, "transfer_in", reason).await
}

fn kind_of<'a>(cx: &'a Cx, certificate: &Certificate) -> Result<&'a CertificateType> {
    let missing = || Error::bug(format!("certificate type {} is gone", certificate.type_key));
    cx.catalogue.certificate_type(&certificate.type_key).ok_or_else(missing)
}

/// The next version of the same licence, not yet different in anything else.
async fn next_version(tx: &mut Tx<'_>, cx: &Cx, old: &Certificate) -> Result<Certificate> {
    if old.has_foreign_identifier() {
        let issuer = file::issuer(cx, old)?;
        // The number printed on it stays: it is the same licence.
        let (own, _) = next_identifier(tx, cx, kind_of(cx, old)?, &issuer).await?;
        return Ok(Certificate { identifier: own.as_str().to_owned(), ..copy(cx, old) });
    }
    let id = LicenceId::parse_imported(&old.identifier).map_err(|e| Error::Bug(e.into()))?;
    let used_up = || Error::refused("certs.versions_used_up", "版本号已用完（999）");
    let mut next = id.next_version().ok_or_else(used_up)?;
    // A later version may have come in with the stock of the body.
    while store::is_taken(tx, next.as_str()).await? {
        next = next.next_version().ok_or_else(used_up)?;
    }
    Ok(Certificate { identifier: next.as_str().to_owned(), ..copy(cx, old) })
}

fn copy(cx: &Cx, old: &Certificate) -> Certificate {
    Certificate {
        id: cx.id(),
        status: LicenceStatus::Valid,
        status_text: String::new(),
        issued_at: cx.now,
        stock: false,
        case: None,
        supersedes: old.identifier.clone(),
        superseded_by: String::new(),
        check_ok: true,
        version: 1,
        ..old.clone()
    }
}

/// The business fields with what was corrected, in the order of the type.
fn corrected(cx: &Cx, old: &Certificate, fields: &[(String, String)]) -> Result<Vec<Datum>> {
    let kind = kind_of(cx, old)?;
    if let Some((key, _)) = fields.iter().find(|(key, _)| !kind.fields.iter().any(|field| field.key == *key))
    {
        let message = format!("这类证照没有“{key}”这一项");
        return Err(Error::refused_at("certs.unknown_field", format!("fields.{key}"), message));
    }
    let mut data = Vec::new();
    for field in &kind.fields {
        let given = fields.iter().find(|(key, _)| *key == field.key).map(|(_, value)| value.trim());
        let said = old.datum(&field.key).unwrap_or_default();
        let value = given.unwrap_or(said);
        if value.chars().count() > MOST_VALUE {
            let message = format!("“{}”最多 {MOST_VALUE} 字", field.label);
            return Err(Error::refused_at("certs.too_long", format!("fields.{}", field.key), message));
        }
        // Who holds a licence is what it is: that code never changes with a version.
        if field.key == "credit_code" && old.datum("credit_code").is_some_and(|code| code != value) {
            let message = "持证主体代码不能变更；持证主体变了，要办新证";
            return Err(Error::refused_at("certs.holder_fixed", "fields.credit_code", message));
        }
        if value.is_empty() && !said.is_empty() && field::is_required(&cx.catalogue, kind, field) {
            let message = format!("请填写“{}”，这类证照不能没有这一项", field.label);
            return Err(Error::refused_at("form.required", format!("fields.{}", field.key), message));
        }
        // What the licence says already stays as it is: it was right when it was given.
        let value = match value.is_empty() || value == said {
            true => value.to_owned(),
            false => field::kept(&cx.catalogue, field, value, cx.today())?,
        };
        if !value.is_empty() {
            data.push(Datum { key: field.key.clone(), label: field.label.clone(), value });
        }
    }
    Ok(data)
}

/// Longest value of a business field, in characters.
pub(super) const MOST_VALUE: usize = 2000;

/// A firm that changed its name holds the new version under the new one.
fn holder_name(cx: &Cx, old: &Certificate, data: &[Datum]) -> String {
    let legal = cx.catalogue.certificate_type(&old.type_key).is_some_and(|kind| kind.holder == "legal");
    let named = data.iter().find(|datum| datum.key == "name").filter(|_| legal);
    named.map_or_else(|| old.holder_name.clone(), |datum| datum.value.clone())
}

/// The old version ends as 失效 and names the new one; both stay verifiable.
async fn replace(
    tx: &mut Tx<'_>,
    cx: &Cx,
    old: &Certificate,
    new: Certificate,
    act: &'static str,
    reason: &str,
) -> Result<Certificate> {
    must_be_current(old)?;
    if old.status != LicenceStatus::Valid {
        let message = format!("这张证照现在是“{}”，不能换发", old.status.name());
        return Err(Error::refused("certs.wrong_status", message));
    }
    let reason = reason_of(reason)?;
    store::supersede(tx, old, LicenceStatus::Expired, &new.identifier).await?;
    finish(tx, cx, old, LicenceStatus::Expired, new, act, reason).await
}

async fn finish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    old: &Certificate,
    old_status: LicenceStatus,
    new: Certificate,
    act: &'static str,
    reason: &str,
) -> Result<Certificate> {
    let ended =
        Entry { act: "superseded", operation: Operation::Expire, reason, other_identifier: &new.identifier };
    record(tx, cx, old, old_status, ended).await?;
    let begun = Entry { act, operation: new.operation, reason, other_identifier: &old.identifier };
    enter(tx, cx, &new, begun).await?;
    let detail = json!({ "identifier": new.identifier, "supersedes": old.identifier, "reason": reason });
    let kind = match act {
        "change" => "certs.changed",
        "renew" => "certs.renewed",
        _ => "certs.transferred_in",
    };
    say(tx, cx, &new, kind, &detail).await?;
    make_file_when_sealed(tx, cx, &new).await?;
    Ok(new)
}
