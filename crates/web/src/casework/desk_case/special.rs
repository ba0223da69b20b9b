//! The forms that stop, lengthen or send back: supplement, special procedure, extension.

use super::acts::{Check, Own, allows, may};
use super::attempt::{Act, Attempt};
use crate::form::{FieldView, OptionView, element_id};
use domain::Cx;
use domain::casework::{CaseView, Command, GivenMaterial, PROCEDURES, asked_fields};
use domain::catalog::{Field, label_of};
use domain::identity::{Action, PostKind};

#[derive(Default)]
pub(super) struct Special {
    pub supplement: Option<SupplementForm>,
    pub suspend: Option<SuspendForm>,
    pub resume: bool,
    pub extend: Option<ExtendForm>,
}

pub(super) struct SupplementForm {
    /// The materials that may be asked for anew.
    pub checks: Vec<Check>,
    /// The questions whose answers may be asked for anew, page by page.
    pub pages: Vec<Questions>,
    pub fields_error: String,
    pub missing: FieldView,
    pub due_on: FieldView,
}

pub(super) struct Questions {
    pub title: String,
    pub questions: Vec<Question>,
}

pub(super) struct Question {
    pub id: String,
    pub key: String,
    pub label: String,
    pub checked: bool,
}

impl SupplementForm {
    /// Unfolded when something in it was ticked or is wrong.
    pub(super) fn names_some(&self) -> bool {
        let ticked = |page: &Questions| page.questions.iter().any(|question| question.checked);
        !self.fields_error.is_empty() || self.pages.iter().any(ticked)
    }
}

pub(super) struct SuspendForm {
    pub procedure: FieldView,
    pub days: FieldView,
    pub reason: FieldView,
}

pub(super) struct ExtendForm {
    pub days: FieldView,
    pub reason: FieldView,
}

impl Special {
    pub(super) fn of(cx: &Cx, view: &CaseView, attempt: Option<&Attempt>) -> Special {
        let reviews = |post| may(cx, view, Action::CaseSuspend, post);
        let stops = reviews(PostKind::Reviewer) || reviews(PostKind::Approver);
        let heads = may(cx, view, Action::CaseDecide, PostKind::Approver);
        let accepts = may(cx, view, Action::CaseAccept, PostKind::Clerk);
        let notice = Command::NoticeSupplement {
            missing: vec!["-".into()],
            fields: Vec::new(),
            due: cx.today().plus(1),
        };
        let suspend = Command::Suspend { procedure: "-".into(), reason: "-".into(), working_days: 1 };
        let extend = Command::Extend { working_days: 1, reason: "-".into() };
        Special {
            supplement: (accepts && allows(cx, view, notice).is_ok())
                .then(|| supplement_form(cx, view, attempt)),
            suspend: (stops && allows(cx, view, suspend).is_ok()).then(|| suspend_form(attempt)),
            resume: stops && allows(cx, view, Command::Resume).is_ok(),
            extend: (heads && allows(cx, view, extend).is_ok()).then(|| extend_form(attempt)),
        }
    }

    pub(super) fn any(&self) -> bool {
        self.supplement.is_some() || self.suspend.is_some() || self.resume || self.extend.is_some()
    }
}

fn supplement_form(cx: &Cx, view: &CaseView, attempt: Option<&Attempt>) -> SupplementForm {
    let own = Own::of(&Act::Supplement, attempt);
    let values = own.attempt.map(|attempt| attempt.date.to_vec()).unwrap_or_default();
    let offer = view.item.offer();
    let check = |given: &GivenMaterial| {
        let material = offer.material(&given.key).filter(|material| !material.accept.is_empty())?;
        let name = &cx.catalogue.kind(&material.kind)?.name;
        Some(Check {
            id: format!("supplement-{}", element_id(&given.key)),
            checked: own.attempt.is_some_and(|attempt| attempt.checked.contains(name)),
            text: name.clone(),
        })
    };
    SupplementForm {
        checks: view.materials.iter().filter_map(check).collect(),
        pages: questions(cx, view, own.attempt),
        fields_error: own.field("fields").error,
        missing: FieldView {
            label: "需要补正的内容".into(),
            hint: "一行写一项，写明缺什么、怎么补。依法只能告知一次，请写全。".into(),
            ..own.text("missing")
        },
        due_on: FieldView { label: "补正期限".into(), kind: "date", values, ..own.field("due_on") },
    }
}

/// What this case asks, to be ticked.
fn questions(cx: &Cx, view: &CaseView, attempt: Option<&Attempt>) -> Vec<Questions> {
    let offer = view.item.offer();
    let question = |field: &Field| Question {
        id: format!("supplement-field-{}", element_id(&field.element)),
        label: label_of(&cx.catalogue, field).to_owned(),
        checked: attempt.is_some_and(|attempt| attempt.fields.contains(&field.element)),
        key: field.element.clone(),
    };
    let page = |(title, fields): (&str, Vec<&Field>)| Questions {
        title: title.to_owned(),
        questions: fields.into_iter().map(question).collect(),
    };
    asked_fields(&offer, &view.answers).into_iter().map(page).collect()
}

/// What the questions with these keys are called.
pub(super) fn labels(cx: &Cx, view: &CaseView, keys: &[String]) -> Vec<String> {
    let offer = view.item.offer();
    let named = offer.fields().filter(|field| keys.contains(&field.element));
    named.map(|field| label_of(&cx.catalogue, field).to_owned()).collect()
}

fn suspend_form(attempt: Option<&Attempt>) -> SuspendForm {
    let own = Own::of(&Act::Suspend, attempt);
    let chosen = own.attempt.map_or("", |attempt| attempt.choice.as_str());
    let option = |procedure: &str| OptionView {
        value: procedure.to_owned(),
        label: procedure.to_owned(),
        checked: procedure == chosen,
    };
    SuspendForm {
        procedure: FieldView {
            label: "程序".into(),
            kind: "select",
            options: PROCEDURES.iter().map(|procedure| option(procedure)).collect(),
            ..own.field("procedure")
        },
        days: FieldView {
            label: "预计需要几个工作日".into(),
            kind: "number",
            hint: "所需时间写进通知书，书面告知申请人（行政许可法第四十五条）。".into(),
            value: own.attempt.map(|attempt| attempt.days.clone()).unwrap_or_default(),
            ..own.field("working_days")
        },
        reason: FieldView { label: "理由".into(), ..own.text("reason") },
    }
}

fn extend_form(attempt: Option<&Attempt>) -> ExtendForm {
    let own = Own::of(&Act::Extend, attempt);
    let typed = own.attempt.map(|attempt| attempt.days.clone()).unwrap_or_default();
    ExtendForm {
        days: FieldView {
            label: "延长几个工作日".into(),
            kind: "number",
            hint: "最多 10 个工作日，只能延长一次。".into(),
            value: typed,
            ..own.field("working_days")
        },
        reason: FieldView { label: "理由".into(), ..own.text("reason") },
    }
}
