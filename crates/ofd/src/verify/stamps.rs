//! Where seals are drawn, and their pictures, without checking anything.

use super::{Kind, read};
use crate::package::Package;
use crate::ses::{Picture, SealSignature};
use crate::sign::Stamp;
use crate::{Limits, entrance};

/// A seal as a reader draws it.
#[derive(Debug, Clone)]
pub struct DrawnSeal {
    pub stamps: Vec<Stamp>,
    /// The picture inside the signed seal, never the loose file beside it.
    pub picture: Picture,
}

/// The seals of a package. One that cannot be read is not drawn; verifying says why.
pub fn stamps_of(package: &Package, limits: &Limits) -> Vec<DrawnSeal> {
    let mut found = Vec::new();
    for body in entrance::bodies(package, limits).unwrap_or_default() {
        let pages = entrance::page_ids(package, &body, limits).unwrap_or_default();
        for listed in read::listed(package, &body, limits).unwrap_or_default() {
            if listed.kind != Kind::Seal {
                continue;
            }
            let Ok(written) = read::written(package, &listed, limits) else { continue };
            let value = written.value.as_deref().and_then(|file| package.get(file));
            let signature = value.and_then(|value| SealSignature::parse(value, limits).ok());
            found.extend(signature.map(|signature| DrawnSeal {
                stamps: written.stamps(&pages),
                picture: signature.seal().picture().clone(),
            }));
        }
    }
    found
}
