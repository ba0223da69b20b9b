//! The forms of the review screen: what may be done to the case now, filled with what was typed before.
//!
//! Whether something may be done is asked of the state machine and the policy, never decided here.

use super::attempt::{Act, Attempt, REJECTIONS};
use super::special::Special;
use crate::form::{FieldView, OptionView};
use base::Refusal;
use domain::Cx;
use domain::casework::{CaseView, Command, Moment};
use domain::identity::{Action, PostKind, Thing, authorize};

/// What may be done now; all empty for those who only read.
#[derive(Default)]
pub(super) struct Acts {
    pub accept: bool,
    pub reject: Option<RejectForm>,
    pub reviews: Vec<ReviewForm>,
    pub decide: Option<DecideForm>,
    pub special: Special,
    /// Id of the form that stands open: the one that was tried, or else what this desk is waited for.
    pub open: String,
    /// Why somebody at the deciding post may not decide this one; empty when she may.
    pub hindrance: String,
}

pub(super) struct RejectForm {
    pub kind: FieldView,
    pub reason: FieldView,
}

pub(super) struct ReviewForm {
    pub id: String,
    pub step: String,
    pub name: String,
    pub checks: Vec<Check>,
    pub checks_error: String,
    pub passed: FieldView,
    /// For a step on site.
    pub officers: Option<FieldView>,
    pub opinion: FieldView,
}

pub(super) struct Check {
    pub id: String,
    pub text: String,
    pub checked: bool,
}

pub(super) struct DecideForm {
    pub granted: FieldView,
    pub reason: FieldView,
}

impl Acts {
    pub(super) fn of(cx: &Cx, view: &CaseView, attempt: Option<&Attempt>) -> Acts {
        let mut acts = Acts {
            accept: may(cx, view, Action::CaseAccept, PostKind::Clerk)
                && allows(cx, view, Command::Accept).is_ok(),
            ..Acts::default()
        };
        let not_accept = Command::NotAccept { reason: "-".into() };
        if may(cx, view, Action::CaseAccept, PostKind::Clerk) && allows(cx, view, not_accept).is_ok() {
            acts.reject = Some(reject_form(attempt));
        }
        let steps = view.case.open_steps().filter(|step| may(cx, view, Action::CaseReview, step.post));
        acts.reviews = steps.map(|step| review_form(view, &step.key, &step.name, attempt)).collect();
        match may_decide(cx, view) {
            Some(Ok(())) => acts.decide = Some(decide_form(attempt)),
            Some(Err(refusal)) => acts.hindrance = refusal.message,
            None => {}
        }
        acts.special = Special::of(cx, view, attempt);
        acts.open = match attempt {
            Some(attempt) => attempt.act.id(),
            None => acts.first(),
        };
        acts
    }

    /// Accepting needs no form of its own; before it, everything else is an exception and stays folded.
    fn first(&self) -> String {
        match (self.accept, self.reviews.first(), &self.decide) {
            (true, ..) => String::new(),
            (_, Some(review), _) => review.id.clone(),
            (.., Some(_)) => Act::Decide.id(),
            _ => String::new(),
        }
    }

    pub(super) fn any(&self) -> bool {
        self.accept
            || self.reject.is_some()
            || !self.reviews.is_empty()
            || self.decide.is_some()
            || self.special.any()
    }
}

pub(super) fn may(cx: &Cx, view: &CaseView, action: Action, post: PostKind) -> bool {
    let thing = Thing { body: Some(&view.item.body.credit_code), post: Some(post), ..Thing::NOTHING };
    authorize(&cx.actor, action, thing).is_ok()
}

pub(super) fn allows(cx: &Cx, view: &CaseView, command: Command) -> Result<(), Refusal> {
    let moment = Moment { today: cx.today(), calendar: &cx.catalogue.calendar };
    view.case.handle(command, moment).map(drop)
}

