//! One document, and the kinds there are.

use crate::identity::Party;
use base::{Id, Millis};
use norms::Day;

pub type DocumentId = Id;

/// What a document is for. Its word names the layout, and what a seal may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Receipt,
    Acceptance,
    Rejection,
    Supplement,
    NotNeeded,
    WrongBody,
    Suspension,
    Extension,
    Granted,
    Refused,
    Withdrawal,
    Delivery,
    Certificate,
    AnnotatedCopy,
}

impl Kind {
    pub const ALL: [Kind; 14] = [
        Kind::Receipt,
        Kind::Acceptance,
        Kind::Rejection,
        Kind::Supplement,
        Kind::NotNeeded,
        Kind::WrongBody,
        Kind::Suspension,
        Kind::Extension,
        Kind::Granted,
        Kind::Refused,
        Kind::Withdrawal,
        Kind::Delivery,
        Kind::Certificate,
        Kind::AnnotatedCopy,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Kind::Receipt => "receipt",
            Kind::Acceptance => "acceptance",
            Kind::Rejection => "rejection",
            Kind::Supplement => "supplement",
            Kind::NotNeeded => "not_needed",
            Kind::WrongBody => "wrong_body",
            Kind::Suspension => "suspension",
            Kind::Extension => "extension",
            Kind::Granted => "decision_granted",
            Kind::Refused => "decision_refused",
            Kind::Withdrawal => "withdrawal",
            Kind::Delivery => "delivery",
            Kind::Certificate => "certificate",
            Kind::AnnotatedCopy => "annotated_copy",
        }
    }

    /// Whether some verb makes it; no other is made. The layout of the others is ready for theirs: delivery has no
    /// verb yet.
    pub fn is_handed_out(self) -> bool {
        self != Kind::Delivery
    }

    /// The word under which seals are ordered for it: one seal serves both decisions.
    pub fn seal_kind(self) -> &'static str {
        match self {
            Kind::Granted | Kind::Refused => "decision",
            other => other.word(),
        }
    }

    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Receipt => "收件凭证",
            Kind::Acceptance => "受理通知书",
            Kind::Rejection => "不予受理通知书",
            Kind::Supplement => "补正材料一次性告知书",
            Kind::NotNeeded => "不需要办理告知书",
            Kind::WrongBody => "不属于本机关职权告知书",
            Kind::Suspension => "特别程序通知书",
            Kind::Extension => "延长办理期限通知书",
            Kind::Granted => "准予办理决定书",
            Kind::Refused => "不予办理决定书",
            Kind::Withdrawal => "终止办理通知书",
            Kind::Delivery => "送达回证",
            Kind::Certificate => "电子证照",
            Kind::AnnotatedCopy => "证照加注件",
        }
    }

    /// What the document is called: a decision on an administrative licence has the words of its law (行政许可法
    /// art. 38), and so has the page that speaks of it.
    pub fn title(self, licence: bool) -> &'static str {
        match self {
            Kind::Granted if licence => "准予行政许可决定书",
            Kind::Refused if licence => "不予行政许可决定书",
            other => other.name(),
        }
    }

    /// The word in a document number such as 受字〔2026〕…号.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Kind::Receipt => "收",
            Kind::Acceptance => "受",
            Kind::Rejection => "不受",
            Kind::Supplement => "补",
            Kind::NotNeeded => "告",
            Kind::WrongBody => "移",
            Kind::Suspension => "特",
            Kind::Extension => "延",
            Kind::Granted => "准",
            Kind::Refused => "不准",
            Kind::Withdrawal => "终",
            Kind::Delivery => "送",
            Kind::Certificate => "证",
            Kind::AnnotatedCopy => "加",
        }
    }

    /// The number of the document of this kind about something that has a number of its own. No counter is
    /// needed, and whoever reads it finds the case.
    pub fn number(self, year: i32, of: &str) -> String {
        format!("{}字〔{year}〕{of}号", self.mark())
    }
}

/// Everything about a document but its content.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Document {
    pub id: DocumentId,
    #[serde(serialize_with = "word_of")]
    pub kind: Kind,
    /// 文号.
    pub number: String,
    pub title: String,
    #[serde(skip)]
    pub subject: (String, Id),
    /// 1 for the first of its kind about its subject.
    pub sequence: i64,
    pub case: Option<Id>,
    #[serde(skip)]
    pub area: String,
    /// Credit code of the body that gives it.
    pub body: String,
    /// Whom it is about; none when the holder of a certificate has no account here.
    #[serde(skip)]
    pub owner: Option<Party>,
    pub layout_key: String,
    pub layout_version: i64,
    #[serde(skip)]
    pub seal: Id,
    /// SM3 of the file.
    pub digest: String,
    pub bytes: i64,
    pub made_at: Millis,
    /// The body it was made for; none for what a body hands out to its owner alone.
    #[serde(skip)]
    pub receiver: Option<Receiver>,
}

/// A body an annotated copy was made for. It may fetch the file until the term of the copy is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Credit code.
    pub body: String,
    pub until: Day,
}

fn word_of<S: serde::Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.word())
}

impl Document {
    /// The body whose officials may read it on a day. A copy is made for its owner and for whom she or the law
    /// lets use it: the body that sealed it has the certificate, and no business with her copies.
    pub(super) fn body_that_reads(&self, today: Day) -> Option<&str> {
        match self.kind {
            Kind::AnnotatedCopy => {
                let receiver = self.receiver.as_ref().filter(|receiver| today <= receiver.until)?;
                Some(&receiver.body)
            }
            _ => Some(&self.body),
        }
    }

    /// A name for the file when it is saved, without an extension.
    pub fn file_name(&self) -> String {
        format!("{}-{}", self.title, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_word_and_every_kind_has_a_mark_of_its_own() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            let same = Kind::ALL.iter().filter(|other| other.mark() == kind.mark()).count();
            assert_eq!(same, 1, "{kind:?}: two documents of one case would have one number");
            let sealed = crate::seals::DOCUMENT_KINDS.iter().any(|(word, _)| *word == kind.seal_kind());
            assert!(sealed, "{kind:?}: no seal can be ordered for it");
            let own = crate::seals::DOCUMENT_KINDS.iter().find(|(word, _)| *word == kind.word());
            assert!(own.is_none_or(|(_, name)| *name == kind.name()), "{kind:?}: one document, one name");
        }
        assert_eq!(Kind::Acceptance.number(2026, "3201-1"), "受字〔2026〕3201-1号");
    }
}
