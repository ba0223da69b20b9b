//! Documents in a font of their own: laid out by its widths, and with the glyphs they need inside, so that every reader
//! shows the same letters. Without a configured font they name one and hold none, as the norm allows.

use ofd::font::Face;
use ofd::layout::{Fonts, characters};
use ofd::model::{Document, Font};
use std::collections::BTreeSet;

/// Takes the characters the configured font lacks; every reader has it.
const SPARE: &str = "宋体";

/// What a layout is measured with.
pub(super) fn fonts(face: Option<&Face>) -> Fonts<'_> {
    match face {
        Some(face) => Fonts::new().other(face).spare(SPARE),
        None => Fonts::new(),
    }
}

/// Puts the glyphs that are used into the fonts from number `first` on: one file for all of them, as they are one
/// face under several names, and cutting it is the dearest part of making a document. The font of the characters
/// that the face lacks stays a name.
pub(super) fn embed(document: &mut Document, face: Option<&Face>, first: usize) -> ofd::Result<()> {
    let Some(face) = face else { return Ok(()) };
    let used = characters(document);
    let carried = |font: &Font, used: &BTreeSet<char>| {
        let text: String = used.iter().collect();
        font.file.is_none() && !used.is_empty() && face.missing(&text).is_empty()
    };
    let fonts = document.fonts.iter().zip(&used).enumerate().skip(first);
    let places: Vec<usize> =
        fonts.filter(|(_, (font, used))| carried(font, used)).map(|(place, _)| place).collect();
    if places.is_empty() {
        return Ok(());
    }
    let file = face.subset(places.iter().flat_map(|place| &used[*place]).copied())?;
    for place in places {
        document.fonts[place].file = Some(file.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ofd::Limits;
    use ofd::layout::{Template, preview};
    use ofd::package::Package;

    const NOTICE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/layouts/notice.toml"));

    /// Any font with Chinese will do; the check installs one.
    fn face() -> Face {
        let font = crate::fonts::Fonts::found().load().unwrap().expect("a Chinese font on this machine");
        Face::parse(&font.bytes, font.index).unwrap()
    }

    #[test]
    fn a_document_carries_the_glyphs_it_shows_and_reads_as_before() {
        let (face, limits) = (face(), Limits::default());
        let template = Template::parse(NOTICE).unwrap();
        let read = |face: Option<&Face>| {
            let mut document = preview(&template, &fonts(face)).unwrap().document;
            embed(&mut document, face, 0).unwrap();
            let bytes = ofd::write::write(&document).unwrap().to_bytes();
            let package = Package::open(&bytes, &limits).unwrap();
            ofd::read::read(&package, &limits).unwrap()
        };
        let (named, embedded) = (read(None), read(Some(&face)));
        assert!(named.fonts.iter().all(|font| font.file.is_none()));
        let joined =
            |document: &Document| ofd::text::document_text(document).split_whitespace().collect::<String>();
        assert_eq!(joined(&embedded), joined(&named));
        for (font, used) in embedded.fonts.iter().zip(characters(&embedded)) {
            let Some(file) = &font.file else {
                assert!(
                    used.iter().all(|c| face.advance(*c).is_none()),
                    "only what the face lacks is left to a name"
                );
                continue;
            };
            let own = Face::parse(file, 0).unwrap();
            assert_eq!(own.missing(&used.iter().collect::<String>()), [], "{}", font.name);
        }
        assert!(embedded.fonts.iter().any(|font| font.file.is_some()));
    }
}
