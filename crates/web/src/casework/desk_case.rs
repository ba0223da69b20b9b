//! The review screen: one case with everything its desk must see, and what may be done to it now.
//!
//! Each form carries the version of the case it was made for. When somebody else was quicker, the page comes
//! again with the new state, and with what was typed, so that nothing is lost.

mod acts;
mod attempt;
mod corrected;
mod extra;
pub(crate) mod mask;
mod papers;
mod preview;
pub(crate) mod said;
mod special;
mod view;

use super::CameFrom;
use super::show::{attachment, fetch};
use crate::headers;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use attempt::{Act, Attempt};
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Result};
use domain::casework::{self, CaseView, Expected, Proposal};
use domain::identity::policy::permits;
use domain::identity::{Action, Thing, authorize};
use preview::hand_out;
use serde::Deserialize;
use view::Shown;

pub(crate) use extra::{extend, resume, supplement, suspend};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    /// What was just done here: a word of [`done`].
    done: String,
    /// Key of the material to look at.
    look: String,
    /// The list she came from, for [`CameFrom`].
    from: String,
}

pub(crate) async fn show(visit: Visit, Path(case): Path<String>, Query(ask): Query<Ask>) -> PageResult {
    let case = load(&visit, case.parse()?).await?;
    let from = CameFrom::read(&ask.from);
    present(&visit, case, &Shown { look: &ask.look, done: done(&ask.done), from, ..Shown::default() })
}

/// The page of the case. A PDF in it stands in a frame: this page alone may have one.
fn present(visit: &Visit, case: CaseView, shown: &Shown<'_>) -> PageResult {
    let page = view::page(visit, case, shown);
    let mut response = visit.show(&page)?;
    if page.has_frame() {
        headers::framing(response.headers_mut());
    }
    Ok(response)
}

/// A file of the case inside its page. Pictures and PDFs are what their first bytes say they are; everything
/// else is saved, as everywhere.
pub(crate) async fn file(visit: Visit, Path((case, material)): Path<(String, String)>) -> PageResult {
    let id = case.parse()?;
    load(&visit, id).await?;
    let (file, content) = fetch(&visit, id, &material).await?;
    let mut response = attachment(&file, content)?;
    if matches!(file.media.as_str(), "image/png" | "image/jpeg" | "application/pdf") {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
        headers::framed(headers);
    }
    Ok(response)
}

/// An applicant may read her own case, but not its desk: opinions there are for those who decide.
async fn load(visit: &Visit, id: Id) -> Result<CaseView> {
    let case = visit.cx.db().read(async |tx| casework::show_case(tx, &visit.cx, id).await).await?;
    let desk = Thing { body: Some(&case.item.body.credit_code), ..Thing::NOTHING };
    authorize(&visit.cx.actor, Action::DeskRead, desk)?;
    Ok(case)
}

fn done(word: &str) -> Option<&'static str> {
    Some(match word {
        "accepted" => "已受理，办理时限从现在开始计算。申请人已收到通知。",
        "rejected" => "已答复申请人：没有受理，理由已告知。",
        "noticed" => "已一次性告知申请人需要补正的全部内容。",
        "suspended" => "已启动特别程序，办理时限暂停计算。",
        "resumed" => "特别程序已结束，办理时限继续计算。",
        "extended" => "办理期限已延长，申请人已收到通知。",
        "owed-confirmed" => "已确认补交的材料。",
        "owed-returned" => "已退回，理由和补交期限已告知申请人。",
        "reviewed" => "审查意见已记录。",
        "granted" => "已作出准予决定，结果已送到申请人的空间。",
        "refused" => "已作出不予许可决定，理由已告知申请人。",
        _ => return None,
    })
}

pub(crate) async fn accept(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseAccept)?;
    hand_out(&form, case.parse()?, Act::Accept, Ok(Proposal::Accept), "accepted").await
}

pub(crate) async fn reject(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseAccept)?;
    let proposal = Proposal::Reject { kind: form.get("kind").into(), reason: form.get("reason").into() };
    hand_out(&form, case.parse()?, Act::Reject, Ok(proposal), "rejected").await
}

pub(crate) async fn review(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseReview)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let opinion = casework::Opinion {
        step: form.get("step").to_owned(),
        passed: chosen(form.get("passed")),
        words: form.get("opinion").to_owned(),
        checked: form.all("checked"),
        officers: names(form.get("officers")),
    };
    let write = cx.db().write(async |tx| casework::review(tx, cx, id, opinion, seen(&form)).await);
    let act = Act::Review(form.get("step").to_owned());
    settle(&form, id, Attempt::of(act, &form), write.await.map(drop), "reviewed").await
}

