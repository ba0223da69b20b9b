//! How long a glyph may take.
//!
//! A glyph of TrueType can be made of others, and they of others still: a file of a few kilobytes can ask for
//! more outlines than there is time. The parts are counted before anything is drawn.

use super::programs;
use ttf_parser::{GlyphId, Tag};

const MOST_PARTS: usize = 512;
const DEEPEST: usize = 8;

const WORDS: u16 = 0x0001;
const SCALE: u16 = 0x0008;
const MORE: u16 = 0x0020;
const TWO_SCALES: u16 = 0x0040;
const MATRIX: u16 = 0x0080;

/// Whether the glyph has few enough parts, and its PostScript program few enough steps. Fonts may have both
/// kinds of outlines; which of them is drawn is the reader's to say, so both have to hold. Outlines that vary
/// (CFF2) are not drawn: nobody embeds them, and their programs are not walked here.
pub(super) fn is_drawable(view: &ttf_parser::Face, glyph: GlyphId) -> bool {
    let raw = view.raw_face();
    let table = |tag| raw.table(Tag::from_bytes(tag));
    if table(b"CFF2").is_some() || !program_ends(view, glyph) {
        return false;
    }
    let (Some(glyf), Some(loca), Some(head)) = (table(b"glyf"), table(b"loca"), table(b"head")) else {
        return true;
    };
    let long = word(head, 50) == Some(1);
    let mut budget = MOST_PARTS;
    count(&Glyphs { glyf, loca, long }, glyph.0, 0, &mut budget)
}

/// Whether the glyph has no PostScript program, or one of few enough steps.
pub(super) fn program_ends(view: &ttf_parser::Face, glyph: GlyphId) -> bool {
    let table = view.raw_face().table(Tag::from_bytes(b"CFF "));
    table.is_none_or(|table| programs::ends(table, glyph.0))
}

struct Glyphs<'a> {
    glyf: &'a [u8],
    loca: &'a [u8],
    long: bool,
}

impl<'a> Glyphs<'a> {
    fn get(&self, glyph: u16) -> Option<&'a [u8]> {
        let offset = |index: usize| {
            if self.long {
                let bytes = self.loca.get(index * 4..index * 4 + 4)?;
                Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
            } else {
                Some(usize::from(word(self.loca, index * 2)?) * 2)
            }
        };
        self.glyf.get(offset(usize::from(glyph))?..offset(usize::from(glyph) + 1)?)
    }
}

fn count(glyphs: &Glyphs, glyph: u16, depth: usize, budget: &mut usize) -> bool {
    if depth > DEEPEST || *budget == 0 {
        return false;
    }
    *budget -= 1;
    let Some(data) = glyphs.get(glyph) else { return true };
    let composite = word(data, 0).is_some_and(|contours| contours >= 0x8000);
    if !composite {
        return true;
    }
    let mut at = 10;
    while let (Some(flags), Some(part)) = (word(data, at), word(data, at + 2)) {
        if !count(glyphs, part, depth + 1, budget) {
            return false;
        }
        at += 4 + if flags & WORDS != 0 { 4 } else { 2 };
        at += match flags {
            f if f & SCALE != 0 => 2,
            f if f & TWO_SCALES != 0 => 4,
            f if f & MATRIX != 0 => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            break;
        }
    }
    true
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
