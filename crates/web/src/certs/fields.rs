//! Fields of the forms about certificates.

use crate::form::{FieldView, error_of};
use crate::posted::Posted;
use base::Refusal;
use norms::Day;

/// A line of text.
pub(crate) fn line(name: &str, label: &str, value: &str, max: u32, refusals: &[Refusal]) -> FieldView {
    FieldView { max, kind: "text", autocomplete: "off", ..field(name, label, value, refusals) }
}

/// Several lines, counted.
pub(crate) fn words(name: &str, label: &str, value: &str, max: u32, refusals: &[Refusal]) -> FieldView {
    FieldView { max, kind: "textarea", ..field(name, label, value, refusals) }
}

/// The password of the one who is logged in.
pub(crate) fn password(refusals: &[Refusal]) -> FieldView {
    FieldView {
        kind: "password",
        hint: "为了确认是您本人，请再输一次登录密码".into(),
        autocomplete: "current-password",
        ..field("password", "登录密码", "", refusals)
    }
}

/// Year, month and day; what was typed, or the given day.
pub(crate) fn day(name: &str, label: &str, typed: [&str; 3], given: Day, refusals: &[Refusal]) -> FieldView {
    date(name, label, typed, Some(given), refusals)
}

/// The same, where no day may be given.
pub(crate) fn date(
    name: &str,
    label: &str,
    typed: [&str; 3],
    given: Option<Day>,
    refusals: &[Refusal],
) -> FieldView {
    let untouched = typed.iter().all(|part| part.is_empty());
    let values = match given.filter(|_| untouched) {
        Some(day) => vec![day.year().to_string(), day.month().to_string(), day.day().to_string()],
        None => typed.iter().map(|part| (*part).to_owned()).collect(),
    };
    FieldView { kind: "date", values, ..field(name, label, "", refusals) }
}

/// What was typed into the three boxes of a day.
pub(crate) fn typed_day<'a>(form: &'a Posted, name: &str) -> [&'a str; 3] {
    ["y", "m", "d"].map(|part| form.get(&format!("{name}_{part}")))
}

/// The day of three boxes; a refusal at the field when it is none.
pub(crate) fn day_of(name: &'static str, typed: [&str; 3]) -> base::Result<Day> {
    let typed = typed.map(str::trim);
    let text = format!("{}-{:0>2}-{:0>2}", typed[0], typed[1], typed[2]);
    let message = match typed.contains(&"") {
        true => "请写完整的日期，例如 2026 年 10 月 9 日",
        false => "没有这个日期，或者年份不在 1800 至 2200 年之间，请核对年、月、日",
    };
    text.parse().map_err(|_| base::Error::refused_at("form.date", name, message))
}

fn field(name: &str, label: &str, value: &str, refusals: &[Refusal]) -> FieldView {
    FieldView {
        name: name.to_owned(),
        id: crate::form::element_id(name),
        label: label.to_owned(),
        value: value.to_owned(),
        error: error_of(refusals, name),
        ..FieldView::default()
    }
}
