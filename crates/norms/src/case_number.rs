//! Case number 办件编号, the short ticket for people, and the query password.
//!
//! The nation fixes only that a case number is unique, at most 50 characters and the same in every record
//! (GB/T 39046); the structure here is the product's own. Who hands out serials is not decided here.

use crate::day::Day;
use crate::item_code::{HandlingCode, ItemCodeError};

/// 46 characters: handling-item code 33, day of filing 8, daily serial of that item 5 (from 1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseNumber(String);

/// `3205-20260924-000017`: city 4 digits, day of filing, daily serial of the city 6 digits (from 1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseNumberError {
    #[error("办件编号应为 46 位")]
    Form,
    #[error("办件编号中的业务办理项编码有误：{0}")]
    Item(#[from] ItemCodeError),
    #[error("办件编号中的日期不存在")]
    Day,
    #[error("流水号超出范围")]
    Serial,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("查询号应形如 3205-20260924-000017")]
pub struct TicketError;

impl CaseNumber {
    /// `serial` is 1..=99,999; it may have gaps.
    pub fn make(item: &HandlingCode, day: Day, serial: u32) -> Result<CaseNumber, CaseNumberError> {
        if !(1..=99_999).contains(&serial) {
            return Err(CaseNumberError::Serial);
        }
        Ok(CaseNumber(format!("{item}{}{serial:05}", day.basic())))
    }

    pub fn parse(text: &str) -> Result<CaseNumber, CaseNumberError> {
        if text.len() != 46 || !text.is_ascii() {
            return Err(CaseNumberError::Form);
        }
        let item = HandlingCode::parse(&text[..33])?;
        let day = Day::parse_basic(&text[33..41]).map_err(|_| CaseNumberError::Day)?;
        let serial = &text[41..];
        if !crate::text::all_digits(serial) {
            return Err(CaseNumberError::Serial);
        }
        CaseNumber::make(&item, day, serial.parse().map_err(|_| CaseNumberError::Serial)?)
    }

    pub fn item(&self) -> HandlingCode {
        HandlingCode::parse(&self.0[..33]).expect("checked when parsed")
    }

    pub fn day(&self) -> Day {
        Day::parse_basic(&self.0[33..41]).expect("checked when parsed")
    }

    pub fn serial(&self) -> u32 {
        self.0[41..].parse().expect("checked when parsed")
    }
}

impl Ticket {
    /// `city` is the first 4 digits of the division code; `serial` is 1..=999,999.
    pub fn make(city: &str, day: Day, serial: u32) -> Result<Ticket, TicketError> {
        if city.len() != 4 || !crate::text::all_digits(city) || !(1..=999_999).contains(&serial) {
            return Err(TicketError);
        }
        Ok(Ticket(format!("{city}-{}-{serial:06}", day.basic())))
    }

    /// Reads what people type: blanks are dropped, wide characters made narrow, and the two hyphens may be missing.
    pub fn parse(text: &str) -> Result<Ticket, TicketError> {
        let dash = |c: &char| matches!(c, '-' | '－' | '—' | '–' | '‐') || c.is_whitespace();
        let digits: String = text.chars().filter(|c| !dash(c)).map(crate::text::narrow).collect();
        if digits.len() != 18 || !crate::text::all_digits(&digits) {
            return Err(TicketError);
        }
        let day = Day::parse_basic(&digits[4..12]).map_err(|_| TicketError)?;
        Ticket::make(&digits[..4], day, digits[12..].parse().map_err(|_| TicketError)?)
    }

    pub fn city(&self) -> &str {
        &self.0[..4]
    }

    pub fn day(&self) -> Day {
        Day::parse_basic(&self.0[5..13]).expect("checked when parsed")
    }

    pub fn serial(&self) -> u32 {
        self.0[14..].parse().expect("checked when parsed")
    }
}

crate::text::text_identifier!(CaseNumber, CaseNumberError);
crate::text::text_identifier!(Ticket, TicketError);

