//! A base item as it is written in `data/items/*.toml` and stored, word for word, as JSON.

use super::Answers;
use norms::{Audience, BaseCode, Depth, Limit, LimitUnit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseItem {
    pub slug: String,
    /// Base code, 12 digits.
    pub code: String,
    /// The last six digits are ours because the published code was not at hand.
    #[serde(default)]
    pub code_synthetic: bool,
    pub name: String,
    /// 事项类型, two digits (standards §2.2).
    #[serde(rename = "type")]
    pub item_type: String,
    /// Key of the department whose bodies may claim it.
    pub department: String,
    /// Level that claims it.
    pub claim: ClaimLevel,
    /// 服务对象: `natural`, `enterprise`, `institution`, `social`, `government`, `other_org`, or `legal` for
    /// every kind of organisation.
    pub audience: Vec<String>,
    pub processing: Processing,
    /// Absent when no law sets one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<LimitText>,
    pub promised: LimitText,
    /// 网上办理深度, codes of standards §2.2.
    pub depth: Vec<u8>,
    pub visits: u32,
    pub visits_reason: String,
    pub assurance: Assurance,
    pub result_name: String,
    #[serde(default)]
    pub result_certificate: Option<String>,
    pub fee: bool,
    #[serde(default)]
    pub fee_basis: String,
    /// What is charged; present exactly when `fee` is true.
    #[serde(rename = "charge", default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_online: Option<bool>,
    #[serde(default)]
    pub person_topics: Vec<String>,
    #[serde(default)]
    pub legal_topics: Vec<String>,
    #[serde(default)]
    pub life_events: Vec<String>,
    /// Rank on the home page.
    #[serde(default)]
    pub hot: Option<u32>,
    #[serde(default)]
    pub keywords: Vec<String>,
    pub summary: String,
    pub conditions: Vec<String>,
    pub minutes: u32,
    pub basis: Vec<Basis>,
    pub open: Open,
    /// Answers the item itself gives, by element key: never asked, always kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<String, String>,
    #[serde(rename = "material", default)]
    pub materials: Vec<Arc<Material>>,
    #[serde(rename = "page", default)]
    pub pages: Vec<FormPage>,
    #[serde(rename = "step", default)]
    pub steps: Vec<Step>,
    #[serde(rename = "faq", default)]
    pub faq: Vec<Faq>,
}

/// 1–4, standards §10.
pub type Assurance = u8;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimLevel {
    Province,
    City,
    /// Every county and every functional zone.
    County,
}

impl ClaimLevel {
    pub fn word(self) -> &'static str {
        match self {
            ClaimLevel::Province => "province",
            ClaimLevel::City => "city",
            ClaimLevel::County => "county",
        }
    }

    pub fn division_level(self) -> norms::DivisionLevel {
        match self {
            ClaimLevel::Province => norms::DivisionLevel::Province,
            ClaimLevel::City => norms::DivisionLevel::City,
            ClaimLevel::County => norms::DivisionLevel::County,
        }
    }

    /// The digit in the implementation code.
    pub fn level(self) -> norms::Level {
        match self {
            ClaimLevel::Province => norms::Level::Province,
            ClaimLevel::City => norms::Level::City,
            ClaimLevel::County => norms::Level::County,
        }
    }
}

/// 即办件 / 承诺件.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Processing {
    Instant,
    Promise,
}

/// A limit as written: `{ days = 20, unit = "working_day" }`; 0 is "at once".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitText {
    pub days: u32,
    pub unit: LimitUnit,
}

impl LimitText {
    pub fn limit(&self) -> Limit {
        Limit { amount: self.days, unit: self.unit }
    }
}

impl std::fmt::Display for LimitText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.limit().fmt(f)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    pub law: String,
    pub article: String,
    pub text: String,
}

/// 收费项目: what is charged and how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    pub name: String,
    pub standard: String,
}

/// What a claim may override.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    pub key: String,
    /// Key of the material kind.
    pub kind: String,
    pub need: Need,
    #[serde(default)]
    pub when: Option<When>,
    pub form: String,
    pub copies: u32,
    pub source: String,
    #[serde(default)]
    pub issuer: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub standard: String,
    #[serde(default)]
    pub accept: Vec<String>,
    #[serde(default = "ten")]
    pub max_mb: u32,
    /// The whole text of a letter that is made when the application is submitted, a paragraph each: the applicant
    /// reads it where she agrees to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub letter: Vec<String>,
}

