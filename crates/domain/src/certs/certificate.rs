//! A certificate of the library: one version of one licence.

use super::operation::Operation;
use base::{Error, Id, Millis, Result};
use norms::codes::{HolderCodeType, LicenceStatus};
use norms::{CreditCode, Day, LicenceId};

pub type CertificateId = Id;

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Certificate {
    pub id: CertificateId,
    /// `1.2.156.3005.2.TYPE.ISSUER.SERIAL.VERSION.CHECK`.
    pub identifier: String,
    pub type_key: String,
    /// 证照类型代码, 21 characters.
    pub type_code: String,
    pub type_name: String,
    /// The number printed on it.
    pub number: String,
    pub holder_name: String,
    /// Citizen number or credit code.
    pub holder_code: String,
    /// Of the party it was issued to: a founder finds the licence of her firm.
    #[serde(skip)]
    pub holder_hash: String,
    /// Of `holder_code`: the firm itself finds it too.
    #[serde(skip)]
    pub code_hash: String,
    pub issuer: String,
    pub issuer_name: String,
    /// County division of the issuing body.
    pub area: String,
    /// As stored; see [`Certificate::status_on`].
    pub status: LicenceStatus,
    /// Why the status is what it is; always there for 其他.
    pub status_text: String,
    /// By which this version came to be.
    pub operation: Operation,
    pub valid_from: Day,
    /// None for long-term certificates.
    pub valid_until: Option<Day>,
    pub data: Vec<Datum>,
    pub case: Option<Id>,
    pub issued_at: Millis,
    /// 存量: issued before this library, entered by digitisation.
    pub stock: bool,
    /// Identifier of the version or licence it came in place of; empty for none.
    pub supersedes: String,
    /// Identifier of the version or licence that came in its place; empty for none.
    pub superseded_by: String,
    /// False for identifiers of other systems whose check character follows another rule (standards §1.6).
    pub check_ok: bool,
    /// Of the row: to be sent back with the next act on it.
    pub version: i64,
}

/// One business field, in the order of the type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Datum {
    pub key: String,
    pub label: String,
    pub value: String,
}

impl Certificate {
    /// The status on a day: a valid certificate past its last day has expired.
    pub fn status_on(&self, today: Day) -> LicenceStatus {
        match self.valid_until {
            Some(last) if self.status == LicenceStatus::Valid && today > last => LicenceStatus::Expired,
            _ => self.status,
        }
    }

    /// Refuses what may not be relied on any more: what was replaced, ended, suspended or has expired.
    pub(super) fn must_count(&self, today: Day) -> Result<()> {
        let status = self.status_on(today);
        if self.is_superseded() {
            let message = format!("这是旧版本，请使用新版本：{}", self.superseded_by);
            return Err(Error::refused("certs.superseded", message));
        }
        if status != LicenceStatus::Valid {
            let message = format!("这张证照现在是“{}”，不能使用", status.name());
            return Err(Error::refused("certs.not_valid", message));
        }
        Ok(())
    }

    pub fn datum(&self, key: &str) -> Option<&str> {
        self.data.iter().find(|datum| datum.key == key).map(|datum| datum.value.as_str())
    }

    /// Valid, with its last day at most 30 days away.
    pub fn expires_soon(&self, today: Day) -> bool {
        self.status_on(today) == LicenceStatus::Valid
            && self.valid_until.is_some_and(|last| last.days_since(today) <= 30)
    }

    /// A newer version or a licence elsewhere has come in its place.
    pub fn is_superseded(&self) -> bool {
        !self.superseded_by.is_empty()
    }

    /// Its identifier was made in the name of another body or for another type: kept for what it is, never
    /// continued (standards §1.6: a body issues identifiers of its own).
    pub fn has_foreign_identifier(&self) -> bool {
        let own = |id: &LicenceId| id.type_code() == self.type_code && id.issuer() == self.issuer;
        !LicenceId::parse_imported(&self.identifier).is_ok_and(|id| own(&id))
    }

    pub fn holder_code_type(&self) -> HolderCodeType {
        holder_code_type(&self.holder_code)
    }

    /// Persons masked, organisations in full (standards §11.3).
    pub fn holder_masked(&self) -> String {
        match self.holder_code_type() {
            HolderCodeType::CreditCode => self.holder_name.clone(),
            _ => norms::mask::name(&self.holder_name),
        }
    }

    pub fn holder_code_masked(&self) -> String {
        match self.holder_code_type() {
            HolderCodeType::CreditCode => self.holder_code.clone(),
            _ => norms::mask::citizen_number(&self.holder_code),
        }
    }

    /// Whether a party found by this hash holds it.
    pub(super) fn is_of(&self, holder: &str) -> bool {
        self.holder_hash == holder || self.code_hash == holder
    }
}

/// 001 for credit codes, 111 for citizen numbers, 999 for anything else. Passports, travel permits and permanent
/// residents' cards (414, 511, 516, 553) are never told: accounts and stock sheets take citizen numbers and credit
/// codes alone, and the form of a number does not say which document it is of. Residence permits of people from
/// Hong Kong, Macao and Taiwan carry citizen numbers and count as such.
pub fn holder_code_type(code: &str) -> HolderCodeType {
    if CreditCode::parse(code).is_ok() {
        return HolderCodeType::CreditCode;
    }
    let shaped = code.len() == 18
        && code.bytes().take(17).all(|byte| byte.is_ascii_digit())
        && code.ends_with(|last: char| last.is_ascii_digit() || last == 'X');
    if shaped { HolderCodeType::CitizenNumber } else { HolderCodeType::Other }
}
