//! Citizen number 公民身份号码, GB 11643-1999.

use std::fmt;

use crate::day::Day;
use crate::division::DivisionCode;

/// A checked 18-character citizen number. `Debug` shows the masked form, so a log line cannot leak it.
///
/// There is no serde form on purpose: a number at rest is encrypted or hashed, which is not this crate's business.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenNumber(String);

/// Why a number was not accepted, in words for the person at the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenNumberError {
    #[error("身份证号码应为 18 位")]
    Length,
    #[error("身份证号码前 17 位应为数字，末位应为数字或 X")]
    Character,
    #[error("身份证号码前两位不是有效的省级代码")]
    Province,
    #[error("身份证号码第 7 至 14 位不是有效的出生日期")]
    BirthDate,
    #[error("身份证号码中的出生日期晚于今天")]
    Future,
    // The right character is for the operator's log only: telling it would help to invent numbers.
    #[error("身份证号码与末位校验码不符，请核对是否输错")]
    Check { expected: char },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub fn name(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
        }
    }
}

/// GB/T 2260 province codes; 81–83 also open the residence permits of HK, Macao and Taiwan residents.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
    61, 62, 63, 64, 65, 71, 81, 82, 83,
];
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

impl CitizenNumber {
    /// Checks form, province, birth date (it exists and is not after `today`) and check character.
    ///
    /// Blanks around the number are dropped and `x` becomes `X`. The county part is not compared with any list:
    /// counties are abolished, numbers stay.
    pub fn parse(text: &str, today: Day) -> Result<CitizenNumber, CitizenNumberError> {
        let text = text.trim();
        if text.chars().count() != 18 {
            return Err(CitizenNumberError::Length);
        }
        let number = text.to_ascii_uppercase();
        let (body, check) = number.split_at_checked(17).ok_or(CitizenNumberError::Character)?;
        if !crate::text::all_digits(body) || !matches!(check.as_bytes(), [b'0'..=b'9' | b'X']) {
            return Err(CitizenNumberError::Character);
        }
        if !body[..2].parse().is_ok_and(|province: u8| PROVINCES.contains(&province)) {
            return Err(CitizenNumberError::Province);
        }
        let birth = Day::parse_basic(&body[6..14]).map_err(|_| CitizenNumberError::BirthDate)?;
        if birth > today {
            return Err(CitizenNumberError::Future);
        }
        let expected = check_character(body);
        if !check.starts_with(expected) {
            return Err(CitizenNumberError::Check { expected });
        }
        Ok(CitizenNumber(number))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn birth(&self) -> Day {
        Day::parse_basic(&self.0[6..14]).expect("checked when parsed")
    }

    /// The sequence number is odd for men and even for women.
    pub fn sex(&self) -> Sex {
        if self.0.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// The county of first registration; the code may be abolished by now.
    pub fn division(&self) -> DivisionCode {
        DivisionCode::parse(&self.0[..6]).expect("checked when parsed")
    }

    /// Completed years of age on `on`; 0 before birth.
    pub fn age(&self, on: Day) -> u32 {
        let birth = self.birth();
        let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
        (on.year() - birth.year() - i32::from(!had_birthday)).max(0) as u32
    }

    /// `320***********1232`, the only form for lists and logs (PIPL).
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.0[..3], &self.0[14..])
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Turns a 15-digit number of before 1999 into today's form, for imports of old archives only.
pub fn upgrade_15(text: &str) -> Result<CitizenNumber, CitizenNumberError> {
    let text = text.trim();
    if text.chars().count() != 15 {
        return Err(CitizenNumberError::Length);
    }
    if !crate::text::all_digits(text) {
        return Err(CitizenNumberError::Character);
    }
    let body = format!("{}19{}", &text[..6], &text[6..]);
    let check = check_character(&body);
    // Such numbers were given out until 1999, so none of them can lie in the future.
    CitizenNumber::parse(&format!("{body}{check}"), Day::MAX)
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
fn check_character(body: &str) -> char {
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECK_CHARACTERS[sum as usize % 11]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Day {
        Day::new(2026, 9, 24).unwrap()
    }

    fn parse(text: &str) -> Result<CitizenNumber, CitizenNumberError> {
        CitizenNumber::parse(text, today())
    }

    const GOOD: [&str; 4] =
        ["11010519491231002X", "440524188001010014", "320102199001011232", "320583200002290013"];

    #[test]
    fn accepts_the_published_numbers() {
        for number in GOOD {
            assert_eq!(parse(number).unwrap().as_str(), number);
        }
        assert_eq!(parse(" 11010519491231002x ").unwrap().as_str(), "11010519491231002X");
    }

    #[test]
    fn tells_each_fault_apart() {
        assert_eq!(parse("32010219900101123"), Err(CitizenNumberError::Length));
        assert_eq!(parse("3201021990010112A2"), Err(CitizenNumberError::Character));
        assert_eq!(parse("3２0102199001011232"), Err(CitizenNumberError::Character));
        assert_eq!(parse("990102199001011232"), Err(CitizenNumberError::Province));
        assert_eq!(parse("320583190002290017"), Err(CitizenNumberError::BirthDate));
        assert_eq!(parse("32010219900101123X"), Err(CitizenNumberError::Check { expected: '2' }));
        let tomorrow_only = CitizenNumber::parse("320102199001011232", Day::new(1989, 12, 31).unwrap());
        assert_eq!(tomorrow_only, Err(CitizenNumberError::Future));
        assert!(!CitizenNumberError::Check { expected: '2' }.to_string().contains('2'));
    }

    #[test]
    fn says_what_it_knows() {
        let number = parse("320102199001011232").unwrap();
        assert_eq!(number.birth(), Day::new(1990, 1, 1).unwrap());
        assert_eq!(number.sex(), Sex::Male);
        assert_eq!(number.division().as_str(), "320102");
        assert_eq!(number.masked(), "320***********1232");
        assert_eq!(format!("{number:?}"), "320***********1232");
        assert_eq!(
            (number.age(Day::new(2019, 12, 31).unwrap()), number.age(Day::new(2020, 1, 1).unwrap())),
            (29, 30)
        );
        assert_eq!(parse("11010519491231002X").unwrap().sex(), Sex::Female);
    }

    #[test]
    fn residence_permits_pass() {
        let body = "81000019900101123";
        assert!(parse(&format!("{body}{}", check_character(body))).is_ok());
    }

    #[test]
    fn old_numbers_are_upgraded() {
        assert_eq!(upgrade_15("110105491231002").unwrap().as_str(), "11010519491231002X");
        assert_eq!(upgrade_15("320102900101123").unwrap().as_str(), "320102199001011232");
        assert_eq!(upgrade_15("320102900231123"), Err(CitizenNumberError::BirthDate));
        assert_eq!(upgrade_15("32010290010112"), Err(CitizenNumberError::Length));
        assert_eq!(upgrade_15("32010290010112X"), Err(CitizenNumberError::Character));
    }

    proptest! {
        #[test]
        fn a_single_wrong_character_is_always_found(which in 0usize..4, at in 0usize..18, to in "[0-9X]") {
            let number = GOOD[which];
            let mut wrong = number.to_string();
            wrong.replace_range(at..=at, &to);
            prop_assert_eq!(parse(&wrong).is_ok(), wrong == number);
        }

        #[test]
        fn swapped_neighbours_are_found(which in 0usize..4, at in 0usize..17) {
            let number = GOOD[which];
            let mut bytes = number.as_bytes().to_vec();
            bytes.swap(at, at + 1);
            let wrong = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(parse(&wrong).is_ok(), wrong == number);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,20}") {
            let _ = parse(&text);
            let _ = upgrade_15(&text);
        }
    }
}
