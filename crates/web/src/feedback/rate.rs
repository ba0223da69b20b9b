//! Rating a case in two steps that need no script: the grade first, then the reasons that belong to it.

use crate::form::{FieldView, OptionView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, CaseView};
use domain::feedback::{self, NewRating, Rating, RatingOptions, RatingState};
use norms::codes::Satisfaction;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "feedback/grade.html")]
struct GradePage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    until: String,
    grades: Vec<Grade>,
}

/// One of the five, with the mouth of its face.
struct Grade {
    code: u8,
    words: &'static str,
    mouth: &'static str,
    checked: bool,
}

#[derive(Template)]
#[template(path = "feedback/reasons.html")]
struct ReasonsPage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    grade: u8,
    grade_words: &'static str,
    /// A low grade is followed up.
    is_low: bool,
    options: FieldView,
    words: FieldView,
    anonymous: bool,
}

#[derive(Template)]
#[template(path = "feedback/given.html")]
struct GivenPage {
    page: Page,
    view: CaseView,
    rating: Rating,
    reasons: String,
    is_low: bool,
}

#[derive(Template)]
#[template(path = "feedback/closed.html")]
struct ClosedPage {
    page: Page,
    view: CaseView,
    /// The service has not ended yet; otherwise its days are over.
    early: bool,
    days: u32,
}

#[derive(Deserialize)]
pub(crate) struct Choice {
    grade: Option<String>,
    /// Sent by the form of the first step, so that "no grade" is told apart from "just arrived".
    asked: Option<String>,
    /// 1: show the first step again with the grade ticked.
    change: Option<String>,
}

pub(crate) async fn ask(visit: Visit, Path(case): Path<String>, Query(choice): Query<Choice>) -> PageResult {
    let case: Id = case.parse()?;
    if visit.cx.actor.staff().is_some() {
        return Ok(Redirect::to(&format!("/desk/cases/{case}")).into_response());
    }
    let (view, options, state) = look_up(&visit, case).await?;
    let RatingState::Open { until } = &state else { return closed(&visit, view, &options, state) };
    let until = words::day(until);
    match (parse_grade(choice.grade.as_deref()), &choice.change) {
        (Some(grade), None) => visit.show(&reasons_page(&visit, view, &options, &blank(grade), &[])),
        (grade, Some(_)) => visit.show(&grade_page(&visit, view, until, grade, &[])),
        (None, None) if choice.asked.is_some() => {
            let missing = Refusal::at("feedback.grade", "grade", "请选择一个满意程度");
            visit.show_again(&grade_page(&visit, view, until, None, &[missing]))
        }
        (None, None) => visit.show(&grade_page(&visit, view, until, None, &[])),
    }
}

pub(crate) async fn give(Path(case): Path<String>, form: Posted) -> PageResult {
    let (visit, case): (_, Id) = (&form.visit, case.parse()?);
    let cx = &visit.cx;
    let given = cx.db().write(async |tx| feedback::rate(tx, cx, case, typed(&form)).await).await;
    let here = format!("/cases/{case}/rating");
    match given {
        // A rating that another window gave meanwhile is shown, not given again.
        Ok(_) | Err(Error::Conflict) => Ok(Redirect::to(&here).into_response()),
        Err(Error::Refused(refusals)) => {
            let (view, options, state) = look_up(visit, case).await?;
            let RatingState::Open { until } = &state else { return Ok(Redirect::to(&here).into_response()) };
            match parse_grade(Some(form.get("grade"))) {
                None => visit.show_again(&grade_page(visit, view, words::day(until), None, &refusals)),
                Some(_) => visit.show_again(&reasons_page(visit, view, &options, &typed(&form), &refusals)),
            }
        }
        Err(other) => Err(other.into()),
    }
}

async fn look_up(visit: &Visit, case: Id) -> Result<(CaseView, RatingOptions, RatingState)> {
    let cx = &visit.cx;
    let read = cx.db().read(async |tx| {
        let state = feedback::rating_state(tx, cx, case).await?;
        let options = RatingOptions::current(tx, cx).await?;
        Ok((casework::show_case(tx, cx, case).await?, options, state))
    });
    read.await
}

fn closed(visit: &Visit, view: CaseView, options: &RatingOptions, state: RatingState) -> PageResult {
    if let RatingState::Given { rating } = state {
        let text = |code: &String| options.options.iter().find(|o| o.code == *code).map(|o| o.text.clone());
        let reasons: Vec<String> = rating.options.iter().filter_map(text).collect();
        let page = frame(visit, "谢谢您的评价", &view);
        let is_low = options.needs_reason.contains(&rating.grade);
        return visit.show(&GivenPage { page, view, reasons: reasons.join("、"), is_low, rating });
    }
    let early = state == RatingState::TooEarly;
    let title = if early { "办结后再评价" } else { "评价期限已过" };
    visit.show(&ClosedPage { page: frame(visit, title, &view), view, early, days: options.window_days })
}

