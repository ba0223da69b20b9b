//! The way into a package: `OFD.xml` and `Document.xml`, as far as signatures care.

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
}

/// The documents of a package, in order. `ofd.entrance` when there is none.
pub(crate) fn bodies(package: &Package, limits: &Limits) -> Result<Vec<Body>> {
    let file = package.get(ENTRANCE).ok_or_else(|| Fault::new("ofd.entrance", ENTRANCE))?;
    let text = xml::text(file)?;
    let entrance = xml::parse(&text, limits)?;
    let bodies: Vec<Body> = entrance.all("DocBody").filter_map(body).collect();
    if bodies.is_empty() { Err(Fault::new("ofd.entrance", "no document")) } else { Ok(bodies) }
}

fn body(element: &Element<'_>) -> Option<Body> {
    let root = resolve("", element.value_of("DocRoot")?)?;
    let signatures = element.value_of("Signatures").and_then(|loc| resolve("", loc));
    Some(Body { directory: directory_of(&root).to_owned(), root, signatures })
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
/// its bytes.
pub(crate) fn with_signatures(file: &[u8], loc: &str) -> Result<Vec<u8>> {
    let text = xml::text(file)?;
    let (at, prefix) = end_of_body(&text).ok_or_else(|| Fault::new("ofd.entrance", "no end of DocBody"))?;
    let element = format!("<{prefix}Signatures>{loc}</{prefix}Signatures>");
    Ok(format!("{}{element}{}", &text[..at], &text[at..]).into_bytes())
}

/// Where the first end tag of a `DocBody` stands, and its prefix with the colon.
fn end_of_body(text: &str) -> Option<(usize, &str)> {
    text.match_indices("</").find_map(|(at, _)| {
        let (tag, _) = text[at + 2..].split_once('>')?;
        let prefix = tag.trim().strip_suffix("DocBody")?;
        (prefix.is_empty() || prefix.ends_with(':')).then_some((at, prefix))
    })
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
    }
}
