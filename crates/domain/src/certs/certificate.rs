//! A certificate as its holder sees it.

use base::{Id, Millis};
use norms::Day;
use norms::codes::LicenceStatus;

pub type CertificateId = Id;

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Certificate {
    pub id: CertificateId,
    /// `1.2.156.3005.2.TYPE.ISSUER.SERIAL.VERSION.CHECK`.
    pub identifier: String,
    pub type_key: String,
    pub type_name: String,
    /// The number printed on it.
    pub number: String,
    pub holder_name: String,
    /// Citizen number or credit code.
    pub holder_code: String,
    #[serde(skip)]
    pub holder_hash: String,
    pub issuer: String,
    pub issuer_name: String,
    /// As stored; see [`Certificate::status_on`].
    pub status: LicenceStatus,
    pub valid_from: Day,
    /// None for long-term certificates.
    pub valid_until: Option<Day>,
    pub data: Vec<Datum>,
    pub case: Option<Id>,
    pub issued_at: Millis,
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

    pub fn datum(&self, key: &str) -> Option<&str> {
        self.data.iter().find(|datum| datum.key == key).map(|datum| datum.value.as_str())
    }

    /// Valid, with its last day at most 30 days away.
    pub fn expires_soon(&self, today: Day) -> bool {
        self.status_on(today) == LicenceStatus::Valid
            && self.valid_until.is_some_and(|last| last.days_since(today) <= 30)
    }
}
