//! The fonts of a PDF: which one has a character, under which number, and their objects in the file.

use std::collections::{BTreeMap, BTreeSet};

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Finish, Name, Pdf, Rect, Ref, Str};

use super::{Numbers, compressed, deflated};
use crate::Result;
use crate::font::{Face, Subset};
use crate::geometry::crowds::usual_width;
use crate::geometry::glyphs::customary_advance;
use crate::model::Font;

const IDENTITY: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
const CHINESE: SystemInfo = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 4 };
const BY_NAME: &str = "FN";

/// How a character is written.
pub(super) struct Code {
    /// Name of the font among the resources.
    pub font: String,
    pub bytes: Vec<u8>,
}

struct Used {
    face: Face,
    wanted: BTreeSet<char>,
    subset: Option<Subset>,
}

/// Pages are drawn twice: once to learn which characters each font needs, once with the glyphs' numbers, which
/// the subset decides.
pub(super) struct Fonts {
    used: Vec<Used>,
    /// Position in `used` of a document's font file, by where its bytes stand.
    files: BTreeMap<(usize, usize), Option<usize>>,
    configured: Option<usize>,
    named: BTreeSet<char>,
}

impl Fonts {
    pub fn new(face: Option<&Face>) -> Fonts {
        let mut fonts =
            Fonts { used: Vec::new(), files: BTreeMap::new(), configured: None, named: BTreeSet::new() };
        fonts.configured = face.and_then(|face| fonts.admit(face.clone()));
        fonts
    }

    /// A face that may be embedded.
    fn admit(&mut self, face: Face) -> Option<usize> {
        face.subset_glyphs([]).ok()?;
        self.used.push(Used { face, wanted: BTreeSet::new(), subset: None });
        Some(self.used.len() - 1)
    }

    fn file(&mut self, font: Option<&Font>) -> Option<usize> {
        let bytes = font?.file.as_deref()?;
        let key = (bytes.as_ptr() as usize, bytes.len());
        if let Some(known) = self.files.get(&key) {
            return *known;
        }
        let position = Face::parse(bytes, 0).ok().and_then(|face| self.admit(face));
        self.files.insert(key, position);
        position
    }

    /// Millimetres for each millimetre of size.
    pub fn advance(&mut self, font: Option<&Font>, character: char) -> f64 {
        let place = self.place(font, character);
        place
            .and_then(|place| self.used[place].face.advance(character))
            .unwrap_or(customary_advance(character))
    }

    /// As [`Fonts::advance`], where another font stands in for the one that is named; `None` where it came with
    /// the document and its letters are those the places were made for.
    pub fn substitute_width(&mut self, font: Option<&Font>, character: char) -> Option<f64> {
        if self.file(font).is_some() {
            return None;
        }
        let place = self.place(font, character);
        let own = place.and_then(|place| self.used[place].face.advance(character));
        Some(own.unwrap_or(usual_width(character)))
    }

    fn place(&mut self, font: Option<&Font>, character: char) -> Option<usize> {
        let candidates = [self.file(font), self.configured];
        candidates.into_iter().flatten().find(|place| {
            let used = &self.used[*place];
            match &used.subset {
                Some(subset) => subset.glyphs.contains_key(&character),
                None => used.face.advance(character).is_some(),
            }
        })
    }

    /// No font of this file has it, and machines rarely do: beyond the first plane and in private use. A box
    /// must be drawn.
    pub fn is_boxed(&mut self, font: Option<&Font>, character: char) -> bool {
        matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{10000}'..) && self.place(font, character).is_none()
    }

    /// The number of a character's glyph, and that the character is wanted.
    pub fn code(&mut self, font: Option<&Font>, character: char) -> Code {
        let Some(place) = self.place(font, character) else {
            self.named.insert(character);
            let mut units = [0; 2];
            let bytes =
                character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()).collect();
            return Code { font: BY_NAME.into(), bytes };
        };
        let used = &mut self.used[place];
        used.wanted.insert(character);
        let number =
            used.subset.as_ref().and_then(|subset| subset.glyphs.get(&character)).copied().unwrap_or(0);
        Code { font: format!("F{place}"), bytes: number.to_be_bytes().to_vec() }
    }

    /// Between the two drawings.
    pub fn cut(&mut self) -> Result<()> {
        for used in &mut self.used {
            used.subset = Some(used.face.subset_glyphs(used.wanted.iter().copied())?);
        }
        self.named.clear();
        Ok(())
    }

    /// Writes the fonts in use; gives their names and objects.
    pub fn write(&self, pdf: &mut Pdf, numbers: &mut Numbers) -> Vec<(String, Ref)> {
        let mut out = Vec::new();
        for (position, used) in self.used.iter().enumerate() {
            if let Some(subset) = used.subset.as_ref().filter(|subset| !subset.glyphs.is_empty()) {
                out.push((format!("F{position}"), embedded(pdf, numbers, position, &used.face, subset)));
            }
        }
        if !self.named.is_empty() {
            out.push((BY_NAME.to_owned(), by_name(pdf, numbers)));
        }
        out
    }
}

