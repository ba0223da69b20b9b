//! Materials that come after the acceptance (容缺后补): handed in by the applicant, answered by the desk.

use super::about;
use super::act::{Answer, acted};
use super::submit::{MaterialFile, files};
use crate::api::asked::{Member, Sent};
use crate::error::Problem;
use axum::extract::Path;
use base::Error;
use domain::casework::{self, GivenMaterial, Way};
use domain::identity::Action;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwedMaterial {
    /// What `POST /files` gave; without it the material is brought on paper.
    digest: Option<String>,
    name: Option<String>,
    /// The next files, when it comes in several; at most 10 in all.
    #[serde(default)]
    further: Vec<MaterialFile>,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 申请人补交容缺的材料。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/owed/{material}", operation_id = "handInOwedMaterial", tag = "cases",
    security(("bearer" = [])),
    params(
        ("case" = String, Path, description = "Identifier, ticket or case number"),
        ("material" = String, Path, description = "Key of the material"),
    ),
    request_body = OwedMaterial,
    responses(
        (status = 200, description = "Handed in; the desk will answer", body = super::act::Acted),
        (status = 422, description = "`casework.not_owed`, `casework.file_unknown`, `casework.too_many_files`", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn hand_in_owed(
    member: Member,
    Path((case, material)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let cx = member.may(Action::CaseWithdraw)?.cx;
    let (id, act) = about::<OwedMaterial>(&cx, &case, &sent).await?;
    let way = match (act.digest, act.name) {
        (Some(digest), Some(name)) => files(digest, name, act.further),
        (None, None) if act.further.is_empty() => Way::Paper,
        (digest, _) => {
            let missing = if digest.is_none() { "digest" } else { "name" };
            return Err(Error::refused_at("malformed", missing, "上传的材料要写明 digest 和 name").into());
        }
    };
    let given = GivenMaterial { key: material, way };
    let write =
        cx.db().write(async |tx| casework::hand_in_owed(tx, &cx, id, given.clone(), act.version).await);
    acted(id, write.await?, None)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwedAnswer {
    /// False gives it back; then `reason` says why.
    confirmed: bool,
    #[serde(default)]
    reason: String,
    /// `version` of the case as it was read.
    version: Option<i64>,
}

/// 受理单位确认或者退回补交的材料。
#[utoipa::path(
    post, path = "/api/v1/cases/{case}/owed/{material}/answer", operation_id = "answerOwedMaterial", tag = "desk",
    security(("bearer" = [])),
    params(
        ("case" = String, Path, description = "Identifier, ticket or case number"),
        ("material" = String, Path, description = "Key of the material"),
    ),
    request_body = OwedAnswer,
    responses(
        (status = 200, description = "Confirmed, or given back with at least two working days", body = super::act::Acted),
        (status = 422, description = "`casework.not_owed`, `casework.reason_needed`, `form.characters`", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn answer_owed(
    member: Member,
    Path((case, material)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let cx = member.may(Action::CaseReview)?.cx;
    let (id, act) = about::<OwedAnswer>(&cx, &case, &sent).await?;
    let returned = (!act.confirmed).then_some(act.reason);
    let write = cx.db().write(async |tx| {
        casework::answer_owed(tx, &cx, id, material.clone(), returned.clone(), act.version).await
    });
    acted(id, write.await?, None)
}
