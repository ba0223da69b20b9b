//! `Signatures.xml` and `Signature.xml`, strictly: what could be read in two ways is refused.

use super::Kind;
use crate::entrance::Body;
use crate::model::Rect;
use crate::package::{Package, directory_of, resolve};
use crate::sign::Stamp;
use crate::verdict::{Code, Finding};
use crate::xml::{self, Element};
use crate::{Fault, Limits, Result, Time, basic};

/// More signatures than any document carries: each costs several checks.
const MOST: usize = 200;

/// A row of the list.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub id: String,
    pub kind: Kind,
    /// Name of `Signature.xml`.
    pub file: String,
}

/// The signatures of one document. None when the list is named and missing: then nothing is signed.
pub(super) fn listed(package: &Package, body: &Body, limits: &Limits) -> Result<Vec<Listed>> {
    let Some(name) = &body.signatures else { return Ok(Vec::new()) };
    let file = package.get(name).ok_or_else(|| Fault::new("ofd.missing", name))?;
    let text = xml::text(file)?;
    let root = xml::parse(&text, limits)?;
    if let Some(name) = ambiguous(&root) {
        return Err(Fault::new("ofd.signatures", name));
    }
    let rows: Vec<Listed> = root.all("Signature").map(|row| row_of(row, directory_of(name))).collect();
    if rows.len() > MOST { Err(Fault::new("ofd.signatures", rows.len().to_string())) } else { Ok(rows) }
}

fn row_of(row: &Element<'_>, directory: &str) -> Listed {
    let loc = row.attribute("BaseLoc").unwrap_or_default();
    Listed {
        id: row.attribute("ID").unwrap_or_default().to_owned(),
        // The default of the norm.
        kind: if row.attribute("Type") == Some("Sign") { Kind::Sign } else { Kind::Seal },
        file: resolve(directory, loc).unwrap_or_default(),
    }
}

/// One `Signature.xml`.
pub(super) struct Written<'a> {
    /// As received: what was signed.
    pub bytes: &'a [u8],
    pub check_method: String,
    /// `FileRef` as written, and the digest.
    pub references: Vec<(String, String)>,
    /// Name of the file with the signature value.
    pub value: Option<String>,
    /// Name of the loose seal.
    pub seal: Option<String>,
    pub time: Option<Time>,
    pub directory: String,
    /// Elements that stand twice, and the like.
    pub faults: Vec<Finding>,
    stamps: Vec<(String, Rect, Option<Rect>)>,
}

/// Reads it; a fault when it is no such file.
pub(super) fn written<'a>(package: &'a Package, listed: &Listed, limits: &Limits) -> Result<Written<'a>> {
    let bytes = package.get(&listed.file).ok_or_else(|| Fault::new("ofd.missing", &listed.file))?;
    let text = xml::text(bytes)?;
    let root = xml::parse(&text, limits)?;
    let directory = directory_of(&listed.file).to_owned();
    let mut faults = Vec::new();
    if let Some(name) = ambiguous(&root) {
        faults.push(Finding::new(Code::BadFormat, format!("TWICE {name}")));
    }
    if root.name != "Signature" {
        faults.push(Finding::new(Code::BadFormat, format!("ROOT {}", root.name)));
    }
    let info = single(&root, "SignedInfo", &mut faults);
    let references = info.and_then(|info| single(info, "References", &mut faults));
    let value = single(&root, "SignedValue", &mut faults);
    let seals = info.map(|info| info.all("Seal").count()).unwrap_or_default();
    if seals > 1 {
        faults.push(Finding::new(Code::BadFormat, "TWICE Seal"));
    }
    let seal = info.and_then(|info| info.child("Seal")).and_then(|seal| seal.value_of("BaseLoc"));
    let stamps = info.map(|info| info.all("StampAnnot").filter_map(stamp).collect()).unwrap_or_default();
    Ok(Written {
        bytes,
        check_method: references
            .and_then(|list| list.attribute("CheckMethod"))
            .unwrap_or_default()
            .to_owned(),
        references: references.map(|list| list.all("Reference").map(reference).collect()).unwrap_or_default(),
        value: value.and_then(|value| resolve(&directory, value.value())),
        seal: seal.and_then(|loc| resolve(&directory, loc)),
        time: info.and_then(|info| info.value_of("SignatureDateTime")).and_then(instant),
        directory,
        faults,
        stamps,
    })
}

