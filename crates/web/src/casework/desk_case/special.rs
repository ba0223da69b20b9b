//! The forms that stop, lengthen or send back: supplement, special procedure, extension.

use super::acts::{Check, Own, allows, may};
use super::attempt::{Act, Attempt};
use crate::form::{FieldView, OptionView, element_id};
use domain::Cx;
use domain::casework::{CaseView, Command, GivenMaterial, PROCEDURES};
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
    pub missing: FieldView,
    pub due_on: FieldView,
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
        let notice = Command::NoticeSupplement { missing: vec!["-".into()], due: cx.today().plus(1) };
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
        missing: FieldView {
            label: "需要补正的内容".into(),
            hint: "一行写一项，写明缺什么、怎么补。依法只能告知一次，请写全。".into(),
            ..own.text("missing")
        },
        due_on: FieldView { label: "补正期限".into(), kind: "date", values, ..own.field("due_on") },
    }
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
