//! What came back with a supplement, as the desk compares it with what was there before.

use super::mask;
use crate::casework::came_back;
use crate::form::answer_text;
use crate::session::Visit;
use crate::words;
use domain::casework::CaseView;
use domain::catalog::label_of;

pub(super) struct CameBack {
    pub day: String,
    /// The day it counts from, when that is a later one.
    pub counts_from: String,
    pub words: String,
    pub changes: Vec<Change>,
}

/// One corrected answer.
pub(super) struct Change {
    pub label: String,
    pub earlier: String,
    pub now: String,
    /// Only what is masked differs: the eye sees no difference.
    pub alike: bool,
}

pub(super) fn came_back(visit: &Visit, view: &CaseView, clear: bool) -> Option<CameBack> {
    let supplement = view.case.supplement.as_ref().filter(|supplement| supplement.handed_in)?;
    // Of those handed in before their day was kept nothing but that is known.
    let day = supplement.handed_in_on?;
    let change = |key: &String| change(visit, view, key, clear);
    Some(CameBack {
        day: words::day(&day),
        counts_from: if view.case.received_on > day {
            words::day(&view.case.received_on)
        } else {
            String::new()
        },
        words: came_back::in_words(&visit.cx.catalogue, view, &supplement.answer),
        changes: supplement.answer.corrected.iter().filter_map(change).collect(),
    })
}

fn change(visit: &Visit, view: &CaseView, key: &str, clear: bool) -> Option<Change> {
    let catalogue = &visit.cx.catalogue;
    let offer = view.item.offer();
    let field = offer.fields().find(|field| field.element == key)?;
    let element = catalogue.element(key)?;
    let shown = |values: Option<&Vec<String>>| {
        let mask = |value: &String| if clear { value.clone() } else { mask::answer(element, value) };
        let masked: Option<Vec<String>> = values.map(|values| values.iter().map(mask).collect());
        answer_text(element, masked.as_ref())
    };
    let earlier = shown(view.earlier_answers.as_ref()?.get(key));
    let now = shown(view.answers.get(key));
    Some(Change { label: label_of(catalogue, field).to_owned(), alike: earlier == now, earlier, now })
}
