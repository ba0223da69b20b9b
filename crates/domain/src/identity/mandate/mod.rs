//! 授权: an account acts for an organisation, for some items or all, until a day.
//!
//! Only the legal representative gives and takes back (standards §10): whoever holds a mandate hands it on to
//! nobody. It ends at once, in open sessions too, when it is taken back, laid down, or over; it rests when the
//! registry names another representative, until she continues it or takes it back.

mod give;
mod store;

pub use give::{GiveMandate, MOST_MONTHS, continue_mandate, give_mandate, lay_down_mandate, mandate_faults};

use super::organisation::{BINDS, represented_by};
use super::{Action, Party, Thing, authorize};
use crate::Cx;
use crate::journal::{self, Event, NewEvent};
use base::{Error, Id, Millis, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

/// For whom an account may act today, besides herself.
#[derive(Debug, Clone)]
pub struct Capacity {
    pub organisation: Id,
    pub name: String,
    pub credit_code: String,
    /// She represents it by law; else she holds a mandate.
    pub representative: bool,
    /// Base codes it covers; empty means all.
    pub items: Vec<String>,
    /// None for the representative.
    pub valid_until: Option<Day>,
}

/// A mandate as those who gave or received it see it.
#[derive(Debug, Clone)]
pub struct Mandate {
    pub id: Id,
    pub organisation: Id,
    pub organisation_name: String,
    pub credit_code: String,
    pub account: Id,
    /// Name of the agent, in clear.
    pub agent: String,
    /// Base codes it covers; empty means all.
    pub items: Vec<String>,
    pub valid_from: Day,
    pub valid_until: Day,
    pub ended_at: Option<Millis>,
    /// The agent ended it herself.
    pub laid_down: bool,
    /// Given by somebody who no longer represents the organisation.
    pub rests: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MandateState {
    InForce,
    NotYet,
    Rests,
    Over,
    Revoked,
    LaidDown,
}

impl MandateState {
    pub fn word(self) -> &'static str {
        match self {
            MandateState::InForce => "in_force",
            MandateState::NotYet => "not_yet",
            MandateState::Rests => "rests",
            MandateState::Over => "over",
            MandateState::Revoked => "revoked",
            MandateState::LaidDown => "laid_down",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            MandateState::InForce => "有效",
            MandateState::NotYet => "还没到开始日",
            MandateState::Rests => "暂停，等法定代表人确认",
            MandateState::Over => "已到期",
            MandateState::Revoked => "已撤销",
            MandateState::LaidDown => "经办人已辞去",
        }
    }
}

impl Mandate {
    pub fn state_on(&self, today: Day) -> MandateState {
        match self {
            mandate if mandate.laid_down => MandateState::LaidDown,
            mandate if mandate.ended_at.is_some() => MandateState::Revoked,
            mandate if today > mandate.valid_until => MandateState::Over,
            mandate if mandate.rests => MandateState::Rests,
            mandate if today < mandate.valid_from => MandateState::NotYet,
            _ => MandateState::InForce,
        }
    }

    /// Can still be taken back or laid down.
    pub fn is_open(&self, today: Day) -> bool {
        use MandateState::*;
        matches!(self.state_on(today), InForce | NotYet | Rests)
    }
}

pub struct NewMandate {
    pub organisation: Id,
    pub account: Id,
    pub items: Vec<String>,
    pub valid_from: Day,
    /// At most one year after `valid_from` (standards §10).
    pub valid_until: Day,
}

/// Enters a mandate: for the representative ([`give_mandate`]), the security administrator on a written
/// request of the organisation, and the demonstration.
pub async fn grant_mandate(tx: &mut Tx<'_>, cx: &Cx, new: NewMandate) -> Result<Id> {
    authorize_for(cx, new.organisation)?;
    if new.valid_until < new.valid_from || new.valid_until > new.valid_from.plus_months(MOST_MONTHS) {
        return Err(Error::refused_at(
            "identity.mandate_term",
            "valid_until_on",
            "授权从今天起，最长一年，请改日期",
        ));
    }
    let organisation = super::find_organisation(tx, new.organisation).await?.ok_or(Error::NotFound)?;
    let id = cx.id();
    store::insert_mandate(tx, cx, id, &new, organisation.representative).await?;
    let detail =
        json!({ "mandate": id, "account": new.account, "items": new.items, "until": new.valid_until });
    say(tx, cx, new.organisation, "identity.mandate_granted", &detail).await?;
    tell(tx, cx, new.account, "identity.mandate_received", new.organisation).await?;
    Ok(id)
}

/// Takes a mandate back: nothing can be done under it any more when this returns.
pub async fn revoke_mandate(tx: &mut Tx<'_>, cx: &Cx, mandate: Id) -> Result<()> {
    let found = store::mandate(tx, cx, mandate).await?.ok_or_else(|| missing(cx))?;
    authorize_for(cx, found.organisation)?;
    end(tx, cx, &found, false).await?;
    say(tx, cx, found.organisation, "identity.mandate_revoked", &json!({ "mandate": mandate })).await?;
    tell(tx, cx, found.account, "identity.mandate_taken_back", found.organisation).await
}

async fn end(tx: &mut Tx<'_>, cx: &Cx, mandate: &Mandate, laid_down: bool) -> Result<()> {
    let open = mandate.is_open(cx.today());
    if !open || !store::end_mandate(tx, mandate.id, cx.now, laid_down).await? {
        return Err(Error::refused("identity.mandate_over", "这份授权已经结束，不用再撤销"));
    }
    Ok(())
}

/// A visitor is asked to log in whether the mandate exists or not.
fn missing(cx: &Cx) -> Error {
    if cx.actor.account().is_none() { Error::Unauthenticated } else { Error::NotFound }
}

fn authorize_for(cx: &Cx, organisation: Id) -> Result<()> {
    authorize(&cx.actor, Action::MandateManage, Thing::owned(Party::Organisation(organisation)))
}

pub(super) async fn say(
    tx: &mut Tx<'_>,
    cx: &Cx,
    organisation: Id,
    kind: &str,
    detail: &serde_json::Value,
) -> Result<()> {
    let event = NewEvent { subject_kind: "organisation", subject_id: organisation, area: "", kind, detail };
    journal::append(tx, cx, event).await.map(|_| ())
}

/// The agent finds it in her own account.
async fn tell(tx: &mut Tx<'_>, cx: &Cx, account: Id, kind: &str, organisation: Id) -> Result<()> {
    super::account::say(tx, cx, account, kind, &json!({ "organisation": organisation })).await
}

/// For whom the one who is logged in may act today: what she represents, then what she holds a mandate of.
pub async fn capacities(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Capacity>> {
    let actor = cx.actor.require_person()?;
    let mut found = Vec::new();
    if actor.assurance >= BINDS {
        let represented = represented_by(tx, actor.person).await?;
        found.extend(represented.into_iter().map(|organisation| Capacity {
            organisation: organisation.id,
            name: organisation.name,
            credit_code: organisation.credit_code,
            representative: true,
            items: Vec::new(),
            valid_until: None,
        }));
    }
    for mandate in mandates_received(tx, cx).await? {
        if mandate.state_on(cx.today()) == MandateState::InForce {
            add(&mut found, mandate);
        }
    }
    Ok(found)
}

/// Several mandates of one organisation count together.
fn add(found: &mut Vec<Capacity>, mandate: Mandate) {
    match found.iter_mut().find(|one| one.organisation == mandate.organisation) {
        Some(one) if one.representative || one.items.is_empty() => {}
        Some(one) if mandate.items.is_empty() => {
            one.items.clear();
            one.valid_until = Some(mandate.valid_until);
        }
        Some(one) => {
            let more = mandate.items.into_iter().filter(|item| !one.items.contains(item));
            let more: Vec<String> = more.collect();
            one.items.extend(more);
            one.valid_until = one.valid_until.max(Some(mandate.valid_until));
        }
        None => found.push(Capacity {
            organisation: mandate.organisation,
            name: mandate.organisation_name,
            credit_code: mandate.credit_code,
            representative: false,
            items: mandate.items,
            valid_until: Some(mandate.valid_until),
        }),
    }
}

/// What the one who is logged in was given, newest first.
pub async fn mandates_received(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Mandate>> {
    let account = cx.actor.require_person()?.account;
    store::mandates_of_account(tx, cx, account).await
}

/// What the organisation one represents has given, newest first.
pub async fn mandates_given(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Mandate>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::MandateManage, Thing::owned(party))?;
    store::mandates_of_organisation(tx, cx, party.id()).await
}

/// How many events of an organisation its representative sees.
const NEWS: i64 = 50;

/// What happened to the organisation one represents and to its mandates, newest first.
pub async fn organisation_news(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Event>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::MandateManage, Thing::owned(party))?;
    journal::newest_of_subject(tx, "organisation", party.id(), NEWS).await
}
