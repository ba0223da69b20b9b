//! `/progress`: how far a case is, for whoever holds its number and query password.

use super::Params;
use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use base::{Error, Refusal};
use domain::casework::{self, Awaited, PublicProgress, PublicStep};

#[derive(Template)]
#[template(path = "portal/progress.html")]
pub(super) struct ProgressAskPage {
    pub page: Page,
    pub number: FieldView,
    pub password: FieldView,
    pub errors: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "portal/progress_found.html")]
pub(super) struct ProgressPage {
    pub page: Page,
    pub progress: PublicProgress,
    pub timeline: Vec<StepLine>,
}

/// A row of `_timeline.html`.
pub(super) struct StepLine {
    pub state: &'static str,
    pub title: String,
    pub at: String,
    pub who: String,
    pub note: String,
}

impl ProgressPage {
    /// The applicant must do something, and can only do it after logging in.
    fn awaits_applicant(&self) -> bool {
        self.progress.clock.awaited == Awaited::Supplement
    }

    fn light(&self) -> &'static str {
        crate::casework::light_kind(self.progress.clock.light)
    }

    fn light_name(&self) -> String {
        self.progress.clock.light.name()
    }

    fn due(&self) -> String {
        self.progress.clock.due.as_ref().map(crate::words::day).unwrap_or_default()
    }
}

pub(crate) async fn ask(visit: Visit, params: Params) -> PageResult {
    visit.show(&ask_page(&visit, &params.text("number", 80), "", &[]))
}

pub(crate) async fn show(form: Posted) -> PageResult {
    let visit = &form.visit;
    let (number, password) = (form.get("number").trim(), form.get("password").trim());
    let missing = missing(number, password);
    if !missing.is_empty() {
        return visit.show_again(&ask_page(visit, number, password, &missing));
    }
    visit.app.may_look_up(visit.peer, "progress")?;
    let found =
        visit.cx.db().read(async |tx| casework::progress(tx, &visit.cx, number, password).await).await;
    if found.is_err() {
        visit.app.count_miss(visit.peer, "progress")?;
    }
    match found {
        Ok(progress) => visit.show(&found_page(visit, progress)),
        Err(Error::Refused(refusals)) => visit.show_again(&ask_page(visit, number, password, &refusals)),
        Err(other) => Err(other.into()),
    }
}

fn missing(number: &str, password: &str) -> Vec<Refusal> {
    let fields = [("number", number, "请填写办件编号"), ("password", password, "请填写查询密码")];
    let empty = fields.into_iter().filter(|(_, value, _)| value.is_empty());
    empty.map(|(field, _, message)| Refusal::at("form.required", field, message)).collect()
}

fn ask_page(visit: &Visit, number: &str, password: &str, refusals: &[Refusal]) -> ProgressAskPage {
    let page = visit.page("查办件进度").under(&[]);
    let (number, password) = query_fields(number, password, refusals);
    ProgressAskPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        number,
        password,
        errors: error_list(refusals),
    }
}

/// The two questions, here and on the home page.
pub(super) fn query_fields(number: &str, password: &str, refusals: &[Refusal]) -> (FieldView, FieldView) {
    let field = |name: &str, label: &str, hint: &str, value: &str| FieldView {
        name: name.into(),
        id: name.into(),
        label: label.into(),
        kind: "text",
        value: value.to_owned(),
        hint: hint.into(),
        error: error_of(refusals, name),
        autocomplete: "off",
        ..FieldView::default()
    };
    (
        field("number", "办件编号", "在回执上，可以填短编号，也可以填长编号", number),
        field("password", "查询密码", "在回执上，共 6 位，不分大小写", password),
    )
}

fn found_page(visit: &Visit, progress: PublicProgress) -> ProgressPage {
    let page = visit.page(format!("{}的进度", progress.item_name)).under(&[("查进度", "/progress")]);
    ProgressPage { page, timeline: timeline(&progress), progress }
}

/// What happened, and what the case waits for now.
fn timeline(progress: &PublicProgress) -> Vec<StepLine> {
    let mut lines: Vec<StepLine> = progress.timeline.iter().map(step).collect();
    if !progress.state.is_final() {
        lines.push(StepLine {
            state: "now",
            title: progress.state_name.to_owned(),
            at: String::new(),
            who: progress.body_name.clone(),
            note: String::new(),
        });
    }
    lines
}

fn step(step: &PublicStep) -> StepLine {
    let (title, state) = step_words(step.kind);
    let at = crate::words::instant(&step.at);
    StepLine { state, title: title.to_owned(), at, who: String::new(), note: String::new() }
}

/// What the public reads for a kind of event.
fn step_words(kind: &str) -> (&'static str, &'static str) {
    match kind.strip_prefix("casework.").unwrap_or(kind) {
        "submitted" => ("提交申请", "done"),
        "supplement_noticed" => ("通知补正", "paused"),
        "supplement_handed_in" => ("补正材料已收到", "done"),
        "supplement_lapsed" => ("逾期没有补正", "bad"),
        "accepted" => ("受理", "done"),
        "not_accepted" => ("不予受理", "bad"),
        "not_needed" => ("不需要办理", "done"),
        "wrong_body" => ("不属于本机关办理", "bad"),
        "materials_deferred" => ("容缺受理，等补交材料", "paused"),
        "owed_handed_in" => ("材料已补交", "done"),
        "owed_confirmed" => ("补交的材料已确认", "done"),
        "owed_returned" => ("补交的材料退回", "paused"),
        "owed_lapsed" => ("过期没有补交，视为撤回", "bad"),
        "review_opened" => ("开始审查", "done"),
        "step_done" => ("完成一个审查环节", "done"),
        "suspended" => ("进入特别程序，暂停计时", "paused"),
        "resumed" => ("特别程序结束，恢复计时", "done"),
        "extended" => ("批准延长期限", "paused"),
        "review_finished" => ("审查结束", "done"),
        "granted" => ("准予", "done"),
        "refused" => ("不予许可", "bad"),
        "closed" => ("办结", "done"),
        "delivered" => ("送达", "done"),
        "withdrawn" => ("申请人撤回", "done"),
        _ => ("办理", "done"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_questions_want_an_answer() {
        let fields = |number, password| -> Vec<Option<String>> {
            missing(number, password).into_iter().map(|refusal| refusal.field).collect()
        };
        assert_eq!(fields("", ""), [Some("number".to_owned()), Some("password".to_owned())]);
        assert_eq!(fields("SU1", ""), [Some("password".to_owned())]);
        assert!(fields("SU1", "ABCDEF").is_empty());
    }
}