/// No 0, O, 1, I or L: the code is read aloud at windows and over the telephone.
const QUERY_ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// A short password to be typed by people, one character for each random byte of the caller: six go with a
/// ticket, eight stand for a show code.
///
/// Six are about 29 bits, eight about 39: enough against guessing only together with a limit on attempts.
pub fn query_code<const N: usize>(random: [u8; N]) -> String {
    random.iter().map(|byte| QUERY_ALPHABET[usize::from(*byte) % QUERY_ALPHABET.len()] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASE: &str = "1132000000140090352000123014000012026092400017";

    fn item() -> HandlingCode {
        HandlingCode::parse(&CASE[..33]).unwrap()
    }

    #[test]
    fn the_example_is_made_and_read() {
        let day = Day::new(2026, 9, 24).unwrap();
        let case = CaseNumber::make(&item(), day, 17).unwrap();
        assert_eq!(case.as_str(), CASE);
        let read = CaseNumber::parse(CASE).unwrap();
        assert_eq!((read.item(), read.day(), read.serial()), (item(), day, 17));
    }

    #[test]
    fn tells_each_fault_apart() {
        assert_eq!(CaseNumber::parse(&CASE[..45]), Err(CaseNumberError::Form));
        assert!(matches!(CaseNumber::parse(&CASE.replace("09035", "09036")), Err(CaseNumberError::Item(_))));
        assert_eq!(CaseNumber::parse(&CASE.replace("20260924", "20260931")), Err(CaseNumberError::Day));
        assert_eq!(CaseNumber::parse(&CASE.replace("00017", "00000")), Err(CaseNumberError::Serial));
        assert_eq!(CaseNumber::parse(&CASE.replace("00017", "+0017")), Err(CaseNumberError::Serial));
        assert_eq!(CaseNumber::make(&item(), Day::MAX, 100_000), Err(CaseNumberError::Serial));
    }

    #[test]
    fn tickets() {
        let ticket = Ticket::make("3205", Day::new(2026, 9, 24).unwrap(), 17).unwrap();
        assert_eq!(ticket.as_str(), "3205-20260924-000017");
        assert_eq!((ticket.city(), ticket.serial(), ticket.day().basic().as_str()), ("3205", 17, "20260924"));
        assert_eq!(Ticket::parse(" 320520260924000017 "), Ok(ticket));
        for wrong in [
            "3205-20260931-000017",
            "3205-20260924-000000",
            "320-20260924-000017",
            "",
            "3205-20260924-00001X",
        ] {
            assert_eq!(Ticket::parse(wrong), Err(TicketError), "{wrong}");
        }
        assert!(Ticket::make("32AB", Day::MAX, 1).is_err());
    }

    #[test]
    fn query_codes_are_unambiguous() {
        assert_eq!(query_code([0, 30, 31, 8, 255, 7]), "2Z2A99");
        assert!(QUERY_ALPHABET.iter().all(|c| !b"0O1IL".contains(c)));
    }

    proptest! {
        #[test]
        fn numbers_round_trip(days in 0i32..36_500, serial in 1u32..100_000) {
            let day = Day::new(1990, 1, 1).unwrap().plus(days);
            let case = CaseNumber::make(&item(), day, serial).unwrap();
            prop_assert_eq!(case.as_str().len(), 46);
            prop_assert_eq!(CaseNumber::parse(case.as_str()), Ok(case));
            let ticket = Ticket::make("3201", day, serial).unwrap();
            prop_assert_eq!(Ticket::parse(ticket.as_str()), Ok(ticket));
        }

        #[test]
        fn query_codes_have_six_letters_of_the_alphabet(random: [u8; 6]) {
            let code = query_code(random);
            prop_assert!(code.len() == 6 && code.bytes().all(|b| QUERY_ALPHABET.contains(&b)));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,50}") {
            let _ = CaseNumber::parse(&text);
            let _ = Ticket::parse(&text);
        }
    }
}
