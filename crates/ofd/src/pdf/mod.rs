//! Pages as PDF, for reading and printing where nothing opens OFD.
//!
//! A PDF made here is a view: seals are pictures in it and prove nothing. Words can be selected, searched and
//! copied. The same document gives the same bytes: nothing of today is written.
//!
//! Fonts, for each character the first that has it: the file that came with the document, the face of the
//! product, and else the name `STSong-Light` with the character map `UniGB-UTF16-H`, for which readers take a
//! Chinese font of the machine (poppler needs its data package, Chromium brings the map itself). Such a page
//! is readable, but looks different from one machine to the next: configure a face where it matters.

mod content;
mod fonts;
mod images;

use std::collections::BTreeSet;

use pdf_writer::{Date, Finish, Name, Pdf, Rect as Box, Ref, TextStr};

use crate::font::Face;
use crate::geometry::sane;
use crate::model::{Document, Info, Object, Page};
use crate::svg::Stamp;
use crate::{Fault, Limits, Result};

use content::Content;
use fonts::Fonts;
use images::Images;

/// PDF counts in points.
const POINTS: f64 = 72.0 / 25.4;
/// The longest side that readers must accept (ISO 32000-1, annex C.2).
const LONGEST: f64 = 14_400.0;

/// Numbers for the objects of a file.
struct Numbers(i32);

impl Numbers {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }
}

/// Writes all pages. `stamps`: the seals of each page, in order of the pages; shorter lists are allowed.
/// `face`: the font for texts without a font file, embedded as a subset; a bold serif face is not needed, bold
/// is thickened.
pub fn write(document: &Document, stamps: &[Vec<Stamp>], face: Option<&Face>) -> Result<Vec<u8>> {
    let limits = Limits::default();
    if document.pages.is_empty() || document.pages.len() > limits.pages {
        return Err(Fault::new("pdf.pages", document.pages.len().to_string()));
    }
    let mut pdf = Pdf::new();
    pdf.set_version(1, 7);
    let mut numbers = Numbers(0);
    let (catalog, tree) = (numbers.next(), numbers.next());
    let mut fonts = Fonts::new(face);
    let mut images = Images::new(limits.pixels);
    let mut degrees = BTreeSet::new();
    let mut draw = |fonts: &mut Fonts, position: usize, page: &Page| {
        let mut content = Content::new(fonts, &mut images, &mut degrees);
        content.page(document, page, stamps.get(position).map_or(&[], Vec::as_slice));
        content.finish()
    };
    for (position, page) in document.pages.iter().enumerate() {
        draw(&mut fonts, position, page);
    }
    fonts.cut()?;
    let mut sheets = Vec::new();
    for (position, page) in document.pages.iter().enumerate() {
        sheets.push((numbers.next(), numbers.next(), draw(&mut fonts, position, page)));
    }
    let resources = numbers.next();
    for ((id, content, bytes), page) in sheets.iter().zip(&document.pages) {
        let side = |length: f64| (sane(length) * POINTS).clamp(3.0, LONGEST) as f32;
        pdf.page(*id)
            .parent(tree)
            .media_box(Box::new(0.0, 0.0, side(page.area.w), side(page.area.h)))
            .contents(*content)
            .pair(Name(b"Resources"), resources);
        compressed(&mut pdf, *content, bytes);
    }
    let count = sheets.len() as i32;
    pdf.pages(tree).kids(sheets.iter().map(|sheet| sheet.0)).count(count);
    pdf.catalog(catalog).pages(tree).lang(TextStr("zh-CN"));
    let font_ids = fonts.write(&mut pdf, &mut numbers);
    let image_ids = images.write(&mut pdf, &mut numbers);
    let states: Vec<(u8, Ref)> = degrees.iter().map(|alpha| (*alpha, numbers.next())).collect();
    for (alpha, id) in &states {
        let part = f32::from(*alpha) / 255.0;
        pdf.ext_graphics(*id).non_stroking_alpha(part).stroking_alpha(part);
    }
    let mut dict = pdf.indirect(resources).dict();
    let mut list = |kind: &[u8], entries: &mut dyn Iterator<Item = (String, Ref)>| {
        let mut inner = dict.insert(Name(kind)).dict();
        for (name, id) in entries {
            inner.pair(Name(name.as_bytes()), id);
        }
    };
    list(b"Font", &mut font_ids.into_iter());
    list(b"XObject", &mut image_ids.into_iter());
    list(b"ExtGState", &mut states.into_iter().map(|(alpha, id)| (format!("A{alpha}"), id)));
    dict.finish();
    describe(&mut pdf, numbers.next(), &document.info);
    Ok(pdf.finish())
}

/// The characters of the pages that neither the document's own font files nor the face have, each once: they
/// are left to the reader's machine, or stand as an empty box. For a clerk to see before the page is issued.
pub fn lacking(document: &Document, face: Option<&Face>) -> Vec<char> {
    let files: Vec<Option<Face>> =
        document.fonts.iter().map(|font| Face::parse(font.file.as_ref()?, 0).ok()).collect();
    let mut found = BTreeSet::new();
    for page in &document.pages {
        let notes = page.annotations.iter().flat_map(|annotation| &annotation.objects);
        let mut open: Vec<&Object> = page.objects.iter().chain(notes).collect();
        while let Some(object) = open.pop() {
            match object {
                Object::Group(group) => open.extend(&group.objects),
                Object::Text(text) => {
                    let own = files.get(text.font).and_then(Option::as_ref);
                    let has = |c: char| own.into_iter().chain(face).any(|face| face.advance(c).is_some());
                    let characters = text.runs.iter().flat_map(|run| run.text.chars());
                    found.extend(characters.filter(|c| !c.is_control() && !has(*c)));
                }
                _ => {}
            }
        }
    }
    found.into_iter().collect()
}

fn describe(pdf: &mut Pdf, id: Ref, info: &Info) {
    let mut entries = pdf.document_info(id);
    entries.title(TextStr(&info.title)).author(TextStr(&info.author)).producer(TextStr("Yiwang"));
    if !info.creator.is_empty() {
        entries.creator(TextStr(&info.creator));
    }
    if let Some(date) = date(&info.created_on) {
        entries.creation_date(date);
    }
}

/// `YYYY-MM-DD`, whatever follows.
fn date(text: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    let real = (1..=12).contains(&month) && (1..=31).contains(&day);
    real.then(|| Date::new(year).month(month as u8).day(day as u8))
}

/// A stream, deflated.
fn compressed(pdf: &mut Pdf, id: Ref, bytes: &[u8]) {
    pdf.stream(id, &deflated(bytes)).filter(pdf_writer::Filter::FlateDecode);
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(4));
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests;
