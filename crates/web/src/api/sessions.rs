//! Tokens: getting one, giving it back, and for whom it acts.

use super::asked::{Member, Sent};
use crate::error::{Failure, Problem};
use crate::session::Caller;
use axum::Json;
use axum::http::StatusCode;
use base::{Error, Id, Result};
use domain::identity::{self, Credentials, SessionToken};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSession {
    #[schema(example = "chen")]
    login: String,
    #[schema(format = Password)]
    password: String,
    /// Six digits of the authenticator app; staff and administrators must send it.
    #[schema(example = "123456")]
    code: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBegun {
    /// Send it as `Authorization: Bearer …`. It ends when unused for 30 minutes (staff: 15).
    token: String,
    /// Milliseconds since 1970 UTC; never later than 12 hours after log-in.
    ends_at: i64,
}

/// 登录，取得令牌。
#[utoipa::path(
    post, path = "/api/v1/sessions", operation_id = "beginSession", tag = "sessions",
    request_body = NewSession,
    responses(
        (status = 201, description = "The session began", body = SessionBegun),
        (status = 422, description = "`identity.wrong_credentials`, `identity.code_required`, \
          `identity.wrong_code`, `identity.locked`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn begin(
    caller: Caller,
    sent: Sent,
) -> std::result::Result<(StatusCode, Json<SessionBegun>), Failure> {
    let new: NewSession = sent.json()?;
    caller.app.count_guess(caller.peer, "login")?;
    let credentials = Credentials { login: &new.login, password: &new.password };
    let logged_in = identity::log_in(&caller.cx, credentials).await?;
    let token = match logged_in.code_needed {
        true => second_step(&caller, logged_in.token, new.code.as_deref()).await?,
        false => logged_in.token,
    };
    let session = identity::find_session(&caller.cx, &token).await?.ok_or(Error::Unauthenticated)?;
    Ok((StatusCode::CREATED, Json(SessionBegun { token: token.0, ends_at: session.ends_at })))
}

/// The waiting session of the first step is never handed out: it ends here, or becomes a full one.
async fn second_step(caller: &Caller, waiting: SessionToken, code: Option<&str>) -> Result<SessionToken> {
    let outcome = match code {
        Some(code) => {
            caller.app.count_guess(caller.peer, "code")?;
            identity::confirm_code(&caller.cx, &waiting, code).await
        }
        None => Err(Error::refused_at("identity.code_required", "code", "这个账户还要输入动态验证码")),
    };
    match outcome {
        Ok(logged_in) => Ok(logged_in.token),
        Err(error) => {
            end_session(caller, &waiting).await?;
            Err(error)
        }
    }
}

async fn end_session(caller: &Caller, token: &SessionToken) -> Result<()> {
    caller.cx.db().write(async |tx| identity::end_session(tx, &caller.cx, token).await).await
}

/// 退出，令牌马上失效。
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", operation_id = "endSession", tag = "sessions",
    security(("bearer" = [])),
    responses((status = 204, description = "The token is worth nothing from now on"))
)]
pub(crate) async fn end(caller: Caller) -> std::result::Result<StatusCode, Failure> {
    let token = caller.token.as_ref().ok_or(Error::Unauthenticated)?;
    end_session(&caller, token).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCapacity {
    /// Identifier or credit code of an organisation one represents or holds a mandate of; null for oneself.
    #[schema(example = "91320102MA0XX00151")]
    organisation: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Capacity {
    /// None when acting for oneself.
    acting_for: Option<MandateInForce>,
    /// Whom the caller may act for today: what she represents first, then what she holds mandates of.
    mandates: Vec<MandateInForce>,
}

/// An organisation the caller may act for.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct MandateInForce {
    /// Identifier of the organisation.
    organisation: String,
    name: String,
    credit_code: String,
    /// The caller is its legal representative; else she holds a mandate.
    representative: bool,
    /// Base codes (12 digits) covered; empty means all items.
    items: Vec<String>,
    /// Last day, `YYYY-MM-DD`; null for the representative.
    valid_until: Option<String>,
}

/// 选择为谁办事：本人，或者授权自己的企业和其他组织。
#[utoipa::path(
    put, path = "/api/v1/sessions/current/capacity", operation_id = "actFor", tag = "sessions",
    security(("bearer" = [])),
    request_body = NewCapacity,
    responses(
        (status = 200, description = "The session acts for this party from now on", body = Capacity),
        (status = 404, description = "`not_found`: no mandate of that organisation in force", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn act_for(
    Member(caller): Member,
    sent: Sent,
) -> std::result::Result<Json<Capacity>, Failure> {
    caller.cx.actor.person().ok_or(Error::Denied)?;
    let new: NewCapacity = sent.json()?;
    let token = caller.token.as_ref().ok_or(Error::Unauthenticated)?;
    let mandates = caller.cx.db().read(async |tx| identity::capacities(tx, &caller.cx).await).await?;
    let chosen = match new.organisation.as_deref() {
        Some(named) => Some(mandates.iter().find(|mandate| is_named(mandate, named)).ok_or(Error::NotFound)?),
        None => None,
    };
    let organisation: Option<Id> = chosen.map(|mandate| mandate.organisation);
    caller.cx.db().write(async |tx| identity::act_for(tx, &caller.cx, token, organisation).await).await?;
    Ok(Json(Capacity { acting_for: chosen.map(in_force), mandates: mandates.iter().map(in_force).collect() }))
}

fn is_named(mandate: &identity::Capacity, named: &str) -> bool {
    mandate.credit_code.eq_ignore_ascii_case(named.trim()) || mandate.organisation.to_string() == named
}

fn in_force(mandate: &identity::Capacity) -> MandateInForce {
    MandateInForce {
        organisation: mandate.organisation.to_string(),
        name: mandate.name.clone(),
        credit_code: mandate.credit_code.clone(),
        representative: mandate.representative,
        items: mandate.items.clone(),
        valid_until: mandate.valid_until.map(|day| day.to_string()),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUp {
    /// Six digits of the authenticator app; one that was used before is refused.
    #[schema(example = "123456")]
    code: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SteppedUp {
    /// Milliseconds since 1970 UTC: until then the session may do what asks for a fresh second factor.
    until_at: i64,
}

/// 再次验证身份：使用、停用、授权印章，变更证照，导出证据包以前，工作人员再输入一次动态验证码。
#[utoipa::path(
    post, path = "/api/v1/sessions/current/step-up", operation_id = "stepUp", tag = "sessions",
    security(("bearer" = [])),
    request_body = StepUp,
    responses(
        (status = 200, description = "Counts for five minutes, for this session alone", body = SteppedUp),
        (status = 422, description = "`identity.wrong_code`, `identity.locked`", body = Problem,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn step_up(
    Member(caller): Member,
    sent: Sent,
) -> std::result::Result<Json<SteppedUp>, Failure> {
    if caller.cx.actor.staff().is_none() {
        return Err(Error::Denied.into());
    }
    let sent: StepUp = sent.json()?;
    caller.app.count_guess(caller.peer, "code")?;
    let token = caller.token.as_ref().ok_or(Error::Unauthenticated)?;
    let until_at = identity::step_up(&caller.cx, token, &sent.code).await?;
    Ok(Json(SteppedUp { until_at }))
}
