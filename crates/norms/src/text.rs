//! What every identifier here shares: it is a text, and travels as one.

/// Gives a type with `Display` and `FromStr` the serde form of a plain string. Reading checks it again,
/// so a broken number cannot enter through a stored document.
macro_rules! serde_as_text {
    ($($name:ty),+) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// Letters, digits and signs as a keyboard for Chinese writes them, made those of ASCII.
pub fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

/// `as_str`, `Display` and `FromStr` (through the type's own `parse`) for a one-field text type.
macro_rules! text_identifier {
    ($name:ident, $error:ty) => {
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        $crate::text::serde_as_text!($name);
    };
}

pub(crate) use serde_as_text;
pub(crate) use text_identifier;

/// Letters and digits of the upper case: 0-9 are 0..9, A-Z are 10..35 (GB 11714, GB/T 17710).
pub(crate) fn base_36(c: char) -> Option<u32> {
    match c {
        '0'..='9' | 'A'..='Z' => c.to_digit(36),
        _ => None,
    }
}

pub(crate) fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn all_upper_alphanumeric(text: &str) -> bool {
    text.chars().all(|c| base_36(c).is_some())
}
