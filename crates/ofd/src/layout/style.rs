//! How text looks: the keys `font`, `size`, `weight`, `color`, `spacing`, `line`.

use super::galley::{Style, Um};
use super::keys::Keys;
use super::template::um;
use crate::Result;
use crate::model::{Color, Font};

/// Millimetres of a point.
const POINT: f64 = 25.4 / 72.0;

#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    pub font: usize,
    pub size: Um,
    pub weight: u16,
    pub color: Color,
    /// White after each character, in hundredths of its size.
    pub spacing: i32,
    /// Height of a line in hundredths of the size.
    pub line: i32,
}

impl Default for TextStyle {
    fn default() -> TextStyle {
        let size = um(16.0 * POINT);
        TextStyle { font: 0, size, weight: 400, color: Color::BLACK, spacing: 0, line: 175 }
    }
}

impl TextStyle {
    /// In a frame whose text had to shrink.
    pub fn scaled(&self, hundredths: i32) -> Style {
        let size = (i64::from(self.size) * i64::from(hundredths) / 100) as Um;
        let part = |of: i32| (i64::from(size) * i64::from(of) / 100) as Um;
        Style {
            font: self.font,
            size,
            weight: self.weight,
            color: self.color,
            spacing: part(self.spacing),
            line_height: part(self.line),
        }
    }
}

/// The keys that are there, over the style around. Fonts are added to the list as they are met.
pub(crate) fn read(keys: &mut Keys<'_>, fonts: &mut Vec<Font>, around: TextStyle) -> Result<TextStyle> {
    let mut style = around;
    let name = keys.text("font")?.map(str::to_owned);
    let bold = keys.choice("weight", &[("", None), ("regular", Some(false)), ("bold", Some(true))])?;
    if let Some(bold) = bold {
        style.weight = if bold { 700 } else { 400 };
    }
    let name = name.or_else(|| fonts.get(around.font).map(|font| font.name.clone()));
    style.font = font(fonts, name.as_deref().unwrap_or("宋体"), style.weight > 400);
    if let Some(size) = keys.number("size")? {
        if !(4.0..=200.0).contains(&size) {
            return Err(keys.wrong("size", "must be from 4 to 200 points"));
        }
        style.size = um(size * POINT);
    }
    style.spacing =
        (keys.number_in("spacing", 0.0, 10.0, f64::from(style.spacing) / 100.0)? * 100.0).round() as i32;
    style.line = (keys.number_in("line", 1.0, 5.0, f64::from(style.line) / 100.0)? * 100.0).round() as i32;
    style.color = color(keys)?.unwrap_or(style.color);
    Ok(style)
}

fn font(fonts: &mut Vec<Font>, name: &str, bold: bool) -> usize {
    let known = fonts.iter().position(|font| font.name == name && font.bold == bold);
    known.unwrap_or_else(|| {
        fonts.push(Font { name: name.to_owned(), family: name.to_owned(), bold, italic: false, file: None });
        fonts.len() - 1
    })
}

/// `#RRGGBB`.
pub(crate) fn color(keys: &mut Keys<'_>) -> Result<Option<Color>> {
    let Some(text) = keys.text("color")? else { return Ok(None) };
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, r, g, b] = value.ok_or_else(|| keys.wrong("color", "must be #RRGGBB"))?.to_be_bytes();
    Ok(Some(Color::rgb(r, g, b)))
}
