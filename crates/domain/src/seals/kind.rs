//! What seals there are, what they look like, and which documents they may go on.

use base::{Error, Result};

/// Kinds of the public-security list 01–05, and business-purpose seals, which the list has no number for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    StatutoryName,
    Finance,
    Invoice,
    Contract,
    Representative,
    Business,
}

impl Category {
    pub const ALL: [Category; 6] = [
        Category::Business,
        Category::StatutoryName,
        Category::Finance,
        Category::Invoice,
        Category::Contract,
        Category::Representative,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Category::StatutoryName => "statutory_name",
            Category::Finance => "finance",
            Category::Invoice => "invoice",
            Category::Contract => "contract",
            Category::Representative => "representative",
            Category::Business => "business",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Category::StatutoryName => "法定名称章",
            Category::Finance => "财务专用章",
            Category::Invoice => "发票专用章",
            Category::Contract => "合同专用章",
            Category::Representative => "法定代表人名章",
            Category::Business => "业务专用章",
        }
    }

    /// The integer in the seal. The list gives 1–5; signed files in circulation carry 6 for
    /// business-purpose seals.
    pub fn number(self) -> u64 {
        match self {
            Category::StatutoryName => 1,
            Category::Finance => 2,
            Category::Invoice => 3,
            Category::Contract => 4,
            Category::Representative => 5,
            Category::Business => 6,
        }
    }

    pub fn from_word(word: &str) -> Option<Category> {
        Self::ALL.into_iter().find(|category| category.word() == word)
    }

    /// The words under the star when nobody asked for others.
    pub(super) fn usual_title(self) -> &'static str {
        match self {
            Category::Finance | Category::Invoice | Category::Contract => self.name(),
            _ => "",
        }
    }

    /// Shape, width and height (mm) by custom: 42 mm for departments, 45 mm for provincial bodies.
    pub fn usual_form(self, provincial: bool) -> (Shape, u32, u32) {
        match self {
            Category::Invoice => (Shape::Oval, 40, 30),
            Category::Representative => (Shape::Square, 20, 20),
            _ if provincial => (Shape::Round, 45, 45),
            _ => (Shape::Round, 42, 42),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Round,
    Oval,
    Square,
}

impl Shape {
    pub const ALL: [Shape; 3] = [Shape::Round, Shape::Oval, Shape::Square];

    pub fn word(self) -> &'static str {
        match self {
            Shape::Round => "round",
            Shape::Oval => "oval",
            Shape::Square => "square",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Shape::Round => "圆形",
            Shape::Oval => "椭圆形",
            Shape::Square => "方形",
        }
    }

    pub fn from_word(word: &str) -> Option<Shape> {
        Self::ALL.into_iter().find(|shape| shape.word() == word)
    }

    /// Whether a seal of this shape may have these measures (mm). The bounds are ours, around what is
    /// customary: 38–60 round, 30–50 × 20–35 oval, 15–30 square.
    pub(super) fn fits(self, width: u32, height: u32) -> bool {
        match self {
            Shape::Round => width == height && (38..=60).contains(&width),
            Shape::Oval => (30..=50).contains(&width) && (20..=35).contains(&height) && width > height,
            Shape::Square => width == height && (15..=30).contains(&width),
        }
    }

    pub(super) fn bounds(self) -> &'static str {
        match self {
            Shape::Round => "圆形印章的直径应为 38 到 60 毫米，宽和高相同",
            Shape::Oval => "椭圆形印章的宽应为 30 到 50 毫米，高应为 20 到 35 毫米，宽大于高",
            Shape::Square => "方形印章的边长应为 15 到 30 毫米，宽和高相同",
        }
    }
}

/// The documents a seal may be ordered for: word and name.
pub const DOCUMENT_KINDS: &[(&str, &str)] = &[
    ("receipt", "收件凭证"),
    ("acceptance", "受理通知书"),
    ("rejection", "不予受理通知书"),
    ("not_needed", "不需要办理告知书"),
    ("wrong_body", "不属于本机关职权告知书"),
    ("supplement", "补正材料一次性告知书"),
    ("suspension", "特别程序通知书"),
    ("extension", "延长办理期限通知书"),
    ("decision", "行政决定书"),
    ("withdrawal", "终止办理通知书"),
    ("delivery", "送达回证"),
    ("certificate", "电子证照"),
    ("annotated_copy", "证照加注件"),
];

