//! Reading seals: for staff of their body.

use super::{SealRow, row};
use crate::api::asked::{Member, Sought, page_of};
use crate::api::listed::Paged;
use crate::error::Failure;
use axum::Json;
use axum::extract::Path;
use base::{Error, Id};
use domain::identity::Action;
use domain::seals::{self, Authorisation, UseRow};
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Credit code of the body; without it the first body of the caller.
    body: Option<String>,
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

/// 本单位的印章，新的在前。
#[utoipa::path(
    get, path = "/api/v1/seals", operation_id = "listSeals", tag = "seals",
    security(("bearer" = [])),
    params(Wanted),
    responses((status = 200, description = "Seals of a body the caller works at", body = Paged<SealRow>))
)]
pub(crate) async fn list(
    member: Member,
    Sought(wanted): Sought<Wanted>,
) -> Result<Json<Paged<SealRow>>, Failure> {
    let cx = member.may(Action::SealRead)?.cx;
    let first = cx.actor.staff().and_then(|staff| staff.posts.first()).map(|post| post.body.clone());
    let body = wanted.body.or(first).ok_or(Error::NotFound)?;
    let page = page_of(wanted.page, wanted.size)?;
    let found = cx.db().read(async |tx| seals::list(tx, &cx, &body, page).await).await?;
    Ok(Json(Paged::of(found, |seal| row(&seal, cx.now))))
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealInFull {
    #[serde(flatten)]
    seal: SealRow,
    purpose: String,
    /// `round`, `oval` or `square`.
    shape: String,
    width_mm: u32,
    height_mm: u32,
    /// Words of the document kinds it may go on.
    kinds: Vec<String>,
    keepers: Vec<SealKeeper>,
    ordered_by: String,
    settled_by: String,
    /// Why it was declined, suspended or revoked.
    note: String,
    /// Identifier of the seal it takes the place of.
    renews: Option<String>,
    certificate: Option<SealCertificate>,
    authorisations: Vec<SealAuthorisation>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealKeeper {
    account: String,
    name: String,
    /// Whether she still holds the keeper's post at the body: only then she may use the seal.
    in_post: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealCertificate {
    subject: String,
    issuer: String,
    /// Hexadecimal.
    serial: String,
    /// Milliseconds since 1970 UTC.
    not_before_at: i64,
    not_after_at: i64,
    /// SM3 of the certificate, hexadecimal.
    digest: String,
}

/// A keeper's standing word: the seal goes on these documents without asking her each time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealAuthorisation {
    id: String,
    keeper: String,
    kinds: Vec<String>,
    reason: String,
    until_at: i64,
    in_force: bool,
}

/// 一枚印章的全部情况。
#[utoipa::path(
    get, path = "/api/v1/seals/{seal}", operation_id = "showSeal", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal")),
    responses((status = 200, description = "For staff of its body", body = SealInFull))
)]
pub(crate) async fn show(member: Member, Path(seal): Path<String>) -> Result<Json<SealInFull>, Failure> {
    // Those who have no seals find none here, rather than learn that there is one.
    let cx = member.may(Action::SealRead).map_err(|_| Error::NotFound)?.cx;
    let id: Id = seal.parse()?;
    let view = cx.db().read(async |tx| seals::show(tx, &cx, id).await).await?;
    let word = |word: &Authorisation| SealAuthorisation {
        id: word.id.to_string(),
        keeper: word.account_name.clone(),
        kinds: word.kinds.clone(),
        reason: word.reason.clone(),
        until_at: word.until_at,
        in_force: word.is_in_force(cx.now),
    };
    let seal = &view.seal;
    let keeper = |keeper: &seals::Keeper| SealKeeper {
        account: keeper.account.to_string(),
        name: keeper.name.clone(),
        in_post: !view.gone.contains(&keeper.account),
    };
    Ok(Json(SealInFull {
        seal: row(seal, cx.now),
        purpose: seal.purpose.clone(),
        shape: seal.shape.word().to_owned(),
        width_mm: seal.width_mm,
        height_mm: seal.height_mm,
        kinds: seal.kinds.clone(),
        keepers: seal.keepers.iter().map(keeper).collect(),
        ordered_by: seal.ordered_by_name.clone(),
        settled_by: seal.settled_by_name.clone(),
        note: seal.note.clone(),
        renews: seal.renews.map(|id| id.to_string()),
        authorisations: view.authorisations.iter().map(word).collect(),
        certificate: view.certificate.map(|facts| SealCertificate {
            subject: facts.subject,
            issuer: facts.issuer,
            serial: facts.serial,
            not_before_at: facts.not_before * 1000,
            not_after_at: facts.not_after * 1000,
            digest: facts.digest,
        }),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogWanted {
    /// Only this day, `YYYY-MM-DD` in Asia/Shanghai.
    #[param(value_type = Option<String>)]
    day: Option<Day>,
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SealUsed {
    id: String,
    /// Milliseconds since 1970 UTC.
    at: i64,
    actor: String,
    /// The standing word it rests on; none when the keeper sealed herself.
    authorisation: Option<String>,
    document_kind: String,
    number: String,
    /// SM3 of the sealed file, hexadecimal.
    digest: String,
    case: Option<String>,
    reason: String,
}

/// 用印记录，新的在前。
#[utoipa::path(
    get, path = "/api/v1/seals/{seal}/uses", operation_id = "listSealUses", tag = "seals",
    security(("bearer" = [])),
    params(("seal" = String, Path, description = "Identifier of the seal"), LogWanted),
    responses((status = 200, description = "Every use of the seal", body = Paged<SealUsed>))
)]
pub(crate) async fn uses(
    member: Member,
    Path(seal): Path<String>,
    Sought(wanted): Sought<LogWanted>,
) -> Result<Json<Paged<SealUsed>>, Failure> {
    let cx = member.may(Action::SealRead).map_err(|_| Error::NotFound)?.cx;
    let (id, page): (Id, _) = (seal.parse()?, page_of(wanted.page, wanted.size)?);
    let found = cx.db().read(async |tx| seals::uses(tx, &cx, id, wanted.day, page).await).await?;
    let shape = |row: UseRow| SealUsed {
        id: row.id.to_string(),
        at: row.at,
        actor: row.actor_name,
        authorisation: row.authorisation.map(|id| id.to_string()),
        document_kind: row.document_kind,
        number: row.number,
        digest: row.digest,
        case: row.case.map(|id| id.to_string()),
        reason: row.reason,
    };
    Ok(Json(Paged::of(found, shape)))
}
