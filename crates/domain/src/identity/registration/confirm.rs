//! 实名核验: a clerk compares the person at the window with her document. There is no other way here: an
//! installation has no line to the register of persons.

use super::{SEEN_AT_A_WINDOW, store};
use crate::Cx;
use crate::identity::account::say;
use crate::identity::{Account, AccountKind, Action, PostKind, Thing, authorize, person};
use base::{Error, Refusal, Result};
use db::Tx;
use norms::CitizenNumber;
use serde_json::json;

/// Documents that carry the citizen number and a picture.
pub const DOCUMENTS: [&str; 2] = ["居民身份证", "临时居民身份证"];

/// What the clerk reads from the document on her desk. Field names of refusals are those of the members.
pub struct Confirmation<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub number: &'a str,
    /// One of [`DOCUMENTS`].
    pub document: &'a str,
    /// Credit code of the body at whose window she sits.
    pub body: &'a str,
    /// She looked at the person and at the picture.
    pub compared: bool,
}

/// Raises an account to [`SEEN_AT_A_WINDOW`] when the document says what the account says. A mismatch is
/// written to the journal too, and never tells which part did not fit: the clerk learns nothing about an
/// account whose holder does not stand before her.
pub async fn confirm_real_name(cx: &Cx, given: Confirmation<'_>) -> Result<()> {
    let thing = Thing { body: Some(given.body), ..Thing::NOTHING }.at(PostKind::Clerk);
    authorize(&cx.actor, Action::IdentityConfirm, thing)?;
    let number = check(cx, &given).map_err(Error::Refused)?;
    let fits = cx.db().write(async |tx| conclude(tx, cx, &given, &number).await).await?;
    if fits {
        return Ok(());
    }
    let message = "没有这个账号，或证件与账号登记的姓名、身份证号不一致。请核对后再试，或请本人重新注册";
    Err(Error::refused_at("identity.document_mismatch", "login", message))
}

fn check(cx: &Cx, given: &Confirmation<'_>) -> Result<CitizenNumber, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut refuse = |code, field: &str, message: &str| refusals.push(Refusal::at(code, field, message));
    for (field, value, message) in
        [("login", given.login, "请填写账号名"), ("name", given.name, "请填写证件上的姓名")]
    {
        if value.trim().is_empty() {
            refuse("identity.required", field, message);
        }
    }
    let number = CitizenNumber::parse(given.number, cx.today());
    if let Err(error) = &number {
        refuse("identity.number_form", "number", &error.to_string());
    }
    if !DOCUMENTS.contains(&given.document) {
        refuse("identity.document", "document", "请选择证件种类");
    }
    if !given.compared {
        refuse("identity.compare", "compared", "请先核对本人与证件照片，再勾选");
    }
    match number {
        Ok(number) if refusals.is_empty() => Ok(number),
        _ => Err(refusals),
    }
}

async fn conclude(
    tx: &mut Tx<'_>,
    cx: &Cx,
    given: &Confirmation<'_>,
    number: &CitizenNumber,
) -> Result<bool> {
    let found = crate::identity::account::store::account_by_login(tx, cx, given.login.trim()).await?;
    let account = found.filter(|account| account.kind == AccountKind::Person && !account.disabled);
    let Some(account) = account else {
        let own = cx.actor.require_account()?;
        say(tx, cx, own, "identity.real_name_refused", &json!({ "body": given.body })).await?;
        return Ok(false);
    };
    let holder = account.person.ok_or_else(|| Error::bug("an account of a person without person"))?;
    let profile = person::find_person(tx, cx, holder).await?.ok_or(Error::NotFound)?;
    if profile.name != given.name.trim() || profile.number != number.as_str() {
        say(tx, cx, account.id, "identity.real_name_refused", &json!({ "body": given.body })).await?;
        return Ok(false);
    }
    if account.assurance >= SEEN_AT_A_WINDOW {
        let message = "这个账号已经核验过，不用再核验";
        return Err(Error::refused_at("identity.already_confirmed", "login", message));
    }
    raise(tx, cx, &account, holder, number).await?;
    let detail = json!({ "document": given.document, "body": given.body, "assurance": SEEN_AT_A_WINDOW });
    say(tx, cx, account.id, "identity.real_name_confirmed", &detail).await?;
    Ok(true)
}

/// The claim becomes the person, or the account joins the person who is here already: one human being is
/// one subject of law, with however many ways in.
async fn raise(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Account,
    holder: base::Id,
    number: &CitizenNumber,
) -> Result<()> {
    match person::person_by_number(tx, cx, number.as_str()).await? {
        Some(known) if known != holder => {
            for other in store::accounts_of(tx, known).await? {
                say(tx, cx, other, "identity.account_joined", &json!({ "account": account.id })).await?;
            }
            store::set_person(tx, account.id, known).await?;
            store::delete_person(tx, holder).await?;
        }
        _ => store::set_number_hash(tx, holder, &person::number_index(cx, number.as_str())).await?,
    }
    store::set_assurance(tx, account.id, SEEN_AT_A_WINDOW).await
}
