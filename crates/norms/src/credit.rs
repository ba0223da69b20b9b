//! Unified social credit code 统一社会信用代码, GB 32100-2015; the organisation code inside it is GB 11714.

use crate::division::DivisionCode;

/// A checked 18-character credit code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    #[error("统一社会信用代码应为 18 位")]
    Length,
    #[error("统一社会信用代码第 {position} 位有误：只能用数字和大写字母，不含 I、O、S、V、Z")]
    Character { position: usize },
    #[error("统一社会信用代码第 3 至 8 位应为 6 位行政区划数字")]
    Division,
    #[error("统一社会信用代码与末位校验码不符，请核对是否输错")]
    Check { expected: char },
}

/// The outer check holds, the organisation code's own does not: seen on real codes, so it stops nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("信用代码中的组织机构代码校验码不符，请留意核对")]
pub struct OrganisationCheckWarning {
    pub expected: char,
}

const SYMBOLS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

impl CreditCode {
    /// Checks length, symbols, the digits of the division and the outer check character.
    ///
    /// Blanks around the code are dropped and lower case is raised. For the inner check see [`CreditCode::warning`].
    pub fn parse(text: &str) -> Result<CreditCode, CreditCodeError> {
        let code = text.trim().to_ascii_uppercase();
        if code.chars().count() != 18 {
            return Err(CreditCodeError::Length);
        }
        if let Some(at) = code.chars().position(|c| symbol_value(c).is_none()) {
            return Err(CreditCodeError::Character { position: at + 1 });
        }
        if !crate::text::all_digits(&code[2..8]) {
            return Err(CreditCodeError::Division);
        }
        let expected = check_character(&code[..17]);
        if !code.ends_with(expected) {
            return Err(CreditCodeError::Check { expected });
        }
        Ok(CreditCode(code))
    }

    /// Composes a code and both its check characters: `org8` are the first 8 characters of the organisation code.
    ///
    /// For registers and fixtures. Fails like [`CreditCode::parse`] on lengths and symbols.
    pub fn make(
        registrar: char,
        category: char,
        division: &str,
        org8: &str,
    ) -> Result<CreditCode, CreditCodeError> {
        if division.chars().count() != 6 || org8.chars().count() != 8 {
            return Err(CreditCodeError::Length);
        }
        let mut code = format!("{registrar}{category}{division}{org8}");
        if let Some(at) = code.chars().position(|c| symbol_value(c).is_none()) {
            return Err(CreditCodeError::Character { position: at + 1 });
        }
        code.push(organisation_check(org8));
        code.push(check_character(&code));
        CreditCode::parse(&code)
    }

    /// Position 1: 1 机构编制, 5 民政, 9 市场监管, others.
    pub fn registrar(&self) -> char {
        self.0.as_bytes()[0] as char
    }

    /// Positions 3–8, where the body was registered.
    pub fn division(&self) -> DivisionCode {
        DivisionCode::parse(&self.0[2..8]).expect("checked when parsed")
    }

    /// Positions 9–17: the organisation code with its own check character.
    pub fn organisation_part(&self) -> &str {
        &self.0[8..17]
    }

    /// What is odd about an accepted code.
    pub fn warning(&self) -> Option<OrganisationCheckWarning> {
        let (body, check) = self.organisation_part().split_at(8);
        let expected = organisation_check(body);
        (!check.starts_with(expected)).then_some(OrganisationCheckWarning { expected })
    }
}

crate::text::text_identifier!(CreditCode, CreditCodeError);

fn symbol_value(c: char) -> Option<u32> {
    SYMBOLS.find(c).map(|at| at as u32)
}

fn check_character(body: &str) -> char {
    let sum: u32 =
        body.chars().filter_map(symbol_value).zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    SYMBOLS.as_bytes()[(31 - sum as usize % 31) % 31] as char
}

