//! What a field of a certificate may say: what the data element that fills it allows. Pure.

use super::issue::MADE_BY_ISSUER;
use crate::catalog::{
    BaseItem, Catalogue, CertificateField, CertificateType, Element, ElementType, check_value,
};
use crate::legible;
use base::Refusal;
use norms::Day;

/// What a field says, as it is kept: a day as a day and an amount as a number, however people write them. Not
/// everything is as in a form: a licence says at length what it permits, names a kind no form offers any more, and
/// days that an application must not lie behind have passed for it.
pub(super) fn kept(
    catalogue: &Catalogue,
    field: &CertificateField,
    value: &str,
    today: Day,
) -> Result<String, Refusal> {
    use ElementType::*;
    let place = format!("fields.{}", field.key);
    let Some(element) = catalogue.element(&field.from) else {
        return legible::paragraph(place, value).map(|()| value.to_owned());
    };
    let value = match element.element_type {
        Textarea | Address => return legible::paragraph(place, value).map(|()| value.to_owned()),
        Text | Select | Radio | Checkbox => return legible::line(place, value).map(|()| value.to_owned()),
        Date => day_of(value).map_or_else(|| value.to_owned(), |day| day.to_string()),
        Amount => amount_of(&field.label, value),
        _ => value.to_owned(),
    };
    let element = Element { earliest: None, ..element.clone() };
    check_value(&element, &field.label, &value, today)
        .map_err(|refusal| Refusal { field: Some(place), ..refusal })
}

/// Whether certificates of the type must say this: who holds it, what the issuing body makes, and what the
/// application for it has to answer.
pub(super) fn is_required(catalogue: &Catalogue, kind: &CertificateType, field: &CertificateField) -> bool {
    let asked = |item: &BaseItem| {
        item.result_certificate.as_deref() == Some(kind.key.as_str())
            && item.fields().any(|asked| asked.required && asked.element == field.from)
    };
    field.key == "name"
        || MADE_BY_ISSUER.contains(&field.from.as_str())
        || catalogue.base_items.iter().any(|item| asked(item))
}

/// `2026-01-05`, `2026/1/5`, `2026.1.5`, `20260105`, `2026年1月5日`.
pub(super) fn day_of(text: &str) -> Option<Day> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Day::parse_basic(text).ok();
    }
    let parts: Vec<&str> =
        text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).map(str::trim).collect();
    let [year, month, day] = parts[..] else { return None };
    Day::new(
        year.parse().ok().filter(|year| (1900..=9999).contains(year))?,
        month.parse().ok()?,
        day.parse().ok()?,
    )
}

/// `1,000.500000万元人民币` is 1000.50 where the label counts in 万元. Another unit than that of the label stays, and
/// is no number.
fn amount_of(label: &str, text: &str) -> String {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let bare = digits.trim_start_matches("人民币").trim_end_matches("人民币");
    let unit = if label.contains("万元") { "万元" } else { "元" };
    let mut amount = bare.strip_suffix(unit).unwrap_or(bare).to_owned();
    while amount.split_once('.').is_some_and(|(_, cents)| cents.len() > 2 && cents.ends_with('0')) {
        amount.pop();
    }
    amount
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["2026-01-05", "2026/1/5", "2026.1.5", "20260105", "2026年1月5日"] {
            assert_eq!(day_of(text), Day::new(2026, 1, 5), "{text}");
        }
        for text in ["2026-13-01", "2026-02-30", "昨天", "5/1", "26-1-5", "99999999", "2026-1-5-1"] {
            assert_eq!(day_of(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_keeps_its_worth_and_no_unit_but_that_of_its_label() {
        let label = "注册资本（万元）";
        for (text, kept) in [
            ("120.50", "120.50"),
            ("1,000.500000万元人民币", "1000.50"),
            ("人民币 100 万元", "100"),
            ("1000000元", "1000000元"),
            ("1.005", "1.005"),
        ] {
            assert_eq!(amount_of(label, text), kept, "{text}");
        }
        assert_eq!(amount_of("金额（元）", "100万元"), "100万");
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd_for_a_date(text in "\\PC{0,30}") {
            let _ = day_of(&text);
        }
    }
}