fn ten() -> u32 {
    10
}

/// 必要 / 非必要（按情形）/ 容缺后补.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    Required,
    Conditional,
    Deferred,
}

/// Holds when the answer to `field` is one of `is`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub field: String,
    pub is: Vec<String>,
    /// The same for people, where a list says who has to bring a material: 有实体店面的.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormPage {
    pub title: String,
    #[serde(default)]
    pub hint: String,
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// A place on a form where a data element is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub element: String,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub required_if: Option<When>,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub hint: Option<String>,
}

/// One review step after acceptance; equal `order` runs in parallel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub key: String,
    pub name: String,
    pub order: u32,
    pub post: crate::identity::PostKind,
    pub days: u32,
    #[serde(default)]
    pub checks: Vec<String>,
    /// Somebody goes and looks at the place: two officers at least, by name (行政许可法 art. 34).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub on_site: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    pub question: String,
    pub answer: String,
}

impl BaseItem {
    /// Each law of the basis once, in order, with its articles.
    pub fn laws(&self) -> Vec<(&str, Vec<&Basis>)> {
        let mut laws: Vec<(&str, Vec<&Basis>)> = Vec::new();
        for basis in &self.basis {
            match laws.iter_mut().find(|(law, _)| *law == basis.law) {
                Some((_, articles)) => articles.push(basis),
                None => laws.push((&basis.law, vec![basis])),
            }
        }
        laws
    }

    pub fn base_code(&self) -> base::Result<BaseCode> {
        BaseCode::parse(&self.code).map_err(|e| base::Error::Bug(e.into()))
    }

    pub fn serves_persons(&self) -> bool {
        self.audience.iter().any(|word| word == "natural")
    }

    pub fn serves_organisations(&self) -> bool {
        self.audience.iter().any(|word| word != "natural")
    }

    /// Sorts the most wanted first, then by slug.
    pub fn by_heat(&self) -> (u32, &str) {
        (self.hot.unwrap_or(u32::MAX), &self.slug)
    }

    /// Codes of the topics of one side.
    pub fn topics(&self, legal: bool) -> &[String] {
        if legal { &self.legal_topics } else { &self.person_topics }
    }

    /// In the order and words of the norm.
    pub fn audiences(&self) -> Vec<Audience> {
        let legal = self.audience.iter().any(|word| word == "legal");
        let named: Vec<Audience> = self.audience.iter().filter_map(|word| audience(word)).collect();
        let serves = |one: &Audience| named.contains(one) || legal && !one.is_person();
        Audience::ALL.iter().copied().filter(serves).collect()
    }

    /// Codes that the norm does not know are left out; the loader refuses them.
    pub fn depths(&self) -> Vec<Depth> {
        self.depth.iter().filter_map(|code| Depth::from_code(&code.to_string())).collect()
    }

    /// Ⅰ–Ⅳ as the guide shows it, from depth, visits and paper.
    pub fn grade(&self) -> norms::Grade {
        norms::grade(&self.depths(), self.visits, self.needs_paper())
    }

    pub fn needs_paper(&self) -> bool {
        self.materials.iter().any(|material| material.form == "paper")
    }

    /// These answers with what the item answers itself.
    pub fn with_given(&self, answers: &Answers) -> Answers {
        let given = self.given.iter().map(|(element, value)| (element.clone(), vec![value.clone()]));
        answers.clone().into_iter().chain(given).collect()
    }

    pub fn material(&self, key: &str) -> Option<&Material> {
        self.materials.iter().map(Arc::as_ref).find(|material| material.key == key)
    }

    pub fn fields(&self) -> impl Iterator<Item = &Field> + Clone {
        self.pages.iter().flat_map(|page| &page.fields)
    }

    /// Whether the item asks this element, or answers it itself.
    pub fn knows(&self, element: &str) -> bool {
        self.given.contains_key(element) || self.fields().any(|field| field.element == element)
    }
}

/// The norm's audience behind a word of the files; none for `legal`, which means several.
pub(super) fn audience(word: &str) -> Option<Audience> {
    Some(match word {
        "natural" => Audience::Person,
        "enterprise" => Audience::Enterprise,
        "institution" => Audience::PublicInstitution,
        "social" => Audience::SocialOrganisation,
        "government" => Audience::GovernmentBody,
        "other_org" => Audience::Other,
        _ => return None,
    })
}
