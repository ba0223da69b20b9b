use super::fixture::small;
use super::{Catalogue, parse_sources};
use crate::catalog::{Answers, Bound, Element, ElementType, Field, check_answers};
use base::Refusal;
use norms::Day;

/// A form of one field of this type; the outcome of one set of values.
fn answer(element_type: ElementType, values: &[&str]) -> Result<Vec<String>, Vec<Refusal>> {
    answer_within(element_type, None, None, values)
}

fn answer_within(
    element_type: ElementType,
    earliest: Option<Bound>,
    latest: Option<Bound>,
    values: &[&str],
) -> Result<Vec<String>, Vec<Refusal>> {
    let options = match element_type {
        ElementType::Select | ElementType::Radio | ElementType::Checkbox => vec!["甲".into(), "乙".into()],
        _ => Vec::new(),
    };
    let max =
        matches!(element_type, ElementType::Text | ElementType::Number | ElementType::Amount).then_some(50);
    let element = Element {
        key: "test.field".into(),
        label: "栏目".into(),
        element_type,
        hint: String::new(),
        max,
        latest,
        earliest,
        options,
        source: Default::default(),
        sensitive: false,
    };
    let mut parsed = parse_sources(&small()).expect("the fixture has no mistake");
    let mut item = parsed.base_items.remove(0);
    item.pages.truncate(1);
    let field =
        Field { element: "test.field".into(), required: true, required_if: None, label: None, hint: None };
    item.pages[0].fields = vec![field];
    parsed.dictionary.elements.insert("test.field".into(), element);
    let catalogue = Catalogue { dictionary: parsed.dictionary, ..Catalogue::default() };
    let given: Answers = [("test.field".to_owned(), values.iter().map(|v| (*v).to_owned()).collect())].into();
    check_answers(&catalogue, &item, &given, today())
        .map(|mut kept| kept.remove("test.field").unwrap_or_default())
}

#[test]
fn what_has_happened_lies_in_the_past_and_what_is_planned_does_not() {
    let of = |earliest, latest, day: &str| {
        answer_within(ElementType::Date, earliest, latest, &[day])
            .map_err(|mut faults| faults.remove(0).message)
    };
    let today = Some(Bound::Today);
    for (earliest, latest, fine, wrong, words) in [
        (None, today, "2026-09-24", "2026-09-25", "不能晚于今天（2026年9月24日）"),
        (today, None, "2026-09-24", "2026-09-23", "不能早于今天（2026年9月24日）"),
    ] {
        assert_eq!(of(earliest, latest, fine), Ok(vec![fine.to_owned()]));
        assert!(of(earliest, latest, wrong).is_err_and(|message| message.contains(words)), "{wrong}");
        assert!(of(None, None, wrong).is_ok());
    }
}

fn today() -> Day {
    "2026-09-24".parse().expect("a day")
}

fn code(element_type: ElementType, values: &[&str]) -> &'static str {
    match answer(element_type, values) {
        Ok(kept) => panic!("{values:?} was kept as {kept:?}"),
        Err(refusals) => {
            assert_eq!(refusals.len(), 1);
            assert_eq!(refusals[0].field.as_deref(), Some("test.field"));
            assert!(refusals[0].message.chars().count() < 100, "a message is for reading");
            refusals[0].code
        }
    }
}

fn kept(element_type: ElementType, value: &str) -> String {
    let mut kept = answer(element_type, &[value]).unwrap_or_else(|e| panic!("{value:?} was refused: {e:?}"));
    assert_eq!(kept.len(), 1);
    kept.remove(0)
}

#[test]
fn what_no_form_can_send_is_refused_at_the_field() {
    use ElementType::*;
    let megabyte = "长".repeat(350_000);
    for (kind, values, expected) in [
        (Text, vec!["a\0b"], "form.characters"),
        (Text, vec!["a\u{1b}[31m"], "form.characters"),
        (Text, vec!["名\u{202e}字"], "form.characters"),
        (Text, vec!["两\n行"], "form.characters"),
        (Text, vec![megabyte.as_str()], "form.too_long"),
        (Textarea, vec![megabyte.as_str()], "form.too_long"),
        (Text, vec!["", "  \n "], "form.required"),
        (Text, vec!["一", "二"], "form.one_answer"),
        (Radio, vec!["甲", "乙"], "form.one_answer"),
        (Radio, vec!["丙"], "form.option"),
        (Select, vec!["甲 乙"], "form.option"),
        (Checkbox, vec!["甲", "丁"], "form.option"),
        (Checkbox, vec!["甲", "甲", "甲"], "form.option"),
        (Date, vec!["2026-02-30"], "form.date"),
        (Date, vec!["1900-02-29"], "form.date"),
        (Date, vec!["20260924"], "form.date"),
        (Date, vec!["２０２６-09-24"], "form.date"),
        (Number, vec!["１２"], "form.number"),
        (Number, vec!["-1"], "form.number"),
        (Number, vec!["1e3"], "form.number"),
        (Number, vec!["51"], "form.too_large"),
        (Number, vec!["99999999999999999999999999"], "form.too_large"),
        (Amount, vec!["1.234"], "form.amount"),
        (Amount, vec!["NaN"], "form.amount"),
        (Amount, vec!["1,000"], "form.amount"),
        (Amount, vec!["51.00"], "form.too_large"),
        (Amount, vec!["50.01"], "form.too_large"),
        (Url, vec!["javascript:alert(1)"], "form.url"),
        (Url, vec!["http://shop.example.com"], "form.url"),
        (Url, vec!["https://"], "form.url"),
        (Url, vec!["https://localhost"], "form.url"),
        (Url, vec!["https://shop.example.com@evil.example"], "form.url"),
        (Url, vec!["https://shop.example.com/a b"], "form.url"),
        (Url, vec!["https://shop.example.com\" onclick=\"x"], "form.url"),
        (Phone, vec!["10011112222"], "form.phone"),
        (Phone, vec!["1380013800１"], "form.phone"),
        (CitizenNumber, vec!["320102199001011233"], "form.citizen_number"),
        (CitizenNumber, vec!["320102299001011239"], "form.citizen_number"),
        (CreditCode, vec!["91320102MA1XY2T8XK"], "form.credit_code"),
        (CreditCode, vec!["');DROP TABLE x;--"], "form.credit_code"),
    ] {
        let shown: String = values.concat().chars().take(30).collect();
        assert_eq!(code(kind, &values), expected, "{kind:?} {shown}");
    }
}

