//! Codes of service items, GB/T 39554.1-2020: what the catalogue, an implementing body and a handling item are called.

use crate::codes::{ItemType, Level};
use crate::credit::{CreditCode, CreditCodeError};

/// Basic code 基本编码, 12 digits: owner 2, type 2, guiding department 2, main item 3, sub item 3.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseCode(String);

/// Implementation code 实施编码, 31 characters: credit code of the body 18, level 1, basic code 12.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemCode(String);

/// Handling-item code 业务办理项编码, 33 characters: implementation code 31, sequence 01–99.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandlingCode(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemCodeError {
    #[error("{what}应为 {length} 位")]
    Length { what: &'static str, length: usize },
    #[error("事项编码的基本编码部分只能是数字")]
    Digits,
    #[error("事项编码中的事项类型代码不存在")]
    ItemType,
    #[error("事项编码中的行使层级应为 1 至 7")]
    Level,
    #[error("事项编码中的实施主体代码有误：{0}")]
    Body(#[from] CreditCodeError),
    #[error("业务办理项序号应为 01 至 99")]
    Sequence,
}

impl BaseCode {
    pub fn parse(text: &str) -> Result<BaseCode, ItemCodeError> {
        if text.chars().count() != 12 {
            return Err(ItemCodeError::Length { what: "基本编码", length: 12 });
        }
        if !crate::text::all_digits(text) {
            return Err(ItemCodeError::Digits);
        }
        if !ItemType::is_code(&text[2..4]) {
            return Err(ItemCodeError::ItemType);
        }
        Ok(BaseCode(text.to_string()))
    }

    /// `owner` and `guiding` have 2 digits each; `main` and `sub` at most 999, a `sub` of 0 meaning none.
    pub fn compose(
        owner: &str,
        item_type: ItemType,
        guiding: &str,
        main: u16,
        sub: u16,
    ) -> Result<BaseCode, ItemCodeError> {
        if owner.len() != 2 || guiding.len() != 2 {
            return Err(ItemCodeError::Length { what: "目录归属和指导部门代码", length: 2 });
        }
        BaseCode::parse(&format!("{owner}{}{guiding}{main:03}{sub:03}", item_type.code()))
    }

    /// `00` for the national catalogue, else the province that owns the item.
    pub fn owner(&self) -> &str {
        &self.0[..2]
    }

    pub fn item_type_code(&self) -> &str {
        &self.0[2..4]
    }

    /// None for the provinces' own extension types (11–19, 21 and above).
    pub fn item_type(&self) -> Option<ItemType> {
        ItemType::from_code(self.item_type_code())
    }

    pub fn guiding(&self) -> &str {
        &self.0[4..6]
    }

    pub fn main(&self) -> &str {
        &self.0[6..9]
    }

    /// `000` when there is no sub item.
    pub fn sub(&self) -> &str {
        &self.0[9..]
    }
}

impl ItemCode {
    pub fn parse(text: &str) -> Result<ItemCode, ItemCodeError> {
        if text.chars().count() != 31 || !text.is_ascii() {
            return Err(ItemCodeError::Length { what: "实施编码", length: 31 });
        }
        let body = CreditCode::parse(&text[..18])?;
        let level = Level::from_code(&text[18..19]).ok_or(ItemCodeError::Level)?;
        Ok(ItemCode::compose(&body, level, &BaseCode::parse(&text[19..])?))
    }

    pub fn compose(body: &CreditCode, level: Level, base: &BaseCode) -> ItemCode {
        ItemCode(format!("{body}{}{base}", level.code()))
    }

    pub fn body(&self) -> CreditCode {
        CreditCode::parse(&self.0[..18]).expect("checked when parsed")
    }

    pub fn level(&self) -> Level {
        Level::from_code(&self.0[18..19]).expect("checked when parsed")
    }

    pub fn base(&self) -> BaseCode {
        BaseCode(self.0[19..].to_string())
    }

    /// Whether a foreign implementation code may be stored as it came: up to 36 letters and digits (GB/T 39046 and
    /// older provincial codes). Ours always have 31 and pass [`ItemCode::parse`].
    pub fn is_storable_foreign(text: &str) -> bool {
        (1..=36).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    }
}

impl HandlingCode {
    pub fn parse(text: &str) -> Result<HandlingCode, ItemCodeError> {
        if text.chars().count() != 33 || !text.is_ascii() {
            return Err(ItemCodeError::Length { what: "业务办理项编码", length: 33 });
        }
        let item = ItemCode::parse(&text[..31])?;
        if !crate::text::all_digits(&text[31..]) {
            return Err(ItemCodeError::Sequence);
        }
        HandlingCode::compose(&item, text[31..].parse().map_err(|_| ItemCodeError::Sequence)?)
    }

    /// `sequence` is 1..=99.
    pub fn compose(item: &ItemCode, sequence: u8) -> Result<HandlingCode, ItemCodeError> {
        if !(1..=99).contains(&sequence) {
            return Err(ItemCodeError::Sequence);
        }
        Ok(HandlingCode(format!("{item}{sequence:02}")))
    }

    pub fn item(&self) -> ItemCode {
        ItemCode(self.0[..31].to_string())
    }

    pub fn sequence(&self) -> u8 {
        self.0[31..].parse().expect("checked when parsed")
    }
}

crate::text::text_identifier!(BaseCode, ItemCodeError);
crate::text::text_identifier!(ItemCode, ItemCodeError);
crate::text::text_identifier!(HandlingCode, ItemCodeError);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SYNTHETIC: &str = "113200000014009035200012301400001";

    #[test]
    fn real_codes_decompose() {
        let guangxi = HandlingCode::parse("11450000007565194H200011501500504").unwrap();
        assert_eq!(guangxi.sequence(), 4);
        assert_eq!(guangxi.item().level(), Level::Province);
        assert_eq!(guangxi.item().body().as_str(), "11450000007565194H");
        let base = guangxi.item().base();
        assert_eq!(
            (base.owner(), base.item_type_code(), base.guiding(), base.main(), base.sub()),
            ("00", "01", "15", "015", "005")
        );
        assert_eq!(base.item_type(), Some(ItemType::AdministrativeLicence));
    }

    #[test]
    fn extension_types_have_a_code_but_no_name() {
        let shanwei = ItemCode::parse("12441500196720244T3442199806003").unwrap();
        assert_eq!(
            (shanwei.level(), shanwei.base().item_type(), shanwei.base().item_type_code()),
            (Level::City, None, "21")
        );
        let jining = ItemCode::parse("11370800MB285591843370117002011").unwrap();
        assert_eq!((jining.level(), jining.base().owner()), (Level::City, "37"));
    }

    #[test]
    fn the_synthetic_code_is_composed_from_its_parts() {
        let base = BaseCode::compose("00", ItemType::AdministrativeLicence, "23", 14, 0).unwrap();
        assert_eq!(base.as_str(), "000123014000");
        let body = CreditCode::parse("113200000014009035").unwrap();
        let item = ItemCode::compose(&body, Level::Province, &base);
        assert_eq!(item.as_str(), "1132000000140090352000123014000");
        assert_eq!(HandlingCode::compose(&item, 1).unwrap().as_str(), SYNTHETIC);
        assert_eq!(HandlingCode::parse(SYNTHETIC).unwrap().item(), item);
        assert!(BaseCode::compose("0", ItemType::AdministrativeLicence, "23", 14, 0).is_err());
        assert!(BaseCode::compose("00", ItemType::AdministrativeLicence, "23", 1000, 0).is_err());
    }

    #[test]
    fn tells_each_fault_apart() {
        let item = &SYNTHETIC[..31];
        assert!(matches!(ItemCode::parse(SYNTHETIC), Err(ItemCodeError::Length { length: 31, .. })));
        assert!(matches!(ItemCode::parse(&item.replace("09035", "09036")), Err(ItemCodeError::Body(_))));
        assert_eq!(ItemCode::parse(&format!("{}8{}", &item[..18], &item[19..])), Err(ItemCodeError::Level));
        assert_eq!(BaseCode::parse("00A123014000"), Err(ItemCodeError::Digits));
        assert_eq!(
            BaseCode::parse("000023014000").map(|b| b.item_type()),
            Ok(Some(ItemType::AdministrativePower))
        );
        let item = ItemCode::parse(item).unwrap();
        assert_eq!(HandlingCode::compose(&item, 0), Err(ItemCodeError::Sequence));
        assert_eq!(HandlingCode::compose(&item, 100), Err(ItemCodeError::Sequence));
        assert_eq!(HandlingCode::parse(&format!("{item}00")), Err(ItemCodeError::Sequence));
        assert_eq!(HandlingCode::parse(&format!("{item}+1")), Err(ItemCodeError::Sequence));
        assert!(ItemCodeError::Level.to_string().contains("行使层级"));
    }

    #[test]
    fn foreign_codes_are_stored_up_to_36() {
        assert!(ItemCode::is_storable_foreign(&"A1".repeat(18)));
        assert!(!ItemCode::is_storable_foreign(&"A1".repeat(19)));
        assert!(!ItemCode::is_storable_foreign(""));
        assert!(!ItemCode::is_storable_foreign("a-b"));
    }

    proptest! {
        #[test]
        fn composed_codes_parse_to_their_parts(main in 0u16..1000, sub in 0u16..1000, level in 0usize..7, sequence in 1u8..100) {
            let base = BaseCode::compose("32", ItemType::PublicService, "07", main, sub).unwrap();
            let body = CreditCode::parse("11320500MB0X12343N").unwrap();
            let item = ItemCode::compose(&body, Level::ALL[level], &base);
            let handling = HandlingCode::compose(&item, sequence).unwrap();
            prop_assert_eq!(HandlingCode::parse(handling.as_str()), Ok(handling.clone()));
            prop_assert_eq!((handling.item(), handling.sequence(), handling.item().base()), (item, sequence, base));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,36}") {
            let _ = BaseCode::parse(&text);
            let _ = ItemCode::parse(&text);
            let _ = HandlingCode::parse(&text);
        }
    }
}
