//! Seals put on a package (GB/T 33190 §18).
//!
//! A signature refers to every file of the package but the list of signatures, itself and its value, so
//! whatever is added or changed later shows. `OFD.xml` names the list before the first digest is taken and does
//! not change again: a second seal leaves the first one whole, and protects its files too.

mod list;

#[cfg(test)]
mod tests;

use crate::entrance::{self, Body, ENTRANCE};
use crate::model::Rect;
use crate::package::Package;
use crate::sm2::{Signer, sm3};
use crate::xml::Writer;
use crate::{Fault, Limits, Result, Time, basic, ses, signed_data};
use base64ct::{Base64, Encoding};
use list::List;

/// SM3, as `CheckMethod` names it.
const SM3: &str = "1.2.156.10197.1.401";
/// SM2 with SM3.
const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";

/// Where the seal's picture stands on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp {
    /// Counted from 0.
    pub page: usize,
    /// The whole picture, millimetres on the page; it may reach beyond it.
    pub boundary: Rect,
    /// The visible part, from the corner of `boundary`; everything without.
    pub clip: Option<Rect>,
}

/// One act of sealing.
#[derive(Debug, Clone, Copy)]
pub struct NewSealing<'a> {
    /// DER of the SESeal.
    pub seal: &'a [u8],
    /// At least one. A seal across pages (骑缝章) has one on each page, each with its clip.
    pub stamps: &'a [Stamp],
    pub time: Time,
}

/// Stamps of a seal of `width` × `height` across the right edges of pages `0..pages`: each shows its strip of
/// the picture. `areas` are the pages' boxes, `y` the middle of the seal.
pub fn across_pages(areas: &[Rect], width: f64, height: f64, y: f64) -> Vec<Stamp> {
    let strip = width / areas.len().max(1) as f64;
    let stamp = |(page, area): (usize, &Rect)| {
        let left = strip * page as f64;
        Stamp {
            page,
            // The picture is shifted so that its strip ends at the page's edge.
            boundary: Rect::new(area.x + area.w - left - strip, y - height / 2.0, width, height),
            clip: Some(Rect::new(left, 0.0, strip, height)),
        }
    };
    areas.iter().enumerate().map(stamp).collect()
}

/// Puts a seal on the package. On an error the package stays as it was.
///
/// Errors: `sign.stamp` (none, on a page that does not exist, or of no size), `ofd.*` (no document), `ses.*` (a seal that
/// is not this signer's, or out of its term).
pub fn seal(package: &mut Package, new: &NewSealing<'_>, signer: &dyn Signer) -> Result<()> {
    let mut signed = package.clone();
    put_seal(&mut signed, new, signer)?;
    *package = signed;
    Ok(())
}

fn put_seal(package: &mut Package, new: &NewSealing<'_>, signer: &dyn Signer) -> Result<()> {
    let mut place = Place::prepare(package)?;
    let pages = entrance::page_ids(package, &place.body, &Limits::default())?;
    let sound = |stamp: &Stamp| {
        let mut areas = [stamp.boundary].into_iter().chain(stamp.clip);
        stamp.page < pages.len() && areas.all(|area| is_sound(&area))
    };
    if new.stamps.is_empty() || !new.stamps.iter().all(sound) {
        return Err(Fault::new(
            "sign.stamp",
            format!("{} stamps on {} pages", new.stamps.len(), pages.len()),
        ));
    }
    package.put(&place.file("Seal.esl"), new.seal.to_vec())?;
    let xml = signature_xml(package, &place, new.time, Some((new.stamps, &pages)))?;
    let path = format!("/{}", place.file("Signature.xml"));
    let value = ses::make_signature(new.seal, new.time, &sm3(&xml), &path, signer)?;
    place.finish(package, "Seal", xml, value)
}

/// Finite, and with a size.
fn is_sound(area: &Rect) -> bool {
    [area.x, area.y, area.w, area.h].iter().all(|value| value.abs() < 1e6) && area.w > 0.0 && area.h > 0.0
}

