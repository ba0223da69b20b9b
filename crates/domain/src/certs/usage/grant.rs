//! 用证授权: the holder lets one body use one certificate once, for one purpose, within a term.

use super::copy::{self, AnnotatedCopy};
use super::log::{Because, Way, note};
use super::{known_well_enough, purpose_of, store};
use crate::Cx;
use crate::catalog::Body;
use crate::certs::Certificate;
use crate::certs::store as library;
use crate::identity::{self, Action, Party, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::Day;
use serde_json::json;
use std::sync::Arc;

/// Longest term of a grant, in days.
pub const MOST_DAYS: i32 = 90;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Grant {
    pub id: Id,
    pub certificate: Id,
    pub identifier: String,
    pub type_name: String,
    #[serde(skip)]
    pub party: Party,
    /// Credit code of the body it is given to.
    pub body: String,
    pub body_name: String,
    pub purpose: String,
    pub valid_until: Day,
    pub made_at: Millis,
    /// 0 until it is used.
    pub used_at: Millis,
    pub used_by: String,
    /// 0 unless it was taken back.
    pub revoked_at: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    Open,
    Used,
    Revoked,
    Expired,
}

impl GrantState {
    pub fn name(self) -> &'static str {
        match self {
            GrantState::Open => "可用一次",
            GrantState::Used => "已使用",
            GrantState::Revoked => "已收回",
            GrantState::Expired => "已过期",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            GrantState::Open => "open",
            GrantState::Used => "used",
            GrantState::Revoked => "revoked",
            GrantState::Expired => "expired",
        }
    }
}

impl Grant {
    pub fn state_on(&self, today: Day) -> GrantState {
        match self {
            grant if grant.used_at > 0 => GrantState::Used,
            grant if grant.revoked_at > 0 => GrantState::Revoked,
            grant if today > grant.valid_until => GrantState::Expired,
            _ => GrantState::Open,
        }
    }
}

pub struct NewGrant<'a> {
    pub identifier: &'a str,
    /// Credit code or full name.
    pub body: &'a str,
    pub purpose: &'a str,
    pub valid_until: Day,
    /// Of the holder's account: to give away what one holds, one is asked again who one is (step-up).
    pub password: &'a str,
}

/// Grants one use. The password is checked before the transaction: hashing takes long.
pub async fn make_grant(cx: &Cx, new: NewGrant<'_>) -> Result<Grant> {
    known_well_enough(cx)?;
    let today = cx.today();
    let purpose = purpose_of(new.purpose)?;
    if new.valid_until < today || new.valid_until > today.plus(MOST_DAYS) {
        let message = format!("有效期要从今天起，最长 {MOST_DAYS} 天");
        return Err(Error::refused_at("certs.grant_term", "valid_until_on", message));
    }
    let body = resolve_body(cx, new.body.trim())?;
    cx.db().read(async |tx| granted(tx, cx, new.identifier).await).await?;
    identity::confirm_password(cx, new.password).await?;
    let write = cx.db().write(async |tx| {
        let (certificate, party) = granted(tx, cx, new.identifier).await?;
        let grant = Grant {
            id: cx.id(),
            certificate: certificate.id,
            identifier: certificate.identifier.clone(),
            type_name: certificate.type_name.clone(),
            party,
            body: body.credit_code.clone(),
            body_name: body.name.clone(),
            purpose: purpose.to_owned(),
            valid_until: new.valid_until,
            made_at: cx.now,
            used_at: 0,
            used_by: String::new(),
            revoked_at: 0,
        };
        store::insert_grant(tx, &grant).await?;
        say(tx, cx, &grant, "certs.granted").await?;
        Ok(grant)
    });
    write.await
}

/// The body somebody means by its credit code or full name; part of a name gets names to choose from.
fn resolve_body(cx: &Cx, words: &str) -> Result<Arc<Body>> {
    if words.is_empty() {
        return Err(Error::refused_at("certs.grant_body", "body", "请输入单位的全称或统一社会信用代码"));
    }
    if let Some(body) = cx.catalogue.body(&words.to_ascii_uppercase()) {
        return Ok(body.clone());
    }
    if let Some(body) = cx.catalogue.bodies().find(|body| body.name == words) {
        return Ok(body.clone());
    }
    let alike = cx.catalogue.bodies().filter(|body| body.name.contains(words));
    let mut names: Vec<&str> = alike.map(|body| body.name.as_str()).collect();
    names.sort_unstable();
    names.truncate(5);
    let message = match names.as_slice() {
        [] => "没有找到这个单位，请核对全称或统一社会信用代码".to_owned(),
        names => format!("请写单位全称，例如：{}", names.join("、")),
    };
    Err(Error::refused_at("certs.grant_body", "body", message))
}

