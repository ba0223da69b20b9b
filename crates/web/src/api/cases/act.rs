//! Acting on a case. Each act may carry the version it was decided on; on an older one it is a conflict.

use super::about;
use crate::api::asked::{Member, Sent};
use crate::error::{Failure, Problem};
use axum::Json;
use axum::extract::Path;
use domain::casework::{self, State};
use domain::identity::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) type Answer = Result<Json<Acted>, Failure>;

/// Where the act left the case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Acted {
    /// Identifier of the case.
    id: String,
    #[schema(example = "review")]
    state: String,
    state_name: String,
    /// What a granted decision gave.
    certificate: Option<IssuedCertificate>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IssuedCertificate {
    identifier: String,
    number: String,
}

pub(super) fn acted(id: casework::CaseId, state: State, certificate: Option<IssuedCertificate>) -> Answer {
    let (word, name) = (state.word().to_owned(), state.name().to_owned());
    Ok(Json(Acted { id: id.to_string(), state: word, state_name: name, certificate }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 受理。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/acceptance", operation_id = "acceptCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Acceptance,
    responses(
        (status = 200, description = "Accepted: the clock runs", body = Acted),
        (status = 422, description = "`casework.wrong_state`, `casework.already_decided`, `casework.withdrawn`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn accept(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseAccept)?.cx;
    let (id, act) = about::<Acceptance>(&cx, &case, &sent).await?;
    let state = cx.db().write(async |tx| casework::accept(tx, &cx, id, act.version).await).await?;
    acted(id, state, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rejection {
    /// `not_accepted` (does not meet the conditions), `not_needed` (no licence needed) or `wrong_body`.
    #[schema(example = "not_needed")]
    kind: String,
    /// For the applicant, at most 2000 characters; for `wrong_body` the body to turn to.
    reason: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 不予受理、不需要办理，或者不属本机关职权。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/rejection", operation_id = "rejectCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Rejection,
    responses(
        (status = 200, description = "The applicant was told why", body = Acted),
        (status = 422, description = "`casework.rejection_kind`, `casework.reason_needed`, `casework.counts_as_accepted`, \
          `casework.wrong_state`, `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reject(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseAccept)?.cx;
    let (id, act) = about::<Rejection>(&cx, &case, &sent).await?;
    let write =
        cx.db().write(async |tx| casework::reject(tx, &cx, id, &act.kind, act.reason, act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Review {
    /// Key of an open step.
    step: String,
    passed: bool,
    /// At most 2000 characters.
    opinion: String,
    /// The checks of the step that hold, word for word.
    #[serde(default)]
    checked: Vec<String>,
    /// Who inspected the place, by name: two at least for a step on site, none for others.
    #[serde(default)]
    officers: Vec<String>,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 办完一个审查环节。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/reviews", operation_id = "reviewCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Review,
    responses(
        (status = 200, description = "The step is done; after the last one the case waits for its decision", body = Acted),
        (status = 422, description = "`casework.step_not_open`, `casework.reason_needed`, `casework.unknown_check`, \
          `casework.officers`, `casework.wrong_state`, `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn review(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseReview)?.cx;
    let (id, act) = about::<Review>(&cx, &case, &sent).await?;
    let write = cx.db().write(async |tx| {
        let opinion = casework::Opinion {
            step: act.step,
            passed: Some(act.passed),
            words: act.opinion,
            checked: act.checked,
            officers: act.officers,
        };
        casework::review(tx, &cx, id, opinion, act.version).await
    });
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDecision {
    granted: bool,
    /// Must be given for a refusal, and where an opinion was against what is granted; at most 2000 characters.
    #[serde(default)]
    reason: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 作出决定：准予时当场生成证照并送达。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/decision", operation_id = "decideCase", tag = "desk",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = NewDecision,
    responses(
        (status = 200, description = "Decided, closed and delivered", body = Acted),
        (status = 422, description = "`casework.same_person`, `casework.reason_needed`, `casework.already_decided`, \
          `casework.wrong_state`, `form.characters`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn decide(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseDecide)?.cx;
    let (id, act) = about::<NewDecision>(&cx, &case, &sent).await?;
    let write =
        cx.db().write(async |tx| casework::decide(tx, &cx, id, act.granted, act.reason, act.version).await);
    let decided = write.await?;
    let issued = |issued: domain::certs::Issued| IssuedCertificate {
        identifier: issued.identifier,
        number: issued.number,
    };
    acted(id, decided.state, decided.certificate.map(issued))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    #[serde(default)]
    reason: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 申请人撤回，作出决定以前随时可以。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/withdrawal", operation_id = "withdrawCase", tag = "cases",
    security(("bearer" = [])),
    params(("case" = String, Path, description = "Identifier, ticket or case number")),
    request_body = Withdrawal,
    responses(
        (status = 200, description = "Withdrawn", body = Acted),
        (status = 422, description = "`casework.already_decided`, `casework.wrong_state`, `casework.withdrawn`, `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(member: Member, Path(case): Path<String>, sent: Sent) -> Answer {
    let cx = member.may(Action::CaseWithdraw)?.cx;
    let (id, act) = about::<Withdrawal>(&cx, &case, &sent).await?;
    let state =
        cx.db().write(async |tx| casework::withdraw(tx, &cx, id, act.reason, act.version).await).await?;
    acted(id, state, None)
}
