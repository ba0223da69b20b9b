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

    /// 自然人主题 and 法人主题 of standards §2.2, written out: code and name of each.
    const PERSON_TOPICS: &str = "005生育收养 010户籍办理 015民族宗教 020教育科研 025入伍服役 030就业创业 035设立变更 040准营准办 \
         045抵押质押 050职业资格 055行政缴费 060婚姻登记 065优待抚恤 070规划建设 075住房保障 085社会保障 \
         090证件办理 095交通出行 100旅游观光 105出境入境 110消费维权 115公共安全 120司法公证 125知识产权 \
         130环保绿化 135文化体育 140公用事业 145医疗卫生 150离职退休 155死亡殡葬 998地方特色 999其他";
    const LEGAL_TOPICS: &str = "005设立变更 010准营准办 015资质认证 020年检年审 025税收财务 030人力资源 035社会保障 040投资审批 \
         045融资信贷 050抵押质押 055商务贸易 060招标拍卖 065海关口岸 070涉外服务 075农林牧渔 085国土和规划建设 \
         090交通运输 095环保绿化 100应对气候变化 105水务气象 110医疗卫生 115科技创新 120文体教育 125知识产权 \
         130民族宗教 135质量技术 140检验检疫 145安全生产 150公安消防 155司法公证 160公用事业 165法人注销 \
         170档案文物 998地方特色 999其他";

    #[test]
    fn topics_are_those_of_the_norm_by_name() {
        let person: Vec<String> =
            PersonTopic::ALL.iter().map(|topic| format!("{}{}", topic.code(), topic.name())).collect();
        assert_eq!(person, PERSON_TOPICS.split_whitespace().collect::<Vec<_>>());
        let legal: Vec<String> =
            LegalTopic::ALL.iter().map(|topic| format!("{}{}", topic.code(), topic.name())).collect();
        assert_eq!(legal, LEGAL_TOPICS.split_whitespace().collect::<Vec<_>>());
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
