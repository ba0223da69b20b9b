//! 注册: a natural person opens her own account, at the lowest level of assurance, and shows her document
//! at a window to raise it.
//!
//! A number somebody merely typed proves nothing. Until a clerk has seen the document the number is a claim:
//! it finds no certificate and no case, it does not keep its owner from registering, and nobody learns from
//! a registration whether the number is known here (ASVS v5.0.0-6.3.8).

mod confirm;
mod store;

pub use confirm::{Confirmation, DOCUMENTS, confirm_real_name};

use super::account::say;
use super::{AccountKind, NewAccount, person};
use crate::Cx;
use base::{Error, Id, Refusal, Result};
use db::Tx;
use norms::CitizenNumber;
use serde_json::json;

/// Which text of the personal-information notice was read (PIPL arts. 17 and 35); it goes into the journal.
pub const NOTICE_VERSION: &str = "2026-11";
/// Level of an account whose holder nobody has seen.
pub const SELF_DECLARED: u8 = 1;
/// Level after a clerk compared person and document (standards §10: counter verification).
pub const SEEN_AT_A_WINDOW: u8 = 4;
/// From this level on the number of a person is hers, not only claimed.
pub const REAL_NAME: u8 = 2;

/// What a person tells about herself. Field names of refusals are those of the members.
pub struct Registration<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub number: &'a str,
    pub phone: &'a str,
    pub password: &'a str,
    /// The password once more.
    pub again: &'a str,
    /// The box under the notice.
    pub agreed: bool,
}

/// Opens an account. One refusal for each field at fault; a known citizen number is none.
pub async fn register(cx: &Cx, given: Registration<'_>) -> Result<Id> {
    let login = given.login.trim().to_ascii_lowercase();
    let taken = || Refusal::at("identity.login_unavailable", "login", "这个账号名不能用，请换一个");
    let found = async |tx: &mut Tx<'_>| super::account::store::account_by_login(tx, cx, &login).await;
    let is_taken = check_login(&login).is_ok() && cx.db().read(found).await?.is_some();
    let number = match (check(cx, &given), is_taken) {
        (Ok(number), false) => number,
        (checked, is_taken) => {
            let mut refusals = checked.err().unwrap_or_default();
            refusals.extend(is_taken.then(taken));
            return Err(Error::Refused(refusals));
        }
    };
    let about = [login.as_str(), given.phone.trim(), number.as_str()];
    let password = super::password::new_password(cx.rng(), given.password, &about).await?;
    let outcome = cx.db().write(async |tx| {
        if super::account::store::account_by_login(tx, cx, &login).await?.is_some() {
            return Err(taken().into());
        }
        let person = store::insert_claimed(tx, cx, given.name.trim(), &number, given.phone.trim()).await?;
        let account = cx.id();
        let new = NewAccount {
            login: login.clone(),
            kind: AccountKind::Person,
            name: String::new(),
            person: Some(person),
            role: None,
            assurance: SELF_DECLARED,
            password: password.clone(),
            totp_secret: None,
            posts: Vec::new(),
        };
        super::account::store::insert_account(tx, cx, account, &new).await?;
        let detail = json!({ "notice": NOTICE_VERSION, "assurance": SELF_DECLARED });
        say(tx, cx, account, "identity.registered", &detail).await?;
        tell_owner(tx, cx, &number).await?;
        Ok(account)
    });
    match outcome.await {
        Err(Error::Conflict) => Err(taken().into()),
        other => other,
    }
}

/// Whoever holds the number by document finds in her account that it was given again, and nothing more.
async fn tell_owner(tx: &mut Tx<'_>, cx: &Cx, number: &CitizenNumber) -> Result<()> {
    let Some(owner) = person::person_by_number(tx, cx, number.as_str()).await? else { return Ok(()) };
    for account in store::accounts_of(tx, owner).await? {
        say(tx, cx, account, "identity.number_claimed", &json!({})).await?;
    }
    Ok(())
}

fn check(cx: &Cx, given: &Registration<'_>) -> Result<CitizenNumber, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut refuse = |code, field: &str, message: &str| refusals.push(Refusal::at(code, field, message));
    if let Err(message) = check_name(given.name.trim()) {
        refuse("identity.name_form", "name", message);
    }
    let number = CitizenNumber::parse(given.number, cx.today());
    match &number {
        Err(error) => refuse("identity.number_form", "number", &error.to_string()),
        // PIPL art. 31: below 14 the guardian decides.
        Ok(number) if number.age(cx.today()) < 14 => {
            refuse("identity.guardian_needed", "number", "未满14周岁不能自己注册，请监护人带户口簿到窗口办理")
        }
        Ok(_) => {}
    }
    if !is_mobile(given.phone.trim()) {
        refuse("identity.phone_form", "phone", "手机号应为11位数字，例如 13800138000");
    }
    if let Err(message) = check_login(given.login.trim()) {
        refuse("identity.login_form", "login", message);
    }
    if let Err(Error::Refused(weak)) = super::password::check_strength(
        given.password,
        &[given.login.trim(), given.phone.trim(), given.number.trim()],
    ) {
        refusals.extend(weak);
    }
    if given.password != given.again {
        let message = "两次输入的密码不一样，请重新输入";
        refusals.push(Refusal::at("identity.passwords_differ", "again", message));
    }
    if !given.agreed {
        let message = "请先看个人信息处理告知，再勾选“我已看过并同意”";
        refusals.push(Refusal::at("identity.notice_needed", "agreed", message).by("个人信息保护法第十七条"));
    }
    match number {
        Ok(number) if refusals.is_empty() => Ok(number),
        _ => Err(refusals),
    }
}

/// 4 to 32 letters, digits, dots and dashes, a letter first: so no login is a phone or citizen number.
pub(super) fn check_login(login: &str) -> Result<(), &'static str> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let first = login.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    match (4..=32).contains(&login.len()) && first && login.bytes().all(fits) {
        true => Ok(()),
        false => Err("账号名应为4至32个字母或数字，以字母开头，例如 xiaoming2026"),
    }
}

pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    let letter = |c: char| c.is_alphabetic() || matches!(c, '·' | '.' | ' ' | '-' | '\'');
    match (2..=50).contains(&name.chars().count()) && name.chars().all(letter) {
        true => Ok(()),
        false => Err("请填写证件上的姓名，2至50个字"),
    }
}

pub(super) fn is_mobile(phone: &str) -> bool {
    phone.len() == 11
        && phone.bytes().all(|b| b.is_ascii_digit())
        && phone.starts_with('1')
        && !phone.starts_with("10")
}

#[cfg(test)]
mod tests;
