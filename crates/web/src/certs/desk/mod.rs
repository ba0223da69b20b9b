//! The certificate library at the desk: looking up, changing, using, and entering stock.

pub(crate) mod certificate;
mod confirm;
pub(crate) mod fetch;
pub(crate) mod grants;
pub(crate) mod imports;
pub(crate) mod library;

use crate::session::Visit;
use base::Error;
use domain::identity::Action;
use domain::identity::policy::permits;

/// A body the actor sits at.
pub(super) struct Place {
    pub code: String,
    pub name: String,
    pub chosen: bool,
}

/// The bodies of the actor, one of them chosen: the wanted one, else the first. Whoever sits nowhere has
/// nothing to look for here, and a post without a right to the library is told so.
pub(super) fn places(visit: &Visit, wanted: &str) -> base::Result<Vec<Place>> {
    if visit.cx.actor.staff().is_some() && !permits(&visit.cx.actor, Action::CertificateSearch) {
        return Err(Error::Denied);
    }
    let staff = visit.cx.actor.staff();
    let mut places: Vec<Place> = Vec::new();
    for post in staff.into_iter().flat_map(|staff| &staff.posts) {
        if places.iter().all(|place| place.code != post.body) {
            let name = visit.cx.catalogue.body(&post.body).map(|body| body.name.clone()).unwrap_or_default();
            places.push(Place { code: post.body.clone(), name, chosen: post.body == wanted });
        }
    }
    if places.is_empty() {
        return Err(if visit.cx.actor.account().is_some() {
            Error::NotFound
        } else {
            Error::Unauthenticated
        });
    }
    if !places.iter().any(|place| place.chosen) {
        places[0].chosen = true;
    }
    Ok(places)
}

/// Credit code of the chosen one.
pub(super) fn chosen(places: &[Place]) -> String {
    places.iter().find(|place| place.chosen).map(|place| place.code.clone()).unwrap_or_default()
}