/// GB 11714: `X` stands for 10, and 11 becomes 0.
fn organisation_check(body: &str) -> char {
    let values = body.chars().filter_map(crate::text::base_36);
    let sum: u32 = values.zip(ORGANISATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
    match 11 - sum % 11 {
        11 => '0',
        10 => 'X',
        digit => (b'0' + digit as u8) as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REAL: [&str; 11] = [
        "11100000000013338W",
        "11110000000021135M",
        "11430000006122244L",
        "11330105002500287C",
        "11220000013544541J",
        "11450000007565194H",
        "12441500196720244T",
        "11370306MB2867521U",
        "11370800MB28559184",
        "12100000000018032A",
        "91350100M000100Y43",
    ];
    const SYNTHETIC: [&str; 3] = ["113200000014009035", "11320500MB0X12343N", "91320102MA1XY2T8XJ"];

    #[test]
    fn real_and_synthetic_codes_pass_both_checks() {
        for code in REAL.iter().chain(&SYNTHETIC) {
            let parsed = CreditCode::parse(code).unwrap();
            assert_eq!(parsed.as_str(), *code);
            assert_eq!(parsed.warning(), None, "{code}");
        }
    }

    #[test]
    fn tells_each_fault_apart() {
        assert_eq!(CreditCode::parse("1110000000001333W"), Err(CreditCodeError::Length));
        let with_letter_o = CreditCode::parse("1110000000O013338W");
        assert_eq!(with_letter_o, Err(CreditCodeError::Character { position: 11 }));
        assert!(with_letter_o.unwrap_err().to_string().contains("第 11 位"));
        assert_eq!(CreditCode::parse("111A0000000013338W"), Err(CreditCodeError::Division));
        assert_eq!(CreditCode::parse("11100000000013338X"), Err(CreditCodeError::Check { expected: 'W' }));
    }

    #[test]
    fn parts() {
        let code = CreditCode::parse(" 91320102ma1xy2t8xj ").unwrap();
        assert_eq!(code.registrar(), '9');
        assert_eq!(code.division().as_str(), "320102");
        assert_eq!(code.organisation_part(), "MA1XY2T8X");
    }

    #[test]
    fn makes_the_synthetic_codes() {
        for (code, parts) in [
            ("113200000014009035", ('1', '1', "320000", "00140090")),
            ("11320500MB0X12343N", ('1', '1', "320500", "MB0X1234")),
            ("91320102MA1XY2T8XJ", ('9', '1', "320102", "MA1XY2T8")),
        ] {
            assert_eq!(CreditCode::make(parts.0, parts.1, parts.2, parts.3).unwrap().as_str(), code);
        }
        assert_eq!(CreditCode::make('1', '1', "3200", "00140090"), Err(CreditCodeError::Length));
        let with_i = CreditCode::make('1', '1', "320000", "I0140090");
        assert_eq!(with_i, Err(CreditCodeError::Character { position: 9 }));
    }

    #[test]
    fn a_broken_inner_check_only_warns() {
        let body = "11320000001400904"; // the organisation check should be 3
        let code = CreditCode::parse(&format!("{body}{}", check_character(body))).unwrap();
        assert_eq!(code.warning(), Some(OrganisationCheckWarning { expected: '3' }));
    }

    proptest! {
        #[test]
        fn a_single_wrong_character_is_always_found(which in 0usize..11, at in 0usize..18, to in "[0-9A-Z]") {
            let mut wrong = REAL[which].to_string();
            wrong.replace_range(at..=at, &to);
            prop_assert_eq!(CreditCode::parse(&wrong).is_ok(), wrong == REAL[which]);
        }

        #[test]
        fn whatever_is_made_parses_without_a_warning(
            head in "[159][1-9]", division in "[0-9]{6}", org8 in "[0-9A-HJ-NP-RT-UW-Y]{8}",
        ) {
            let mut head = head.chars();
            let (registrar, category) = (head.next().unwrap(), head.next().unwrap());
            let code = CreditCode::make(registrar, category, &division, &org8).unwrap();
            prop_assert_eq!(code.warning(), None);
            prop_assert_eq!(serde_json::from_str::<CreditCode>(&serde_json::to_string(&code).unwrap()).unwrap(), code);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,20}") {
            let _ = CreditCode::parse(&text);
        }
    }
}
