//! Corrected answers: which questions a notice can name, and how new answers to them are laid over the earlier ones.
//! Pure.

use crate::catalog::{
    Answers, BaseItem, Catalogue, Field, FormPage, label_of, turn_page, visible_pages, wants,
};
use base::Refusal;
use norms::Day;

/// The questions these answers led to, page by page: what a notice can name.
pub fn asked_fields<'a>(offer: &'a BaseItem, answers: &Answers) -> Vec<(&'a str, Vec<&'a Field>)> {
    let pages = visible_pages(offer).into_iter().map(|page| {
        let asked = page.fields.iter().filter(|field| is_asked(field, answers));
        (page.title.as_str(), asked.collect::<Vec<_>>())
    });
    pages.filter(|(_, fields)| !fields.is_empty()).collect()
}

fn is_asked(field: &Field, answers: &Answers) -> bool {
    field.required_if.as_ref().is_none_or(|when| wants(when, answers))
}

/// The questions the applicant may answer anew, in the order of the form: those the notice names, and those nobody
/// asked her before because of what she said to one of them. What was asked before and is not named stays as it is.
pub fn open_questions<'a>(offer: &'a BaseItem, named: &[String], earlier: &Answers) -> Vec<&'a Field> {
    let mut open: Vec<&str> = named.iter().map(String::as_str).collect();
    let revealed = |field: &&Field, open: &[&str]| {
        let hangs = field.required_if.as_ref().is_some_and(|when| open.contains(&when.field.as_str()));
        hangs && !is_asked(field, earlier) && !open.contains(&field.element.as_str())
    };
    while let Some(field) = offer.fields().find(|field| revealed(field, &open)) {
        open.push(&field.element);
    }
    offer.fields().filter(|field| open.contains(&field.element.as_str())).collect()
}

/// The keys, each once, in the order of the form; or one refusal for each that this case does not ask.
pub(super) fn named_fields<'a>(
    catalogue: &Catalogue,
    offer: &'a BaseItem,
    answers: &Answers,
    keys: &[String],
) -> Result<Vec<&'a Field>, Vec<Refusal>> {
    let asked: Vec<&Field> =
        asked_fields(offer, answers).into_iter().flat_map(|(_, fields)| fields).collect();
    let strange = keys.iter().filter(|key| asked.iter().all(|field| field.element != **key));
    let refusals: Vec<Refusal> = strange
        .map(|key| {
            let message = format!("这个办件没有问“{}”，不能要求更正", shown(catalogue, offer, key));
            Refusal::at("casework.field_not_asked", "fields", message)
        })
        .collect();
    match refusals.is_empty() {
        true => Ok(asked.into_iter().filter(|field| keys.contains(&field.element)).collect()),
        false => Err(refusals),
    }
}

/// The line of the notice.
pub(super) fn line(catalogue: &Catalogue, field: &Field) -> String {
    format!("更正“{}”", label_of(catalogue, field))
}

/// Lays new answers over the earlier ones, by the rules of the form and in the situation that all answers make together.
/// What is not said anew stays; what nobody asks any more is dropped. One refusal for each field at fault.
///
/// Only what can be answered anew is checked anew: a day that lay ahead at the submission may be past by now, and nobody
/// who was not asked about it could put that right.
pub(super) fn correct(
    catalogue: &Catalogue,
    offer: &BaseItem,
    named: &[String],
    earlier: &Answers,
    given: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    let open = open_questions(offer, named, earlier);
    let is_open = |key: &String| open.iter().any(|field| field.element == *key);
    let strange = given.keys().filter(|key| !is_open(key));
    let mut refusals: Vec<Refusal> = strange.map(|key| not_asked(catalogue, offer, key)).collect();
    let mut said: Answers = earlier
        .iter()
        .filter(|(key, _)| is_open(key))
        .map(|(key, values)| (key.clone(), values.clone()))
        .collect();
    said.extend(given.clone());
    let fields = open.iter().map(|field| (*field).clone()).collect();
    let page = FormPage { title: String::new(), hint: String::new(), fields };
    match turn_page(catalogue, offer, &page, &said, earlier, today) {
        Ok(answers) if refusals.is_empty() => Ok(answers),
        checked => {
            refusals.extend(checked.err().into_iter().flatten());
            Err(refusals)
        }
    }
}

fn not_asked(catalogue: &Catalogue, offer: &BaseItem, key: &str) -> Refusal {
    let message = format!("补正通知没有要求更正“{}”，这一项不能改", shown(catalogue, offer, key));
    Refusal::at("casework.answer_not_asked", key.chars().take(60).collect::<String>(), message)
}

fn shown(catalogue: &Catalogue, offer: &BaseItem, key: &str) -> String {
    match offer.fields().find(|field| field.element == key) {
        Some(field) => label_of(catalogue, field).to_owned(),
        None => key.chars().take(60).collect(),
    }
}

/// Keys of the questions that are answered otherwise now, in the order of the form.
pub(super) fn changed(offer: &BaseItem, earlier: &Answers, now: &Answers) -> Vec<String> {
    let keys = offer.fields().map(|field| &field.element);
    keys.filter(|key| earlier.get(*key) != now.get(*key)).cloned().collect()
}
