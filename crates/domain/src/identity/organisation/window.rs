//! Organisations the registry does not know: a clerk compares the certificate of registration and the person
//! at the window with the claim, as she does for real names.

use super::claim::{NewHolder, same_name, take_over};
use super::{BINDS, store};
use crate::Cx;
use crate::identity::account;
use crate::identity::{Account, AccountKind, Action, PostKind, Thing, authorize, person};
use base::{Error, Refusal, Result};
use db::Tx;
use norms::CreditCode;
use serde_json::json;

/// Certificates that name the code, the organisation and its legal representative.
pub const CERTIFICATES: [&str; 5] = [
    "营业执照",
    "事业单位法人证书",
    "社会团体法人登记证书",
    "民办非企业单位登记证书",
    "统一社会信用代码证书",
];

/// What the clerk reads from the certificate on her desk. Field names of refusals are those of the members.
pub struct ClaimConfirmation<'a> {
    pub login: &'a str,
    pub credit_code: &'a str,
    pub name: &'a str,
    pub address: &'a str,
    /// One of [`CERTIFICATES`].
    pub document: &'a str,
    /// Credit code of the body at whose window she sits.
    pub body: &'a str,
    /// She compared the representative on the certificate with the person and her identity card.
    pub compared: bool,
}

/// Settles a waiting claim. What does not fit is refused without saying which part, and written down.
pub async fn confirm_claim(cx: &Cx, given: ClaimConfirmation<'_>) -> Result<()> {
    let thing = Thing { body: Some(given.body), ..Thing::NOTHING }.at(PostKind::Clerk);
    authorize(&cx.actor, Action::IdentityConfirm, thing)?;
    let code = check(&given).map_err(Error::Refused)?;
    let fits = cx.db().write(async |tx| conclude(tx, cx, &given, &code).await).await?;
    if fits {
        return Ok(());
    }
    let message =
        "没有这个账号的认领，或登记证书与认领的代码、名称不一致。请核对，或请法定代表人先在网上认领";
    Err(Error::refused_at("identity.claim_mismatch", "login", message))
}

fn check(given: &ClaimConfirmation<'_>) -> Result<CreditCode, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut refuse = |code, field: &str, message: &str| refusals.push(Refusal::at(code, field, message));
    for (field, value, message) in [
        ("login", given.login, "请填写账号名"),
        ("name", given.name, "请填写登记证书上的名称"),
        ("address", given.address, "请填写登记证书上的住所"),
    ] {
        if !(1..=200).contains(&value.trim().chars().count()) {
            refuse("identity.required", field, message);
        } else if let Err(hidden) = crate::legible::line(field, value.trim()) {
            refuse(hidden.code, field, &hidden.message);
        }
    }
    let code = CreditCode::parse(given.credit_code.trim());
    if let Err(error) = &code {
        refuse("identity.credit_code_form", "credit_code", &error.to_string());
    }
    if !CERTIFICATES.contains(&given.document) {
        refuse("identity.document", "document", "请选择登记证书的种类");
    }
    if !given.compared {
        refuse("identity.compare", "compared", "请先核对来人与登记证书上的法定代表人，再勾选");
    }
    match code {
        Ok(code) if refusals.is_empty() => Ok(code),
        _ => Err(refusals),
    }
}

async fn conclude(
    tx: &mut Tx<'_>,
    cx: &Cx,
    given: &ClaimConfirmation<'_>,
    code: &CreditCode,
) -> Result<bool> {
    let found = account::store::account_by_login(tx, cx, given.login.trim()).await?;
    let account = found.filter(|account| account.kind == AccountKind::Person && !account.disabled);
    let Some(account) = account else {
        let own = cx.actor.require_account()?;
        account::say(tx, cx, own, "identity.claim_refused", &json!({ "body": given.body })).await?;
        return Ok(false);
    };
    let waiting = store::waiting(tx, account.id).await?;
    let claim = waiting.into_iter().find(|claim| claim.credit_code == code.as_str());
    let Some(claim) = claim.filter(|claim| same_name(&claim.name, given.name)) else {
        account::say(tx, cx, account.id, "identity.claim_refused", &json!({ "body": given.body })).await?;
        return Ok(false);
    };
    let person = may_represent(tx, cx, &account, code).await?;
    let facts = store::Facts {
        name: given.name.trim(),
        kind: &claim.kind,
        address: given.address.trim(),
        synthetic: false,
    };
    let new = NewHolder { account: account.id, person, way: "window" };
    let organisation = take_over(tx, cx, code, &facts, new).await?;
    let detail = json!({ "document": given.document, "body": given.body, "organisation": organisation });
    account::say(tx, cx, account.id, "identity.claim_confirmed", &detail).await?;
    Ok(true)
}

/// The person behind the account, when she is known well enough and the registry does not name another.
async fn may_represent(tx: &mut Tx<'_>, cx: &Cx, account: &Account, code: &CreditCode) -> Result<base::Id> {
    if account.assurance < BINDS {
        let message = "这个账号还没有实名核验，请先做实名核验";
        return Err(Error::refused_at("identity.assurance_too_low", "login", message));
    }
    let person = account.person.ok_or_else(|| Error::bug("an account of a person without person"))?;
    let told = store::registered(tx, cx, code.as_str()).await?;
    let own = person::find_person(tx, cx, person).await?.ok_or(Error::NotFound)?;
    let own = person::number_index(cx, &own.number);
    let wrong = match told {
        Some(told) if !told.active => Some("这个单位已经不在经营（注销、吊销等）"),
        Some(told) if told.leader_hash != own => Some("这个单位的法定代表人是别人"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        let message = format!("登记机关的数据里，{wrong}。窗口不能改，请到登记机关办理");
        return Err(Error::refused_at("identity.registry_mismatch", "credit_code", message));
    }
    Ok(person)
}
