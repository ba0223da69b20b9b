//! Supplement notice, special procedure, extension: their forms posted.

use super::attempt::{Act, Attempt};
use super::{hand_out, may, seen, settle};
use crate::posted::Posted;
use crate::session::PageResult;
use axum::extract::Path;
use domain::casework::{self, Procedure, Proposal, SupplementNotice};
use domain::identity::Action;

pub(crate) async fn supplement(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseAccept)?;
    let missing = missing(form.get("missing"), &form.all("checked"));
    // Three boxes of one day.
    let answers = form.answers();
    let due_on = answers.get("due_on").and_then(|values| values.first()).cloned().unwrap_or_default();
    let notice = SupplementNotice { missing, fields: form.all("fields"), due_on };
    let proposal = Ok(Proposal::Supplement(notice));
    hand_out(&form, case.parse()?, Act::Supplement, proposal, "noticed").await
}

/// What was written, a line for each thing, and a line for each ticked material no line names: the notice alone
/// must say all that is missing.
fn missing(written: &str, ticked: &[String]) -> Vec<String> {
    let mut lines: Vec<String> =
        written.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    // A list without a word about what is wrong is no notice: the rule says so at the field.
    if !lines.is_empty() {
        let unnamed = ticked.iter().filter(|name| !written.contains(name.as_str()));
        lines.extend(unnamed.map(|name| format!("{name}：请重新提交")));
    }
    lines
}

pub(crate) async fn suspend(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseSuspend)?;
    let procedure = Procedure {
        name: form.get("procedure").to_owned(),
        reason: form.get("reason").to_owned(),
        // What is no number is no time anybody can be told: the rule says so at the field.
        working_days: form.get("working_days").trim().parse().unwrap_or(0),
    };
    hand_out(&form, case.parse()?, Act::Suspend, Ok(Proposal::Suspend(procedure)), "suspended").await
}

pub(crate) async fn resume(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseSuspend)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let write = cx.db().write(async |tx| casework::resume(tx, cx, id, seen(&form)).await);
    settle(&form, id, Attempt::of(Act::Resume, &form), write.await.map(drop), "resumed").await
}

pub(crate) async fn extend(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseDecide)?;
    // What is no number is no number of days the law knows: the rule says so at the field.
    let working_days = form.get("working_days").trim().parse().unwrap_or(0);
    let proposal = Proposal::Extend { working_days, reason: form.get("reason").to_owned() };
    hand_out(&form, case.parse()?, Act::Extend, Ok(proposal), "extended").await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticked_material_is_named_once_and_never_alone() {
        let ticked = ["营业执照".to_owned(), "平面图".to_owned()];
        assert_eq!(missing("平面图没有标尺寸\n\n", &ticked), ["平面图没有标尺寸", "营业执照：请重新提交"]);
        assert!(missing(" \n", &ticked).is_empty());
    }
}