impl Category {
    /// Whether a seal of this category makes a document of this kind one of its body, alone on it as the product
    /// puts it. Evidence of acceptance or rejection bears the body's special seal (行政许可法 art. 32), a
    /// certificate its seal (art. 39): its statutory name, or a business-purpose seal made for that
    /// (国办发〔2025〕33号). Seals for money and contracts go on no document of a case, and the name of the
    /// representative does not stand for the body.
    pub fn may_seal(self, document_kind: &str) -> bool {
        self.seals_documents() && DOCUMENT_KINDS.iter().any(|(word, _)| *word == document_kind)
    }

    /// Whether there is any document it may go on.
    pub fn seals_documents(self) -> bool {
        match self {
            Category::StatutoryName | Category::Business => true,
            Category::Finance | Category::Invoice | Category::Contract | Category::Representative => false,
        }
    }
}

/// What a seal of this purpose is usually ordered for: notices and decisions, or certificates.
pub fn usual_kinds(certificates: bool) -> Vec<String> {
    let is_certificate = |kind: &str| matches!(kind, "certificate" | "annotated_copy");
    let words = DOCUMENT_KINDS.iter().map(|(word, _)| *word);
    words.filter(|word| is_certificate(word) == certificates).map(str::to_owned).collect()
}

pub fn document_kind_name(word: &str) -> &str {
    DOCUMENT_KINDS.iter().find(|(known, _)| *known == word).map_or(word, |(_, name)| name)
}

/// As stored; what the calendar adds is [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Ordered,
    Declined,
    Approved,
    Made,
    Suspended,
    Revoked,
}

impl State {
    const ALL: [State; 6] =
        [State::Ordered, State::Declined, State::Approved, State::Made, State::Suspended, State::Revoked];

    pub fn word(self) -> &'static str {
        match self {
            State::Ordered => "ordered",
            State::Declined => "declined",
            State::Approved => "approved",
            State::Made => "made",
            State::Suspended => "suspended",
            State::Revoked => "revoked",
        }
    }

    pub(super) fn from_word(word: &str) -> Result<State> {
        let state = Self::ALL.into_iter().find(|state| state.word() == word);
        state.ok_or_else(|| Error::bug(format!("seal state {word}")))
    }
}

/// How a seal stands at an instant. Nothing is written when a day begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ordered,
    Declined,
    Approved,
    NotYetInForce,
    InForce,
    Suspended,
    Revoked,
    Expired,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Ordered => "ordered",
            Status::Declined => "declined",
            Status::Approved => "approved",
            Status::NotYetInForce => "not_yet_in_force",
            Status::InForce => "in_force",
            Status::Suspended => "suspended",
            Status::Revoked => "revoked",
            Status::Expired => "expired",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Status::Ordered => "待审批",
            Status::Declined => "未批准",
            Status::Approved => "待制作",
            Status::NotYetInForce => "未启用",
            Status::InForce => "有效",
            Status::Suspended => "已停用",
            Status::Revoked => "已注销",
            Status::Expired => "已过期",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_numbers_follow_the_list() {
        for category in Category::ALL {
            assert_eq!(Category::from_word(category.word()), Some(category));
            let (shape, width, height) = category.usual_form(false);
            assert!(shape.fits(width, height), "{category:?}");
        }
        assert_eq!(Category::StatutoryName.number(), 1);
        assert_eq!(Category::Representative.number(), 5);
        assert_eq!(Category::Business.usual_form(true), (Shape::Round, 45, 45));
    }

    #[test]
    fn measures_are_bounded() {
        assert!(Shape::Round.fits(42, 42) && Shape::Round.fits(45, 45));
        assert!(!Shape::Round.fits(42, 45) && !Shape::Round.fits(80, 80));
        assert!(!Shape::Oval.fits(30, 30) && !Shape::Square.fits(0, 0));
    }

    #[test]
    fn which_category_goes_on_which_document() {
        for (word, _) in DOCUMENT_KINDS {
            let may: Vec<_> = Category::ALL.into_iter().filter(|category| category.may_seal(word)).collect();
            assert_eq!(may, [Category::Business, Category::StatutoryName], "{word}");
        }
        for category in Category::ALL {
            assert!(!category.may_seal("poem"));
            let any = DOCUMENT_KINDS.iter().any(|(word, _)| category.may_seal(word));
            assert_eq!(any, category.seals_documents(), "{category:?}");
        }
    }

    #[test]
    fn every_document_kind_is_usual_for_one_of_the_two_seals() {
        let (notices, certificates) = (usual_kinds(false), usual_kinds(true));
        assert_eq!(notices.len() + certificates.len(), DOCUMENT_KINDS.len());
        assert!(certificates.contains(&"certificate".to_owned()) && notices.contains(&"decision".to_owned()));
        assert_eq!(document_kind_name("decision"), "行政决定书");
    }
}
