//! Identifier of an electronic seal 印章标识 (esID) as found in GB/T 38540 seals, and the state seal number in it.

use crate::division::DivisionCode;

/// 1 to 64 printable IA5 characters: state seals carry a [`SealNumber`], vendors' own seals UUIDs and other texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealId(String);

/// 14 digits: division 6, serial 8. The same number stands in the subject of the seal's certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealNumber(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealIdError {
    #[error("印章标识应为 1 至 64 个可见的英文字符")]
    Text,
    #[error("印章编号应为 14 位数字：6 位区划代码加 8 位流水号")]
    Number,
}

impl SealId {
    pub fn parse(text: &str) -> Result<SealId, SealIdError> {
        let printable = text.bytes().all(|b| matches!(b, b' '..=b'~'));
        if (1..=64).contains(&text.len()) && printable && !text.trim().is_empty() {
            Ok(SealId(text.to_string()))
        } else {
            Err(SealIdError::Text)
        }
    }

    /// The state seal number, if this is one.
    pub fn number(&self) -> Option<SealNumber> {
        SealNumber::parse(&self.0).ok()
    }
}

impl SealNumber {
    pub fn parse(text: &str) -> Result<SealNumber, SealIdError> {
        if text.len() == 14 && crate::text::all_digits(text) {
            Ok(SealNumber(text.to_string()))
        } else {
            Err(SealIdError::Number)
        }
    }

    /// `division` has 6 digits, `serial` is at most 99,999,999.
    pub fn make(division: &str, serial: u32) -> Result<SealNumber, SealIdError> {
        SealNumber::parse(&format!("{division}{serial:08}"))
    }

    pub fn division(&self) -> DivisionCode {
        DivisionCode::parse(&self.0[..6]).expect("checked when parsed")
    }

    pub fn serial(&self) -> u32 {
        self.0[6..].parse().expect("checked when parsed")
    }
}

impl From<SealNumber> for SealId {
    fn from(number: SealNumber) -> SealId {
        SealId(number.0)
    }
}

crate::text::text_identifier!(SealId, SealIdError);
crate::text::text_identifier!(SealNumber, SealIdError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_real_seals() {
        for text in ["32010600000001", "37030000001721", "53011200000556"] {
            let number = SealId::parse(text).unwrap().number().unwrap();
            assert_eq!(SealNumber::make(number.division().as_str(), number.serial()), Ok(number.clone()));
            assert_eq!(SealId::from(number).as_str(), text);
        }
    }

    #[test]
    fn other_vendors_use_other_texts() {
        let uuid = SealId::parse("6f1c1b9e-3a0e-4c53-9c0a-9a1f8f6a2b11").unwrap();
        assert_eq!(uuid.number(), None);
        assert!(SealId::parse(&"x".repeat(64)).is_ok());
        for wrong in ["", "   ", "印章", "a\nb", &"x".repeat(65)] {
            assert_eq!(SealId::parse(wrong), Err(SealIdError::Text), "{wrong}");
        }
    }

    #[test]
    fn wrong_numbers() {
        for wrong in ["3201060000001", "320106000000011", "3201060000000A", ""] {
            assert_eq!(SealNumber::parse(wrong), Err(SealIdError::Number), "{wrong}");
        }
        assert!(SealNumber::make("3201", 1).is_err());
        assert!(SealNumber::make("320106", 100_000_000).is_err());
    }
}
