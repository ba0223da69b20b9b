//! One seal: its facts, its picture, its authorisations and its log of uses.

use super::staff;
use super::view::{self, Ask};
use crate::session::{PageResult, Visit};
use crate::state::App;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use base::{Error, Id};
use domain::identity::Action;
use domain::seals;

pub(crate) async fn show(visit: Visit, Path(seal): Path<String>, Query(ask): Query<Ask>) -> PageResult {
    if visit.cx.actor.account().is_none() {
        return Err(Error::Unauthenticated.into());
    }
    let page = view::page(&visit, seal.parse()?, &ask, None).await?;
    visit.show(&page)
}

/// The picture as it lies in the seal.
pub(crate) async fn picture(visit: Visit, Path(seal): Path<String>) -> PageResult {
    if visit.cx.actor.account().is_none() {
        return Err(Error::Unauthenticated.into());
    }
    // Strangers are told the same whether there is such a seal or not.
    staff(&visit, Action::SealRead).map_err(|_| Error::NotFound)?;
    let id: Id = seal.parse()?;
    let (kind, bytes) = visit.cx.db().read(async |tx| seals::picture(tx, &visit.cx, id).await).await?;
    let media = if kind == "png" { "image/png" } else { "application/octet-stream" };
    // A made seal never changes its picture.
    Ok(([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "private, max-age=3600")], bytes)
        .into_response())
}

/// The latest revocation list, for whoever checks our seals elsewhere.
pub(crate) async fn revocation_list(State(app): State<App>) -> PageResult {
    let list = app.world.db.read(async |tx| seals::revocation_list(tx).await).await?;
    Ok(([(header::CONTENT_TYPE, "application/pkix-crl")], list).into_response())
}
