//! Supplement notice, special procedure, extension: their forms posted.

use super::attempt::{Act, Attempt};
use super::{may, seen, settle};
use crate::posted::Posted;
use crate::session::PageResult;
use axum::extract::Path;
use base::{Error, Result};
use domain::casework::{self, Procedure};
use domain::identity::Action;
use norms::Day;

pub(crate) async fn supplement(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseAccept)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let missing = form.get("missing").lines().map(str::to_owned).collect();
    let outcome = match due(&form) {
        Ok(due) => {
            let write = cx
                .db()
                .write(async |tx| casework::notice_supplement(tx, cx, id, missing, due, seen(&form)).await);
            write.await.map(drop)
        }
        Err(refused) => Err(refused),
    };
    settle(&form, id, Attempt::of(Act::Supplement, &form), outcome, "noticed").await
}

/// Three boxes of one day.
fn due(form: &Posted) -> Result<Day> {
    let answers = form.answers();
    let typed = answers.get("due").and_then(|values| values.first()).map_or("", String::as_str);
    typed.parse().map_err(|_| {
        Error::refused_at("casework.supplement_term", "due", "请填写补正期限，例如 2026 年 10 月 15 日")
    })
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
