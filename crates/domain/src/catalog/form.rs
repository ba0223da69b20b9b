//! Forms: which questions are asked, and whether the answers will do.
//!
//! One list of fields renders the pages, checks the answers, prints the check page and the staff view.

use super::{BaseItem, Catalogue, Element, ElementType, Field, FormPage, When};
use crate::legible::is_unprintable;
use base::Refusal;
use norms::Day;
use std::collections::BTreeMap;
use std::slice;

/// Answers by element key; a checkbox has several values, everything else one.
pub type Answers = BTreeMap<String, Vec<String>>;

/// Whether a condition holds for these answers.
pub fn wants(when: &When, answers: &Answers) -> bool {
    answers.get(&when.field).is_some_and(|values| values.iter().any(|value| when.is.contains(value)))
}

/// What a question is called on the form.
pub fn label_of<'a>(catalogue: &'a Catalogue, field: &'a Field) -> &'a str {
    let element =
        || catalogue.element(&field.element).map_or(field.element.as_str(), |element| &element.label);
    field.label.as_deref().unwrap_or_else(element)
}

/// Pages that have at least one field.
pub fn visible_pages(item: &BaseItem) -> Vec<&FormPage> {
    item.pages.iter().filter(|page| !page.fields.is_empty()).collect()
}

/// Checks all pages. Gives the answers as they are kept (trimmed, `x` of a citizen number as `X`), without
/// answers to questions that these answers do not lead to, and with what the item answers itself; or one
/// refusal for each field at fault, also for those the form does not know.
pub fn check_answers(
    catalogue: &Catalogue,
    item: &BaseItem,
    answers: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    let unknown: Vec<Refusal> =
        answers.keys().filter(|key| !item.knows(key)).map(|key| unasked(key)).collect();
    let mut kept = match check_fields(catalogue, item.fields(), answers, Situation::given(item), today) {
        Ok(kept) if unknown.is_empty() => kept,
        Ok(_) => return Err(unknown),
        Err(refusals) => return Err(refusals.into_iter().chain(unknown).collect()),
    };
    kept.extend(item.given.iter().map(|(element, value)| (element.clone(), vec![value.clone()])));
    Ok(kept)
}

fn unasked(key: &str) -> Refusal {
    let shown: String = key.chars().take(60).collect();
    Refusal::at("form.unknown", shown.clone(), format!("这个事项的表单没有问“{shown}”，请去掉"))
}

/// Lays the answers of one page over the earlier ones. Conditions look at what is said now: what is changed
/// on this page counts as changed, and answers to questions nobody asks any more are dropped, on this page
/// and on all others. One refusal for each field of the page at fault, and then nothing is changed.
pub fn turn_page(
    catalogue: &Catalogue,
    item: &BaseItem,
    page: &FormPage,
    given: &Answers,
    earlier: &Answers,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    let mut situation = Situation::of(item, earlier);
    let kept = check_fields(catalogue, page.fields.iter(), given, situation, today)?;
    let mut answers = earlier.clone();
    answers.retain(|element, _| page.fields.iter().all(|field| field.element != *element));
    answers.extend(kept);
    situation = Situation::of(item, &answers);
    situation.drop_unasked(item.fields());
    let asked = answers.iter().filter(|(element, _)| situation.says(element));
    Ok(asked.map(|(element, values)| (element.clone(), values.clone())).collect())
}

/// What is said, by element: borrowed, so that nothing is copied before it is known to be good.
struct Situation<'a>(BTreeMap<&'a str, &'a [String]>);

impl<'a> Situation<'a> {
    /// What the item answers itself.
    fn given(item: &'a BaseItem) -> Situation<'a> {
        let given = item.given.iter();
        Situation(given.map(|(element, value)| (element.as_str(), slice::from_ref(value))).collect())
    }

    fn of(item: &'a BaseItem, answers: &'a Answers) -> Situation<'a> {
        let said = answers.iter().map(|(element, said)| (element.as_str(), said.as_slice()));
        Situation(said.chain(Situation::given(item).0).collect())
    }

    /// Says this of an element and nothing else.
    fn say(&mut self, element: &'a str, values: Option<&'a Vec<String>>) {
        match values.filter(|values| spoken(values).next().is_some()) {
            None => self.0.remove(element),
            Some(values) => self.0.insert(element, values),
        };
    }

    fn says(&self, element: &str) -> bool {
        self.0.contains_key(element)
    }

    fn values(&self, element: &str) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        spoken(self.0.get(element).copied().unwrap_or_default())
    }

    fn wants(&self, when: &When) -> bool {
        self.values(&when.field).any(|value| when.is.iter().any(|is| is == value))
    }

    /// Takes out the answers to questions whose condition does not hold; also where a condition hangs on an
    /// answer that was taken out just now.
    fn drop_unasked<'f>(&mut self, fields: impl Iterator<Item = &'f Field> + Clone) {
        let fails = |field: &&Field, said: &Self| {
            field.required_if.as_ref().is_some_and(|when| said.says(&field.element) && !said.wants(when))
        };
        while let Some(field) = fields.clone().find(|field| fails(field, self)) {
            self.0.remove(field.element.as_str());
        }
    }
}

