//! Mandates: what the organisation one represents has given, and what one was given.

use super::asked::{Member, Sent, day};
use super::listed::Rows;
use crate::error::Failure;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::identity::{self, Action, GiveMandate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewMandate {
    /// Login or citizen number of the agent, whose real name must have been confirmed.
    agent: String,
    /// Name of the agent, as on her document.
    name: String,
    /// Base codes (12 digits); empty means all items.
    items: Vec<String>,
    /// Last day, `YYYY-MM-DD`; at most a year from today.
    valid_until_on: String,
    /// Of the representative's account.
    #[schema(format = Password)]
    password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandateGiven {
    mandate: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MandateRow {
    mandate: String,
    organisation: String,
    organisation_name: String,
    credit_code: String,
    /// Name of the agent.
    agent_name: String,
    /// Base codes; empty means all items.
    items: Vec<String>,
    valid_from_on: String,
    valid_until_on: String,
    /// `in_force`, `not_yet`, `rests`, `over`, `revoked` or `laid_down`.
    state: &'static str,
}

/// 授权：代表单位时是单位给出的，为本人时是收到的。
#[utoipa::path(
    get, path = "/api/v1/mandates", operation_id = "listMandates", tag = "organisations",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Newest first, at most 500", body = Rows<MandateRow>),
        (status = 404, description = "`not_found`: the caller is no citizen",
         body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(member: Member) -> Result<Json<Rows<MandateRow>>, Failure> {
    let cx = &member.0.cx;
    let acting = cx.actor.require_person()?.acting_for.as_ref();
    let gives = acting.is_some_and(|acting| acting.representative);
    let read = cx.db().read(async |tx| match gives {
        true => identity::mandates_given(tx, cx).await,
        false => identity::mandates_received(tx, cx).await,
    });
    let row = |mandate: identity::Mandate| MandateRow {
        state: mandate.state_on(cx.today()).word(),
        mandate: mandate.id.to_string(),
        organisation: mandate.organisation.to_string(),
        organisation_name: mandate.organisation_name,
        credit_code: mandate.credit_code,
        agent_name: mandate.agent,
        items: mandate.items,
        valid_from_on: mandate.valid_from.to_string(),
        valid_until_on: mandate.valid_until.to_string(),
    };
    Ok(Json(Rows { rows: read.await?.into_iter().map(row).collect() }))
}

/// 法定代表人授权经办人。
#[utoipa::path(
    post, path = "/api/v1/mandates", operation_id = "giveMandate", tag = "organisations",
    security(("bearer" = [])), request_body = NewMandate,
    responses(
        (status = 201, description = "In force from now on", body = MandateGiven),
        (status = 422, description = "`identity.agent_unknown`, `identity.own_mandate`, `identity.mandate_items`, \
          `identity.mandate_term`, `identity.wrong_password`, `identity.locked`",
         body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn give(member: Member, sent: Sent) -> Result<(StatusCode, Json<MandateGiven>), Failure> {
    let caller = member.may(Action::MandateManage)?;
    caller.app.count_guess(caller.peer, "mandate")?;
    let new: NewMandate = sent.json()?;
    let valid_until = day("valid_until_on", &new.valid_until_on)?;
    let given = GiveMandate {
        agent: &new.agent,
        name: &new.name,
        items: new.items.clone(),
        valid_until,
        password: &new.password,
    };
    let mandate = identity::give_mandate(&caller.cx, given).await?;
    Ok((StatusCode::CREATED, Json(MandateGiven { mandate: mandate.to_string() })))
}

/// 撤销授权，马上失效。
#[utoipa::path(
    post, path = "/api/v1/mandates/{mandate}/revocation", operation_id = "revokeMandate",
    tag = "organisations", security(("bearer" = [])),
    params(("mandate" = String, Path, description = "Identifier of the mandate")),
    responses((status = 204, description = "Nothing is done under it any more, in open sessions neither"))
)]
pub(crate) async fn revoke(member: Member, Path(mandate): Path<String>) -> Result<StatusCode, Failure> {
    let (cx, mandate) = (&member.0.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::revoke_mandate(tx, cx, mandate).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 新的法定代表人确认原来的授权继续有效。
#[utoipa::path(
    post, path = "/api/v1/mandates/{mandate}/continuation", operation_id = "continueMandate",
    tag = "organisations", security(("bearer" = [])),
    params(("mandate" = String, Path, description = "Identifier of a mandate that rests")),
    responses((status = 204, description = "In force again for the rest of its term"))
)]
pub(crate) async fn go_on(member: Member, Path(mandate): Path<String>) -> Result<StatusCode, Failure> {
    let (cx, mandate) = (&member.0.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::continue_mandate(tx, cx, mandate).await).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// 经办人辞去授权。
#[utoipa::path(
    post, path = "/api/v1/mandates/{mandate}/renunciation", operation_id = "renounceMandate",
    tag = "organisations", security(("bearer" = [])),
    params(("mandate" = String, Path, description = "Identifier of a mandate the caller holds")),
    responses((status = 204, description = "The caller acts for the organisation no more"))
)]
pub(crate) async fn renounce(member: Member, Path(mandate): Path<String>) -> Result<StatusCode, Failure> {
    let (cx, mandate) = (&member.0.cx, mandate.parse()?);
    cx.db().write(async |tx| identity::lay_down_mandate(tx, cx, mandate).await).await?;
    Ok(StatusCode::NO_CONTENT)
}