/// The certificate, when it is one's own and counts.
async fn granted(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Result<(Certificate, Party)> {
    let certificate = crate::certs::show(tx, cx, identifier).await?;
    certificate.must_count(cx.today())?;
    Ok((certificate, cx.actor.require_party()?))
}

/// Takes a grant back before it was used.
pub async fn revoke_grant(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Grant> {
    let mut grant = store::grant(tx, id).await?.ok_or(Error::NotFound)?;
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(grant.party))?;
    if grant.state_on(cx.today()) != GrantState::Open || !store::revoke_grant(tx, id, cx.now).await? {
        let message = "这个授权已经用过、收回或过期，不用再收回";
        return Err(Error::refused("certs.grant_over", message));
    }
    grant.revoked_at = cx.now;
    say(tx, cx, &grant, "certs.grant_revoked").await?;
    Ok(grant)
}

/// What the use of a grant gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Granted {
    pub certificate: Certificate,
    /// The file for the body, with the purpose and the term of the grant on it. None for a certificate that does
    /// not count any more, or when its issuer has no seal in force.
    pub copy: Option<AnnotatedCopy>,
}

/// Uses a grant, once: the body's staff see the certificate in full and get a copy, and the holder sees that
/// they did. Log and copy bear the purpose the holder wrote: whoever uses a grant has no say in it.
pub async fn use_grant(tx: &mut Tx<'_>, cx: &Cx, id: Id, app: &str) -> Result<Granted> {
    cx.actor.require_account()?;
    let grant = store::grant(tx, id).await?.ok_or(Error::NotFound)?;
    let thing = Thing { body: Some(&grant.body), ..Thing::NOTHING };
    authorize(&cx.actor, Action::CertificateUse, thing).map_err(|_| Error::NotFound)?;
    let state = grant.state_on(cx.today());
    if state != GrantState::Open || !store::use_grant(tx, id, cx.now, cx.actor.display_name()).await? {
        let message = format!("这个授权不能使用：{}", state.name());
        return Err(Error::refused("certs.grant_over", message));
    }
    let certificate = newest(tx, cx, grant.certificate).await?;
    let because = Because { body: &grant.body, app, purpose: &grant.purpose, ..Because::default() };
    note(tx, cx, &certificate, Way::Grant, because).await?;
    say(tx, cx, &grant, "certs.grant_used").await?;
    let copy = copy_for(tx, cx, &grant, &certificate).await?;
    Ok(Granted { certificate, copy })
}

async fn copy_for(
    tx: &mut Tx<'_>,
    cx: &Cx,
    grant: &Grant,
    certificate: &Certificate,
) -> Result<Option<AnnotatedCopy>> {
    if certificate.must_count(cx.today()).is_err() {
        return Ok(None);
    }
    let wanted = copy::Wanted {
        purpose: &grant.purpose,
        receiver: &grant.body_name,
        reader: Some(&grant.body),
        valid_until: grant.valid_until,
        maker: &grant.body_name,
        owner: Some(grant.party),
    };
    copy::unless_unsealed(copy::make(tx, cx, certificate, &wanted).await)
}

/// The version that stands now in the place of the one that was granted.
async fn newest(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Certificate> {
    let gone = || Error::bug("a granted certificate is gone");
    let mut certificate = library::by_id(tx, cx, id).await?.ok_or_else(gone)?;
    while certificate.is_superseded() {
        certificate = library::by_identifier(tx, cx, &certificate.superseded_by).await?.ok_or_else(gone)?;
    }
    Ok(certificate)
}

/// The grants of whoever is logged in, newest first.
pub async fn grants_of_holder(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Grant>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::CertificateRead, Thing::owned(party))?;
    store::grants_of(tx, party).await
}

/// The grants a body the actor sits at may use or has used, newest first.
pub async fn grants_to_body(tx: &mut Tx<'_>, cx: &Cx, body: &str) -> Result<Vec<Grant>> {
    authorize(&cx.actor, Action::CertificateUse, Thing { body: Some(body), ..Thing::NOTHING })?;
    store::grants_to(tx, body).await
}

async fn say(tx: &mut Tx<'_>, cx: &Cx, grant: &Grant, kind: &str) -> Result<()> {
    let detail = json!({ "grant": grant.id, "identifier": grant.identifier, "body": grant.body,
        "until": grant.valid_until.to_string() });
    let event = NewEvent {
        subject_kind: "certificate",
        subject_id: grant.certificate,
        area: "",
        kind,
        detail: &detail,
    };
    journal::append(tx, cx, event).await.map(drop)
}
