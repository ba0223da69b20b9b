//! The certificates a case rests on, as they stand today.
//!
//! A certificate counted when the case was filed; it is looked at again with every act on the case, because what
//! was revoked, suspended or has expired since is no ground for a decision (standards §4: revocation takes effect
//! on every verification at once). A licence that was only made again (变更, 延续) still stands: the case then
//! rests on its newest version.

use super::materials::{GivenMaterial, Way};
use super::store::{self, StoredCase};
use crate::Cx;
use crate::certs::{self, PublicView};
use crate::journal::{self, NewEvent};
use base::{Error, Refusal, Result};
use db::Tx;
use serde_json::json;

/// What the desk does when a certificate counts no longer.
pub const WAY_OUT: &str = "还没有受理的，请告知申请人补正；已经受理的，请核实后作出不予许可决定。";

/// A material that a certificate stands in for, and how that certificate stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliance {
    /// Key of the material.
    pub material: String,
    /// As the case names it.
    pub identifier: String,
    /// The newest version of the licence; none when the library knows it no longer.
    pub newest: Option<PublicView>,
}

impl Reliance {
    /// A decision may rest on it.
    pub fn counts(&self) -> bool {
        self.newest.as_ref().is_some_and(PublicView::counts)
    }

    /// A later version came in the place of the one the case names.
    pub fn is_remade(&self) -> bool {
        self.newest.as_ref().is_some_and(|view| view.identifier != self.identifier)
    }

    /// Why no grant rests on it; of one that does not count.
    pub fn sentence(&self) -> String {
        let name = self.newest.as_ref().map_or("电子证照", |view| view.type_name.as_str());
        format!("材料里的{name}现在是“{}”，不能作为准予的依据。", self.standing())
    }

    /// The status in a word.
    pub fn standing(&self) -> &'static str {
        self.newest.as_ref().map_or("证照库里没有", PublicView::standing)
    }
}

/// Every certificate these materials name, in their order.
pub(super) async fn rests_on(tx: &mut Tx<'_>, cx: &Cx, materials: &[GivenMaterial]) -> Result<Vec<Reliance>> {
    let mut all = Vec::new();
    for given in materials {
        let Way::Certificate { identifier } = &given.way else { continue };
        let newest = certs::newest_version(tx, cx, identifier).await?;
        all.push(Reliance { material: given.key.clone(), identifier: identifier.clone(), newest });
    }
    Ok(all)
}

/// Looks again, after an act has been carried out: the case names the newest versions from now on, and the
/// journal keeps what was found. Gives those that count no longer.
pub(super) async fn look_again(tx: &mut Tx<'_>, cx: &Cx, stored: &mut StoredCase) -> Result<Vec<Reliance>> {
    let (standing, fallen): (Vec<_>, Vec<_>) =
        rests_on(tx, cx, &stored.materials).await?.into_iter().partition(Reliance::counts);
    let mut followed = false;
    for reliance in standing.iter().filter(|reliance| reliance.is_remade()) {
        let Some(newest) = &reliance.newest else { continue };
        for given in stored.materials.iter_mut().filter(|given| given.key == reliance.material) {
            given.way = Way::Certificate { identifier: newest.identifier.clone() };
        }
        say(tx, cx, stored, "certs.version_followed", reliance).await?;
        followed = true;
    }
    if followed {
        store::save_materials(tx, stored).await?;
    }
    for reliance in &fallen {
        say(tx, cx, stored, "certs.found_not_valid", reliance).await?;
    }
    Ok(fallen)
}

async fn say(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase, kind: &str, reliance: &Reliance) -> Result<()> {
    let detail = json!({ "material": reliance.material, "identifier": reliance.identifier,
        "newest": reliance.newest.as_ref().map(|view| &view.identifier), "standing": reliance.standing() });
    let event =
        NewEvent { subject_kind: "case", subject_id: stored.id, area: &stored.area, kind, detail: &detail };
    journal::append(tx, cx, event).await.map(drop)
}

/// Refuses a grant that would rest on what counts no longer, one refusal for each.
pub(super) fn refuse(fallen: &[Reliance]) -> Result<()> {
    let refusal = |reliance: &Reliance| {
        let message = format!("{}{WAY_OUT}", reliance.sentence());
        Refusal::at("casework.certificate_not_valid", "granted", message)
    };
    if fallen.is_empty() { Ok(()) } else { Err(Error::Refused(fallen.iter().map(refusal).collect())) }
}
