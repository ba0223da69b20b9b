//! A font with a few of its glyphs, for embedding.

use std::collections::BTreeMap;

use subsetter::GlyphRemapper;

use super::{Face, cmap, cost, fenced, glyph_of, sfnt};
use crate::{Fault, Result};

/// What one document may ask for; format 4 of the character table ends near it.
const MOST_CHARACTERS: usize = 8_000;

/// A font file and the number that each of its characters' glyphs has in it.
pub(crate) struct Subset {
    pub file: Vec<u8>,
    pub glyphs: BTreeMap<char, u16>,
}

impl Subset {
    /// The bare PostScript outlines, when the font has them (PDF embeds them without the tables around).
    pub(crate) fn postscript(&self) -> Option<Vec<u8>> {
        let (_, tables) = sfnt::read(&self.file).ok()?;
        tables.into_iter().find(|(tag, _)| tag == b"CFF ").map(|(_, bytes)| bytes)
    }
}

impl Face {
    /// Refuses a font whose maker forbids embedding (OS/2 `fsType`).
    pub(crate) fn subset_glyphs(&self, characters: impl IntoIterator<Item = char>) -> Result<Subset> {
        let asked = fenced(|| {
            let view = ttf_parser::Face::parse(&self.bytes, self.index)
                .map_err(|error| Fault::new("font.format", error.to_string()))?;
            self.cut(&view, characters.into_iter().collect())
        });
        asked.unwrap_or_else(|| Err(Fault::new("font.format", "subset")))
    }

    fn cut(&self, view: &ttf_parser::Face, mut wanted: Vec<char>) -> Result<Subset> {
        if !view.is_outline_embedding_allowed() {
            return Err(Fault::new("font.restricted", "OS/2 fsType"));
        }
        // The mark for what is missing goes into every subset, and the library writes out what its program calls.
        if !cost::program_ends(view, ttf_parser::GlyphId(0)) {
            return Err(Fault::new("font.format", "subset: glyph 0"));
        }
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.len() > MOST_CHARACTERS {
            return Err(Fault::new("font.characters", format!("{} in one subset", wanted.len())));
        }
        let mut numbers = GlyphRemapper::new();
        let glyphs: BTreeMap<char, u16> = wanted
            .into_iter()
            .filter_map(|c| Some((c, glyph_of(view, c).filter(|glyph| cost::is_drawable(view, *glyph))?)))
            .map(|(c, glyph)| (c, numbers.remap(glyph.0)))
            .collect();
        let bare = subsetter::subset(&self.bytes, self.index, &numbers)
            .map_err(|error| Fault::new("font.format", format!("subset: {error}")))?;
        let file = complete(view, &bare, &glyphs)?;
        // From a damaged font tables can be left that nobody reads: better no font file than such a one.
        ttf_parser::Face::parse(&file, 0)
            .map_err(|error| Fault::new("font.format", format!("subset: {error}")))?;
        Ok(Subset { file, glyphs })
    }
}

/// Adds the tables that PDF does without and other readers ask for: `cmap`, `OS/2`, `post` and `name`.
fn complete(view: &ttf_parser::Face, bare: &[u8], glyphs: &BTreeMap<char, u16>) -> Result<Vec<u8>> {
    let (kind, mut tables) = sfnt::read(bare)?;
    tables.retain(|(tag, _)| tag != b"post" && tag != b"cmap" && tag != b"OS/2");
    tables.push((*b"cmap", cmap::table(glyphs)));
    tables.push((*b"OS/2", os2(view, glyphs)));
    tables.push((*b"post", post()));
    if !tables.iter().any(|(tag, _)| tag == b"name") {
        // A name table without names.
        tables.push((*b"name", vec![0, 0, 0, 0, 0, 6]));
    }
    sfnt::write(kind, tables)
}

/// The font's own `OS/2`, or one of version 4 with its measures; first and last character put right.
fn os2(view: &ttf_parser::Face, glyphs: &BTreeMap<char, u16>) -> Vec<u8> {
    let own = view.raw_face().table(ttf_parser::Tag::from_bytes(b"OS/2")).filter(|table| table.len() >= 78);
    let mut table = own.map_or_else(
        || {
            let mut table = vec![0; 96];
            let up = view.ascender().to_be_bytes();
            let down = view.descender().to_be_bytes();
            let depth = view.descender().unsigned_abs().to_be_bytes();
            for (at, bytes) in [
                (0, [0, 4]),
                (4, 400u16.to_be_bytes()),
                (6, [0, 5]),
                (62, 0x40u16.to_be_bytes()),
                (68, up),
                (70, down),
                (74, up),
                (76, depth),
            ] {
                table[at..at + 2].copy_from_slice(&bytes);
            }
            table
        },
        <[u8]>::to_vec,
    );
    let code = |c: Option<&char>| c.map_or(0, |c| u16::try_from(u32::from(*c)).unwrap_or(u16::MAX));
    table[64..66].copy_from_slice(&code(glyphs.keys().next()).to_be_bytes());
    table[66..68].copy_from_slice(&code(glyphs.keys().next_back()).to_be_bytes());
    table
}

/// Version 3: no names of glyphs.
fn post() -> Vec<u8> {
    let mut table = vec![0, 3, 0, 0];
    table.resize(32, 0);
    table
}
