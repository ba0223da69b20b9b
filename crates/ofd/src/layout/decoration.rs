//! What stands on a page outside the frames: borders, watermarks, fixed places of seals.

use super::block::needed_phrase;
use super::border;
use super::frame::{self, On};
use super::keys::Keys;
use super::phrase::Phrase;
use super::style::{self, TextStyle};
use super::template::Parts;
use crate::Result;
use crate::model::{Color, Object, Rect};

/// Drawn once when the template is read.
#[derive(Debug, Clone)]
pub struct Border {
    pub on: On,
    pub objects: Vec<Object>,
}

#[derive(Debug, Clone)]
pub struct Watermark {
    pub text: Phrase,
    pub style: TextStyle,
    /// 0 unseen, 255 solid.
    pub alpha: u8,
    /// Degrees, counter-clockwise.
    pub angle: f64,
    /// Millimetres between the lines.
    pub gap: f64,
}

/// Centre, millimetres.
#[derive(Debug, Clone)]
pub struct SealPoint {
    pub role: String,
    pub on: On,
    pub x: f64,
    pub y: f64,
}

/// The centre of a seal is at least so far from the edges of the page.
const SEAL_EDGE: f64 = 10.0;

pub(crate) fn read_border(keys: &mut Keys<'_>, page: Rect) -> Result<Border> {
    let area = frame::area(keys, page)?;
    let on = frame::on(keys, On::Every)?;
    let color = style::color(keys)?.unwrap_or(Color::rgb(0x9A, 0x6B, 0x1F));
    let (w, h) = (f64::from(area.w) / 1000.0, f64::from(area.h) / 1000.0);
    let area = Rect::new(f64::from(area.x) / 1000.0, f64::from(area.y) / 1000.0, w, h);
    let kinds = [("double", false), ("ornament", true)];
    let ornament = keys.choice("style", &kinds)?;
    if ornament && (w < 60.0 || h < 60.0) {
        return Err(keys.wrong("style", "an ornament needs at least 60 millimetres each way"));
    }
    let objects = if ornament { border::ornament(area, color) } else { border::double(area, color) };
    Ok(Border { on, objects })
}

pub(crate) fn read_watermark(keys: &mut Keys<'_>, parts: &mut Parts) -> Result<Watermark> {
    let text = needed_phrase(keys, "text")?;
    let around = TextStyle { color: Color::rgb(0x80, 0x80, 0x80), ..parts.text };
    let style = style::read(keys, &mut parts.fonts, around)?;
    let alpha = (keys.number_in("opacity", 0.02, 1.0, 0.25)? * 255.0).round() as u8;
    let angle = keys.number_in("angle", 0.0, 80.0, 30.0)?;
    let gap = keys.number_in("gap", 10.0, 300.0, 45.0)?;
    Ok(Watermark { text, style, alpha, angle, gap })
}

pub(crate) fn read_seal(keys: &mut Keys<'_>, page: Rect) -> Result<SealPoint> {
    let role = keys.needed_text("role")?.to_owned();
    let on = frame::on(keys, On::Last)?;
    let x = keys.number_in("x", SEAL_EDGE, page.w - SEAL_EDGE, 0.0)?;
    let y = keys.number_in("y", SEAL_EDGE, page.h - SEAL_EDGE, 0.0)?;
    if x == 0.0 || y == 0.0 {
        return Err(keys.missing(if x == 0.0 { "x" } else { "y" }));
    }
    if on == On::Every || on == On::Rest {
        return Err(keys.wrong("on", "a seal stands on the first or the last page"));
    }
    Ok(SealPoint { role, on, x, y })
}
