//! The ruler: reflow, headings, tap targets, and where the focus is.

use crate::harness::Person;
use serde_json::Value;

const RULER: &str = include_str!("measure.js");
const FOCUS: &str = include_str!("focus.js");

/// What is too wide, too small or missing on the page, one line each.
pub async fn measure(person: &Person) -> Vec<String> {
    let look = person.look();
    let source = format!("return (function () {{ {RULER} }})({}, {});", look.width, look.tap());
    let found = person.script(&source).await;
    found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// One stop of the Tab key.
#[derive(Debug, Clone, PartialEq)]
pub struct Focus {
    pub words: String,
    pub tag: String,
    pub id: String,
    pub place: i64,
    /// Empty when the stop can be seen.
    pub fault: String,
}

pub async fn focus(person: &Person) -> Focus {
    let found = person.script(FOCUS).await;
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    let place = found["place"].as_i64().unwrap_or(-1);
    Focus { words: text("words"), tag: text("tag"), id: text("id"), place, fault: text("why") }
}
