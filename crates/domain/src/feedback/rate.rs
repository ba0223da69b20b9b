//! Rating a case.

use super::options::RatingOptions;
use super::store;
use crate::Cx;
use crate::casework::{self, CaseId};
use crate::identity::{Action, Actor, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::{Error, Id, Millis, Refusal, Result};
use db::Tx;
use norms::Day;
use norms::codes::Satisfaction;
use serde_json::json;

pub struct NewRating {
    /// 1 非常满意 … 5 非常不满意.
    pub grade: u8,
    /// Codes of the ticked options.
    pub options: Vec<String>,
    pub words: String,
    pub anonymous: bool,
}

/// A rating as its giver sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rating {
    pub id: Id,
    pub grade: u8,
    pub grade_name: &'static str,
    pub options: Vec<String>,
    pub words: String,
    pub anonymous: bool,
    pub created_at: Millis,
}

/// Whether a case can be rated now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RatingState {
    /// The service has not ended.
    TooEarly,
    Open {
        until: Day,
    },
    Given {
        rating: Rating,
    },
    Over,
}

/// The service that is rated: a case handled online is one service (一事一评).
const SERVICE: i64 = 1;
const LONGEST_WORDS: usize = 500;

/// Where the rating of a case stands. Only its applicant asks.
pub async fn rating_state(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<RatingState> {
    authorize(&cx.actor, Action::RatingGive, Thing { owner: cx.actor.party(), ..Thing::NOTHING })?;
    let view = casework::show_case(tx, cx, case).await?;
    if let Some(rating) = store::rating(tx, case, SERVICE).await? {
        return Ok(RatingState::Given { rating });
    }
    let options = RatingOptions::current(tx, cx).await?;
    Ok(match view.case.ended_on {
        None => RatingState::TooEarly,
        Some(ended) => {
            let until = cx.catalogue.calendar.add_working(ended, options.window_days).day;
            if cx.today() <= until { RatingState::Open { until } } else { RatingState::Over }
        }
    })
}

/// Gives the one rating of a case.
pub async fn rate(tx: &mut Tx<'_>, cx: &Cx, case: CaseId, new: NewRating) -> Result<Rating> {
    let view = casework::show_case(tx, cx, case).await?;
    let party = cx.actor.party().ok_or(Error::Denied)?;
    authorize(&cx.actor, Action::RatingGive, Thing::owned(party))?;
    match rating_state(tx, cx, case).await? {
        RatingState::Open { .. } => {}
        RatingState::TooEarly => return Err(Error::refused("feedback.too_early", "办结后才能评价")),
        RatingState::Given { .. } => {
            return Err(Error::refused("feedback.already_rated", "这件事您已经评价过了"));
        }
        RatingState::Over => return Err(Error::refused("feedback.too_late", "评价期限已过")),
    }
    let options = RatingOptions::current(tx, cx).await?;
    check(&options, &new).map_err(Error::Refused)?;
    let rating = Rating {
        id: cx.id(),
        grade: new.grade,
        grade_name: grade_name(new.grade),
        options: new.options,
        words: new.words.trim().to_owned(),
        anonymous: new.anonymous,
        created_at: cx.now,
    };
    // An anonymous rating keeps no account: the case number alone ties it to the service.
    let account = if new.anonymous { None } else { cx.actor.account() };
    store::insert(tx, case, SERVICE, &rating, &view.item, account).await?;
    let detail = json!({ "case": case, "grade": rating.grade, "options": rating.options });
    let event = NewEvent {
        subject_kind: "rating",
        subject_id: rating.id,
        area: &view.item.division,
        kind: "feedback.rated",
        detail: &detail,
    };
    // The journal says that a rating was given, not by whom: the evaluator's identity is protected.
    journal::append(tx, &cx.acting_as(Actor::System), event).await?;
    Ok(rating)
}

fn check(options: &RatingOptions, new: &NewRating) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    if !(1..=5).contains(&new.grade) {
        return Err(vec![Refusal::at("feedback.grade", "grade", "请选择一个满意程度")]);
    }
    let allowed: Vec<&str> =
        options.for_grade(new.grade, "online").map(|option| option.code.as_str()).collect();
    if new.options.iter().any(|code| !allowed.contains(&code.as_str())) {
        refusals.push(Refusal::at("feedback.option", "options", "请从这一档的选项中选择"));
    }
    if options.needs_reason.contains(&new.grade) && new.options.is_empty() {
        refusals.push(Refusal::at(
            "feedback.reason_needed",
            "options",
            "请至少选一个不满意的原因，方便我们改进",
        ));
    }
    if new.words.chars().count() > LONGEST_WORDS {
        refusals.push(Refusal::at("feedback.too_long", "words", format!("最多写{LONGEST_WORDS}个字")));
    }
    refusals.extend(crate::legible::paragraph("words", new.words.trim()).err());
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

pub(super) fn grade_name(grade: u8) -> &'static str {
    Satisfaction::from_code(&grade.to_string()).map_or("", Satisfaction::name)
}
