//! The thirteen consistency rules a guide must keep before it is published (standards §2.4, from guide audits).
//!
//! Only consistency is judged here: whether a statement is true, and whether name, code, basis and type equal the
//! catalogue's (四级四同), is checked where the catalogue is.

use crate::codes::{
    Audience, Channel, Grade, ItemType, LegalTopic, MaterialSource, PersonTopic, Processing, ResultKind,
};
use crate::limit::Limit;

mod rules;

/// What the rules need to know of a guide. Empty texts mean "not given".
#[derive(Clone, Debug)]
pub struct GuideFacts {
    pub item_type: ItemType,
    pub processing: Processing,
    pub statutory: Option<Limit>,
    pub promised: Option<Limit>,
    /// 到办事现场次数
    pub visits: u32,
    pub visit_reason: String,
    pub online: bool,
    /// The grade the guide declares; compare it with [`crate::grade`] separately.
    pub grade: Grade,
    pub channels: Vec<Channel>,
    pub charges_fee: bool,
    pub fee_basis: String,
    pub fees: Vec<FeeFacts>,
    /// None: not stated.
    pub pay_online: Option<bool>,
    pub consultation_phone: String,
    pub complaint_phone: String,
    pub audiences: Vec<Audience>,
    pub person_topics: Vec<PersonTopic>,
    pub legal_topics: Vec<LegalTopic>,
    pub result_kind: Option<ResultKind>,
    pub result_name: String,
    pub has_result_sample: bool,
    pub faqs: usize,
    /// Names of the process steps, in order.
    pub steps: Vec<String>,
    pub legal_bases: Vec<LegalBasisFacts>,
    pub materials: Vec<MaterialFacts>,
}

#[derive(Clone, Debug)]
pub struct FeeFacts {
    pub name: String,
    pub standard: String,
}

#[derive(Clone, Debug)]
pub struct LegalBasisFacts {
    pub law: String,
    /// `第三十二条`
    pub article: String,
}

#[derive(Clone, Debug)]
pub struct MaterialFacts {
    pub name: String,
    pub source: MaterialSource,
    /// An e-licence or a shared data resource can stand in for it.
    pub available_by_sharing: bool,
    /// Marked 免提交.
    pub exempt: bool,
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// 1..=13, the number in §2.4.
    pub rule: u8,
    /// The element of the national exchange model, for marking the field in the editor.
    pub field: &'static str,
    /// For the editor of the guide, in Chinese.
    pub message: String,
    /// False: a warning; publication may go on.
    pub blocking: bool,
}

/// Every breach, in the order of the rules; empty when the guide may be published.
pub fn check_guide(facts: &GuideFacts) -> Vec<Breach> {
    rules::ALL.iter().flat_map(|rule| rule(facts)).collect()
}

#[cfg(test)]
mod tests;
