//! Acting on seals. All but ordering ask for a step-up given at most five minutes ago.

use super::{SealRow, row};
use crate::api::asked::{Member, Sent};
use crate::error::{Failure, Problem};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use base::{Error, Id};
use domain::Cx;
use domain::identity::Action;
use domain::seals::{self, NewAuthorisation};
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

type Answer = Result<Json<SealRow>, Failure>;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSeal {
    /// Credit code of the body.
    body: String,
    /// `statutory_name` or `business`: the categories that may go on documents of a case.
    #[schema(example = "business")]
    category: String,
    /// Beneath the star; empty for the usual words of the category.
    #[serde(default)]
    #[schema(example = "行政审批专用章")]
    title: String,
    /// `round`, `oval` or `square`; empty for the customary form.
    #[serde(default)]
    shape: String,
    width_mm: Option<u32>,
    height_mm: Option<u32>,
    purpose: String,
    /// Words of document kinds: `decision`, `certificate` …
    kinds: Vec<String>,
    /// Accounts at the keeper's post of the body.
    keepers: Vec<String>,
    /// First day; today when missing.
    #[schema(value_type = Option<String>)]
    valid_from: Option<Day>,
    /// Last day, at most ten years later.
    #[schema(value_type = String)]
    valid_until: Day,
    /// Identifier of the seal this one takes the place of.
    renews: Option<String>,
}

