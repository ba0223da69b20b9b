//! What is drawn many times stands once in `defs`: pictures, and glyphs of embedded fonts.

use std::collections::BTreeMap;
use std::fmt::Write;

use base64ct::{Base64, Encoding};

use super::out::Out;
use crate::font::Face;
use crate::model::{Document, Image, ImageFormat, Segment};

/// Units of a glyph's outline within an em.
pub(super) const EM: f64 = 1000.0;

pub(super) struct Defs<'a> {
    document: &'a Document,
    /// Begins every id, so that several pages can stand in one web page.
    prefix: String,
    faces: BTreeMap<usize, Option<Face>>,
    glyphs: BTreeMap<(usize, char), Option<String>>,
    images: BTreeMap<usize, Option<String>>,
}

impl<'a> Defs<'a> {
    pub fn new(document: &'a Document, prefix: String) -> Defs<'a> {
        let (faces, glyphs, images) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Defs { document, prefix, faces, glyphs, images }
    }

    /// The file that came with the document, if it can be read.
    pub fn face(&mut self, font: usize) -> Option<&Face> {
        let file = self.document.fonts.get(font).and_then(|font| font.file.as_ref());
        self.faces.entry(font).or_insert_with(|| Face::parse(file?, 0).ok()).as_ref()
    }

    /// The id of a glyph's outline; `None` when the embedded font lacks it or there is no room.
    pub fn glyph(&mut self, font: usize, character: char, out: &mut Out) -> Option<String> {
        if let Some(known) = self.glyphs.get(&(font, character)) {
            return known.clone();
        }
        let id = format!("{}f{font}g{:x}", self.prefix, u32::from(character));
        let outline = self.face(font).and_then(|face| face.outline(character));
        let id = outline
            .filter(|outline| out.define(&format!("<path id=\"{id}\" d=\"{}\"/>", glyph_data(outline))))
            .map(|_| id);
        self.glyphs.insert((font, character), id.clone());
        id
    }

    /// The id of a picture in the unit square; `None` when a browser cannot show it.
    pub fn image(&mut self, position: usize, out: &mut Out) -> Option<String> {
        if let Some(known) = self.images.get(&position) {
            return known.clone();
        }
        let image = self.document.images.get(position)?;
        let id = define_image(&format!("{}i{position}", self.prefix), image, out);
        self.images.insert(position, id.clone());
        id
    }
}

/// Only what the bytes themselves say they are, so that no other type is smuggled into a `data:` URI.
pub(super) fn define_image(id: &str, image: &Image, out: &mut Out) -> Option<String> {
    let (kind, begin): (_, &[u8]) = match image.format {
        ImageFormat::Png => ("png", b"\x89PNG\r\n\x1A\n"),
        ImageFormat::Jpeg => ("jpeg", b"\xFF\xD8\xFF"),
        ImageFormat::Bmp => ("bmp", b"BM"),
        ImageFormat::Other => return None,
    };
    if !image.bytes.starts_with(begin) || image.bytes.len() > super::MOST_BYTES / 2 {
        return None;
    }
    let data = Base64::encode_string(&image.bytes);
    let element = format!(
        "<image id=\"{id}\" width=\"1\" height=\"1\" preserveAspectRatio=\"none\" href=\"data:image/{kind};base64,{data}\"/>"
    );
    out.define(&element).then(|| id.to_owned())
}

fn glyph_data(outline: &[Segment]) -> String {
    let mut data = String::new();
    let unit = |value: &f64| (value * EM).round().clamp(-1e6, 1e6) as i64;
    for segment in outline {
        let _ = match segment {
            Segment::Move(x, y) => write!(data, "M{} {}", unit(x), unit(y)),
            Segment::Line(x, y) => write!(data, "L{} {}", unit(x), unit(y)),
            Segment::Quad(q) => write!(data, "Q{}", q.each_ref().map(|v| unit(v).to_string()).join(" ")),
            Segment::Cubic(c) => write!(data, "C{}", c.each_ref().map(|v| unit(v).to_string()).join(" ")),
            _ => write!(data, "Z"),
        };
    }
    data
}