fn embedded(pdf: &mut Pdf, numbers: &mut Numbers, position: usize, face: &Face, subset: &Subset) -> Ref {
    let ids: [Ref; 5] = std::array::from_fn(|_| numbers.next());
    let [font, cid, descriptor, file, unicode] = ids;
    // Six letters before the name say that it is a subset (ISO 32000-1 §9.6.4).
    let letter = |place: u32| char::from(b'A' + (position / 26usize.pow(place) % 26) as u8);
    let name = format!("{}+Yiwang{position}", (0..6).rev().map(letter).collect::<String>());
    let name = Name(name.as_bytes());
    let postscript = subset.postscript();
    pdf.type0_font(font)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(unicode);
    let mut entries = pdf.cid_font(cid);
    entries.subtype(if postscript.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
    entries.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(1000.0);
    if postscript.is_none() {
        entries.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let by_number: BTreeMap<u16, char> =
        subset.glyphs.iter().rev().map(|(c, number)| (*number, *c)).collect();
    let mut widths = entries.widths();
    for (number, character) in &by_number {
        widths.consecutive(*number, [(face.advance(*character).unwrap_or(1.0) * 1000.0) as f32]);
    }
    widths.finish();
    entries.finish();
    let (up, down) = ((face.ascent() * 1000.0) as f32, (face.descent() * 1000.0) as f32);
    let mut entries = pdf.font_descriptor(descriptor);
    entries.name(name).flags(FontFlags::SYMBOLIC).bbox(Rect::new(-200.0, -down - 200.0, 1200.0, up + 200.0));
    entries.italic_angle(0.0).ascent(up).descent(-down).cap_height(730.0).stem_v(80.0);
    match &postscript {
        Some(_) => entries.font_file3(file),
        None => entries.font_file2(file),
    };
    entries.finish();
    let program = deflated(postscript.as_ref().unwrap_or(&subset.file));
    let mut stream = pdf.stream(file, &program);
    stream.filter(pdf_writer::Filter::FlateDecode);
    match postscript {
        Some(_) => stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C")),
        None => stream.pair(Name(b"Length1"), subset.file.len() as i32),
    };
    stream.finish();
    let mut cmap = UnicodeCmap::new(Name(b"Adobe-Identity-UCS"), IDENTITY);
    for (number, character) in &by_number {
        cmap.pair(*number, *character);
    }
    compressed(pdf, unicode, &cmap.finish());
    font
}

fn by_name(pdf: &mut Pdf, numbers: &mut Numbers) -> Ref {
    let (font, cid, descriptor) = (numbers.next(), numbers.next(), numbers.next());
    pdf.type0_font(font)
        .base_font(Name(b"STSong-Light-UniGB-UTF16-H"))
        .encoding_predefined(Name(b"UniGB-UTF16-H"))
        .descendant_font(cid);
    let mut entries = pdf.cid_font(cid);
    entries.subtype(CidFontType::Type0).base_font(Name(b"STSong-Light")).system_info(CHINESE);
    entries.font_descriptor(descriptor).default_width(1000.0);
    // Numbers of the collection Adobe-GB1: 1 to 95 are the letters and digits of Latin print.
    entries.widths().same(1, 95, 500.0);
    entries.finish();
    let mut entries = pdf.font_descriptor(descriptor);
    entries.name(Name(b"STSong-Light")).flags(FontFlags::SYMBOLIC | FontFlags::SERIF);
    entries.bbox(Rect::new(-25.0, -254.0, 1000.0, 880.0)).italic_angle(0.0).ascent(880.0).descent(-120.0);
    entries.cap_height(730.0).stem_v(80.0);
    font
}
