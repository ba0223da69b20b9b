//! The way into a package: `OFD.xml`, read in one way by whoever shows, signs or verifies it, and of
//! `Document.xml` what signatures care for.

use crate::model::Info;
use crate::package::{Package, directory_of, resolve};
use crate::xml::{self, Element};
use crate::{Fault, Limits, Result};

pub(crate) const ENTRANCE: &str = "OFD.xml";

/// One document of the package.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// `Doc_0`.
    pub directory: String,
    pub root: String,
    /// Name of `Signatures.xml`, when `OFD.xml` names one.
    pub signatures: Option<String>,
    pub info: Info,
}

impl Body {
    /// A name in the folder of the document.
    pub fn within(&self, name: &str) -> String {
        if self.directory.is_empty() { name.to_owned() } else { format!("{}/{name}", self.directory) }
    }
}

/// The documents of a package, in order; a later entry that leads nowhere is none. `ofd.entrance` when there is no
/// first one.
pub(crate) fn bodies(package: &Package, limits: &Limits) -> Result<Vec<Body>> {
    let file = package.get(ENTRANCE).ok_or_else(|| Fault::new("ofd.entrance", ENTRANCE))?;
    let text = xml::text(file)?;
    let entrance = xml::parse(&text, limits)?;
    let bodies: Vec<Option<Body>> = entrance.all("DocBody").map(body).collect();
    // The first one is shown and signed: another must not take its place.
    if !matches!(bodies.first(), Some(Some(_))) {
        return Err(Fault::new("ofd.entrance", "no document"));
    }
    Ok(bodies.into_iter().flatten().collect())
}

fn body(element: &Element<'_>) -> Option<Body> {
    let root = resolve("", element.value_of("DocRoot")?)?;
    let signatures = element.value_of("Signatures").and_then(|loc| resolve("", loc));
    Some(Body { directory: directory_of(&root).to_owned(), root, signatures, info: info(element) })
}

fn info(body: &Element<'_>) -> Info {
    let Some(info) = body.child("DocInfo") else { return Info::default() };
    let value = |name| info.value_of(name).unwrap_or("").to_owned();
    let custom = info.child("CustomDatas").map_or(vec![], |datas| {
        let pair =
            |data: &Element<'_>| (data.attribute("Name").unwrap_or("").to_owned(), data.text.to_string());
        datas.all("CustomData").map(pair).collect()
    });
    Info {
        id: value("DocID"),
        title: value("Title"),
        author: value("Author"),
        created_on: value("CreationDate"),
        creator: value("Creator"),
        custom,
    }
}

/// Identifiers of the pages, in order: what `PageRef` names.
pub(crate) fn page_ids(package: &Package, body: &Body, limits: &Limits) -> Result<Vec<String>> {
    let file = package.get(&body.root).ok_or_else(|| Fault::new("ofd.missing", &body.root))?;
    let text = xml::text(file)?;
    let document = xml::parse(&text, limits)?;
    let pages = document.child("Pages").map(|pages| pages.all("Page"));
    let id = |page: &Element<'_>| page.attribute("ID").unwrap_or_default().to_owned();
    Ok(pages.into_iter().flatten().map(id).collect())
}

/// The element `Signatures` put into the first `DocBody`, in the prefix the file uses. Everything else keeps
/// its bytes, so a file in GBK is refused: `ofd.entrance`.
pub(crate) fn with_signatures(file: &[u8], loc: &str) -> Result<Vec<u8>> {
    let text = std::str::from_utf8(file).map_err(|_| Fault::new("ofd.entrance", "not in UTF-8"))?;
    Ok(xml::append(text, "DocBody", "Signatures", loc)?.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_element_is_written_in_the_prefix_of_the_file() {
        for (before, after) in [
            (
                "<ofd:OFD><ofd:DocBody><a/></ofd:DocBody></ofd:OFD>",
                "<a/><ofd:Signatures>S</ofd:Signatures></ofd:DocBody>",
            ),
            ("<OFD><DocBody></DocBody></OFD>", "<Signatures>S</Signatures></DocBody>"),
            ("<x:OFD><x:DocBody></x:DocBody ></x:OFD>", "<x:Signatures>S</x:Signatures></x:DocBody >"),
        ] {
            let written = String::from_utf8(with_signatures(before.as_bytes(), "S").unwrap()).unwrap();
            assert!(written.contains(after), "{written}");
        }
        assert!(with_signatures(b"<OFD/>", "S").is_err());
        assert!(with_signatures(b"<OFD><DocBody>\xD5\xFE</DocBody></OFD>", "S").is_err(), "GBK");
        let comment = "<OFD><!-- </DocBody> --><DocBody></DocBody></OFD>";
        let written = with_signatures(comment.as_bytes(), "S").unwrap();
        let expected = comment.replace("<DocBody>", "<DocBody><Signatures>S</Signatures>");
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
