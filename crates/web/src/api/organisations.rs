//! Organisations the caller represents by law, and claiming one.

use super::asked::{Member, Sent};
use crate::error::Failure;
use axum::Json;
use domain::identity::{self, Claim, ClaimOutcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewClaim {
    /// Unified social credit code.
    #[schema(example = "91320102MA0XX00151")]
    credit_code: String,
    /// Full name, as on the certificate of registration.
    name: String,
    /// `个体工商户`, `公司`, `合伙企业或个人独资企业` or `事业单位或社会组织`.
    kind: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Claimed {
    /// `settled`: the registry says the same; `waits`: a clerk must compare the certificate of registration.
    state: &'static str,
    /// Identifier of the organisation once it is settled.
    organisation: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Represented {
    organisation: String,
    credit_code: String,
    name: String,
    kind: String,
    address: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingClaim {
    credit_code: String,
    name: String,
    kind: String,
    claimed_at: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Organisations {
    represented: Vec<Represented>,
    waiting: Vec<WaitingClaim>,
}

/// 我代表的单位，和等窗口核对的认领。
#[utoipa::path(
    get, path = "/api/v1/organisations", operation_id = "listOrganisations", tag = "organisations",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Both lists, oldest first", body = Organisations),
        (status = 404, description = "`not_found`: the caller is no citizen",
         body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mine(member: Member) -> Result<Json<Organisations>, Failure> {
    let cx = &member.0.cx;
    let own = cx.db().read(async |tx| identity::own_organisations(tx, cx).await).await?;
    let represented = own.represented.into_iter().map(|one| Represented {
        organisation: one.id.to_string(),
        credit_code: one.credit_code,
        name: one.name,
        kind: one.kind,
        address: one.address,
    });
    let waiting = own.waiting.into_iter().map(|one| WaitingClaim {
        credit_code: one.credit_code,
        name: one.name,
        kind: one.kind,
        claimed_at: one.claimed_at,
    });
    Ok(Json(Organisations { represented: represented.collect(), waiting: waiting.collect() }))
}

/// 法定代表人认领单位：与登记机关的数据一致，当场生效。
#[utoipa::path(
    post, path = "/api/v1/organisations", operation_id = "claimOrganisation", tag = "organisations",
    security(("bearer" = [])), request_body = NewClaim,
    responses(
        (status = 200, description = "Settled, or waiting for a window", body = Claimed),
        (status = 422, description = "`identity.registry_mismatch`, `identity.organisation_ended`, \
          `identity.already_representative`, `identity.claim_waits`, `identity.assurance_too_low`, or one of \
          `identity.credit_code_form`, `identity.organisation_name`, `identity.organisation_kind` at its field",
         body = crate::error::Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn claim(member: Member, sent: Sent) -> Result<Json<Claimed>, Failure> {
    let caller = member.may(domain::identity::Action::OrganisationClaim)?;
    caller.app.count_guess(caller.peer, "claim")?;
    let new: NewClaim = sent.json()?;
    let claim = Claim { credit_code: &new.credit_code, name: &new.name, kind: &new.kind };
    Ok(Json(match identity::claim_organisation(&caller.cx, claim).await? {
        ClaimOutcome::Settled(id) => Claimed { state: "settled", organisation: Some(id.to_string()) },
        ClaimOutcome::Waits => Claimed { state: "waits", organisation: None },
    }))
}
