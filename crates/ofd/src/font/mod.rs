//! Fonts: widths, outlines and subsets.
//!
//! A [`Face`] keeps the bytes of a TrueType or OpenType font and asks them anew for every glyph: reading the
//! directory takes about a microsecond, and a face can then be shared between threads without a lifetime.

mod cmap;
mod cost;
mod programs;
mod sfnt;
mod subset;

use std::collections::BTreeSet;
use std::sync::Arc;

use ttf_parser::{GlyphId, OutlineBuilder};

use crate::model::Segment;
use crate::{Fault, Result};

pub(crate) use subset::Subset;

/// More bytes than any font has that people install.
const LARGEST: usize = 64 << 20;
/// The richest Chinese character needs fewer than a thousand.
const MOST_SEGMENTS: usize = 20_000;

/// One face of a font file.
#[derive(Clone)]
pub struct Face {
    bytes: Arc<[u8]>,
    index: u32,
    units: f64,
    ascent: f64,
    descent: f64,
}

impl Face {
    /// Reads a TrueType or OpenType font, or face `index` of a collection (otherwise 0). Fonts that come with
    /// foreign documents are read too: what is wrong with them is a [`Fault`], and a glyph that would take
    /// forever to draw is treated as missing.
    pub fn parse(bytes: &[u8], index: u32) -> Result<Face> {
        if bytes.len() > LARGEST {
            return Err(Fault::new("font.large", format!("{} bytes", bytes.len())));
        }
        let face = fenced(|| ttf_parser::Face::parse(bytes, index))
            .ok_or_else(|| Fault::new("font.format", format!("face {index}")))?
            .map_err(|error| Fault::new("font.format", format!("face {index}: {error}")))?;
        let units = f64::from(face.units_per_em());
        let ascent = face.typographic_ascender().unwrap_or_else(|| face.ascender());
        let descent = face.typographic_descender().unwrap_or_else(|| face.descender());
        Ok(Face {
            bytes: bytes.into(),
            index,
            units,
            ascent: f64::from(ascent) / units,
            descent: -f64::from(descent) / units,
        })
    }

    /// Asks the font. `None` also when it is damaged in a way that the reader did not expect.
    fn ask<T>(&self, question: impl FnOnce(&ttf_parser::Face) -> Option<T>) -> Option<T> {
        fenced(|| question(&ttf_parser::Face::parse(&self.bytes, self.index).ok()?))?
    }

    /// Height above the baseline, in em.
    pub fn ascent(&self) -> f64 {
        self.ascent
    }

    /// Depth below the baseline, in em, positive.
    pub fn descent(&self) -> f64 {
        self.descent
    }

    /// Width in em; `None` when the font lacks the character.
    pub fn advance(&self, character: char) -> Option<f64> {
        let units = self.ask(|view| view.glyph_hor_advance(glyph_of(view, character)?))?;
        Some(f64::from(units) / self.units)
    }

    /// The outline in em, y downwards, the baseline at 0, filled by the non-zero rule. Empty for a space,
    /// `None` when the font lacks the character.
    pub fn outline(&self, character: char) -> Option<Vec<Segment>> {
        self.ask(|view| {
            let glyph = glyph_of(view, character).filter(|glyph| cost::is_drawable(view, *glyph))?;
            let mut pen = Pen { unit: 1.0 / self.units, segments: Vec::new() };
            view.outline_glyph(glyph, &mut pen);
            Some(pen.segments)
        })
    }

    /// The characters of `text` that the font lacks, each once, in order of their code.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let characters: BTreeSet<char> = text.chars().filter(|c| !c.is_control()).collect();
        let lacking = |view: &ttf_parser::Face| {
            Some(characters.iter().copied().filter(|c| glyph_of(view, *c).is_none()).collect())
        };
        self.ask(lacking).unwrap_or_else(|| characters.iter().copied().collect())
    }

    /// A font file with the glyphs of these characters only, as an OFD package or a web page embeds it.
    ///
    /// Characters that the font lacks are left out. Glyphs are numbered anew, so the file has its own `cmap`
    /// (formats 4 and 12): OFD readers look glyphs up by character unless a `CGTransform` names them, and the
    /// readers written in Python and JavaScript do so even then; with a `cmap` the page needs no `CGTransform`.
    pub fn subset(&self, characters: impl IntoIterator<Item = char>) -> Result<Vec<u8>> {
        Ok(self.subset_glyphs(characters)?.file)
    }
}

/// The mark that stands for a character no font has: an empty box of one em, the printers' 缺字 mark.
pub fn missing_mark() -> Vec<Segment> {
    let ring = |inset: f64, back: bool| {
        let (left, right, top, bottom) = (0.06 + inset, 0.94 - inset, -0.82 + inset, 0.06 - inset);
        let (second, fourth) =
            if back { ((left, bottom), (right, top)) } else { ((right, top), (left, bottom)) };
        [
            Segment::Move(left, top),
            Segment::Line(second.0, second.1),
            Segment::Line(right, bottom),
            Segment::Line(fourth.0, fourth.1),
            Segment::Close,
        ]
    };
    ring(0.0, false).into_iter().chain(ring(0.06, true)).collect()
}

/// The font reader asserts in debug builds what its callers rely on, and damaged tables break it. Nothing of
/// ours is left half done by that: such a font is refused like any other damaged one.
fn fenced<T>(read: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok()
}

fn glyph_of(view: &ttf_parser::Face, character: char) -> Option<GlyphId> {
    view.glyph_index(character).filter(|glyph| glyph.0 != 0 && glyph.0 < view.number_of_glyphs())
}

struct Pen {
    unit: f64,
    segments: Vec<Segment>,
}

impl Pen {
    fn push(&mut self, segment: Segment) {
        if self.segments.len() >= MOST_SEGMENTS {
            // The reader cannot be told to stop, only be left; the fence around it takes this up in silence.
            std::panic::resume_unwind(Box::new("too long an outline"));
        }
        self.segments.push(segment);
    }

    fn at(&self, x: f32, y: f32) -> (f64, f64) {
        (f64::from(x) * self.unit, -f64::from(y) * self.unit)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.push(Segment::Quad([x1, y1, x, y]));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.push(Segment::Cubic([x1, y1, x2, y2, x, y]));
    }

    fn close(&mut self) {
        self.push(Segment::Close);
    }
}

#[cfg(test)]
pub(crate) mod tests;
