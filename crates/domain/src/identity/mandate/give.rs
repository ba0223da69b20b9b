//! What the representative and her agents do with mandates themselves.

use super::{
    Mandate, MandateState, NewMandate, authorize_for, end, grant_mandate, missing, say, store, tell,
};
use crate::Cx;
use crate::identity::{Action, Party, REAL_NAME, Thing, account, authorize, confirm_password, person};
use base::{Error, Id, Refusal, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

/// Longest term of a mandate (standards §10).
pub const MOST_MONTHS: i32 = 12;

/// Field names of refusals are those of the members.
pub struct GiveMandate<'a> {
    /// The agent's login, or her citizen number.
    pub agent: &'a str,
    pub name: &'a str,
    /// Base codes; empty means all items.
    pub items: Vec<String>,
    pub valid_until: Day,
    /// Of the representative's account: whoever sits down at an open screen must not be able to give away
    /// the right to act for a firm (step-up).
    pub password: &'a str,
}

/// The representative lets somebody act for her organisation. The agent must be known by document
/// (standards §10); who fits in no account is refused in the same words as a wrong name.
pub async fn give_mandate(cx: &Cx, given: GiveMandate<'_>) -> Result<Id> {
    let own = cx.actor.require_person()?;
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::MandateManage, Thing::owned(party))?;
    let faults = mandate_faults(cx, &given);
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    let found = cx.db().read(async |tx| agent(tx, cx, &given).await).await?;
    let Some((account, person)) = found else {
        let message = "没有找到这位经办人：账号或身份证号要和姓名一致，而且本人已经做过实名核验";
        return Err(Error::refused_at("identity.agent_unknown", "agent", message));
    };
    if person == own.person {
        let message = "您是法定代表人，办事不需要授权给自己";
        return Err(Error::refused_at("identity.own_mandate", "agent", message));
    }
    confirm_password(cx, given.password).await?;
    cx.db()
        .write(async |tx| {
            let new = NewMandate {
                organisation: party.id(),
                account,
                items: given.items.clone(),
                valid_from: cx.today(),
                valid_until: given.valid_until,
            };
            grant_mandate(tx, cx, new).await
        })
        .await
}

/// What is wrong with it at first sight, for a form that says everything at once.
pub fn mandate_faults(cx: &Cx, given: &GiveMandate<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |code, field: &str, message: String| refusals.push(Refusal::at(code, field, message));
    if given.agent.trim().is_empty() {
        refuse("identity.required", "agent", "请填写经办人的账号或身份证号".into());
    }
    if given.name.trim().is_empty() {
        refuse("identity.required", "name", "请填写经办人的姓名".into());
    }
    let served = |code: &String| {
        cx.catalogue.base_items.iter().any(|item| item.code == *code && item.serves_organisations())
    };
    if let Some(unknown) = given.items.iter().find(|code| !served(code)) {
        refuse("identity.mandate_items", "items", format!("没有面向单位的事项 {unknown}，请重新选择"));
    }
    if given.valid_until < cx.today() || given.valid_until > cx.today().plus_months(MOST_MONTHS) {
        refuse("identity.mandate_term", "valid_until_on", "授权从今天起，最长一年，请改日期".into());
    }
    refusals
}

/// The account and person meant, when name and level fit. Of several accounts of one person the one known
/// best, then the oldest.
async fn agent(tx: &mut Tx<'_>, cx: &Cx, given: &GiveMandate<'_>) -> Result<Option<(Id, Id)>> {
    let words = given.agent.trim();
    let mut candidates = match person::person_by_number(tx, cx, words).await? {
        Some(person) => store::accounts_of(tx, cx, person).await?,
        None => {
            account::store::account_by_login(tx, cx, &words.to_ascii_lowercase()).await?.into_iter().collect()
        }
    };
    candidates.retain(|account| !account.disabled && account.assurance >= REAL_NAME);
    candidates.sort_by_key(|account| (std::cmp::Reverse(account.assurance), account.id));
    let Some((account, person)) = candidates.first().and_then(|one| Some((one.id, one.person?))) else {
        return Ok(None);
    };
    let profile = person::find_person(tx, cx, person).await?;
    Ok(profile.filter(|profile| profile.name == given.name.trim()).map(|_| (account, person)))
}

/// A mandate of a former representative goes on under the present one, for the rest of its term.
pub async fn continue_mandate(tx: &mut Tx<'_>, cx: &Cx, mandate: Id) -> Result<()> {
    let found = of_own_organisation(tx, cx, mandate).await?;
    let own = cx.actor.require_person()?.person;
    if found.state_on(cx.today()) != MandateState::Rests || !store::set_given_by(tx, mandate, own).await? {
        return Err(Error::refused("identity.mandate_not_resting", "只有暂停的授权可以继续"));
    }
    say(tx, cx, found.organisation, "identity.mandate_continued", &json!({ "mandate": mandate })).await?;
    tell(tx, cx, found.account, "identity.mandate_received", found.organisation).await
}

async fn of_own_organisation(tx: &mut Tx<'_>, cx: &Cx, mandate: Id) -> Result<Mandate> {
    let found = store::mandate(tx, cx, mandate).await?.ok_or_else(|| missing(cx))?;
    authorize_for(cx, found.organisation)?;
    Ok(found)
}

/// The agent gives her mandate up; nobody must act for an organisation against her will.
pub async fn lay_down_mandate(tx: &mut Tx<'_>, cx: &Cx, mandate: Id) -> Result<()> {
    let found = store::mandate(tx, cx, mandate).await?.ok_or_else(|| missing(cx))?;
    let holder = account::store::account(tx, cx, found.account).await?.and_then(|account| account.person);
    let holder = holder.ok_or(Error::NotFound)?;
    authorize(&cx.actor, Action::MandateLayDown, Thing::owned(Party::Person(holder)))?;
    end(tx, cx, &found, true).await?;
    say(tx, cx, found.organisation, "identity.mandate_laid_down", &json!({ "mandate": mandate })).await
}
