//! The line of a case: stations passed, the one it stands at, and those ahead, in words for the applicant.

use super::came_back;
use crate::words;
use domain::casework::{Awaited, CaseView, Event, State, TimelineEntry};
use domain::catalog::Catalogue;

/// One station as `_timeline.html` draws it.
pub(crate) struct Station {
    /// done now todo paused bad
    pub state: &'static str,
    pub title: String,
    pub at: String,
    pub who: String,
    pub note: String,
}

impl Station {
    pub(crate) fn ahead(state: &'static str, title: &str) -> Station {
        Station { state, title: title.into(), at: String::new(), who: String::new(), note: String::new() }
    }
}

/// The whole line of a case.
pub(crate) fn stations(catalogue: &Catalogue, view: &CaseView) -> Vec<Station> {
    let passed = view.timeline.iter().filter_map(|entry| passed(catalogue, view, entry));
    passed.chain(ahead(view)).collect()
}

/// A station for each event that means something to the applicant. Opinions of reviewers stay inside;
/// what counts for her is the decision and its reason.
fn passed(catalogue: &Catalogue, view: &CaseView, entry: &TimelineEntry) -> Option<Station> {
    let (state, title, note) = match &entry.event {
        Event::Submitted(_) => ("done", "提交申请".to_owned(), format!("编号 {}", view.ticket)),
        Event::SupplementNoticed { missing, due, .. } => {
            let note = format!("请在{}前补齐：{}", words::day(due), missing.join("；"));
            ("done", "一次性告知补正".to_owned(), note)
        }
        Event::SupplementHandedIn { answer, .. } => {
            let title = if answer.corrected.is_empty() { "补正材料已交" } else { "补正已交" };
            ("done", title.to_owned(), came_back::in_words(catalogue, view, answer))
        }
        Event::SupplementLapsed { .. } => ("bad", "逾期没有补正".to_owned(), String::new()),
        Event::Accepted { by_silence: true, .. } => (
            "done",
            "视为受理".to_owned(),
            "五个工作日没有答复，从收到之日起视为受理（行政许可法第三十二条）。".to_owned(),
        ),
        Event::Accepted { on, .. } => {
            ("done", "受理".to_owned(), format!("办理时限从{}起算。", words::day(on)))
        }
        Event::NotAccepted { reason, .. } => ("bad", "不予受理".to_owned(), reason.clone()),
        Event::NotNeeded { reason, .. } => ("bad", "不需要办理".to_owned(), reason.clone()),
        Event::WrongBody { right_body, .. } => {
            ("bad", "不归这个单位办".to_owned(), format!("请向{right_body}申请。"))
        }
        Event::StepDone { step, .. } => ("done", format!("{}完成", step_name(view, step)), String::new()),
        Event::Suspended { procedure, reason, needed, .. } => {
            let note = format!("{reason}{}", words::time_needed(needed.as_ref()));
            ("paused", format!("特别程序：{procedure}"), note)
        }
        Event::Resumed { .. } => ("done", "恢复办理".to_owned(), String::new()),
        Event::Extended { working_days, reason } => {
            ("done", "延长期限".to_owned(), format!("经批准延长{working_days}个工作日：{reason}"))
        }
        Event::Granted { reason, .. } => ("done", "决定：准予".to_owned(), reason.clone()),
        Event::Refused { reason, .. } => ("bad", format!("决定：{}", refused(view)), reason.clone()),
        Event::Delivered { .. } => ("done", "送达".to_owned(), "结果在本页，随时可以查看。".to_owned()),
        Event::Withdrawn { reason, .. } => ("bad", "您撤回了申请".to_owned(), reason.clone()),
        Event::MaterialsDeferred { until, .. } => {
            ("done", "容缺受理".to_owned(), format!("请在{}前补交材料。", words::day(until)))
        }
        Event::OwedHandedIn { .. } => ("done", "材料已补交".to_owned(), String::new()),
        Event::OwedConfirmed { .. } => ("done", "补交的材料已确认".to_owned(), String::new()),
        Event::OwedReturned { reason, .. } => ("bad", "补交的材料退回".to_owned(), reason.clone()),
        Event::OwedLapsed { .. } => ("bad", "过期没有补交，视为撤回".to_owned(), String::new()),
        // Steps inside the house that follow from others.
        Event::ReviewOpened | Event::ReviewFinished | Event::Closed { .. } => return None,
    };
    let who = if by_applicant(&entry.event) { "您".to_owned() } else { view.item.body.name.clone() };
    Some(Station { state, title, at: words::instant(&entry.at), who, note })
}

