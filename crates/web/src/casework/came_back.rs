//! What an applicant's answer to a supplement notice consisted of, in words; never what was written.

use domain::casework::{CaseView, SupplementAnswer};
use domain::catalog::{Catalogue, label_of};

/// Empty for answers of which only the day is known.
pub(crate) fn in_words(catalogue: &Catalogue, view: &CaseView, answer: &SupplementAnswer) -> String {
    let corrected: Vec<String> = answer.corrected.iter().map(|key| question(catalogue, view, key)).collect();
    let brought: Vec<String> = answer.brought.iter().map(|key| material(catalogue, view, key)).collect();
    let mut words = Vec::new();
    if !corrected.is_empty() {
        words.push(format!("更正了{}", corrected.concat()));
    }
    if !brought.is_empty() {
        words.push(format!("交了{}", brought.concat()));
    }
    if answer.on_paper {
        words.push("有材料送到窗口".to_owned());
    }
    words.join("，")
}

fn question(catalogue: &Catalogue, view: &CaseView, key: &str) -> String {
    let offer = view.item.offer();
    let field = offer.fields().find(|field| field.element == key);
    format!("“{}”", field.map_or(key, |field| label_of(catalogue, field)))
}

fn material(catalogue: &Catalogue, view: &CaseView, key: &str) -> String {
    let offer = view.item.offer();
    let kind = offer.material(key).and_then(|material| catalogue.kind(&material.kind));
    format!("“{}”", kind.map_or(key, |kind| kind.name.as_str()))
}
