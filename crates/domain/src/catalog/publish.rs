//! The rules a base item must keep before it is published (standards §2.4).

use super::definition::Processing;
use super::{BaseItem, Department, Dictionary, SatisfiedBy};
use norms::publish_rules::{FeeFacts, GuideFacts, LegalBasisFacts, MaterialFacts, check_guide};
use norms::{Breach, Channel, Depth, ItemType, LegalTopic, MaterialSource, PersonTopic, ResultKind};

/// Every breach of the thirteen rules, in their order; those that are not blocking are warnings.
pub fn publish_faults(item: &BaseItem, department: &Department, dictionary: &Dictionary) -> Vec<Breach> {
    check_guide(&facts(item, department, dictionary))
}

fn facts(item: &BaseItem, department: &Department, dictionary: &Dictionary) -> GuideFacts {
    let depth = item.depths();
    // Area codes are put in division by division; the capital's stands for all of them here.
    let phone = |pattern: &str| pattern.replace("{area}", dictionary.area_code("320100"));
    GuideFacts {
        // The loader refuses what is no type of the list, so the stand-in is never judged.
        item_type: ItemType::from_code(&item.item_type).unwrap_or(ItemType::OtherPower),
        processing: match item.processing {
            Processing::Instant => norms::Processing::Instant,
            Processing::Promise => norms::Processing::Promised,
        },
        statutory: item.statutory.as_ref().map(|limit| limit.limit()),
        promised: Some(item.promised.limit()),
        visits: item.visits,
        visit_reason: item.visits_reason.clone(),
        online: depth.contains(&Depth::Acceptance) || depth.contains(&Depth::Handling),
        // What the depth declares, visits left aside: rule 4 is there to compare the two.
        grade: norms::grade(&depth, 0, item.needs_paper()),
        channels: channels(&depth),
        charges_fee: item.fee,
        fee_basis: item.fee_basis.clone(),
        fees: item
            .charges
            .iter()
            .map(|charge| FeeFacts { name: charge.name.clone(), standard: charge.standard.clone() })
            .collect(),
        pay_online: item.pay_online,
        consultation_phone: phone(&department.consult),
        complaint_phone: phone(&department.complain),
        audiences: item.audiences(),
        person_topics: item.person_topics.iter().filter_map(|code| PersonTopic::from_code(code)).collect(),
        legal_topics: item.legal_topics.iter().filter_map(|code| LegalTopic::from_code(code)).collect(),
        result_kind: Some(result_kind(item, dictionary)),
        result_name: item.result_name.clone(),
        // The product draws the sample from the layout of the certificate type or of the decision document.
        has_result_sample: true,
        faqs: item.faq.len(),
        steps: steps(item),
        legal_bases: item
            .basis
            .iter()
            .map(|basis| LegalBasisFacts { law: basis.law.clone(), article: basis.article.clone() })
            .collect(),
        materials: item.materials.iter().map(|material| material_facts(material, dictionary)).collect(),
    }
}

fn channels(depth: &[Depth]) -> Vec<Channel> {
    let mut channels = vec![Channel::Window];
    if depth.contains(&Depth::Receipt) || depth.contains(&Depth::Acceptance) {
        channels.extend([Channel::Online, Channel::Mobile]);
    }
    channels
}

fn result_kind(item: &BaseItem, dictionary: &Dictionary) -> ResultKind {
    let certificate = item.result_certificate.as_ref().and_then(|key| dictionary.certificate_types.get(key));
    match certificate.map(|certificate| certificate.result.as_str()) {
        Some("approval") => ResultKind::Document,
        Some(_) => ResultKind::Licence,
        None if item.result_name.trim().is_empty() => ResultKind::None,
        None => ResultKind::Other,
    }
}

/// Acceptance comes before, decision and delivery after the steps of every item: they are the case engine's.
fn steps(item: &BaseItem) -> Vec<String> {
    let own = item.steps.iter().map(|step| step.name.clone());
    let mut steps = vec!["受理".to_owned()];
    steps.extend(own);
    // Who decides an instant item has examined it in the same act.
    steps.extend(item.steps.is_empty().then(|| "审查".to_owned()));
    steps.extend(["决定".to_owned(), "送达".to_owned()]);
    steps
}

fn material_facts(material: &super::Material, dictionary: &Dictionary) -> MaterialFacts {
    let kind = dictionary.kinds.get(&material.kind);
    let shared =
        kind.is_some_and(|k| matches!(k.satisfied_by, SatisfiedBy::Certificate | SatisfiedBy::Resource));
    MaterialFacts {
        name: kind.map_or(String::new(), |kind| kind.name.clone()),
        source: MaterialSource::from_word(&material.source).unwrap_or(MaterialSource::Other),
        available_by_sharing: shared,
        // The case engine takes what can be shared before it asks; only a paper original is asked all the same.
        exempt: material.form != "paper",
    }
}