#[test]
fn what_people_write_is_kept_as_they_mean_it() {
    use ElementType::*;
    for (kind, value, expected) in [
        (Text, "  王小明 ", "王小明"),
        (Text, "𠮷野家", "𠮷野家"),
        (Text, "㐂·阿卜杜拉👨‍👩‍👧", "㐂·阿卜杜拉👨‍👩‍👧"),
        (Text, "<script>alert(1)</script>", "<script>alert(1)</script>"),
        (Textarea, "第一行\r\n第二行", "第一行\r\n第二行"),
        (Number, "007", "7"),
        (Amount, "12.50", "12.50"),
        (Amount, "50.00", "50.00"),
        (Date, "2024-02-29", "2024-02-29"),
        (Phone, "13800138000", "13800138000"),
        (Url, "https://shop.example.com/1?a=b#c", "https://shop.example.com/1?a=b#c"),
        (Url, "https://网店.中国:8443/店", "https://网店.中国:8443/店"),
        (Phone, "0512-65123456", "0512-65123456"),
        (CitizenNumber, "11010519491231002x", "11010519491231002X"),
        (CreditCode, "91320102ma1xy2t8xj", "91320102MA1XY2T8XJ"),
        (Radio, "甲", "甲"),
    ] {
        assert_eq!(kept(kind, value), expected, "{kind:?} {value}");
    }
    assert_eq!(answer(Checkbox, &["甲", "乙"]).expect("both boxes"), ["甲", "乙"]);
}

#[test]
fn only_what_is_asked_is_kept_and_what_is_given_is_added() {
    let mut parsed = parse_sources(&small()).expect("the fixture has no mistake");
    let mut item = parsed.base_items.remove(0);
    item.pages[0].fields.retain(|field| field.element != "place.kind");
    item.given.insert("place.kind".into(), "食堂".into());
    let catalogue = Catalogue { dictionary: parsed.dictionary, ..Catalogue::default() };
    let said = |pairs: &[(&str, &str)]| -> Answers {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    };
    let refusals = check_answers(&catalogue, &item, &said(&[("trade.name", "甲记")]), today()).unwrap_err();
    assert_eq!(refusals[0].field.as_deref(), Some("place.area"), "a given answer makes a condition hold");
    let hacked = said(&[("trade.name", "甲记"), ("hack", "1"), ("place.kind", "店铺")]);
    let refusals = check_answers(&catalogue, &item, &hacked, today()).unwrap_err();
    let named: Vec<_> = refusals.iter().map(|r| (r.code, r.field.as_deref().unwrap_or_default())).collect();
    assert_eq!(named, [("form.required", "place.area"), ("form.unknown", "hack")]);
    let all = said(&[("trade.name", "甲记"), ("place.area", "20"), ("place.kind", "店铺")]);
    let kept = check_answers(&catalogue, &item, &all, today()).expect("complete");
    assert_eq!(kept, said(&[("trade.name", "甲记"), ("place.area", "20"), ("place.kind", "食堂")]));
}

#[test]
fn a_condition_of_another_answer_makes_a_field_required() {
    let mut parsed = parse_sources(&small()).expect("the fixture has no mistake");
    let item = parsed.base_items.remove(0);
    let catalogue = Catalogue { dictionary: parsed.dictionary, ..Catalogue::default() };
    let with = |kind: &str| -> Answers {
        [("trade.name".to_owned(), vec!["甲记".to_owned()]), ("place.kind".to_owned(), vec![kind.to_owned()])]
            .into()
    };
    assert!(check_answers(&catalogue, &item, &with("店铺"), today()).is_ok());
    let refusals = check_answers(&catalogue, &item, &with("食堂"), today()).unwrap_err();
    assert_eq!((refusals[0].code, refusals[0].field.as_deref()), ("form.required", Some("place.area")));
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn any_type() -> impl Strategy<Value = ElementType> {
        use ElementType::*;
        prop::sample::select(vec![
            Text,
            Textarea,
            Date,
            Number,
            Amount,
            Select,
            Radio,
            Checkbox,
            CitizenNumber,
            CreditCode,
            Phone,
            Address,
            Url,
        ])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_text_breaks_a_form_and_what_is_kept_is_kept_again(kind in any_type(), value in "(?s).{0,40}") {
            if let Ok(first) = answer(kind, &[&value]) {
                let values: Vec<&str> = first.iter().map(String::as_str).collect();
                prop_assert_eq!(answer(kind, &values).ok(), Some(first.clone()));
            }
        }
    }
}