fn frame(visit: &Visit, title: &str, view: &CaseView) -> Page {
    let case = format!("/cases/{}", view.id);
    visit.page(title).under(&[("我的空间", "/me"), (&view.item.base.name, &case)])
}

fn parse_grade(text: Option<&str>) -> Option<u8> {
    text?.parse().ok().filter(|grade| (1..=5).contains(grade))
}

fn blank(grade: u8) -> NewRating {
    NewRating { grade, options: Vec::new(), words: String::new(), anonymous: false }
}

fn typed(form: &Posted) -> NewRating {
    NewRating {
        grade: parse_grade(Some(form.get("grade"))).unwrap_or(0),
        options: form.all("options"),
        words: form.get("words").to_owned(),
        anonymous: !form.get("anonymous").is_empty(),
    }
}

fn grade_page(
    visit: &Visit,
    view: CaseView,
    until: String,
    chosen: Option<u8>,
    refusals: &[Refusal],
) -> GradePage {
    const MOUTHS: [&str; 5] =
        ["M8 14q4 5 8 0", "M8 14.5q4 3 8 0", "M8 15.5h8", "M8 16.5q4-3 8 0", "M8 17q4-5 8 0"];
    let page = frame(visit, "评价这次办事", &view);
    let grades = (1..).zip(MOUTHS).map(|(code, mouth)| Grade {
        code,
        words: grade_words(code),
        mouth,
        checked: chosen == Some(code),
    });
    GradePage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        view,
        until,
        grades: grades.collect(),
    }
}

fn grade_words(grade: u8) -> &'static str {
    Satisfaction::from_code(&grade.to_string()).map_or("", Satisfaction::name)
}

fn reasons_page(
    visit: &Visit,
    view: CaseView,
    set: &RatingOptions,
    given: &NewRating,
    refusals: &[Refusal],
) -> ReasonsPage {
    let page = frame(visit, "评价这次办事", &view);
    let is_low = set.needs_reason.contains(&given.grade);
    ReasonsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        view,
        grade: given.grade,
        grade_words: grade_words(given.grade),
        is_low,
        options: options_field(set, given, refusals),
        words: FieldView {
            name: "words".into(),
            id: "words".into(),
            label: "还想说什么？".into(),
            kind: "textarea",
            value: given.words.clone(),
            hint: "请不要写身份证号、电话等个人信息".into(),
            error: error_of(refusals, "words"),
            optional: true,
            max: 500,
            ..FieldView::default()
        },
        anonymous: given.anonymous,
    }
}

fn options_field(set: &RatingOptions, given: &NewRating, refusals: &[Refusal]) -> FieldView {
    let is_low = set.needs_reason.contains(&given.grade);
    let view = |option: &feedback::RatingOption| OptionView {
        value: option.code.clone(),
        label: option.text.clone(),
        checked: given.options.contains(&option.code),
    };
    FieldView {
        name: "options".into(),
        id: "options".into(),
        label: if is_low {
            "哪里不满意？".into()
        } else {
            "哪里做得好，哪里可以改进？".into()
        },
        kind: "checkbox",
        hint: if is_low { "至少选一项".into() } else { "可以选多项".into() },
        error: error_of(refusals, "options"),
        optional: !is_low,
        options: set.for_grade(given.grade, "online").map(view).collect(),
        ..FieldView::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::feedback::RatingOption;

    fn set() -> RatingOptions {
        let option = |code: &str, grades: &[u8], channel: &str| RatingOption {
            code: code.into(),
            text: code.into(),
            grades: grades.into(),
            channel: channel.into(),
        };
        let options = vec![
            option("good", &[1, 2], "online"),
            option("slow", &[4, 5], "online"),
            option("rude", &[4, 5], "offline"),
        ];
        RatingOptions { needs_reason: vec![4, 5], options, ..RatingOptions::default() }
    }

    #[test]
    fn reasons_depend_on_the_grade() {
        let codes = |grade| {
            let field = options_field(&set(), &blank(grade), &[]);
            (field.options.into_iter().map(|o| o.value).collect::<Vec<_>>(), field.optional)
        };
        assert_eq!(codes(1), (vec!["good".to_owned()], true));
        assert_eq!(codes(4), (vec!["slow".to_owned()], false));
    }

    #[test]
    fn a_grade_is_one_of_five() {
        assert_eq!(parse_grade(Some("5")), Some(5));
        for wrong in [None, Some(""), Some("0"), Some("6"), Some("x")] {
            assert_eq!(parse_grade(wrong), None, "{wrong:?}");
        }
        assert_eq!(grade_words(1), "非常满意");
    }
}
