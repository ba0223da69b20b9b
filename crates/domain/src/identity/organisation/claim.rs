//! 认领: a legal representative says which organisation she represents, and the registry confirms it.

use super::registry::tell_former;
use super::{BINDS, store};
use crate::Cx;
use crate::identity::mandate::say;
use crate::identity::{Action, Organisation, Party, Thing, account, authorize, person};
use base::{Error, Id, Millis, Refusal, Result};
use db::Tx;
use norms::CreditCode;
use serde_json::json;

/// Kinds of organisation, as a registration certificate names them.
pub const KINDS: [&str; 4] = ["个体工商户", "公司", "合伙企业或个人独资企业", "事业单位或社会组织"];
/// Claims of one account that may wait at the same time: nobody represents a hundred firms nobody knows.
const MOST_WAITING: usize = 20;

/// What a person says about the organisation. Field names of refusals are those of the members.
pub struct Claim<'a> {
    pub credit_code: &'a str,
    pub name: &'a str,
    /// One of [`KINDS`].
    pub kind: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The registry says the same: she represents it from now on.
    Settled(Id),
    /// The registry does not know it: a clerk will compare the certificate of registration.
    Waits,
}

/// A claim nobody has settled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub credit_code: String,
    pub name: String,
    pub kind: String,
    pub claimed_at: Millis,
}

/// What a person represents, and what she claims to.
#[derive(Debug, Clone, Default)]
pub struct OwnOrganisations {
    pub represented: Vec<Organisation>,
    pub waiting: Vec<Waiting>,
}

/// Claims an organisation for whoever is logged in for herself. What does not fit the registry is refused
/// without saying which part, and written down.
pub async fn claim_organisation(cx: &Cx, claim: Claim<'_>) -> Result<ClaimOutcome> {
    let actor = cx.actor.require_person()?;
    authorize(&cx.actor, Action::OrganisationClaim, Thing::owned(Party::Person(actor.person)))?;
    if actor.assurance < BINDS {
        let message = format!(
            "代表单位办事需要{BINDS}级实名，您现在是{}级。请本人带居民身份证到任一政务服务大厅窗口做实名核验",
            actor.assurance
        );
        return Err(Error::refused("identity.assurance_too_low", message));
    }
    let code = check(&claim).map_err(Error::Refused)?;
    let settled = cx.db().write(async |tx| settle(tx, cx, &claim, &code).await).await?;
    settled.ok_or_else(|| {
        let message = "与登记机关的数据不一致：请对照营业执照或登记证书核对代码、名称和类型。\
                       法定代表人或者名称刚变更的，请等登记机关的数据更新后再试";
        Error::refused_at("identity.registry_mismatch", "credit_code", message)
    })
}

fn check(claim: &Claim<'_>) -> Result<CreditCode, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let code = CreditCode::parse(claim.credit_code.trim());
    if let Err(error) = &code {
        refusals.push(Refusal::at("identity.credit_code_form", "credit_code", error.to_string()));
    }
    if !(2..=100).contains(&claim.name.trim().chars().count()) {
        let message = "请填写营业执照或登记证书上的全称，2至100个字";
        refusals.push(Refusal::at("identity.organisation_name", "name", message));
    }
    if !KINDS.contains(&claim.kind) {
        refusals.push(Refusal::at("identity.organisation_kind", "kind", "请选择单位类型"));
    }
    match code {
        Ok(code) if refusals.is_empty() => Ok(code),
        _ => Err(refusals),
    }
}