/// Signs without a seal (type `Sign`, GB/T 35275). On an error the package stays as it was.
pub fn plain(package: &mut Package, time: Time, signer: &dyn Signer) -> Result<()> {
    let mut signed = package.clone();
    let mut place = Place::prepare(&mut signed)?;
    let xml = signature_xml(&signed, &place, time, None)?;
    let value = signed_data::make(&sm3(&xml), Some(time), signer)?;
    place.finish(&mut signed, "Sign", xml, value)?;
    *package = signed;
    Ok(())
}

/// Where the next signature goes.
struct Place {
    body: Body,
    /// Name of `Signatures.xml`.
    list_file: String,
    list: List,
    folder: String,
}

impl Place {
    fn prepare(package: &mut Package) -> Result<Place> {
        let limits = Limits::default();
        let body = entrance::bodies(package, &limits)?.swap_remove(0);
        let list_file = match &body.signatures {
            Some(file) => file.clone(),
            None => {
                let file = body.within("Signs/Signatures.xml");
                let entrance = package.get(ENTRANCE).unwrap_or_default();
                let named = entrance::with_signatures(entrance, &format!("/{file}"))?;
                package.put(ENTRANCE, named)?;
                file
            }
        };
        let list = match package.get(&list_file) {
            Some(file) => List::read(file, &limits)?,
            None => List::default(),
        };
        let folder = free_folder(package, &body);
        Ok(Place { body, list_file, list, folder })
    }

    fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    fn finish(&mut self, package: &mut Package, kind: &str, xml: Vec<u8>, value: Vec<u8>) -> Result<()> {
        self.list.add(kind, &format!("/{}", self.file("Signature.xml")));
        package.put(&self.file("Signature.xml"), xml)?;
        package.put(&self.file("SignedValue.dat"), value)?;
        package.put(&self.list_file, self.list.write()?)
    }
}

/// The first `Signs/Sign_N` nobody has used, whatever the list says.
fn free_folder(package: &Package, body: &Body) -> String {
    let folder = |number: usize| body.within(&format!("Signs/Sign_{number}"));
    let used = |folder: &str| package.paths().any(|path| path.starts_with(&format!("{folder}/")));
    let mut number = 0;
    while used(&folder(number)) {
        number += 1;
    }
    folder(number)
}

fn signature_xml(
    package: &Package,
    place: &Place,
    time: Time,
    stamps: Option<(&[Stamp], &[String])>,
) -> Result<Vec<u8>> {
    let mut xml = Writer::new("Signature");
    xml.open("SignedInfo");
    xml.open("Provider").attribute("ProviderName", "yiwang-ofd");
    xml.attribute("Version", env!("CARGO_PKG_VERSION")).attribute("Company", "Yiwang").close();
    xml.leaf("SignatureMethod", SM2_WITH_SM3);
    xml.leaf("SignatureDateTime", &time.generalized());
    xml.open("References").attribute("CheckMethod", SM3);
    for path in package.paths().filter(|path| *path != place.list_file) {
        xml.open("Reference").attribute("FileRef", format!("/{path}"));
        let digest = sm3(package.get(path).unwrap_or_default());
        xml.leaf("CheckValue", &Base64::encode_string(&digest)).close();
    }
    xml.close();
    if let Some((stamps, pages)) = stamps {
        for (number, stamp) in stamps.iter().enumerate() {
            xml.open("StampAnnot").attribute("ID", (number + 1).to_string());
            xml.attribute("PageRef", &pages[stamp.page]);
            xml.attribute("Boundary", basic::rect(&stamp.boundary));
            if let Some(clip) = &stamp.clip {
                xml.attribute("Clip", basic::rect(clip));
            }
            xml.close();
        }
        xml.open("Seal").leaf("BaseLoc", &format!("/{}", place.file("Seal.esl"))).close();
    }
    xml.close().leaf("SignedValue", &format!("/{}", place.file("SignedValue.dat")));
    xml.finish()
}
