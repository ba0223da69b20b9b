//! `/progress`: how far a case is, for whoever holds its number and query password.

use super::Params;
use crate::casework::{LimitBar, Station, coming, limit_bar};
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
    pub bar: Option<LimitBar>,
    pub timeline: Vec<Station>,
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
    let fields = [("number", number, "请填写查询编号"), ("password", password, "请填写查询密码")];
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
        field("number", "查询编号", "回执上的查询编号，如 3201-20261130-000001", number),
        field("password", "查询密码", "在回执上，共 6 位，不分大小写", password),
    )
}

fn found_page(visit: &Visit, progress: PublicProgress) -> ProgressPage {
    let page = visit.page(format!("{}的进度", progress.item_name)).under(&[("查进度", "/progress")]);
    let bar = limit_bar(progress.days_used, progress.promised, progress.statutory);
    ProgressPage { page, bar, timeline: timeline(&progress), progress }
}

/// What happened, where the case stands, and what still comes, in the words the applicant reads.
fn timeline(progress: &PublicProgress) -> Vec<Station> {
    let mut lines: Vec<Station> = progress.timeline.iter().filter_map(step).collect();
    if let Some(((mark, now), rest)) = coming(progress.state, progress.reviewed) {
        lines.push(Station { who: progress.body_name.clone(), ..Station::ahead(mark, now) });
        lines.extend(rest.iter().map(|title| Station::ahead("todo", title)));
    }
    lines
}

fn step(step: &PublicStep) -> Option<Station> {
    let (title, state) = step_words(step.kind)?;
    Some(Station { at: crate::words::instant(&step.at), ..Station::ahead(state, title) })
}

/// What the public reads for a kind of event; steps inside the house are left out, as for the applicant.
fn step_words(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind.strip_prefix("casework.").unwrap_or(kind) {
        "submitted" => ("提交申请", "done"),
        "supplement_noticed" => ("一次性告知补正", "done"),
        "supplement_handed_in" => ("补正材料已交", "done"),
        "supplement_lapsed" => ("逾期没有补正", "bad"),
        "accepted" => ("受理", "done"),
        "not_accepted" => ("不予受理", "bad"),
        "not_needed" => ("不需要办理", "bad"),
        "wrong_body" => ("不归这个单位办", "bad"),
        "materials_deferred" => ("容缺受理", "done"),
        "owed_handed_in" => ("材料已补交", "done"),
        "owed_confirmed" => ("补交的材料已确认", "done"),
        "owed_returned" => ("补交的材料退回", "bad"),
        "owed_lapsed" => ("过期没有补交，视为撤回", "bad"),
        "review_opened" | "review_finished" | "closed" => return None,
        "step_done" => ("完成一个审查环节", "done"),
        "suspended" => ("特别程序，暂停计时", "paused"),
        "resumed" => ("恢复办理", "done"),
        "extended" => ("延长期限", "done"),
        "granted" => ("决定：准予", "done"),
        "refused" => ("决定：不予", "bad"),
        "delivered" => ("送达", "done"),
        "withdrawn" => ("申请人撤回", "bad"),
        _ => ("办理", "done"),
    })
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
