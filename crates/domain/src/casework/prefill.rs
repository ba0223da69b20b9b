//! Prefilled answers: what the product already knows, with its source, so that nobody types it twice.

use super::earlier::from_earlier;
use crate::Cx;
use crate::catalog::{BaseItem, Element, Source};
use crate::certs;
use crate::identity::Profile;
use base::Result;
use db::Tx;
use norms::CitizenNumber;
use std::collections::BTreeMap;

/// A value the product offers, and where it has it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefilled {
    pub value: String,
    /// `我的账户`, the certificate's name and number, or when and for what the applicant wrote it.
    pub source: String,
}

/// Values for the fields of an item, by element key.
pub async fn prefill(
    tx: &mut Tx<'_>,
    cx: &Cx,
    item: &BaseItem,
    profile: &Profile,
) -> Result<BTreeMap<String, Prefilled>> {
    let mut known = BTreeMap::new();
    let mut written_before = Vec::new();
    for field in item.fields() {
        let Some(element) = cx.catalogue.element(&field.element) else { continue };
        let found = match &element.source {
            Source::Account => from_account(element, profile, cx)
                .map(|value| Prefilled { value, source: "我的账户".to_owned() }),
            Source::Certificate { certificate, field } => {
                let held = certs::find_of_type(tx, cx, profile, certificate).await?;
                let from_held = held.and_then(|held| {
                    let value = held.datum(field)?.to_owned();
                    Some(Prefilled { value, source: format!("{} {}", held.type_name, held.number) })
                });
                from_held.or_else(|| as_founder(element, profile))
            }
            Source::Earlier => {
                written_before.push(element);
                None
            }
            Source::None => as_founder(element, profile),
        };
        if let Some(found) = found {
            known.insert(element.key.clone(), found);
        }
    }
    known.extend(from_earlier(tx, cx, &written_before, profile).await?);
    Ok(known)
}

fn from_account(element: &Element, profile: &Profile, cx: &Cx) -> Option<String> {
    let number = CitizenNumber::parse(&profile.number, cx.today()).ok();
    let value = match element.key.as_str() {
        // Whoever applies is whom the office calls.
        "person.name" | "trade.contact" => profile.name.clone(),
        "person.citizen_number" => profile.number.clone(),
        "person.phone" | "trade.contact_phone" => profile.phone.clone(),
        "person.birth_date" => number?.birth().to_string(),
        "person.sex" => match number?.sex() {
            norms::Sex::Male => "男".to_owned(),
            norms::Sex::Female => "女".to_owned(),
        },
        _ => return None,
    };
    (!value.is_empty()).then_some(value)
}

/// Whoever applies for herself is the one who will run the business, and in a small shop the one who sees to
/// its safety: she is not asked who that is, and may name somebody else.
fn as_founder(element: &Element, profile: &Profile) -> Option<Prefilled> {
    if profile.organisation.is_some() {
        return None;
    }
    let value = match element.key.as_str() {
        "trade.leader" | "food.safety_officer" => &profile.name,
        "trade.leader_number" => &profile.number,
        "trade.leader_phone" | "food.safety_officer_phone" => &profile.phone,
        _ => return None,
    };
    Some(Prefilled { value: value.clone(), source: "我的账户".to_owned() })
}
