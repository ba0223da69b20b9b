//! Identifier of an electronic licence 电子证照标识, GB/T 36904-2018; its check is ISO/IEC 7064 MOD 37,36 (GB/T 17710).

use crate::credit::CreditCode;

/// `1.2.156.3005.2.TYPE.ISSUER.SERIAL.VERSION.CHECK`.
///
/// Equality and order are those of the text; [`LicenceId::check_ok`] says whether its check character holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LicenceId(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LicenceIdError {
    #[error("电子证照标识的格式不正确")]
    Form,
    #[error("电子证照标识与末位校验码不符")]
    Check { expected: char },
}

/// Why an identifier was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LicenceIdMakeError {
    #[error("证照类型代码应为 18 位统一社会信用代码加 3 位字母或数字")]
    Type,
    #[error("颁发机构代码应为统一社会信用代码")]
    Issuer,
    #[error("证照流水号应为 1 至 20 位数字或大写字母")]
    Serial,
    #[error("证照版本号应为 1 至 999")]
    Version,
}

const ROOT: &str = "1.2.156.3005.2.";

impl LicenceId {
    /// Issues an identifier: both bodies by credit code, a serial of at most 20 characters, version 1..=999.
    pub fn make(
        type_code: &str,
        issuer: &str,
        serial: &str,
        version: u16,
    ) -> Result<LicenceId, LicenceIdMakeError> {
        let type_ok = type_code.len() == 21
            && crate::text::all_upper_alphanumeric(type_code)
            && CreditCode::parse(&type_code[..18]).is_ok();
        if !type_ok {
            return Err(LicenceIdMakeError::Type);
        }
        if !CreditCode::parse(issuer).is_ok_and(|code| code.as_str() == issuer) {
            return Err(LicenceIdMakeError::Issuer);
        }
        if !(1..=20).contains(&serial.len()) || !crate::text::all_upper_alphanumeric(serial) {
            return Err(LicenceIdMakeError::Serial);
        }
        if !(1..=999).contains(&version) {
            return Err(LicenceIdMakeError::Version);
        }
        Ok(LicenceId::assemble(type_code, issuer, serial, version))
    }

    /// Form and check character. Issuers of 6 to 18 characters and serials up to 32 pass: they exist.
    pub fn parse(text: &str) -> Result<LicenceId, LicenceIdError> {
        let id = LicenceId::parse_imported(text)?;
        let expected = id.expected_check();
        if id.check() == expected { Ok(id) } else { Err(LicenceIdError::Check { expected }) }
    }

    /// Form only. One provincial code base counts letters from 11 instead of 10; its licences are kept and
    /// marked by [`LicenceId::check_ok`] being false.
    pub fn parse_imported(text: &str) -> Result<LicenceId, LicenceIdError> {
        let rest = text.strip_prefix(ROOT).ok_or(LicenceIdError::Form)?;
        let parts: Vec<&str> = rest.split('.').collect();
        let [type_code, issuer, serial, version, check] = parts[..] else {
            return Err(LicenceIdError::Form);
        };
        let shaped = type_code.len() == 21
            && (6..=18).contains(&issuer.len())
            && (1..=32).contains(&serial.len())
            && version.len() == 3
            && crate::text::all_digits(version)
            && check.len() == 1
            && parts.iter().all(|part| crate::text::all_upper_alphanumeric(part));
        if shaped { Ok(LicenceId(text.to_string())) } else { Err(LicenceIdError::Form) }
    }

    pub fn check_ok(&self) -> bool {
        self.check() == self.expected_check()
    }

    /// The body that defines the type (18) and its own number for it (3).
    pub fn type_code(&self) -> &str {
        self.part(0)
    }

    pub fn issuer(&self) -> &str {
        self.part(1)
    }

    pub fn serial(&self) -> &str {
        self.part(2)
    }

    pub fn version(&self) -> u16 {
        self.part(3).parse().expect("checked when parsed")
    }

    pub fn check(&self) -> char {
        self.part(4).chars().next().expect("checked when parsed")
    }

    /// The same licence made again after a change of content; None after version 999.
    pub fn next_version(&self) -> Option<LicenceId> {
        let version = self.version() + 1;
        (version <= 999).then(|| LicenceId::assemble(self.type_code(), self.issuer(), self.serial(), version))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn assemble(type_code: &str, issuer: &str, serial: &str, version: u16) -> LicenceId {
        let check =
            mod_37_36(&format!("{type_code}{issuer}{serial}{version:03}")).expect("letters and digits only");
        LicenceId(format!("{ROOT}{type_code}.{issuer}.{serial}.{version:03}.{check}"))
    }

    /// Over type, issuer, serial and version joined without dots and without the root.
    fn expected_check(&self) -> char {
        let joined: String = self.0[ROOT.len()..self.0.len() - 2].split('.').collect();
        mod_37_36(&joined).expect("checked when parsed")
    }

    fn part(&self, index: usize) -> &str {
        self.0[ROOT.len()..].split('.').nth(index).expect("checked when parsed")
    }
}

impl std::fmt::Display for LicenceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Strict, with the check character. An imported identifier is read back with [`LicenceId::parse_imported`].
impl std::str::FromStr for LicenceId {
    type Err = LicenceIdError;

