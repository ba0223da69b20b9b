//! Forms: which questions are asked, and whether the answers will do.
//!
//! One list of fields renders the pages, checks the answers, prints the check page and the staff view.

use super::{BaseItem, Catalogue, Element, ElementType, Field, FormPage, When};
use base::Refusal;
use norms::Day;
use std::collections::BTreeMap;

/// Answers by element key; a checkbox has several values, everything else one.
pub type Answers = BTreeMap<String, Vec<String>>;

/// Whether a condition holds for these answers.
pub fn wants(when: &When, answers: &Answers) -> bool {
    answers.get(&when.field).is_some_and(|values| values.iter().any(|value| when.is.contains(value)))
}

/// Pages that have at least one field.
pub fn visible_pages(item: &BaseItem) -> Vec<&FormPage> {
    item.pages.iter().filter(|page| !page.fields.is_empty()).collect()
}

/// Checks all pages. Gives the answers as they are kept (trimmed, `x` of a citizen number as `X`), without
/// anything the form does not ask and with what the item answers itself, or one refusal for each field at
/// fault.
pub fn check_answers(
    catalogue: &Catalogue,
    item: &BaseItem,
    answers: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    let mut kept = match item.given.is_empty() {
        true => check_fields(catalogue, item.fields(), answers, answers, today)?,
        false => check_fields(catalogue, item.fields(), answers, &item.with_given(answers), today)?,
    };
    kept.extend(item.given.iter().map(|(element, value)| (element.clone(), vec![value.clone()])));
    Ok(kept)
}

/// Checks the fields of one page; conditions may look at the answers of the others. Callers pass `all` as
/// [`BaseItem::with_given`] gives it.
pub fn check_page(
    catalogue: &Catalogue,
    page: &FormPage,
    given: &Answers,
    all: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    check_fields(catalogue, page.fields.iter(), given, all, today)
}

fn check_fields<'a>(
    catalogue: &Catalogue,
    fields: impl Iterator<Item = &'a Field>,
    given: &Answers,
    all: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    let mut kept = Answers::new();
    let mut refusals = Vec::new();
    for field in fields {
        let Some(element) = catalogue.element(&field.element) else { continue };
        let values = trimmed(given.get(&field.element));
        let required = field.required
            || field.required_if.as_ref().is_some_and(|when| wants(when, all) || wants(when, given));
        let label = field.label.as_deref().unwrap_or(&element.label);
        match check_values(element, label, values, required, today) {
            Ok(values) if values.is_empty() => {}
            Ok(values) => drop(kept.insert(field.element.clone(), values)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(kept) } else { Err(refusals) }
}

fn trimmed(values: Option<&Vec<String>>) -> Vec<String> {
    let values = values.map_or(&[][..], Vec::as_slice);
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

fn check_values(
    element: &Element,
    label: &str,
    values: Vec<String>,
    required: bool,
    today: Day,
) -> Result<Vec<String>, Refusal> {
    let refuse = |code, message| Refusal::at(code, &element.key, message);
    if values.is_empty() {
        let verb = if element.options.is_empty() { "填写" } else { "选择" };
        return match required {
            true => Err(refuse("form.required", format!("请{verb}{label}"))),
            false => Ok(values),
        };
    }
    if values.len() > 1 && element.element_type != ElementType::Checkbox {
        return Err(refuse("form.one_answer", format!("{label}只能有一个答案")));
    }
    // Nobody can tick more boxes than there are; a program can.
    if values.len() > element.options.len().max(1) {
        return Err(refuse("form.option", format!("请从{label}的选项中选择")));
    }
    values.into_iter().map(|value| check_value(element, label, value, today)).collect()
}

fn check_value(element: &Element, label: &str, value: String, today: Day) -> Result<String, Refusal> {
    use ElementType::*;
    let refuse = |code, message: String| Err(Refusal::at(code, &element.key, message));
    let lines = matches!(element.element_type, Textarea | Address);
    if value.chars().any(|c| is_unprintable(c) && !(lines && matches!(c, '\n' | '\r'))) {
        return refuse("form.characters", format!("{label}里有不能识别的字符，请重新输入"));
    }
    match element.element_type {
        Text | Textarea | Address => check_length(element, label, value),
        Number => check_number(element, label, value),
        Amount => check_amount(element, label, value),
        Date => match value.parse::<Day>() {
            Ok(day) => Ok(day.to_string()),
            Err(_) => {
                refuse("form.date", format!("{label}不是真实的日期，请按“年-月-日”填写，例如 2026-09-24"))
            }
        },
        Select | Radio | Checkbox if element.options.contains(&value) => Ok(value),
        Select | Radio | Checkbox => refuse("form.option", format!("请从{label}的选项中选择")),
        CitizenNumber => match norms::CitizenNumber::parse(&value, today) {
            Ok(number) => Ok(number.as_str().to_owned()),
            Err(error) => refuse("form.citizen_number", format!("{label}：{error}")),
        },
        CreditCode => match norms::CreditCode::parse(&value) {
            Ok(code) => Ok(code.as_str().to_owned()),
            Err(error) => refuse("form.credit_code", format!("{label}：{error}")),
        },
        Phone if is_phone(&value) => Ok(value),
        Phone => {
            refuse("form.phone", format!("{label}应为11位手机号，或带区号的固定电话，例如 025-12345678"))
        }
    }
}

/// Control characters, and the invisible ones that turn or hide what a clerk reads.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn check_length(element: &Element, label: &str, value: String) -> Result<String, Refusal> {
    let most = element.max.unwrap_or(500);
    let length = value.chars().count() as u64;
    if length > most {
        let message = format!("{label}最多{most}个字，现在有{length}个");
        return Err(Refusal::at("form.too_long", &element.key, message));
    }
    Ok(value)
}

fn check_number(element: &Element, label: &str, value: String) -> Result<String, Refusal> {
    let most = element.max.unwrap_or(999_999_999);
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::at("form.number", &element.key, format!("{label}应填整数，例如 12")));
    }
    // Only digits: what does not fit into 64 bits is larger than anything asked for.
    match value.parse::<u64>() {
        Ok(number) if number <= most => Ok(number.to_string()),
        _ => Err(Refusal::at("form.too_large", &element.key, format!("{label}不能大于{most}"))),
    }
}

fn check_amount(element: &Element, label: &str, value: String) -> Result<String, Refusal> {
    let (whole, cents) = value.split_once('.').unwrap_or((&value, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 12 && digits(whole) && cents.len() <= 2 && digits(cents);
    if !fits {
        let message = format!("{label}应填数字，最多两位小数，例如 12000.50");
        return Err(Refusal::at("form.amount", &element.key, message));
    }
    if element.max.is_some_and(|most| whole.parse::<u64>().is_ok_and(|n| n > most)) {
        let most = element.max.unwrap_or_default();
        return Err(Refusal::at("form.too_large", &element.key, format!("{label}不能大于{most}")));
    }
    Ok(value)
}

/// A mobile number of 11 digits beginning 1, or an area code, a dash and 7 or 8 digits.
fn is_phone(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((area, rest)) = value.split_once('-') {
        return digits(area) && digits(rest) && matches!(area.len(), 3 | 4) && matches!(rest.len(), 7 | 8);
    }
    value.len() == 11 && value.starts_with('1') && digits(value) && !value.starts_with("10")
}
