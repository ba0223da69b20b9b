//! How long a glyph may take.
//!
//! A glyph of TrueType can be made of others, and they of others still: a file of a few kilobytes can ask for
//! more outlines than there is time. The parts are counted before anything is drawn.

use ttf_parser::{GlyphId, Tag};

const MOST_PARTS: usize = 512;
const DEEPEST: usize = 8;

const WORDS: u16 = 0x0001;
const SCALE: u16 = 0x0008;
const MORE: u16 = 0x0020;
const TWO_SCALES: u16 = 0x0040;
const MATRIX: u16 = 0x0080;

/// Whether the glyph has few enough parts. Says yes to PostScript outlines: their reader bounds how deep they
/// call each other, and our pen stops at [`super::MOST_SEGMENTS`]. Not bounded: a program that calls and calls and never
/// draws.
pub(super) fn is_drawable(view: &ttf_parser::Face, glyph: GlyphId) -> bool {
    let raw = view.raw_face();
    let (Some(glyf), Some(loca), Some(head)) = (
        raw.table(Tag::from_bytes(b"glyf")),
        raw.table(Tag::from_bytes(b"loca")),
        raw.table(Tag::from_bytes(b"head")),
    ) else {
        return true;
    };
    let long = word(head, 50) == Some(1);
    let mut budget = MOST_PARTS;
    count(&Glyphs { glyf, loca, long }, glyph.0, 0, &mut budget)
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
