//! How wide characters are: from a font file when there is one, else by the rule of 宋体 (full width one em,
//! half width half an em).

use super::class;
use crate::model::{Document, Font, Object};
use std::collections::BTreeSet;

/// Widths of a font file.
pub trait Metrics {
    /// Em; nothing when the font has no glyph for the character.
    fn advance(&self, character: char) -> Option<f64>;
}

impl Metrics for crate::font::Face {
    fn advance(&self, character: char) -> Option<f64> {
        crate::font::Face::advance(self, character)
    }
}

/// The font files at hand. Fonts of a template that are not among them are named only, and laid out by the
/// rule.
#[derive(Clone, Default)]
pub struct Fonts<'a> {
    faces: Vec<Known<'a>>,
    /// For every font that is not named above.
    other: Option<&'a dyn Metrics>,
    spare: Option<&'a str>,
}

#[derive(Clone)]
struct Known<'a> {
    name: &'a str,
    bold: bool,
    metrics: &'a dyn Metrics,
}

impl<'a> Fonts<'a> {
    pub fn new() -> Fonts<'a> {
        Fonts::default()
    }

    /// `name` as templates write it (`仿宋`).
    pub fn with(mut self, name: &'a str, bold: bool, metrics: &'a dyn Metrics) -> Fonts<'a> {
        self.faces.push(Known { name, bold, metrics });
        self
    }

    /// Stands for every font of a template that has no file of its own name.
    pub fn other(mut self, metrics: &'a dyn Metrics) -> Fonts<'a> {
        self.other = Some(metrics);
        self
    }

    /// Takes the characters a font file has no glyph for: rare names.
    pub fn spare(mut self, name: &'a str) -> Fonts<'a> {
        self.spare = Some(name);
        self
    }

    pub(crate) fn spare_font(&self) -> Option<Font> {
        let name = self.spare?.to_owned();
        Some(Font { family: name.clone(), name, ..Font::default() })
    }

    /// The font of that weight, else the one of the other weight: its widths are nearer than the rule.
    pub(crate) fn face(&self, name: &str, bold: bool) -> Option<&'a dyn Metrics> {
        let exact = self.faces.iter().find(|face| face.name == name && face.bold == bold);
        let known = exact.or_else(|| self.faces.iter().find(|face| face.name == name));
        known.map(|face| face.metrics).or(self.other)
    }
}

/// Thousandths of an em by the rule.
pub(crate) fn rule_width(c: char) -> i32 {
    match c as u32 {
        0x20..=0x7E | 0xFF61..=0xFFDC | 0xFFE8..=0xFFEE => 500,
        0xA0 | 0xC0..=0x24F if c.is_alphabetic() || c == '\u{a0}' => 500,
        _ => 1000,
    }
}

/// Thousandths of an em, and whether the face lacks the character.
pub(crate) fn width(c: char, face: Option<&dyn Metrics>) -> (i32, bool) {
    if class::is_mark(c) {
        return (0, false);
    }
    match face {
        None => (rule_width(c), false),
        Some(face) => match face.advance(c) {
            Some(em) => ((em.clamp(0.0, 4.0) * 1000.0).round() as i32, false),
            None => (rule_width(c), true),
        },
    }
}

/// The characters set in each font of a document, by its position in [`Document::fonts`]: what a subset
/// must hold.
pub fn characters(document: &Document) -> Vec<BTreeSet<char>> {
    let mut sets = vec![BTreeSet::new(); document.fonts.len()];
    for page in &document.pages {
        collect(&page.objects, &mut sets);
        for annotation in &page.annotations {
            collect(&annotation.objects, &mut sets);
        }
    }
    sets
}

fn collect(objects: &[Object], sets: &mut [BTreeSet<char>]) {
    for object in objects {
        match object {
            Object::Text(text) => {
                if let Some(set) = sets.get_mut(text.font) {
                    set.extend(text.runs.iter().flat_map(|run| run.text.chars()));
                }
            }
            Object::Group(group) => collect(&group.objects, sets),
            Object::Path(_) | Object::Image(_) => {}
        }
    }
}
