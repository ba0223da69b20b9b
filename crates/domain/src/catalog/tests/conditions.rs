//! Conditional questions, for every item of `data/`: whoever changes an answer goes on, and no answer to a
//! question nobody asks is kept.

use super::fixture::small;
use super::{Catalogue, parse_sources, parsed};
use crate::catalog::{Answers, BaseItem, FormPage, check_answers, turn_page, visible_pages, wants};
use crate::testing::sample;
use norms::Day;

fn today() -> Day {
    "2026-09-24".parse().expect("a day")
}

fn one(value: &str) -> Vec<String> {
    vec![value.to_owned()]
}

/// What somebody sends from a page: every question she must answer in her situation. Without a script the
/// conditional ones of the page all stand open, and `all` of them are filled in.
fn filled(
    catalogue: &Catalogue,
    item: &BaseItem,
    page: &FormPage,
    draft: &Answers,
    choice: (&str, &str),
    all: bool,
) -> Answers {
    let here = |element: &str| page.fields.iter().any(|field| field.element == element);
    let mut situation = item.with_given(draft);
    situation.retain(|element, _| !here(element));
    let mut given = Answers::new();
    // In the order of the page, and once more for what hangs on an answer further down.
    for field in page.fields.iter().chain(&page.fields) {
        let asked = all || field.required_if.as_ref().is_none_or(|when| wants(when, &situation));
        if !asked || given.contains_key(&field.element) || !(field.required || field.required_if.is_some()) {
            continue;
        }
        let before = draft.get(&field.element).cloned();
        let fresh = || one(&sample(catalogue.element(&field.element).expect("an element")));
        let values = if field.element == choice.0 { one(choice.1) } else { before.unwrap_or_else(fresh) };
        situation.insert(field.element.clone(), values.clone());
        given.insert(field.element.clone(), values);
    }
    given
}

fn assert_only_asked(item: &BaseItem, answers: &Answers, story: &str) {
    let situation = item.with_given(answers);
    for field in item.fields().filter(|field| answers.contains_key(&field.element)) {
        let asked = field.required_if.as_ref().is_none_or(|when| wants(when, &situation));
        assert!(asked, "{story}: the answer to {} survives", field.element);
    }
}

/// Fills in a whole form, changes one answer as often as `choices` says, and submits.
fn walk(catalogue: &Catalogue, item: &BaseItem, element: &str, choices: [&str; 3], all: bool) {
    let story = format!("{} {element} {choices:?}", item.slug);
    let pages = visible_pages(item);
    let mut draft = Answers::new();
    for choice in choices {
        // From the page that asks it, on to the end, as the check page leads her.
        let from = pages.iter().position(|page| page.fields.iter().any(|field| field.element == element));
        let from = if draft.is_empty() { 0 } else { from.expect("it is asked") };
        for page in &pages[from..] {
            let given = filled(catalogue, item, page, &draft, (element, choice), all);
            draft = turn_page(catalogue, item, page, &given, &draft, today())
                .unwrap_or_else(|refusals| panic!("{story}: {} refused with {refusals:?}", page.title));
            assert_only_asked(item, &draft, &story);
        }
        let kept = check_answers(catalogue, item, &draft, today())
            .unwrap_or_else(|refusals| panic!("{story}: not submitted for {refusals:?}"));
        assert_only_asked(item, &kept, &story);
    }
}

#[test]
fn whoever_changes_an_answer_goes_on() {
    let catalogue = Catalogue::of_data();
    let mut walks = 0;
    for item in parsed().base_items {
        let mut hinges: Vec<&str> = item
            .fields()
            .filter_map(|field| field.required_if.as_ref())
            .map(|when| when.field.as_str())
            .collect();
        hinges.sort_unstable();
        hinges.dedup();
        for hinge in hinges.into_iter().filter(|hinge| !item.given.contains_key(*hinge)) {
            let options = &catalogue.element(hinge).expect("an element").options;
            for first in options {
                for second in options {
                    for all in [false, true] {
                        walk(&catalogue, &item, hinge, [first, second, first], all);
                        walks += 1;
                    }
                }
            }
        }
    }
    assert!(walks > 100, "the data has conditions: {walks}");
}

#[test]
fn a_program_cannot_answer_what_is_not_asked() {
    let parsed = parse_sources(&small()).expect("the fixture has no mistake");
    let item = parsed.base_items[0].clone();
    let catalogue = Catalogue { dictionary: parsed.dictionary, ..Catalogue::default() };
    let said: Answers = [("trade.name", "甲记"), ("place.kind", "店铺"), ("place.area", "20")]
        .map(|(element, value)| (element.to_owned(), one(value)))
        .into();
    let kept = check_answers(&catalogue, &item, &said, today()).expect("complete");
    assert!(!kept.contains_key("place.area"), "only a canteen says how large it is");
}

/// A question that hangs on a later page is not demanded before that page is answered, and then it is.
#[test]
fn a_condition_on_a_later_page_holds_nobody_up() {
    let parsed = parse_sources(&small()).expect("the fixture has no mistake");
    let mut item = parsed.base_items[0].clone();
    let catalogue = Catalogue { dictionary: parsed.dictionary, ..Catalogue::default() };
    let hinge = item.pages[0].fields.remove(1);
    let later = FormPage { title: "后一页".into(), hint: String::new(), fields: vec![hinge] };
    item.pages.push(later);
    let turn = |page: usize, given: &[(&str, &str)], draft: &Answers| {
        let given = given.iter().map(|(element, value)| ((*element).to_owned(), one(value))).collect();
        turn_page(&catalogue, &item, &item.pages[page], &given, draft, today())
    };
    let draft = turn(0, &[("trade.name", "甲记")], &Answers::new()).expect("nothing else is asked yet");
    let draft = turn(1, &[("place.kind", "食堂")], &draft).expect("answered");
    let open = check_answers(&catalogue, &item, &draft, today()).unwrap_err();
    assert_eq!(open[0].field.as_deref(), Some("place.area"));
    let draft = turn(0, &[("trade.name", "甲记"), ("place.area", "20")], &draft).expect("filled in");
    assert!(check_answers(&catalogue, &item, &draft, today()).is_ok());
    let draft = turn(1, &[("place.kind", "店铺")], &draft).expect("changed");
    assert!(!draft.contains_key("place.area"), "an earlier page is cleared too");
    assert!(turn(0, &[("trade.name", "甲记")], &draft).is_ok());
}