/// Values without the blanks around them; what is blank says nothing.
fn spoken(values: &[String]) -> impl Iterator<Item = &str> + Clone {
    values.iter().map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Checks these fields in the situation that is there already and the answers given to them make together.
fn check_fields<'a>(
    catalogue: &Catalogue,
    fields: impl Iterator<Item = &'a Field> + Clone,
    given: &'a Answers,
    mut situation: Situation<'a>,
    today: Day,
) -> Result<Answers, Vec<Refusal>> {
    for field in fields.clone() {
        situation.say(&field.element, given.get(&field.element));
    }
    situation.drop_unasked(fields.clone());
    let mut kept = Answers::new();
    let mut refusals = Vec::new();
    for field in fields {
        let Some(element) = catalogue.element(&field.element) else { continue };
        let values = situation.values(&field.element);
        let required = field.required || field.required_if.as_ref().is_some_and(|when| situation.wants(when));
        let label = field.label.as_deref().unwrap_or(&element.label);
        match check_values(element, label, values, required, today) {
            Ok(values) if values.is_empty() => {}
            Ok(values) => drop(kept.insert(field.element.clone(), values)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(kept) } else { Err(refusals) }
}

fn check_values<'a>(
    element: &Element,
    label: &str,
    values: impl Iterator<Item = &'a str> + Clone,
    required: bool,
    today: Day,
) -> Result<Vec<String>, Refusal> {
    let refuse = |code, message| Refusal::at(code, &element.key, message);
    let number = values.clone().count();
    if number == 0 {
        let verb = if element.options.is_empty() { "填写" } else { "选择" };
        return match required {
            true => Err(refuse("form.required", format!("请{verb}{label}"))),
            false => Ok(Vec::new()),
        };
    }
    if number > 1 && element.element_type != ElementType::Checkbox {
        return Err(refuse("form.one_answer", format!("{label}只能有一个答案")));
    }
    // Nobody can tick more boxes than there are; a program can.
    if number > element.options.len().max(1) {
        return Err(refuse("form.option", format!("请从{label}的选项中选择")));
    }
    values.map(|value| check_value(element, label, value, today)).collect()
}

/// Whether an element takes this answer as it stands.
pub(crate) fn takes(element: &Element, value: &str, today: Day) -> bool {
    check_value(element, &element.label, value, today).is_ok_and(|kept| kept == value)
}

/// The answer as it is kept, or what is wrong with it.
pub(crate) fn check_value(
    element: &Element,
    label: &str,
    value: &str,
    today: Day,
) -> Result<String, Refusal> {
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
        Date => check_date(element, label, value, today),
        Select | Radio | Checkbox if element.options.iter().any(|option| option == value) => {
            Ok(value.to_owned())
        }
        Select | Radio | Checkbox => refuse("form.option", format!("请从{label}的选项中选择")),
        CitizenNumber => match norms::CitizenNumber::parse(value, today) {
            Ok(number) => Ok(number.as_str().to_owned()),
            Err(error) => refuse("form.citizen_number", format!("{label}：{error}")),
        },
        CreditCode => match norms::CreditCode::parse(value) {
            Ok(code) => Ok(code.as_str().to_owned()),
            Err(error) => refuse("form.credit_code", format!("{label}：{error}")),
        },
        Url if is_url(value) => check_length(element, label, value),
        Url => refuse("form.url", format!("{label}应以 https:// 开头，例如 https://shop.example.com/123")),
        Phone if is_phone(value) => Ok(value.to_owned()),
        Phone => {
            refuse("form.phone", format!("{label}应为11位手机号，或带区号的固定电话，例如 025-12345678"))
        }
    }
}

fn check_date(element: &Element, label: &str, value: &str, today: Day) -> Result<String, Refusal> {
    let refuse = |message: String| Err(Refusal::at("form.date", &element.key, message));
    match value.parse::<Day>() {
        Ok(day) if element.latest.is_some() && day > today => {
            refuse(format!("{label}不能晚于今天（{}），请核对年、月、日", today.chinese()))
        }
        Ok(day) if element.earliest.is_some() && day < today => {
            refuse(format!("{label}不能早于今天（{}），请核对年、月、日", today.chinese()))
        }
        Ok(day) => Ok(day.to_string()),
        Err(_) => refuse(format!("{label}不是真实的日期，请核对年、月、日，例如 2026-09-24")),
    }
}

fn check_length(element: &Element, label: &str, value: &str) -> Result<String, Refusal> {
    let most = element.max.unwrap_or(500);
    let length = value.chars().count() as u64;
    if length > most {
        let message = format!("{label}最多{most}个字，现在有{length}个");
        return Err(Refusal::at("form.too_long", &element.key, message));
    }
    Ok(value.to_owned())
}

fn check_number(element: &Element, label: &str, value: &str) -> Result<String, Refusal> {
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

fn check_amount(element: &Element, label: &str, value: &str) -> Result<String, Refusal> {
    let (whole, cents) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 12 && digits(whole) && cents.len() <= 2 && digits(cents);
    if !fits {
        let example = if label.contains("万元") { "120.50" } else { "12000.50" };
        let message = format!("{label}应填数字，最多两位小数，例如 {example}");
        return Err(Refusal::at("form.amount", &element.key, message));
    }
    // The largest value itself is allowed, one cent more is not.
    let over = |most: u64| {
        let more = cents.bytes().any(|digit| digit != b'0');
        whole.parse::<u64>().is_ok_and(|whole| whole > most || whole == most && more)
    };
    if let Some(most) = element.max.filter(|most| over(*most)) {
        return Err(Refusal::at("form.too_large", &element.key, format!("{label}不能大于{most}")));
    }
    Ok(value.to_owned())
}

/// `https://`, a host of several labels, and no blanks. Nothing else: a clerk will follow it.
fn is_url(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    name.contains('.')
        && name.split('.').all(label)
        && port.parse::<u16>().is_ok()
        && rest.chars().all(|c| !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | '\\'))
}

/// A mobile number of 11 digits beginning 1, or an area code, a dash and 7 or 8 digits.
fn is_phone(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((area, rest)) = value.split_once('-') {
        return digits(area) && digits(rest) && matches!(area.len(), 3 | 4) && matches!(rest.len(), 7 | 8);
    }
    value.len() == 11 && value.starts_with('1') && digits(value) && !value.starts_with("10")
}
