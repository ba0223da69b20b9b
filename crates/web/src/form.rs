//! One renderer for all forms: the fields of an item become what the form macros draw.

use base::Refusal;
use domain::casework::Prefilled;
use domain::catalog::{Answers, Catalogue, Element, ElementType, Field};
use std::collections::BTreeMap;

/// One field as `_form.html` draws it. Empty texts mean "none".
#[derive(Debug, Clone, Default)]
pub struct FieldView {
    pub name: String,
    pub id: String,
    pub label: String,
    pub kind: &'static str,
    pub value: String,
    /// For checkboxes, and year, month and day of a date.
    pub values: Vec<String>,
    pub hint: String,
    pub error: String,
    pub optional: bool,
    pub options: Vec<OptionView>,
    pub source: String,
    /// 0 = none.
    pub max: u32,
    pub autocomplete: &'static str,
    pub inputmode: &'static str,
    /// Id of a `datalist` beside the form; empty when nothing is suggested.
    pub list: &'static str,
    /// The field of this page whose answer decides whether this one is asked; empty when nothing does.
    pub when: String,
    /// The answers that ask for it, as a JSON list.
    pub is: String,
}

#[derive(Debug, Clone)]
pub struct OptionView {
    pub value: String,
    pub label: String,
    pub checked: bool,
}

/// Draws one field of a form with the answer given so far, what is known, and what was wrong.
pub fn field_view(
    catalogue: &Catalogue,
    field: &Field,
    answers: &Answers,
    known: &BTreeMap<String, Prefilled>,
    refusals: &[Refusal],
) -> Option<FieldView> {
    let element = catalogue.element(&field.element)?;
    let answered = answers.get(&field.element);
    let prefilled = known.get(&field.element);
    let values = match (answered, prefilled) {
        (Some(values), _) => values.clone(),
        (None, Some(prefilled)) => vec![prefilled.value.clone()],
        (None, None) => Vec::new(),
    };
    let from_source = prefilled.filter(|p| values.first() == Some(&p.value)).map(|p| p.source.clone());
    Some(FieldView {
        name: element.key.clone(),
        id: element_id(&element.key),
        label: field.label.clone().unwrap_or_else(|| element.label.clone()),
        kind: kind(element),
        hint: field.hint.clone().unwrap_or_else(|| element.hint.clone()),
        error: error_of(refusals, &element.key),
        optional: !field.required && field.required_if.is_none(),
        options: options(element, &values),
        source: from_source.unwrap_or_default(),
        max: characters(element),
        autocomplete: autocomplete(&element.key),
        inputmode: inputmode(element.element_type),
        list: "",
        when: String::new(),
        is: String::new(),
        value: values.first().cloned().unwrap_or_default(),
        values: match element.element_type {
            ElementType::Date => date_parts(&values),
            _ => values,
        },
    })
}

/// An element key as an id: dots would need escaping in selectors and links.
pub fn element_id(key: &str) -> String {
    key.replace('.', "-")
}

pub fn error_of(refusals: &[Refusal], field: &str) -> String {
    let own = refusals.iter().find(|refusal| refusal.field.as_deref() == Some(field));
    own.map(|refusal| refusal.message.clone()).unwrap_or_default()
}

/// For the summary on top: where the field is, and the same words as beside it.
pub fn error_list(refusals: &[Refusal]) -> Vec<(String, String)> {
    let entry =
        |refusal: &Refusal| (element_id(refusal.field.as_deref().unwrap_or("main")), refusal.message.clone());
    refusals.iter().map(entry).collect()
}

fn kind(element: &Element) -> &'static str {
    match element.element_type {
        ElementType::Textarea => "textarea",
        ElementType::Date => "date",
        ElementType::Select => "select",
        ElementType::Radio => "radio",
        ElementType::Checkbox => "checkbox",
        ElementType::Phone => "phone",
        _ => "text",
    }
}

fn options(element: &Element, values: &[String]) -> Vec<OptionView> {
    let view = |option: &String| OptionView {
        value: option.clone(),
        label: option.clone(),
        checked: values.contains(option),
    };
    element.options.iter().map(view).collect()
}

fn characters(element: &Element) -> u32 {
    match element.element_type {
        ElementType::Text | ElementType::Textarea | ElementType::Address | ElementType::Url => {
            element.max.and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
        }
        _ => 0,
    }
}

fn autocomplete(key: &str) -> &'static str {
    match key {
        "person.name" => "name",
        "person.phone" => "tel",
        "person.address" => "street-address",
        _ => "off",
    }
}

fn inputmode(element_type: ElementType) -> &'static str {
    match element_type {
        ElementType::Number => "numeric",
        ElementType::Amount => "decimal",
        ElementType::Phone => "tel",
        ElementType::Url => "url",
        _ => "",
    }
}

fn date_parts(values: &[String]) -> Vec<String> {
    let text = values.first().map(String::as_str).unwrap_or_default();
    let mut parts: Vec<String> = text.splitn(3, '-').map(str::to_owned).collect();
    parts.resize(3, String::new());
    parts
}

/// An answer as people read it on the check page and at the desk.
pub fn answer_text(element: &Element, values: Option<&Vec<String>>) -> String {
    let text = values.map(|values| values.join("、")).unwrap_or_default();
    match (element.element_type, text.as_str()) {
        (_, "") => "（未填写）".to_owned(),
        (ElementType::Date, day) => {
            day.parse().map_or_else(|_| day.to_owned(), |day| crate::words::day(&day))
        }
        // A label such as 资金数额（万元） already names the unit.
        (ElementType::Amount, amount) if !element.label.contains('元') => format!("{amount} 元"),
        _ => text,
    }
}

impl FieldView {
    /// A question that is asked only where another was answered so: says when, and hangs on that one where it is among
    /// the fields of its page.
    pub fn hanging<'a>(
        mut self,
        catalogue: &Catalogue,
        field: &Field,
        page: impl IntoIterator<Item = &'a Field>,
    ) -> FieldView {
        let Some(when) = &field.required_if else { return self };
        if page.into_iter().any(|other| other.element == when.field) {
            self.when = when.field.clone();
            self.is = serde_json::json!(when.is).to_string();
        }
        let Some(hinge) = catalogue.element(&when.field) else { return self };
        let note = format!("“{}”选“{}”时填写", hinge.label, when.is.join("”或“"));
        self.hint = match self.hint.is_empty() {
            true => note,
            false => format!("{}。{note}", self.hint.trim_end_matches('。')),
        };
        self
    }

    /// A field of one of our own forms: its id is its name.
    pub fn own(name: &str, label: &str, kind: &'static str, refusals: &[Refusal]) -> FieldView {
        FieldView {
            name: name.to_owned(),
            id: element_id(name),
            label: label.to_owned(),
            kind,
            error: error_of(refusals, name),
            ..FieldView::default()
        }
    }

    pub fn filled(self, value: &str) -> FieldView {
        FieldView { value: value.to_owned(), ..self }
    }

    pub fn hinted(self, hint: &str) -> FieldView {
        FieldView { hint: hint.to_owned(), ..self }
    }

    /// What the browser may fill in, and which keys it shows.
    pub fn typed(self, autocomplete: &'static str, inputmode: &'static str) -> FieldView {
        FieldView { autocomplete, inputmode, ..self }
    }

    /// (value, label) of each choice.
    pub fn choices(self, options: &[(String, String)], chosen: &str) -> FieldView {
        let option = |(value, label): &(String, String)| OptionView {
            checked: value == chosen,
            value: value.clone(),
            label: label.clone(),
        };
        FieldView { options: options.iter().map(option).collect(), ..self }
    }
}
