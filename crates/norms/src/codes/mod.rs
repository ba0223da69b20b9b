//! The code lists of the norms as enums: a stable word for our own documents, the norm's code for exchange, and the
//! Chinese name for people.
//!
//! Codes are mapped at the border. Where systems disagree on a code (limits, material sources), `code` is our own word.
//! A list never decides anything: who may do what with a value is said elsewhere.

mod guide;
mod item;
mod outcome;
mod topics;

pub use guide::{
    Channel, Depth, Grade, MaterialForm, MaterialKind, MaterialNeed, MaterialReceipt, MaterialSource,
    ResultKind, grade,
};
pub use item::{
    Audience, BodyKind, ItemState, ItemType, Level, LimitUnit, PowerSource, Processing, Reach,
    SpecialProcedure,
};
pub use outcome::{HolderCodeType, LicenceStatus, Outcome, Satisfaction};
pub use topics::{LegalTopic, PersonTopic};

/// An enum with its code, word (also the serde form) and Chinese name, one row a value.
macro_rules! code_list {
    ($(#[$list:meta])* $name:ident { $($(#[$row:meta])* $variant:ident = $code:literal, $word:literal, $label:literal;)+ }) => {
        $(#[$list])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$row])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code of the norm, for exchange.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }

            /// The stable English word of our own documents and columns; serde writes the same.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }

            /// The Chinese name.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $label,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use code_list;

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes, words and names of a list are unique, read back, and the word is what serde writes.
    macro_rules! sound {
        ($($list:ident: $count:literal),+ $(,)?) => {$(
            assert_eq!($list::ALL.len(), $count, stringify!($list));
            for value in $list::ALL {
                assert_eq!($list::from_code(value.code()), Some(*value));
                assert_eq!($list::from_word(value.word()), Some(*value));
                assert_eq!(serde_json::to_string(value).unwrap(), format!("{:?}", value.word()));
                assert!(value.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{value:?}");
                assert_eq!($list::ALL.iter().filter(|other| other.name() == value.name()).count(), 1);
            }
            assert_eq!($list::from_code("no such code"), None);
        )+};
    }

    #[test]
    fn every_list_is_sound() {
        sound! {
            ItemType: 12, Level: 7, BodyKind: 4, Audience: 7, Channel: 5, Processing: 3, SpecialProcedure: 2,
            Satisfaction: 5, PowerSource: 6, ItemState: 3, Reach: 4, Depth: 8, Grade: 4, LimitUnit: 5,
            MaterialKind: 3, MaterialForm: 3, MaterialNeed: 3, MaterialSource: 3, MaterialReceipt: 5, ResultKind: 4,
            PersonTopic: 32, LegalTopic: 35, Outcome: 7, LicenceStatus: 8, HolderCodeType: 7,
        }
    }

    #[test]
    fn some_rows_as_printed_in_the_norm() {
        assert_eq!(ItemType::from_code("01").map(ItemType::name), Some("行政许可"));
        assert_eq!(serde_json::to_string(&ItemType::AdministrativeLicence).unwrap(), "\"licence\"");
        assert_eq!(Satisfaction::from_code("1").map(Satisfaction::stars), Some(5));
        assert_eq!(PersonTopic::from_code("085").map(PersonTopic::name), Some("社会保障"));
        assert_eq!(LegalTopic::from_code("080"), None);
    }
}