/// None when a decision is not this actor's turn at all; otherwise whether she may, or why not.
fn may_decide(cx: &Cx, view: &CaseView) -> Option<Result<(), Refusal>> {
    let by = cx.actor.account()?;
    let turn = view.case.queue().unwrap_or(PostKind::Approver);
    let own =
        may(cx, view, Action::CaseDecide, PostKind::Approver) || may(cx, view, Action::CaseDecide, turn);
    if !own {
        return None;
    }
    if view.case.outcome.is_some() {
        return None;
    }
    // With a reason, which a failed review asks for: what is still refused no words can mend.
    match allows(cx, view, Command::Decide { granted: true, reason: "-".into(), by }) {
        // The machine alone knows what else stands in the way; being too early needs no words.
        Err(refusal) if refusal.code == "casework.wrong_state" => None,
        other => Some(other),
    }
}

fn reject_form(attempt: Option<&Attempt>) -> RejectForm {
    let own = Own::of(&Act::Reject, attempt);
    let kind = FieldView { label: "不予受理的种类".into(), ..own.choice("kind", &REJECTIONS) };
    RejectForm { kind, reason: FieldView { label: "理由".into(), ..own.text("reason") } }
}

fn review_form(view: &CaseView, key: &str, name: &str, attempt: Option<&Attempt>) -> ReviewForm {
    let act = Act::Review(key.to_owned());
    let own = Own::of(&act, attempt);
    let step = view.item.base.steps.iter().find(|step| step.key == key);
    let checks = step.map_or(&[][..], |step| &step.checks);
    let officers = || FieldView {
        label: "核查人员".into(),
        kind: "text",
        hint: "现场核查须有两名以上工作人员（行政许可法第三十四条），写明每个人的姓名，用顿号隔开。".into(),
        value: own.attempt.map(|attempt| attempt.officers.clone()).unwrap_or_default(),
        ..own.field("officers")
    };
    let check = |(at, text): (usize, &String)| Check {
        id: format!("{}-check-{at}", act.id()),
        checked: own.attempt.is_some_and(|attempt| attempt.checked.contains(text)),
        text: text.clone(),
    };
    ReviewForm {
        id: act.id(),
        step: key.to_owned(),
        name: name.to_owned(),
        checks: checks.iter().enumerate().map(check).collect(),
        checks_error: own.field("checked").error,
        officers: step.is_some_and(|step| step.on_site).then(officers),
        passed: FieldView {
            label: "审查结果".into(),
            ..own.choice("passed", &[("yes", "通过"), ("no", "不通过")])
        },
        opinion: FieldView { label: "审查意见".into(), ..own.text("opinion") },
    }
}

fn decide_form(attempt: Option<&Attempt>) -> DecideForm {
    let own = Own::of(&Act::Decide, attempt);
    let granted = own.choice("granted", &[("yes", "准予"), ("no", "不予许可")]);
    let hint = "不予许可必须写明理由和依据，申请人会看到。审查意见不通过而准予的，也要写明理由。".into();
    DecideForm {
        granted: FieldView { label: "决定".into(), ..granted },
        reason: FieldView { label: "理由".into(), hint, ..own.text("reason") },
    }
}

/// The fields of one form, with what was typed when this form was the one that failed.
pub(super) struct Own<'a> {
    id: String,
    pub(super) attempt: Option<&'a Attempt>,
}

impl<'a> Own<'a> {
    pub(super) fn of(act: &Act, attempt: Option<&'a Attempt>) -> Own<'a> {
        Own { id: act.id(), attempt: attempt.filter(|attempt| attempt.act == *act) }
    }

    pub(super) fn field(&self, name: &str) -> FieldView {
        FieldView {
            name: name.to_owned(),
            id: format!("{}-{name}", self.id),
            error: self.attempt.map(|attempt| attempt.error_of(name)).unwrap_or_default(),
            ..FieldView::default()
        }
    }

    pub(super) fn text(&self, name: &str) -> FieldView {
        let value = self.attempt.map(|attempt| attempt.text.clone()).unwrap_or_default();
        FieldView { kind: "textarea", value, max: 2000, ..self.field(name) }
    }

    fn choice(&self, name: &str, options: &[(&str, &str)]) -> FieldView {
        let chosen = self.attempt.map_or("", |attempt| attempt.choice.as_str());
        let option = |(value, label): &(&str, &str)| OptionView {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            checked: *value == chosen,
        };
        FieldView { kind: "radio", options: options.iter().map(option).collect(), ..self.field(name) }
    }
}
