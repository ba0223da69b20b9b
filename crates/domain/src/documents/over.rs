//! Pages of a sealed file once more, with marks over them: what a copy consists of.

use super::font;
use ofd::Limits;
use ofd::font::Face;
use ofd::layout::{CrossPage, Layout, SealPlace, Template, Values, annotate};
use ofd::package::Package;
use ofd::verify::stamps_of;

/// The role of the seal: that of the body that gives the document.
const ROLE: &str = "body";

/// The pages and the custom data of the file as they stand, the marks of the template on every page, and
/// places for the new seal where the old one was.
pub(super) fn lay_over(
    sealed: &[u8],
    template: &Template,
    values: &Values,
    face: Option<&Face>,
) -> ofd::Result<Layout> {
    let limits = Limits::default();
    let package = Package::open(sealed, &limits)?;
    let mut layout = Layout { document: ofd::read::read(&package, &limits)?, ..Layout::default() };
    // The pages keep the fonts they came with.
    let own = layout.document.fonts.len();
    annotate(&mut layout.document, template, values, &font::fonts(face))?;
    font::embed(&mut layout.document, face, own)?;
    for stamp in stamps_of(&package, &limits).into_iter().flat_map(|seal| seal.stamps) {
        let (x, y) = (stamp.boundary.x + stamp.boundary.w / 2.0, stamp.boundary.y + stamp.boundary.h / 2.0);
        match stamp.clip {
            None => layout.seals.push(SealPlace { role: ROLE.to_owned(), page: stamp.page, x, y }),
            // Strips of one seal across the edges of all pages.
            Some(_) => layout.cross_page = Some(CrossPage { role: ROLE.to_owned(), y }),
        }
    }
    Ok(layout)
}