pub(crate) async fn owed(Path((case, material)): Path<(String, String)>, form: Posted) -> PageResult {
    may(&form, Action::CaseReview)?;
    let (id, cx) = (case.parse()?, &form.visit.cx);
    let returned = (form.get("answer") != "confirm").then(|| form.get("reason").to_owned());
    let word = if returned.is_some() { "owed-returned" } else { "owed-confirmed" };
    let (key, seen) = (material.clone(), seen(&form));
    let write = cx.db().write(async |tx| {
        casework::answer_owed(tx, cx, id, key.clone(), returned.clone(), seen).await.map(drop)
    });
    settle(&form, id, Attempt::of(Act::Owed(material), &form), write.await, word).await
}

pub(crate) async fn decide(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseDecide)?;
    let granted = chosen(form.get("granted"))
        .ok_or_else(|| Error::refused_at("casework.choice_needed", "granted", "请选择准予或者不予许可"));
    let proposal = granted.map(|granted| Proposal::Decide { granted, reason: form.get("reason").into() });
    let word = if form.get("granted") == "yes" { "granted" } else { "refused" };
    hand_out(&form, case.parse()?, Act::Decide, proposal, word).await
}

/// The full numbers, once: with a reason, journalled.
pub(crate) async fn numbers(Path(case): Path<String>, form: Posted) -> PageResult {
    may(&form, Action::CaseReveal)?;
    let (visit, id) = (&form.visit, case.parse()?);
    let write = visit.cx.db().write(async |tx| casework::reveal(tx, &visit.cx, id, form.get("reason")).await);
    match write.await {
        Ok(()) => {
            let case = load(visit, id).await?;
            present(visit, case, &Shown { clear: true, from: came_from(&form), ..Shown::default() })
        }
        refused => settle(&form, id, Attempt::of(Act::Reveal, &form), refused, "").await,
    }
}

/// Whoever could never do this is told so before her form is looked at.
fn may(form: &Posted, action: Action) -> Result<()> {
    let actor = &form.visit.cx.actor;
    match permits(actor, action) {
        true => Ok(()),
        false if actor.account().is_none() => Err(Error::Unauthenticated),
        false => Err(Error::Denied),
    }
}

/// A form without its version is older than any case: it must not pass as "whatever it is now".
fn seen(form: &Posted) -> Expected {
    Some(form.version().unwrap_or(0))
}

fn came_from(form: &Posted) -> CameFrom {
    CameFrom::read(form.get("from"))
}

fn chosen(value: &str) -> Option<bool> {
    match value {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Names in one box, however people part them. A space does not: foreign names have some.
fn names(typed: &str) -> Vec<String> {
    let parted = typed.split(['、', '，', ',', '；', ';', '\n']).map(str::trim);
    parted.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Done: back to the case. Refused: the forms again with what was wrong. Too late: the case as it is now,
/// with what was typed.
async fn settle(form: &Posted, id: Id, attempt: Attempt, outcome: Result<()>, word: &str) -> PageResult {
    let (attempt, status) = match outcome {
        Ok(()) => {
            let case = came_from(form).on(&format!("/desk/cases/{id}?done={word}"));
            return Ok(Redirect::to(&case).into_response());
        }
        Err(error @ Error::Refused(_)) if error.code() == casework::OWN_ACT => {
            (attempt.repeated(), StatusCode::CONFLICT)
        }
        Err(Error::Refused(refusals)) => (attempt.refused(refusals), StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict) => (attempt.too_late(), StatusCode::CONFLICT),
        Err(other) => return Err(other.into()),
    };
    let case = load(&form.visit, id).await?;
    let shown = Shown { attempt: Some(&attempt), from: came_from(form), ..Shown::default() };
    let mut response = present(&form.visit, case, &shown)?;
    *response.status_mut() = status;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_is_no_answer() {
        assert_eq!(["yes", "no", ""].map(chosen), [Some(true), Some(false), None]);
    }

    #[test]
    fn names_are_parted_as_people_part_them() {
        assert_eq!(names("演示·甲、演示·乙，\n 丙; "), ["演示·甲", "演示·乙", "丙"]);
        assert_eq!(names(" \n"), [""; 0]);
    }
}
