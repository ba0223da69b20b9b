//! Standing authorisations: a keeper lets the engine use her seal for named documents until a day.
//!
//! Decisions are sealed inside the transaction of their verb, when nobody can be asked for a code. So the
//! keeper gives her word beforehand, with a second factor; every use names the authorisation and the officer.

use super::kind::State;
use super::seal::reason;
use super::{keeper, load, say, store};
use crate::Cx;
use crate::identity::Action;
use base::{Error, Id, Millis, Refusal, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

/// A keeper's word must be renewed at least once a year.
const MOST_MONTHS: i32 = 12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorisation {
    pub id: Id,
    pub seal: Id,
    pub account: Id,
    pub account_name: String,
    pub kinds: Vec<String>,
    pub reason: String,
    pub created_at: Millis,
    pub until_at: Millis,
    pub revoked_at: Option<Millis>,
    /// Whoever gave it has held the keeper's post ever since.
    pub giver_stays: bool,
}

impl Authorisation {
    pub fn is_in_force(&self, now: Millis) -> bool {
        self.giver_stays && self.revoked_at.is_none() && now < self.until_at
    }
}

pub struct NewAuthorisation {
    pub kinds: Vec<String>,
    /// Last day.
    pub until: Option<Day>,
    pub reason: String,
}

/// Gives an authorisation as one of the seal's keepers.
pub async fn authorise(tx: &mut Tx<'_>, cx: &Cx, seal: Id, new: NewAuthorisation) -> Result<Id> {
    let seal = load(tx, cx, seal, Action::SealAuthorise, None).await?;
    let account = cx.actor.require_account()?;
    if !seal.is_kept_by(Some(account)) || !keeper::holds_post(tx, &seal.body, account).await? {
        return Err(Error::Denied);
    }
    cx.actor.require_step_up(cx.now)?;
    seal.must_be(&[State::Made, State::Suspended])?;
    seal.must_last(cx.now)?;
    let mut faults = Vec::new();
    // The category too: a seal ordered before there was a rule about it may name documents it must not go on.
    let may = |kind: &String| seal.kinds.contains(kind) && seal.category.may_seal(kind);
    if !seal.category.seals_documents() {
        let message = format!("{}不能盖在办件的文书和证照上，不能授权自动用印", seal.category.name());
        faults.push(Refusal::at("seals.kinds", "kinds", message));
    } else if new.kinds.is_empty() || !new.kinds.iter().all(may) {
        faults.push(Refusal::at("seals.kinds", "kinds", "请在这枚印章可以盖的文书里至少选择一种"));
    }
    let latest = cx.today().plus_months(MOST_MONTHS);
    let until = new.until.filter(|until| *until >= cx.today() && *until <= latest);
    if until.is_none() {
        let message = "请填写截止日期，从今天起最长一年";
        faults.push(Refusal::at("seals.valid_until", "until", message));
    }
    let why = reason(&new.reason);
    if let Err(Error::Refused(more)) = &why {
        faults.extend(more.iter().cloned());
    }
    let (Some(until), Ok(reason), true) = (until, why, faults.is_empty()) else {
        return Err(Error::Refused(faults));
    };
    let authorisation = Authorisation {
        id: cx.id(),
        seal: seal.id,
        account,
        account_name: cx.actor.display_name().to_owned(),
        kinds: new.kinds,
        reason,
        created_at: cx.now,
        until_at: until.plus(1).start_millis_shanghai().min(seal.valid_until_at),
        revoked_at: None,
        giver_stays: true,
    };
    store::insert_authorisation(tx, &authorisation).await?;
    let detail = json!({
        "authorisation": authorisation.id, "kinds": authorisation.kinds,
        "until": until.to_string(), "reason": authorisation.reason,
    });
    say(tx, cx, &seal, "seals.authorised", &detail).await?;
    Ok(authorisation.id)
}

/// Takes an authorisation back, at once: any keeper of the body or its approver may.
pub async fn withdraw_authorisation(tx: &mut Tx<'_>, cx: &Cx, seal: Id, id: Id, why: &str) -> Result<()> {
    let seal = load(tx, cx, seal, Action::SealStop, None).await?;
    cx.actor.require_step_up(cx.now)?;
    let why = reason(why)?;
    if !store::withdraw_authorisation(tx, seal.id, id, cx.now).await? {
        return Err(Error::NotFound);
    }
    say(tx, cx, &seal, "seals.authorisation_withdrawn", &json!({ "authorisation": id, "reason": why })).await
}
