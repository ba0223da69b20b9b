//! 好差评: one rating for each case, by whoever was served.

use super::{about, case_id};
use crate::api::asked::{Member, Sent};
use crate::error::{Failure, Problem};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::feedback::{self, NewRating, RatingOptions, RatingState};
use domain::identity::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where the rating of a case stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatingStanding {
    /// `too_early`, `open`, `given` or `over`.
    state: String,
    /// Last day, while it is open.
    until_on: Option<String>,
    /// The rating that was given.
    rating: Option<RatingGiven>,
    /// What may be ticked with each grade.
    options: Vec<RatingChoice>,
    /// Grades that must name at least one option.
    needs_reason: Vec<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatingChoice {
    code: String,
    text: String,
    grades: Vec<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatingGiven {
    id: String,
    /// 1 非常满意 … 5 非常不满意.
    grade: u8,
    grade_name: String,
    options: Vec<String>,
    words: String,
    anonymous: bool,
    /// Milliseconds since 1970 UTC.
    created_at: i64,
}

/// 能不能评价、评过没有、可选的理由。
#[utoipa::path(
    get, path = "/api/v1/cases/{case}/rating", operation_id = "showRating", tag = "cases",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses((status = 200, description = "For the applicant alone", body = RatingStanding))
)]
pub(crate) async fn rating(
    member: Member,
    Path(case): Path<String>,
) -> Result<Json<RatingStanding>, Failure> {
    // First the case, then the right: to those who may not know the case it does not exist.
    let cx = &member.0.cx;
    let id = case_id(cx, &case).await?;
    let read = cx.db().read(async |tx| {
        let state = feedback::rating_state(tx, cx, id).await?;
        Ok((state, RatingOptions::current(tx, cx).await?))
    });
    let (state, options) = read.await?;
    member.may(Action::RatingGive)?;
    Ok(Json(standing(state, options)))
}

fn standing(state: RatingState, options: RatingOptions) -> RatingStanding {
    let (word, until_on, rating) = match state {
        RatingState::TooEarly => ("too_early", None, None),
        RatingState::Open { until } => ("open", Some(until.to_string()), None),
        RatingState::Given { rating } => ("given", None, Some(given(rating))),
        RatingState::Over => ("over", None, None),
    };
    let online =
        options.options.into_iter().filter(|option| option.channel == "any" || option.channel == "online");
    RatingStanding {
        state: word.to_owned(),
        until_on,
        rating,
        options: online.map(|o| RatingChoice { code: o.code, text: o.text, grades: o.grades }).collect(),
        needs_reason: options.needs_reason,
    }
}

fn given(rating: feedback::Rating) -> RatingGiven {
    RatingGiven {
        id: rating.id.to_string(),
        grade: rating.grade,
        grade_name: rating.grade_name.to_owned(),
        options: rating.options,
        words: rating.words,
        anonymous: rating.anonymous,
        created_at: rating.created_at,
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatingAsked {
    /// 1 非常满意 … 5 非常不满意.
    #[schema(minimum = 1, maximum = 5)]
    grade: u8,
    /// Codes of `options` that go with the grade.
    #[serde(default)]
    options: Vec<String>,
    /// At most 500 characters.
    #[serde(default)]
    words: String,
    /// Keeps the account out of the rating.
    #[serde(default)]
    anonymous: bool,
}

/// 评价一个办结的办件，一事一评。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/rating", operation_id = "rateCase", tag = "cases",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = RatingAsked,
    responses(
        (status = 201, description = "Rated", body = RatingGiven),
        (status = 422, description = "`feedback.too_early`, `feedback.too_late`, `feedback.already_rated`, \
          `feedback.grade`, `feedback.option`, `feedback.reason_needed`, `feedback.too_long`, \
          `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rate(
    member: Member,
    Path(case): Path<String>,
    sent: Sent,
) -> Result<(StatusCode, Json<RatingGiven>), Failure> {
    let cx = member.may(Action::RatingGive)?.cx;
    let (id, asked) = about::<RatingAsked>(&cx, &case, &sent).await?;
    let write = cx.db().write(async |tx| {
        let RatingAsked { grade, options, words, anonymous } = asked;
        feedback::rate(tx, &cx, id, NewRating { grade, options, words, anonymous }).await
    });
    Ok((StatusCode::CREATED, Json(given(write.await?))))
}
