//! The shared words of all items: data elements, material kinds, certificate types, departments.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One datum of the one dictionary. Two forms that ask the same datum name the same element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Element {
    /// `subject.noun`, for example `person.name`.
    pub key: String,
    pub label: String,
    #[serde(rename = "type")]
    pub element_type: ElementType,
    #[serde(default)]
    pub hint: String,
    /// Characters; for `number` and `amount` the largest value.
    #[serde(default)]
    pub max: Option<u64>,
    /// Of a `date`: it cannot lie after, or before, the day it is written.
    #[serde(default)]
    pub latest: Option<Bound>,
    #[serde(default)]
    pub earliest: Option<Bound>,
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub source: Source,
    #[serde(default)]
    pub sensitive: bool,
}

/// The end of a span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Today,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementType {
    Text,
    Textarea,
    Date,
    Number,
    /// Yuan with at most two decimals.
    Amount,
    Select,
    Radio,
    Checkbox,
    CitizenNumber,
    CreditCode,
    Phone,
    Address,
    /// Of a page on the web, `https://…`.
    Url,
}

/// Where a prefilled answer comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Source {
    #[default]
    None,
    Account,
    Certificate {
        certificate: String,
        field: String,
    },
    /// What the applicant wrote herself when she applied for something before.
    Earlier,
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "none" | "" => return Ok(Source::None),
            "account" => return Ok(Source::Account),
            "earlier" => return Ok(Source::Earlier),
            _ => {}
        }
        let pair = text.strip_prefix("certificate:").and_then(|rest| rest.split_once('.'));
        let (certificate, field) = pair.ok_or_else(|| {
            format!("来源“{text}”不是 none、account、earlier 或 certificate:<证照类型>.<字段>")
        })?;
        Ok(Source::Certificate { certificate: certificate.to_owned(), field: field.to_owned() })
    }
}

impl From<Source> for String {
    fn from(source: Source) -> String {
        match source {
            Source::None => "none".to_owned(),
            Source::Account => "account".to_owned(),
            Source::Certificate { certificate, field } => format!("certificate:{certificate}.{field}"),
            Source::Earlier => "earlier".to_owned(),
        }
    }
}

/// One kind of material: items that ask the same thing name the same kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialKind {
    pub key: String,
    pub name: String,
    pub satisfied_by: SatisfiedBy,
    /// Key of the certificate type, for `certificate`.
    #[serde(default)]
    pub certificate: Option<String>,
    /// Name of the shared data, for `resource`.
    #[serde(default)]
    pub resource: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SatisfiedBy {
    /// A certificate the applicant holds.
    Certificate,
    /// Data another body shares.
    Resource,
    /// The answers of the form themselves.
    Form,
    /// A file the applicant brings.
    Document,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateType {
    pub key: String,
    /// Credit code of the defining body (18) and three more characters (GB/T 36904).
    pub code: String,
    #[serde(default)]
    pub synthetic: bool,
    pub name: String,
    /// `certificate` or `approval`.
    pub result: String,
    /// `natural` or `legal`.
    pub holder: String,
    /// Term in years; 0 = long-term.
    pub years: u32,
    /// Pattern of the licence number: `{division}`, `{year}`, `{serial:06}`.
    pub number: String,
    /// Key of the layout its files are laid out with; none for the one that suits every type.
    #[serde(default)]
    pub layout: Option<String>,
    #[serde(default)]
    pub fields: Vec<CertificateField>,
}

impl CertificateType {
    /// What every certificate gives its layout. Beside these stand the business fields of the type: `{key}`, and
    /// `{key}_label` for its label.
    pub const VALUES: [&str; 13] = [
        "certificate_name",
        "certificate_number",
        "identifier",
        "holder_name",
        "holder_code",
        "body_name",
        "issued_on",
        "valid_term",
        "verify_url",
        "fields",
        "seal_name",
        "sealed_by",
        "sealed_at",
    ];

    /// Whether certificates of this type give a layout something under this name.
    pub fn gives(&self, name: &str) -> bool {
        let own = name.strip_suffix("_label").unwrap_or(name);
        CertificateType::VALUES.contains(&name) || self.fields.iter().any(|field| field.key == own)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateField {
    pub key: String,
    pub label: String,
    /// Key of the data element that fills it.
    pub from: String,
}

/// A kind of body, from which the bodies of every division are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    pub key: String,
    /// Digits 5 and 6 of the base code.
    pub guiding: String,
    #[serde(default)]
    pub guiding_synthetic: bool,
    pub short: String,
    pub province: String,
    pub city: String,
    pub county: String,
    pub consult: String,
    pub complain: String,
}

/// A moment of a life or of a business that leads to items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifeEvent {
    pub key: String,
    pub name: String,
    /// On whose tab it shows.
    #[serde(rename = "for")]
    pub side: Side,
    /// A few words on what is behind it.
    #[serde(rename = "hint", default)]
    pub summary: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Natural,
    Legal,
    Both,
}

impl LifeEvent {
    /// Whether it shows on the tab of organisations (`legal`) or of persons.
    pub fn shows(&self, legal: bool) -> bool {
        self.side == Side::Both || (self.side == Side::Legal) == legal
    }
}

/// What is known of a city besides its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    pub division: String,
    pub name: String,
    /// Area code of its phones, with the 0.
    pub area: String,
    pub pinyin: String,
}

/// Words that mean the same to people who search; the first is the one of the item names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synonym {
    pub words: Vec<String>,
}

/// What people look for here and no item does: where to go instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    pub words: Vec<String>,
    pub text: String,
    /// A number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What the sentence rests on.
    pub norm: String,
}

/// Where claims are handled: one default for every division, and the halls whose address is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Halls {
    pub default: HallDefault,
    #[serde(rename = "hall", default)]
    pub halls: Vec<Hall>,
}

/// `{name}` stands for the division.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HallDefault {
    pub place: String,
    pub hours: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    pub division: String,
    pub name: String,
    pub place: String,
    #[serde(default)]
    pub hours: Option<String>,
}

/// The words without an order of their own, and the lists behind search, phones and places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    pub elements: HashMap<String, Element>,
    pub kinds: HashMap<String, MaterialKind>,
    pub certificate_types: HashMap<String, CertificateType>,
    pub synonyms: Vec<Synonym>,
    pub elsewhere: Vec<Elsewhere>,
    pub cities: Vec<City>,
    pub halls: Halls,
}

impl Dictionary {
    /// The area code of phones in a division of 6 digits; the province answers in its capital.
    pub fn area_code(&self, division: &str) -> &str {
        let city = match division {
            "320000" => "320100",
            other => other,
        };
        let same_city = |row: &&City| row.division.get(..4) == city.get(..4);
        self.cities.iter().find(same_city).map_or("", |row| &row.area)
    }

    pub(super) fn place(&self, division: &str, full_name: &str) -> String {
        match self.halls.halls.iter().find(|hall| hall.division == division) {
            Some(hall) => hall.place.clone(),
            None => self.halls.default.place.replace("{name}", full_name),
        }
    }

    pub(super) fn hours(&self, division: &str) -> &str {
        let own = self
            .halls
            .halls
            .iter()
            .find(|hall| hall.division == division)
            .and_then(|hall| hall.hours.as_deref());
        own.unwrap_or(&self.halls.default.hours)
    }
}