/// 申请一枚印章。
#[utoipa::path(
    post, path = "/api/v1/seals", operation_id = "orderSeal", tag = "seals",
    security(("bearer" = [])),
    request_body = NewSeal,
    responses(
        (status = 201, description = "Ordered: it waits for the body's approver", body = SealRow),
        (status = 404, description = "`not_found`: not a body the caller keeps seals of", body = Problem,
         content_type = "application/problem+json"),
        (status = 422, description = "`seals.category`, `seals.title`, `seals.size`, `seals.kinds`, `seals.keepers`, \
          `seals.valid_until` …", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn order(member: Member, sent: Sent) -> Result<(StatusCode, Json<SealRow>), Failure> {
    let cx = member.may(Action::SealOrder)?.cx;
    let new: NewSeal = sent.json()?;
    let parse = |id: &String| id.parse::<Id>();
    let keepers = new.keepers.iter().map(parse).collect::<Result<Vec<_>, _>>();
    let new = seals::NewSeal {
        body: new.body,
        category: new.category,
        title: new.title,
        shape: new.shape,
        width_mm: new.width_mm,
        height_mm: new.height_mm,
        purpose: new.purpose,
        kinds: new.kinds,
        keepers: keepers
            .map_err(|_| Error::refused_at("seals.keepers", "keepers", "保管人应为账户的编号"))?,
        valid_from: new.valid_from,
        valid_until: Some(new.valid_until),
        renews: new.renews.as_ref().map(parse).transpose()?,
    };
    let id = cx.db().write(async |tx| seals::order(tx, &cx, new).await).await?;
    Ok((StatusCode::CREATED, now(&cx, id).await?))
}

/// The seal as the act left it.
async fn now(cx: &Cx, id: Id) -> Answer {
    let view = cx.db().read(async |tx| seals::show(tx, cx, id).await).await?;
    Ok(Json(row(&view.seal, cx.now)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    approved: bool,
    /// Must be given when declined; at most 200 characters.
    #[serde(default)]
    reason: String,
    /// `version` of the seal as it was read.
    version: Option<i64>,
}

/// 审批：批准后当场制作，或者不批准。申请人自己不能审批。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/approval", operation_id = "approveSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    request_body = Approval,
    responses(
        (status = 200, description = "Approved and made, or declined", body = SealRow),
        (status = 422, description = "`identity.step_up_needed`, `seals.same_person`, `seals.wrong_state`, \
          `seals.no_authority`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn approve(member: Member, Path(seal): Path<String>, sent: Sent) -> Answer {
    let (cx, id) = about(member, Action::SealApprove, &seal)?;
    may(&cx, Action::SealApprove, id).await?;
    let act: Approval = sent.json()?;
    if act.approved {
        cx.db().write(async |tx| seals::approve(tx, &cx, id, act.version).await).await?;
        seals::make(&cx, id).await?;
    } else {
        let (version, why) = (act.version, act.reason.as_str());
        cx.db().write(async |tx| seals::decline(tx, &cx, id, version, why).await).await?;
    }
    now(&cx, id).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    /// At most 200 characters.
    reason: String,
    /// `version` of the seal as it was read.
    version: Option<i64>,
}

/// 停用，马上生效。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/suspension", operation_id = "suspendSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    request_body = Stop,
    responses(
        (status = 200, description = "Nothing can be sealed with it", body = SealRow),
        (status = 422, description = "`identity.step_up_needed`, `seals.wrong_state`, `seals.reason_needed`, \
          `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suspend(member: Member, Path(seal): Path<String>, sent: Sent) -> Answer {
    let (cx, id) = about(member, Action::SealStop, &seal)?;
    may(&cx, Action::SealStop, id).await?;
    let act: Stop = sent.json()?;
    cx.db().write(async |tx| seals::suspend(tx, &cx, id, act.version, &act.reason).await).await?;
    now(&cx, id).await
}

/// 恢复使用，由决定岗办理。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/resumption", operation_id = "resumeSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    request_body = Stop,
    responses(
        (status = 200, description = "It can be used again", body = SealRow),
        (status = 422, description = "`identity.step_up_needed`, `seals.wrong_state`, `seals.reason_needed`, \
          `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(member: Member, Path(seal): Path<String>, sent: Sent) -> Answer {
    let (cx, id) = about(member, Action::SealApprove, &seal)?;
    may(&cx, Action::SealApprove, id).await?;
    let act: Stop = sent.json()?;
    cx.db().write(async |tx| seals::resume(tx, &cx, id, act.version, &act.reason).await).await?;
    now(&cx, id).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SealRevocation {
    /// At most 200 characters.
    reason: String,
    /// The key may be in other hands: nothing it ever signed counts any more.
    #[serde(default)]
    exposed: bool,
    /// `version` of the seal as it was read.
    version: Option<i64>,
}

/// 注销，马上生效，不能恢复。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/revocation", operation_id = "revokeSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    request_body = SealRevocation,
    responses(
        (status = 200, description = "Ended; its key is destroyed, its certificate on the list", body = SealRow),
        (status = 422, description = "`identity.step_up_needed`, `seals.wrong_state`, `seals.reason_needed`, \
          `form.characters`",
         body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(member: Member, Path(seal): Path<String>, sent: Sent) -> Answer {
    let (cx, id) = about(member, Action::SealStop, &seal)?;
    may(&cx, Action::SealStop, id).await?;
    let act: SealRevocation = sent.json()?;
    let write =
        cx.db().write(async |tx| seals::revoke(tx, &cx, id, act.version, &act.reason, act.exposed).await);
    write.await?;
    now(&cx, id).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    /// Words of document kinds the seal was ordered for.
    kinds: Vec<String>,
    /// Last day, at most a year from now.
    #[schema(value_type = String)]
    until: Day,
    /// At most 200 characters.
    reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WordGiven {
    /// Identifier of the authorisation.
    id: String,
}

/// 保管人授权自动用印。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/authorisations", operation_id = "authoriseSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    request_body = Word,
    responses(
        (status = 201, description = "Decisions are sealed without asking each time", body = WordGiven),
        (status = 422, description = "`identity.step_up_needed`, `seals.kinds`, `seals.valid_until`, \
          `seals.reason_needed`, `form.characters`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn authorise(
    member: Member,
    Path(seal): Path<String>,
    sent: Sent,
) -> Result<(StatusCode, Json<WordGiven>), Failure> {
    let (cx, id) = about(member, Action::SealAuthorise, &seal)?;
    may(&cx, Action::SealAuthorise, id).await?;
    let word: Word = sent.json()?;
    let new = NewAuthorisation { kinds: word.kinds, until: Some(word.until), reason: word.reason };
    let given = cx.db().write(async |tx| seals::authorise(tx, &cx, id, new).await).await?;
    Ok((StatusCode::CREATED, Json(WordGiven { id: given.to_string() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordBack {
    /// At most 200 characters.
    reason: String,
}

/// 收回一项授权，马上生效。
#[utoipa::path(
    post, path = "/api/v1/seals/{seal}/authorisations/{word}/withdrawal", operation_id = "withdrawSealAuthorisation",
    tag = "seals",
    security(("bearer" = [])),
    params(
        ("seal" = String, Path, description = "Identifier of the seal"),
        ("word" = String, Path, description = "Identifier of the authorisation"),
    ),
    request_body = WordBack,
    responses(
        (status = 200, description = "Nothing more is sealed under it", body = SealRow),
        (status = 422, description = "`identity.step_up_needed`, `seals.reason_needed`, `form.characters`", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    member: Member,
    Path((seal, word)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let (cx, id) = about(member, Action::SealStop, &seal)?;
    may(&cx, Action::SealStop, id).await?;
    let word: Id = word.parse()?;
    let act: WordBack = sent.json()?;
    let write = cx.db().write(async |tx| seals::withdraw_authorisation(tx, &cx, id, word, &act.reason).await);
    write.await?;
    now(&cx, id).await
}

fn about(member: Member, action: Action, seal: &str) -> Result<(Cx, Id), Failure> {
    Ok((member.may(action)?.cx, seal.parse()?))
}

/// Rights come before the body is read: a seal of another body is not found whatever was sent.
async fn may(cx: &Cx, action: Action, id: Id) -> Result<(), Failure> {
    Ok(cx.db().read(async |tx| seals::may(tx, cx, id, action).await).await?)
}
