//! Masking of personal data for lists, logs and publication (PIPL; the defaults are the product's own).
//!
//! Every function takes any text and gives too little rather than too much: what it does not recognise it hides.
//! Credit codes of companies are not masked.

use crate::division::{Division, divisions};

const HIDDEN: &str = "***";

/// `张*`, `李*敏`: the family name's first character, and the last one of names of three or more.
pub fn name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    match chars[..] {
        [] => String::new(),
        [_] => "*".to_string(),
        [first, _] => format!("{first}*"),
        [first, .., last] => format!("{first}{}{last}", "*".repeat(chars.len() - 2)),
    }
}

/// `320***********1232` for 18 characters; of passports and other numbers only the last two stay.
pub fn citizen_number(number: &str) -> String {
    let chars: Vec<char> = number.trim().chars().collect();
    if chars.len() == 18 { keep(&chars, 3, 4) } else { keep_end_of_at_least(&chars, 2, 6) }
}

/// `138****3210`; a fixed line keeps its area code: `025-****1234`.
pub fn phone(phone: &str) -> String {
    let phone = phone.trim();
    let chars: Vec<char> = phone.chars().collect();
    if let Some((area, line)) = phone.split_once('-')
        && (3..=4).contains(&area.len())
        && area.starts_with('0')
    {
        let line: Vec<char> = line.chars().collect();
        return format!("{area}-{}", keep_end_of_at_least(&line, 4, 7));
    }
    if chars.len() == 11 { keep(&chars, 3, 4) } else { keep_end_of_at_least(&chars, 4, 8) }
}

/// `****6789`, the last four of a card or account of at least eight; its length is hidden too.
pub fn bank_card(number: &str) -> String {
    let chars: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).collect();
    if chars.len() < 8 {
        return "****".to_string();
    }
    format!("****{}", chars[chars.len() - 4..].iter().collect::<String>())
}

/// `江苏省南京市玄武区***`: nothing below the county stays. An address without a county of ours in front is cut after
/// its province or city, and hidden altogether when it has neither.
pub fn address(address: &str) -> String {
    let address = address.trim();
    if address.is_empty() {
        return String::new();
    }
    let kept = county_end(address).or_else(|| foreign_end(address)).unwrap_or(0);
    format!("{}{HIDDEN}", &address[..kept])
}

/// Where the county's name ends, province and city being optional in front of it.
fn county_end(address: &str) -> Option<usize> {
    let by_level = |wanted| divisions().iter().filter(move |d| d.level == wanted);
    let strip = |text, division: &Division| str::strip_prefix(text, division.name).map(str::len);
    let mut rest = address.strip_prefix("江苏省").unwrap_or(address);
    let mut city = None;
    for candidate in by_level(crate::DivisionLevel::City) {
        if let Some(left) = strip(rest, candidate) {
            rest = &rest[rest.len() - left..];
            city = Some(candidate.code);
            break;
        }
    }
    let counties = by_level(crate::DivisionLevel::County).filter(|d| city.is_none() || d.parent == city);
    match counties.filter_map(|county| strip(rest, county)).min() {
        Some(left) => Some(address.len() - left),
        // The city alone, when its county is missing or unknown.
        None => city.map(|_| address.len() - rest.len()),
    }
}

/// For other provinces: the end of the province or city in front, counting no further than people write such names.
fn foreign_end(address: &str) -> Option<usize> {
    const LONGEST_NAME: usize = 12;
    let mut end = None;
    for (at, c) in address.char_indices().take(LONGEST_NAME) {
        match c {
            '省' | '市' => end = Some(at + c.len_utf8()),
            '县' | '乡' | '镇' | '街' | '路' | '巷' | '村' | '号' | '0'..='9' => break,
            _ => {}
        }
    }
    end
}

fn keep(chars: &[char], front: usize, back: usize) -> String {
    let hidden = chars.len() - front - back;
    let front: String = chars[..front].iter().collect();
    let back: String = chars[chars.len() - back..].iter().collect();
    format!("{front}{}{back}", "*".repeat(hidden))
}

/// Short texts are hidden whole: the end of five characters would be most of them.
fn keep_end_of_at_least(chars: &[char], back: usize, least: usize) -> String {
    if chars.len() < least { "*".repeat(chars.len()) } else { keep(chars, 0, back) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        for (full, masked) in
            [("张三", "张*"), ("李小敏", "李*敏"), ("欧阳小敏", "欧**敏"), ("王", "*"), ("", "")]
        {
            assert_eq!(name(full), masked);
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(citizen_number("320102199001011232"), "320***********1232");
        assert_eq!(citizen_number("E12345678"), "*******78");
        assert_eq!(citizen_number("E1234"), "*****");
        assert_eq!(phone("13800003210"), "138****3210");
        assert_eq!(phone("025-83661234"), "025-****1234");
        assert_eq!(phone("0512-110"), "0512-***");
        assert_eq!(phone("12345"), "*****");
        assert_eq!(bank_card("6222 0212 3456 6789"), "****6789");
        assert_eq!(bank_card("6789"), "****");
    }

    #[test]
    fn addresses_stop_at_the_county() {
        for (full, masked) in [
            ("江苏省南京市玄武区北京东路41号", "江苏省南京市玄武区***"),
            ("南京市玄武区北京东路41号", "南京市玄武区***"),
            ("江苏省苏州市昆山市玉山镇绿地小区3幢", "江苏省苏州市昆山市***"),
            ("昆山市玉山镇绿地小区3幢", "昆山市***"),
            ("苏州市苏州工业园区星湖街1号", "苏州市苏州工业园区***"),
            ("南京市中山路1号", "南京市***"),
            ("浙江省杭州市西湖区文三路1号", "浙江省杭州市***"),
            ("绿地小区3幢501室", "***"),
            ("", ""),
        ] {
            assert_eq!(address(full), masked, "{full}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_masked_without_a_panic(text in "\\PC{0,30}") {
            for masked in [name(&text), citizen_number(&text), phone(&text), bank_card(&text), address(&text)] {
                prop_assert!(text.trim().chars().count() < 2 || masked.is_empty() || masked.contains('*'));
            }
        }

        #[test]
        fn the_middle_of_a_mobile_number_is_gone(number in "1[3-9][0-9]{9}") {
            let masked = phone(&number);
            prop_assert_eq!(&masked[3..7], "****");
            prop_assert_eq!(masked.len(), 11);
        }
    }
}
