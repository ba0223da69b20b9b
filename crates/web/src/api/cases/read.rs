//! One case: in full for those who may, its progress for whoever holds its number and password.

use super::case::{Case, Clock};
use super::case_id;
use crate::api::asked::{Member, Sent};
use crate::error::{Failure, Problem};
use crate::session::Caller;
use axum::Json;
use axum::extract::Path;
use domain::casework;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 一个办件的全部情况：表单、材料、经过、时限、证照。
#[utoipa::path(
    get, path = "/api/v1/cases/{case}", operation_id = "showCase", tag = "cases",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    responses((status = 200, description = "For its applicant and its desk", body = Case))
)]
pub(crate) async fn show(Member(caller): Member, Path(case): Path<String>) -> Result<Json<Case>, Failure> {
    let cx = &caller.cx;
    let id = case_id(cx, &case).await?;
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, id).await).await?;
    Ok(Json(Case::of(cx, view)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgressAsked {
    /// Ticket or case number.
    #[schema(example = "3201-20260924-000017")]
    number: String,
    /// The six characters of the receipt.
    #[schema(example = "K7M2QX")]
    password: String,
}

/// What anybody with number and password may know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Progress {
    ticket: String,
    item_name: String,
    body_name: String,
    /// Persons masked, organisations in full.
    applicant: String,
    state: String,
    state_name: String,
    clock: Clock,
    timeline: Vec<ProgressStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProgressStep {
    /// Milliseconds since 1970 UTC.
    at: i64,
    /// Stable: `casework.accepted` …
    kind: String,
}

/// 不登录查进度。用 POST，编号和密码不会留在地址里。
#[utoipa::path(
    post, path = "/api/v1/progress", operation_id = "askProgress", tag = "cases",
    request_body = ProgressAsked,
    responses(
        (status = 200, description = "The public part of the case", body = Progress),
        (status = 422, description = "`casework.wrong_query`: number and password do not go together", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn progress(caller: Caller, sent: Sent) -> Result<Json<Progress>, Failure> {
    let asked: ProgressAsked = sent.json()?;
    caller.app.may_look_up(caller.peer, "progress")?;
    let cx = &caller.cx;
    let read = cx.db().read(async |tx| casework::progress(tx, cx, &asked.number, &asked.password).await);
    let found = read.await;
    if found.is_err() {
        caller.app.count_miss(caller.peer, "progress")?;
    }
    let found = found?;
    let step = |step: &casework::PublicStep| ProgressStep { at: step.at, kind: step.kind.to_owned() };
    Ok(Json(Progress {
        timeline: found.timeline.iter().map(step).collect(),
        clock: Clock::of(&found.clock),
        state: found.state.word().to_owned(),
        state_name: found.state.name().to_owned(),
        ticket: found.ticket,
        item_name: found.item_name,
        body_name: found.body_name,
        applicant: found.applicant,
    }))
}
