//! Natural persons and organisations: encrypted, found by keyed hash.

use super::{Party, store};
use crate::Cx;
use base::{Error, Id, Result};
use db::Tx;

/// What the product knows about whoever applies; the source of prefilled answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub id: Id,
    pub name: String,
    /// Citizen number.
    pub number: String,
    pub phone: String,
    /// Somebody compared her with her document; else the number is only what she typed.
    pub confirmed: bool,
    pub organisation: Option<Organisation>,
}

impl Profile {
    /// Whoever applies: the organisation when acting for one, else the person herself.
    pub fn party(&self) -> Party {
        self.organisation
            .as_ref()
            .map_or(Party::Person(self.id), |organisation| Party::Organisation(organisation.id))
    }

    pub fn applicant_name(&self) -> &str {
        self.organisation.as_ref().map_or(&self.name, |organisation| &organisation.name)
    }

    /// Citizen number or credit code.
    pub fn applicant_code(&self) -> &str {
        self.organisation.as_ref().map_or(&self.number, |organisation| &organisation.credit_code)
    }

    /// As lists show it: persons masked, organisations in full (standards §11.3).
    pub fn applicant_masked(&self) -> String {
        match &self.organisation {
            Some(organisation) => organisation.name.clone(),
            None => norms::mask::name(&self.name),
        }
    }

    /// What this party's certificates are found by.
    pub fn holder_index(&self, cx: &Cx) -> String {
        match &self.organisation {
            Some(organisation) => cx.keys().index("credit", &organisation.credit_code),
            None if self.confirmed => number_index(cx, &self.number),
            // A claimed number opens nobody's certificates.
            None => cx.keys().index("claimed holder", &self.id.to_string()),
        }
    }
}

/// A profile as its rows hold it: opened when somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedProfile {
    pub(super) id: Id,
    pub(super) name: Vec<u8>,
    pub(super) number: Vec<u8>,
    pub(super) number_hash: String,
    pub(super) phone: Vec<u8>,
    pub(super) organisation: Option<Organisation>,
}

impl SealedProfile {
    pub(super) fn open_name(&self, cx: &Cx) -> Result<String> {
        cx.keys().open_text("identity_person.name", &self.name)
    }

    pub(super) fn open(&self, cx: &Cx) -> Result<Profile> {
        let number = cx.keys().open_text("identity_person.number", &self.number)?;
        Ok(Profile {
            id: self.id,
            name: self.open_name(cx)?,
            confirmed: number_index(cx, &number) == self.number_hash,
            number,
            phone: cx.keys().open_text("identity_person.phone", &self.phone)?,
            organisation: self.organisation.clone(),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Organisation {
    pub id: Id,
    pub credit_code: String,
    pub name: String,
    /// `enterprise`, `institution`, `social`, `individual_business` …
    pub kind: String,
    pub address: String,
    #[serde(skip)]
    pub representative: Option<Id>,
}

pub struct NewPerson {
    pub name: String,
    pub number: norms::CitizenNumber,
    pub phone: String,
    pub synthetic: bool,
}

pub struct NewOrganisation {
    pub credit_code: norms::CreditCode,
    pub name: String,
    pub kind: String,
    pub address: String,
    pub representative: Option<Id>,
    pub synthetic: bool,
}

/// What a citizen number is found by, everywhere in the product.
pub fn number_index(cx: &Cx, number: &str) -> String {
    cx.keys().index("citizen", &number.to_ascii_uppercase())
}

/// What the bearer of a code is found by, whether it is a credit code or a document number of a person.
pub fn code_index(cx: &Cx, code: &str) -> String {
    match norms::CreditCode::parse(code) {
        Ok(code) => cx.keys().index("credit", code.as_str()),
        Err(_) => number_index(cx, code),
    }
}

/// Enters a person; a number that is already there is a conflict.
pub async fn create_person(tx: &mut Tx<'_>, cx: &Cx, new: NewPerson) -> Result<Id> {
    let id = cx.id();
    store::insert_person(tx, cx, id, &new).await?;
    Ok(id)
}

pub async fn create_organisation(tx: &mut Tx<'_>, cx: &Cx, new: NewOrganisation) -> Result<Id> {
    let id = cx.id();
    store::insert_organisation(tx, cx, id, &new).await?;
    Ok(id)
}

pub async fn person_by_number(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<Option<Id>> {
    store::person_by_hash(tx, &number_index(cx, number)).await
}

/// Who holds something under a citizen number or credit code: the organisation or person with that code, else
/// the person it was issued to. None when nobody here does.
pub async fn party_holding(tx: &mut Tx<'_>, cx: &Cx, code: &str, issued_to: &str) -> Result<Option<Party>> {
    if let Some(organisation) = store::organisation_by_code(tx, code).await? {
        return Ok(Some(Party::Organisation(organisation.id)));
    }
    if let Some(person) = store::person_by_hash(tx, &number_index(cx, code)).await? {
        return Ok(Some(Party::Person(person)));
    }
    Ok(store::person_by_hash(tx, issued_to).await?.map(Party::Person))
}

pub async fn organisation_by_code(tx: &mut Tx<'_>, credit_code: &str) -> Result<Option<Organisation>> {
    store::organisation_by_code(tx, credit_code).await
}

pub async fn find_organisation(tx: &mut Tx<'_>, id: Id) -> Result<Option<Organisation>> {
    store::organisation(tx, id).await
}

/// Name, citizen number and phone of a person, in clear: callers mask what they show.
pub async fn find_person(tx: &mut Tx<'_>, cx: &Cx, id: Id) -> Result<Option<Profile>> {
    store::person(tx, cx, id).await
}

/// The profile of whoever asks, as it was when the request began: it came with her session. Only an actor without
/// one is looked up.
pub async fn profile(cx: &Cx) -> Result<Profile> {
    match &cx.actor.require_person()?.profile {
        Some(sealed) => sealed.open(cx),
        None => cx.db().read_one(async |tx| profile_of(tx, cx).await).await,
    }
}

/// The profile of whoever is logged in, with the organisation she acts for, as it is now.
pub async fn profile_of(tx: &mut Tx<'_>, cx: &Cx) -> Result<Profile> {
    let actor = cx.actor.require_person()?;
    let organisation = actor.acting_for.as_ref().map(|acting| acting.organisation);
    store::applicant(tx, cx, actor.person, organisation).await?.ok_or(Error::NotFound)
}

/// Whether the demonstration's persons are here.
pub async fn has_synthetic(tx: &mut Tx<'_>) -> Result<bool> {
    store::has_synthetic(tx).await
}
