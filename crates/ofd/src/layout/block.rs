//! The blocks of a template and their keys.

use super::decoration::{self, Border, SealPoint, Watermark};
use super::frame::Area;
use super::galley::{Align, Um};
use super::keys::Keys;
use super::phrase::{Phrase, is_name};
use super::style::{self, TextStyle};
use super::table::{self, Fields, Grid, Table};
use super::template::{Parts, phrase, um};
use super::values::When;
use crate::Result;
use crate::model::Color;

#[derive(Debug, Clone)]
pub struct Block {
    /// Shown only when the field has something to show (or has not, when `false`).
    pub when: When,
    /// Position of the frame.
    pub frame: usize,
    pub before: Um,
    /// Stays on the page of what follows.
    pub keep: bool,
    /// Stands behind the blocks of the templates made like this one.
    pub tail: bool,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Paragraph(Paragraph),
    Fields(Fields),
    Table(Table),
    Grid(Grid),
    Rule(Rule),
    Signature(Signature),
    /// Field of the picture, and the box it is fitted into.
    Picture(String, Size),
    Qr(Phrase, Size),
    Border(Border),
    Watermark(Watermark),
    Seal(SealPoint),
}

#[derive(Debug, Clone)]
pub struct Paragraph {
    pub text: Phrase,
    pub style: TextStyle,
    pub align: Align,
    /// First line and further lines, in hundredths of a character.
    pub indent: (i32, i32),
    /// Shrinks rather than takes a second line (fixed frames).
    pub single: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub width: Um,
    pub color: Color,
    /// A second, thinner line below.
    pub double: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub w: Um,
    pub h: Um,
    pub align: Align,
}

/// Body over date at the right, and the seal over both.
#[derive(Debug, Clone)]
pub struct Signature {
    pub body: Phrase,
    pub date: Phrase,
    pub role: String,
    pub style: TextStyle,
    /// Characters left free at the right, in hundredths.
    pub indent: i32,
}

impl Block {
    /// Calls `add` with every field and whether it may be left out.
    pub fn fields(&self, add: &mut dyn FnMut(&str, bool)) {
        let optional = self.when.is_some();
        if let Some((_, name)) = &self.when {
            add(name, true);
        }
        let mut phrase = |phrase: &Phrase| {
            let own = |name: &&str| !matches!(*name, "title" | "page" | "pages");
            phrase.fields().filter(own).for_each(|name| add(name, optional));
        };
        match &self.what {
            What::Paragraph(paragraph) => phrase(&paragraph.text),
            What::Fields(fields) => fields.fields(optional, add),
            What::Grid(grid) => grid.fields(optional, add),
            What::Table(table) => table.fields(optional, add),
            What::Signature(signature) => {
                phrase(&signature.body);
                phrase(&signature.date);
            }
            What::Picture(name, _) => add(name, optional),
            What::Qr(text, _) => phrase(text),
            What::Watermark(watermark) => phrase(&watermark.text),
            What::Rule(_) | What::Border(_) | What::Seal(_) => {}
        }
    }
}

pub(crate) fn read(mut keys: Keys<'_>, parts: &mut Parts) -> Result<Block> {
    let kind = keys.needed_text("kind")?;
    let when = when(&mut keys)?;
    let frame = frame(&mut keys, parts, kind)?;
    let area = parts.frames.get(frame).map(|frame| frame.area);
    let before = um(keys.number_in("before", 0.0, 300.0, 0.0)?);
    let keep = keys.flag("keep")?;
    let tail = keys.flag("tail")?;
    let what = what(&mut keys, kind, parts, area)?;
    keys.finish()?;
    Ok(Block { when, frame, before, keep, tail, what })
}