/// How a refusal is called: 行政许可 has the word of its law, everything else that of daily life.
pub(crate) fn refused(view: &CaseView) -> &'static str {
    if view.item.base.item_type == "01" { "不予许可" } else { "不予办理" }
}

fn by_applicant(event: &Event) -> bool {
    use Event::*;
    matches!(event, Submitted(_) | SupplementHandedIn { .. } | OwedHandedIn { .. } | Withdrawn { .. })
}

fn step_name<'a>(view: &'a CaseView, key: &'a str) -> &'a str {
    view.case.steps.iter().find(|step| step.key == key).map_or(key, |step| step.name.as_str())
}

/// Where it stands and what follows; nothing once it has ended.
fn ahead(view: &CaseView) -> Vec<Station> {
    let Some(((mark, title), rest)) = coming(view.case.state, !view.case.steps.is_empty()) else {
        return Vec::new();
    };
    let title = match view.case.state {
        State::SupplementNoticed => "等您补正".to_owned(),
        State::Review => reviewing(view),
        _ => title.to_owned(),
    };
    let now = Station { note: awaited(view), ..Station::ahead(mark, &title) };
    std::iter::once(now).chain(rest.iter().map(|title| Station::ahead("todo", title))).collect()
}

/// A station that is stood at, as mark and words, and the titles of those after it.
pub(crate) type Coming = ((&'static str, &'static str), &'static [&'static str]);

/// Where a case of this state stands and what follows, for whoever looks; nothing once it has ended.
pub(crate) fn coming(state: State, reviewed: bool) -> Option<Coming> {
    Some(match state {
        State::Submitted if reviewed => (("now", "等受理"), &["审查", "决定", "送达"]),
        State::Submitted => (("now", "等受理"), &["决定", "送达"]),
        State::SupplementNoticed if reviewed => (("now", "等申请人补正"), &["受理", "审查", "决定", "送达"]),
        State::SupplementNoticed => (("now", "等申请人补正"), &["受理", "决定", "送达"]),
        State::Review => (("now", "审查"), &["决定", "送达"]),
        State::Suspended => (("paused", "暂停计时"), &["审查", "决定", "送达"]),
        State::Accepted | State::Decision => (("now", "等决定"), &["送达"]),
        _ => return None,
    })
}

fn reviewing(view: &CaseView) -> String {
    let names: Vec<&str> = view.case.open_steps().map(|step| step.name.as_str()).collect();
    if names.is_empty() { "审查".to_owned() } else { names.join("、") }
}

fn awaited(view: &CaseView) -> String {
    let Some(due) = view.clock.due.as_ref().map(words::day) else { return String::new() };
    match view.clock.awaited {
        Awaited::Acceptance => format!("{}最晚{due}答复您。", view.item.body.name),
        Awaited::Supplement => format!("请在{due}前补齐。"),
        Awaited::Decision if view.case.state == State::Suspended => "恢复后接着计算时限。".to_owned(),
        Awaited::Decision => format!("最晚{due}作出决定。"),
        Awaited::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody waits without being told for what; nobody who is done is told to wait.
    #[test]
    fn what_has_not_ended_has_stations_ahead() {
        for state in State::ALL {
            let decided = matches!(state, State::Granted | State::Refused | State::Closed);
            for reviewed in [true, false] {
                let coming = coming(state, reviewed);
                assert_eq!(coming.is_none(), state.is_final() || decided, "{state:?}");
                assert!(coming.is_none_or(|(_, rest)| rest.last() == Some(&"送达")), "{state:?}");
            }
        }
    }
}
