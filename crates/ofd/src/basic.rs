//! The simple types of GB/T 33190 §7.3 as text: numbers, arrays, boxes.

use crate::model::{Matrix, Rect};

/// Micrometres are finer than any printer; six digits keep what transformations multiply.
pub(crate) fn number(value: f64) -> String {
    let mut out = String::new();
    push_number(&mut out, value);
    out
}

/// Most of a page is numbers: they are written in whole millionths, which gives the digits of `{}` in a
/// fraction of its time.
pub(crate) fn push_number(out: &mut String, value: f64) {
    const MILLION: u64 = 1_000_000;
    let millionths = (value * 1e6).round();
    if millionths.is_nan() || millionths.abs() >= 1e15 {
        out.push_str(&format!("{}", millionths / 1e6));
        return;
    }
    if millionths < 0.0 {
        out.push('-');
    }
    let millionths = millionths.abs() as u64;
    let (whole, mut rest) = (millionths / MILLION, millionths % MILLION);
    let mut digits = [b'0'; 10];
    let mut at = digits.len();
    let mut left = whole;
    while left > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
    let mut unit = MILLION / 10;
    if rest > 0 {
        out.push('.');
    }
    while rest > 0 {
        out.push(char::from(b'0' + (rest / unit) as u8));
        (rest, unit) = (rest % unit, unit / 10);
    }
}

pub(crate) fn array(values: &[f64]) -> String {
    let mut out = String::new();
    push_array(&mut out, values);
    out
}

pub(crate) fn push_array(out: &mut String, values: &[f64]) {
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            out.push(' ');
        }
        push_number(out, *value);
    }
}

pub(crate) fn rect(rect: &Rect) -> String {
    array(&[rect.x, rect.y, rect.w, rect.h])
}

/// Steps between glyphs with `g n v` for n equal ones (GB/T 33190 §11.3).
pub(crate) fn deltas(values: &[f64]) -> String {
    /// Shorter runs gain nothing.
    const WORTH: usize = 4;
    let mut words: Vec<String> = vec![];
    for run in values.chunk_by(|a, b| a == b) {
        let value = number(run[0]);
        if run.len() >= WORTH {
            words.push(format!("g {} {value}", run.len()));
        } else {
            words.extend(std::iter::repeat_n(value, run.len()));
        }
    }
    words.join(" ")
}

/// A finite number of a size a page can have.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() < 1e9)
}

/// Numbers between white space or commas; `None` when one of them is none.
pub(crate) fn parse_array(text: &str) -> Option<Vec<f64>> {
    words(text).map(parse_number).collect()
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

pub(crate) fn parse_rect(text: &str) -> Option<Rect> {
    match parse_array(text)?[..] {
        [x, y, w, h] => Some(Rect::new(x, y, w, h)),
        _ => None,
    }
}

pub(crate) fn parse_matrix(text: &str) -> Option<Matrix> {
    parse_array(text)?.try_into().ok()
}

/// The steps for at most `most` glyphs, `g n v` written out; what is no number ends them.
pub(crate) fn parse_deltas(text: &str, most: usize) -> Vec<f64> {
    let mut values = vec![];
    let mut words = words(text);
    while let Some(word) = words.next() {
        let (count, value) = if word.eq_ignore_ascii_case("g") {
            (words.next().and_then(|count| count.parse::<usize>().ok()), words.next())
        } else {
            (Some(1), Some(word))
        };
        let (Some(count), Some(value)) = (count, value.and_then(parse_number)) else { break };
        let room = most - values.len();
        values.extend(std::iter::repeat_n(value, count.min(room)));
        if values.len() == most {
            break;
        }
    }
    values
}

/// `true`, `TRUE`, `1`; what is neither true nor false is `default`.
pub(crate) fn parse_bool(text: Option<&str>, default: bool) -> bool {
    match text.map(|text| text.trim().to_ascii_lowercase()).as_deref() {
        Some("true" | "1") => true,
        Some("false" | "0") => false,
        _ => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_without_exponent() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(-0.000_000_1), "0");
        assert_eq!(number(297.0), "297");
        assert_eq!(number(1e8), "100000000");
        assert_eq!(number(-12.050_000_4), "-12.05");
        assert_eq!(number(0.000_001), "0.000001");
        assert_eq!(number(999_999_999.999_999), "999999999.999999");
    }

    proptest::proptest! {
        #[test]
        fn numbers_have_the_digits_of_display(value in -1e9..1e9f64, small in -2.0..2.0f64) {
            for value in [value, small] {
                let rounded = (value * 1e6).round() / 1e6 + 0.0;
                proptest::prop_assert_eq!(number(value), format!("{rounded}"));
            }
        }
    }

    #[test]
    fn equal_steps_are_counted_and_come_back() {
        let steps = [3.5, 3.5, 3.5, 3.5, 1.0, 2.0, 2.0];
        assert_eq!(deltas(&steps), "g 4 3.5 1 2 2");
        assert_eq!(parse_deltas("g 4 3.5 1 2 2", 100), steps);
    }

    #[test]
    fn a_step_for_a_billion_glyphs_sets_nothing_aside() {
        assert_eq!(parse_deltas("g 4000000000 1", 3), [1.0; 3]);
        assert_eq!(parse_deltas("1 g x 2", 9), [1.0]);
        assert_eq!(parse_deltas("g", 9), [0.0; 0]);
    }

    #[test]
    fn numbers_that_are_none_are_none() {
        assert_eq!(parse_number("NaN"), None);
        assert_eq!(parse_number("1e300"), None);
        assert_eq!(parse_rect("0 0 210"), None);
        assert_eq!(parse_rect(" 0,0,210 297 "), Some(Rect::new(0.0, 0.0, 210.0, 297.0)));
    }
}