/// An attribute that stands twice under different prefixes, a reference with two digests, or one with parts that
/// are no digest at all.
fn ambiguous(element: &Element<'_>) -> Option<String> {
    let names: Vec<&str> = element.attributes.iter().map(|(name, _)| name.as_ref()).collect();
    let twice = (1..names.len()).find(|at| names[..*at].contains(&names[*at]));
    let own = twice.map(|at| names[at].to_owned());
    let digests = element.name == "Reference" && element.children.len() > 1;
    own.or(digests.then(|| "CheckValue".to_owned())).or_else(|| element.children.iter().find_map(ambiguous))
}

/// The one child of that name. Two of them would let one reader check what another does not show.
fn single<'e, 'x>(parent: &'e Element<'x>, name: &str, faults: &mut Vec<Finding>) -> Option<&'e Element<'x>> {
    let mut found = parent.children.iter().filter(|child| child.name == name);
    let first = found.next();
    match (first.is_some(), found.next().is_some()) {
        (false, _) => faults.push(Finding::new(Code::BadFormat, format!("ABSENT {name}"))),
        (true, true) => faults.push(Finding::new(Code::BadFormat, format!("TWICE {name}"))),
        (true, false) => {}
    }
    first
}

fn reference(row: &Element<'_>) -> (String, String) {
    let file = row.attribute("FileRef").unwrap_or_default().to_owned();
    (file, row.value_of("CheckValue").unwrap_or_default().to_owned())
}

fn stamp(row: &Element<'_>) -> Option<(String, Rect, Option<Rect>)> {
    let boundary = basic::parse_rect(row.attribute("Boundary")?)?;
    let clip = row.attribute("Clip").and_then(basic::parse_rect);
    Some((row.attribute("PageRef")?.to_owned(), boundary, clip))
}

impl Written<'_> {
    /// Where the seal is drawn; stamps on pages that do not exist are nowhere.
    pub fn stamps(&self, pages: &[String]) -> Vec<Stamp> {
        let place = |(id, boundary, clip): &(String, Rect, Option<Rect>)| {
            let page = pages.iter().position(|page| page == id)?;
            Some(Stamp { page, boundary: *boundary, clip: *clip })
        };
        self.stamps.iter().filter_map(place).collect()
    }
}

/// `20201004072855.302Z` in UTC, `2020-06-20 17:18:49` in Beijing time: both stand in real files.
fn instant(text: &str) -> Option<Time> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).take(14).collect();
    let number = |range: std::ops::Range<usize>| {
        digits.get(range).map(|part| part.iter().fold(0, |sum, digit| sum * 10 + digit))
    };
    let fields = (
        i64::from(number(0..4)?),
        number(4..6)?,
        number(6..8)?,
        number(8..10)?,
        number(10..12)?,
        number(12..14)?,
    );
    let time = Time::from_utc(fields).ok()?;
    Some(if text.trim_end().ends_with('Z') { time } else { Time(time.0 - 8 * 3600) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_an_instant_are_read() {
        let utc = Time::from_utc((2020, 10, 4, 7, 28, 55)).unwrap();
        assert_eq!(instant("20201004072855.302Z"), Some(utc));
        assert_eq!(instant("20201004072855Z"), Some(utc));
        assert_eq!(instant("2020-10-04 15:28:55"), Some(utc));
        assert_eq!(instant("2020-13-04 15:28:55"), None);
        assert_eq!(instant("soon"), None);
    }
}