fn what(keys: &mut Keys<'_>, kind: &str, parts: &mut Parts, area: Option<Area>) -> Result<What> {
    let measure = area.map_or(0, |area| area.w);
    Ok(match kind {
        "paragraph" => What::Paragraph(paragraph(keys, parts)?),
        "fields" => What::Fields(table::read_fields(keys, parts, measure)?),
        "table" => What::Table(table::read_table(keys, parts, measure)?),
        "grid" => What::Grid(table::read_grid(keys, parts, measure)?),
        "line" => What::Rule(rule(keys)?),
        "signature" => What::Signature(signature(keys, parts)?),
        "picture" => What::Picture(keys.needed_text("field")?.to_owned(), size(keys, area, "w", "h")?),
        "qr" => What::Qr(needed_phrase(keys, "text")?, size(keys, area, "size", "size")?),
        "border" => What::Border(decoration::read_border(keys, parts.page)?),
        "watermark" => What::Watermark(decoration::read_watermark(keys, parts)?),
        "seal" => What::Seal(decoration::read_seal(keys, parts.page)?),
        _ => return Err(keys.wrong("kind", "is no kind of block")),
    })
}

/// `field`, or `!field` for its absence.
pub(crate) fn when(keys: &mut Keys<'_>) -> Result<When> {
    let Some(text) = keys.text("when")? else { return Ok(None) };
    let (shown, name) = text.strip_prefix('!').map_or((true, text), |name| (false, name));
    if !is_name(name) {
        return Err(keys.wrong("when", "must be a field's name, or ! and a field's name"));
    }
    Ok(Some((shown, name.to_owned())))
}

/// The frame named, else the first flow frame; decorations need none.
fn frame(keys: &mut Keys<'_>, parts: &Parts, kind: &str) -> Result<usize> {
    if matches!(kind, "border" | "watermark" | "seal") {
        return Ok(usize::MAX);
    }
    let found = match keys.text("frame")? {
        Some(name) => parts.frames.iter().position(|frame| frame.key == name),
        None => parts.frames.iter().position(|frame| frame.flow),
    };
    found.ok_or_else(|| keys.wrong("frame", "names no frame, and there is no flow frame to take its place"))
}

pub(crate) fn needed_phrase(keys: &mut Keys<'_>, key: &'static str) -> Result<Phrase> {
    phrase(keys, key)?.ok_or_else(|| keys.missing(key))
}

pub(crate) fn align(keys: &mut Keys<'_>, first: Align) -> Result<Align> {
    let words = [
        ("", first),
        ("justify", Align::Justify),
        ("left", Align::Left),
        ("center", Align::Center),
        ("right", Align::Right),
        ("spread", Align::Spread),
    ];
    keys.choice("align", &words)
}

fn paragraph(keys: &mut Keys<'_>, parts: &mut Parts) -> Result<Paragraph> {
    let text = needed_phrase(keys, "text")?;
    let style = style::read(keys, &mut parts.fonts, parts.text)?;
    let align = align(keys, Align::Justify)?;
    let first = keys.number_in("indent", 0.0, 40.0, 0.0)?;
    let rest = keys.number_in("hang", 0.0, 40.0, 0.0)?;
    let hundredths = |characters: f64| (characters * 100.0).round() as i32;
    let single = keys.flag("single")?;
    Ok(Paragraph { text, style, align, indent: (hundredths(first), hundredths(rest)), single })
}

fn rule(keys: &mut Keys<'_>) -> Result<Rule> {
    let width = um(keys.number_in("width", 0.05, 5.0, 0.25)?);
    Ok(Rule { width, color: style::color(keys)?.unwrap_or(Color::BLACK), double: keys.flag("double")? })
}

fn signature(keys: &mut Keys<'_>, parts: &mut Parts) -> Result<Signature> {
    let body = needed_phrase(keys, "body")?;
    let date = needed_phrase(keys, "date")?;
    let role = keys.needed_text("role")?.to_owned();
    let style = style::read(keys, &mut parts.fonts, parts.text)?;
    let indent = (keys.number_in("indent", 0.0, 20.0, 4.0)? * 100.0).round() as i32;
    Ok(Signature { body, date, role, style, indent })
}

fn size(keys: &mut Keys<'_>, area: Option<Area>, w: &'static str, h: &'static str) -> Result<Size> {
    let most = |side: fn(Area) -> Um| area.map_or(2000.0, |area| f64::from(side(area)) / 1000.0);
    let width = keys.number_in(w, 1.0, most(|area| area.w), 0.0)?;
    let height = keys.number_in(h, 1.0, most(|area| area.h), 0.0)?;
    if width == 0.0 || height == 0.0 {
        return Err(keys.missing(if width == 0.0 { w } else { h }));
    }
    Ok(Size { w: um(width), h: um(height), align: align(keys, Align::Left)? })
}
