//! What an event of a case is called, for the timeline of the desk and of the API.

use crate::casework::came_back;
use crate::words;
use domain::casework::{Case, CaseView, Event};
use domain::catalog::Catalogue;

/// An event in words. `mark` is a state of `_timeline.html`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub title: String,
    pub note: String,
    pub mark: &'static str,
}

fn said(title: impl Into<String>, note: impl Into<String>) -> Said {
    Said { title: title.into(), note: note.into(), mark: "done" }
}

fn ended(title: &str, note: &str) -> Said {
    Said { mark: "bad", ..said(title, note) }
}

/// None for what only moves the machine on and means nothing to people.
pub(crate) fn in_words(catalogue: &Catalogue, event: &Event, view: &CaseView) -> Option<Said> {
    Some(match event {
        Event::Submitted(filed) => said("提交申请", format!("{}计为收到。", words::day(&filed.received_on))),
        Event::SupplementNoticed { missing, due, .. } => {
            let note = format!("请在{}前补齐：{}。", words::day(due), missing.join("；"));
            said("补正告知", note)
        }
        Event::SupplementHandedIn { answer, .. } => {
            said("补正已交回", came_back::in_words(catalogue, view, answer))
        }
        Event::SupplementLapsed { .. } => ended("逾期未补正", ""),
        Event::Accepted { by_silence: true, .. } => {
            said("视为受理", "五个工作日内没有答复，从收到之日起视为受理。")
        }
        Event::Accepted { on, .. } => said("受理", format!("从{}起计算办理时限。", words::day(on))),
        Event::NotAccepted { reason, .. } => ended("不予受理", reason),
        Event::NotNeeded { reason, .. } => ended("不需要许可", reason),
        Event::WrongBody { right_body, .. } => ended("不属本机关职权", &format!("请向{right_body}提出。")),
        Event::StepDone { step, passed, opinion, .. } => step_done(step, *passed, opinion, &view.case),
        Event::Suspended { procedure, reason, needed, .. } => {
            let note = format!("{reason}{}", words::time_needed(needed.as_ref()));
            Said { mark: "paused", ..said(format!("特别程序：{procedure}"), note) }
        }
        Event::Resumed { .. } => said("恢复办理", ""),
        Event::Extended { working_days, reason } => said(format!("延长{working_days}个工作日"), reason),
        Event::Granted { reason, .. } => said("准予", reason),
        Event::Refused { reason, .. } => ended("不予许可", reason),
        Event::Delivered { .. } => said("送达", "结果已送到申请人的空间。"),
        Event::Withdrawn { reason, .. } => ended("申请人撤回", reason),
        Event::MaterialsDeferred { materials, until, .. } => {
            let note = format!("{}份材料，请在{}前补交。", materials.len(), words::day(until));
            said("容缺受理", note)
        }
        Event::OwedHandedIn { .. } => said("补交了容缺的材料", ""),
        Event::OwedConfirmed { by_name, .. } => said("确认补交的材料", by_name),
        Event::OwedReturned { reason, .. } => said("退回补交的材料", reason),
        Event::OwedLapsed { .. } => ended("逾期未补交，视为撤回", ""),
        Event::ReviewOpened | Event::ReviewFinished | Event::Closed { .. } => return None,
    })
}

fn step_done(step: &str, passed: bool, opinion: &str, case: &Case) -> Said {
    let name = case.steps.iter().find(|s| s.key == step).map_or(step, |s| s.name.as_str());
    let result = if passed { "通过" } else { "不通过" };
    Said { mark: if passed { "done" } else { "bad" }, ..said(format!("{name}：{result}"), opinion) }
}
