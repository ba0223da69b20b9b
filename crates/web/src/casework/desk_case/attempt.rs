//! An act that was tried at the review screen, and what was typed for it.

use crate::form::element_id;
use crate::posted::Posted;
use base::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Accept,
    Reject,
    /// Key of the step.
    Review(String),
    Decide,
    Supplement,
    Suspend,
    Resume,
    Extend,
    /// Key of the material that was handed in later.
    Owed(String),
    /// Looking at the full numbers.
    Reveal,
}

impl Act {
    /// Id of its form and beginning of the ids of its fields.
    pub(super) fn id(&self) -> String {
        match self {
            Act::Accept => "accept".into(),
            Act::Reject => "reject".into(),
            Act::Review(step) => format!("review-{}", element_id(step)),
            Act::Decide => "decide".into(),
            Act::Supplement => "supplement".into(),
            Act::Suspend => "suspend".into(),
            Act::Resume => "resume".into(),
            Act::Extend => "extend".into(),
            Act::Owed(material) => format!("owed-{}", element_id(material)),
            Act::Reveal => "numbers".into(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Act::Accept => "受理",
            Act::Reject => "不予受理",
            Act::Review(_) => "审查",
            Act::Decide => "决定",
            Act::Supplement => "告知补正",
            Act::Suspend => "启动特别程序",
            Act::Resume => "结束特别程序",
            Act::Extend => "延长期限",
            Act::Owed(_) => "答复补交的材料",
            Act::Reveal => "查看完整号码",
        }
    }
}

/// Who was quicker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conflict {
    SomebodyElse,
    /// The same act twice, or a second window.
    Oneself,
}

/// An act that did not go through, with what was typed for it.
pub(super) struct Attempt {
    pub act: Act,
    /// Kind of rejection, passed or not, granted or not.
    pub choice: String,
    pub text: String,
    /// Year, month and day of the form's date, as typed.
    pub date: [String; 3],
    pub days: String,
    pub checked: Vec<String>,
    /// Keys of the questions to be corrected.
    pub fields: Vec<String>,
    /// Who inspected the place, as typed.
    pub officers: String,
    refusals: Vec<Refusal>,
    /// The case changed meanwhile.
    pub conflict: Option<Conflict>,
}

impl Attempt {
    pub(super) fn of(act: Act, form: &Posted) -> Attempt {
        let first =
            |names: [&str; 4]| names.into_iter().map(|name| form.get(name)).find(|value| !value.is_empty());
        Attempt {
            act,
            choice: first(["kind", "passed", "granted", "procedure"]).unwrap_or_default().to_owned(),
            text: first(["reason", "opinion", "missing", "reason"]).unwrap_or_default().to_owned(),
            date: ["due_on_y", "due_on_m", "due_on_d"].map(|part| form.get(part).trim().to_owned()),
            days: form.get("working_days").trim().to_owned(),
            checked: form.all("checked"),
            fields: form.all("fields"),
            officers: form.get("officers").trim().to_owned(),
            refusals: Vec::new(),
            conflict: None,
        }
    }

    pub(super) fn refused(self, refusals: Vec<Refusal>) -> Attempt {
        Attempt { refusals, ..self }
    }

    pub(super) fn too_late(self) -> Attempt {
        Attempt { conflict: Some(Conflict::SomebodyElse), ..self }
    }

    pub(super) fn repeated(self) -> Attempt {
        Attempt { conflict: Some(Conflict::Oneself), ..self }
    }

    /// Nothing was done with it, and not because its sender wanted to change it first.
    pub(super) fn failed(&self) -> bool {
        self.conflict.is_some() || !self.refusals.is_empty()
    }

    /// For the summary on top: where the field is, and what is wrong with it.
    pub(super) fn errors(&self) -> Vec<(String, String)> {
        let place = |refusal: &Refusal| match refusal.field.as_deref() {
            Some(field) => format!("{}-{}", self.act.id(), own_name(&self.act, field)),
            None => "main".to_owned(),
        };
        self.refusals.iter().map(|refusal| (place(refusal), refusal.message.clone())).collect()
    }

    pub(super) fn error_of(&self, name: &str) -> String {
        let own =
            |refusal: &&Refusal| refusal.field.as_deref().is_some_and(|f| own_name(&self.act, f) == name);
        self.refusals.iter().find(own).map(|refusal| refusal.message.clone()).unwrap_or_default()
    }

    /// What was typed, in words, for when its form is no longer there.
    pub(super) fn typed(&self) -> Vec<(&'static str, String)> {
        let choice = match (self.choice.as_str(), &self.act) {
            ("yes", Act::Review(_)) => "通过",
            ("no", Act::Review(_)) => "不通过",
            ("yes", _) => "准予",
            ("no", _) => "不予许可",
            (procedure, Act::Suspend) => procedure,
            (kind, _) => REJECTIONS.iter().find(|(word, _)| *word == kind).map_or("", |(_, name)| name),
        };
        let rows = [
            ("您要办的", self.act.name().to_owned()),
            ("您的选择", choice.to_owned()),
            ("您勾选的", self.checked.join("；")),
            ("核查人员", self.officers.clone()),
            ("您填的日期", self.date.join("-").trim_matches('-').to_owned()),
            ("您填的天数", self.days.clone()),
            ("您写的意见", self.text.clone()),
        ];
        rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }
}

/// Opinions and reasons are one rule in the domain; the review form calls its text an opinion.
fn own_name<'a>(act: &Act, field: &'a str) -> &'a str {
    if matches!(act, Act::Review(_)) && field == "reason" { "opinion" } else { field }
}

/// Words of the verb, and what people read.
pub(super) const REJECTIONS: [(&str, &str); 3] = [
    ("not_accepted", "不符合受理条件"),
    ("not_needed", "依法不需要办理"),
    ("wrong_body", "不属本机关职权（写明应向哪个机关提出）"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(act: Act, field: &str) -> Attempt {
        let refusals = vec![Refusal::at("casework.reason_needed", field, "请写明意见或理由")];
        Attempt {
            act,
            choice: "no".into(),
            text: "不全".into(),
            date: Default::default(),
            days: String::new(),
            checked: Vec::new(),
            fields: Vec::new(),
            officers: String::new(),
            refusals,
            conflict: None,
        }
    }

    #[test]
    fn a_fault_is_shown_at_the_field_of_its_own_form() {
        let review = attempt(Act::Review("site.visit".into()), "reason");
        assert_eq!(
            review.errors(),
            [("review-site-visit-opinion".to_owned(), "请写明意见或理由".to_owned())]
        );
        assert_eq!(review.error_of("opinion"), "请写明意见或理由");
        assert_eq!(attempt(Act::Reject, "kind").errors()[0].0, "reject-kind");
    }

    #[test]
    fn what_was_typed_comes_back_in_words() {
        let typed = attempt(Act::Decide, "reason").typed();
        assert_eq!(typed[1..], [("您的选择", "不予许可".to_owned()), ("您写的意见", "不全".to_owned())]);
    }
}
