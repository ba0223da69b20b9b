//! Supplement notice, special procedure, extension: their forms posted.

use super::attempt::{Act, Attempt};
use super::{may, seen, settle};
use crate::posted::Posted;
use crate::session::PageResult;
use axum::extract::Path;
use domain::casework::{self, Procedure};
use domain::identity::Action;

pub(crate) async fn supplement(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseAccept)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let missing = form.get("missing").lines().map(str::to_owned).collect();
    // Three boxes of one day.
    let answers = form.answers();
    let due_on = answers.get("due_on").and_then(|values| values.first()).map_or("", String::as_str);
    let write =
        cx.db().write(async |tx| casework::notice_supplement(tx, cx, id, missing, due_on, seen(&form)).await);
    settle(&form, id, Attempt::of(Act::Supplement, &form), write.await.map(drop), "noticed").await
}

pub(crate) async fn suspend(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseSuspend)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let procedure = Procedure {
        name: form.get("procedure").to_owned(),
        reason: form.get("reason").to_owned(),
        // What is no number is no time anybody can be told: the rule says so at the field.
        working_days: form.get("working_days").trim().parse().unwrap_or(0),
    };
    let write = cx.db().write(async |tx| casework::suspend(tx, cx, id, procedure, seen(&form)).await);
    settle(&form, id, Attempt::of(Act::Suspend, &form), write.await.map(drop), "suspended").await
}

pub(crate) async fn resume(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseSuspend)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let write = cx.db().write(async |tx| casework::resume(tx, cx, id, seen(&form)).await);
    settle(&form, id, Attempt::of(Act::Resume, &form), write.await.map(drop), "resumed").await
}

pub(crate) async fn extend(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseDecide)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    // What is no number is no number of days the law knows: the rule says so at the field.
    let days = form.get("working_days").trim().parse().unwrap_or(0);
    let reason = form.get("reason").to_owned();
    let write = cx.db().write(async |tx| casework::extend(tx, cx, id, days, reason, seen(&form)).await);
    settle(&form, id, Attempt::of(Act::Extend, &form), write.await.map(drop), "extended").await
}