/// None when the registry says otherwise.
async fn settle(
    tx: &mut Tx<'_>,
    cx: &Cx,
    claim: &Claim<'_>,
    code: &CreditCode,
) -> Result<Option<ClaimOutcome>> {
    let actor = cx.actor.require_person()?;
    let organisation = person::organisation_by_code(tx, code.as_str()).await?;
    if organisation.is_some_and(|held| held.representative == Some(actor.person)) {
        let message = "您已经是这个单位在本平台登记的法定代表人，不用再认领";
        return Err(Error::refused_at("identity.already_representative", "credit_code", message));
    }
    let Some(told) = store::registered(tx, cx, code.as_str()).await? else {
        return wait(tx, cx, claim, code).await.map(Some);
    };
    let own = store::number_hash(tx, actor.person).await?;
    let fits = same_name(&told.name, claim.name) && told.kind == claim.kind;
    if !fits || own.as_deref() != Some(told.leader_hash.as_str()) {
        let detail = json!({ "credit_code": code.as_str() });
        account::say(tx, cx, actor.account, "identity.claim_refused", &detail).await?;
        return Ok(None);
    }
    if !told.active {
        let message = "登记机关的数据显示这个单位已经注销或者吊销，不能认领";
        return Err(Error::refused_at("identity.organisation_ended", "credit_code", message));
    }
    let new = NewHolder { account: actor.account, person: actor.person, way: "registry" };
    let facts = store::Facts {
        name: &told.name,
        kind: &told.kind,
        address: &told.address,
        synthetic: told.synthetic,
    };
    take_over(tx, cx, code, &facts, new).await.map(|id| Some(ClaimOutcome::Settled(id)))
}

async fn wait(tx: &mut Tx<'_>, cx: &Cx, claim: &Claim<'_>, code: &CreditCode) -> Result<ClaimOutcome> {
    let account = cx.actor.require_account()?;
    let waiting = store::waiting(tx, account).await?;
    if waiting.iter().any(|one| one.credit_code == code.as_str()) {
        let message = "这个单位的认领已经在等窗口核对，不用再提交";
        return Err(Error::refused_at("identity.claim_waits", "credit_code", message));
    }
    if waiting.len() >= MOST_WAITING {
        let message = format!("等待核对的认领最多{MOST_WAITING}个，请先到窗口核对");
        return Err(Error::refused("identity.too_many_claims", message));
    }
    store::insert_claim(tx, cx, account, code.as_str(), claim.name.trim(), claim.kind).await?;
    let detail = json!({ "credit_code": code.as_str() });
    account::say(tx, cx, account, "identity.claim_waits", &detail).await?;
    Ok(ClaimOutcome::Waits)
}

/// Who represents from now on, and what showed it.
pub(super) struct NewHolder {
    pub account: Id,
    pub person: Id,
    /// `registry` or `window`.
    pub way: &'static str,
}

/// The organisation enters, or follows what was shown, and has this representative from now on.
pub(super) async fn take_over(
    tx: &mut Tx<'_>,
    cx: &Cx,
    code: &CreditCode,
    facts: &store::Facts<'_>,
    new: NewHolder,
) -> Result<Id> {
    let id = match person::organisation_by_code(tx, code.as_str()).await? {
        Some(held) => {
            store::update_organisation(tx, held.id, facts.name, facts.kind, facts.address).await?;
            if let Some(former) = held.representative {
                tell_former(tx, cx, held.id, former).await?;
            }
            held.id
        }
        None => store::insert_organisation(tx, cx, code.as_str(), facts).await?,
    };
    store::set_representative(tx, id, Some(new.person)).await?;
    store::settle_claim(tx, new.account, code.as_str(), cx.now).await?;
    let detail = json!({ "account": new.account, "way": new.way });
    say(tx, cx, id, "identity.organisation_claimed", &detail).await?;
    let detail = json!({ "organisation": id, "way": new.way });
    account::say(tx, cx, new.account, "identity.represents", &detail).await?;
    Ok(id)
}

/// The organisations whoever is logged in represents, and her claims that wait.
pub async fn own_organisations(tx: &mut Tx<'_>, cx: &Cx) -> Result<OwnOrganisations> {
    let actor = cx.actor.require_person()?;
    let represented = match actor.assurance >= BINDS {
        true => store::represented_by(tx, actor.person).await?,
        false => Vec::new(),
    };
    Ok(OwnOrganisations { represented, waiting: store::waiting(tx, actor.account).await? })
}

/// Names are compared as people write them: spaces and the width of brackets make no difference.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|c| !c.is_whitespace());
        letters
            .map(|c| match c {
                '（' => '(',
                '）' => ')',
                other => other,
            })
            .collect()
    };
    plain(a) == plain(b)
}