    fn from_str(text: &str) -> Result<LicenceId, LicenceIdError> {
        LicenceId::parse(text)
    }
}

/// Serde is lenient where `FromStr` is strict: what was once imported must stay readable.
impl serde::Serialize for LicenceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for LicenceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<LicenceId, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        LicenceId::parse_imported(&text).map_err(serde::de::Error::custom)
    }
}

/// The check character of a text of digits and upper-case letters (0-9 = 0..9, A-Z = 10..35); None for other texts.
pub fn mod_37_36(text: &str) -> Option<char> {
    let mut product = 36;
    for c in text.chars() {
        let sum = match (product + crate::text::base_36(c)?) % 36 {
            0 => 36,
            sum => sum,
        };
        product = sum * 2 % 37;
    }
    char::from_digit((37 - product) % 36, 36).map(|c| c.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: [&str; 5] = [
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
        "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
        "1.2.156.3005.2.11100000000013338W011.113200000014009035.32000020260000001.001.0",
    ];

    #[test]
    fn textbook_values() {
        assert_eq!(mod_37_36("A12"), Some('N'));
        assert_eq!(mod_37_36("A12425GABC1234002"), Some('M'));
        assert_eq!(mod_37_36("a12"), None);
        assert_eq!(mod_37_36("甲"), None);
    }

    #[test]
    fn real_identifiers_pass() {
        for text in GOOD {
            let id = LicenceId::parse(text).unwrap();
            assert_eq!(id.to_string(), text);
            assert!(id.check_ok());
        }
    }

    #[test]
    fn a_changed_serial_fails_the_check() {
        let wrong = GOOD[3].replace("2430599", "2430598");
        assert!(
            matches!(LicenceId::parse(&wrong), Err(LicenceIdError::Check { expected }) if expected != 'F')
        );
        let kept = LicenceId::parse_imported(&wrong).unwrap();
        assert!(!kept.check_ok());
        let stored = serde_json::to_string(&kept).unwrap();
        assert_eq!(serde_json::from_str::<LicenceId>(&stored).unwrap(), kept);
    }

    #[test]
    fn broken_forms() {
        for wrong in [
            "",
            "1.2.156.3005.2",
            "1.2.156.3005.3.11100000000013338W032.11220000013544541J.2430599.001.F",
            "1.2.156.3005.2.11100000000013338W03.11220000013544541J.2430599.001.F",
            "1.2.156.3005.2.11100000000013338W032.11220.2430599.001.F",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J..001.F",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.1.F",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.0A1.F",
            "1.2.156.3005.2.11100000000013338w032.11220000013544541J.2430599.001.F",
            "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F.F",
        ] {
            assert_eq!(LicenceId::parse_imported(wrong), Err(LicenceIdError::Form), "{wrong}");
        }
    }

    #[test]
    fn made_from_parts_and_made_again() {
        let id =
            LicenceId::make("11100000000013338W011", "113200000014009035", "32000020260000001", 1).unwrap();
        assert_eq!(id.as_str(), GOOD[4]);
        assert_eq!((id.type_code(), id.issuer()), ("11100000000013338W011", "113200000014009035"));
        assert_eq!((id.serial(), id.version(), id.check()), ("32000020260000001", 1, '0'));
        let next = id.next_version().unwrap();
        assert_eq!(next.version(), 2);
        assert!(next.check_ok());
        let last = LicenceId::make(id.type_code(), id.issuer(), id.serial(), 999).unwrap();
        assert_eq!(last.next_version(), None);
    }

    #[test]
    fn only_credit_codes_issue() {
        let (kind, issuer) = ("11100000000013338W011", "113200000014009035");
        assert_eq!(LicenceId::make("11100000000013338X011", issuer, "1", 1), Err(LicenceIdMakeError::Type));
        assert_eq!(LicenceId::make(kind, "320100", "1", 1), Err(LicenceIdMakeError::Issuer));
        assert_eq!(LicenceId::make(kind, issuer, "a", 1), Err(LicenceIdMakeError::Serial));
        assert_eq!(LicenceId::make(kind, issuer, &"1".repeat(21), 1), Err(LicenceIdMakeError::Serial));
        assert_eq!(LicenceId::make(kind, issuer, "1", 0), Err(LicenceIdMakeError::Version));
        assert_eq!(LicenceId::make(kind, issuer, "1", 1000), Err(LicenceIdMakeError::Version));
    }

    proptest! {
        #[test]
        fn a_single_wrong_character_is_always_found(which in 0usize..5, at in 15usize..80, to in "[0-9A-Z]") {
            let good = GOOD[which];
            prop_assume!(at < good.len());
            let mut wrong = good.to_string();
            wrong.replace_range(at..=at, &to);
            prop_assert_eq!(LicenceId::parse(&wrong).is_ok(), wrong == good);
        }

        #[test]
        fn whatever_is_made_parses(serial in "[0-9A-Z]{1,20}", version in 1u16..1000) {
            let id = LicenceId::make("11100000000013338W011", "113200000014009035", &serial, version).unwrap();
            prop_assert_eq!(LicenceId::parse(id.as_str()), Ok(id.clone()));
            prop_assert_eq!((id.serial(), id.version()), (serial.as_str(), version));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,90}") {
            let _ = LicenceId::parse(&text);
            let _ = mod_37_36(&text);
        }
    }
}
