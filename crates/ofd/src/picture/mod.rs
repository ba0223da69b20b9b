//! Pictures the product draws itself: seals and codes.
//!
//! Measures follow 国发〔1999〕25号 and custom: a round seal of a department is 42 mm wide, of a provincial body
//! 45 mm, its ring 1.2 mm, its star 14 mm, the characters 宋体 (so give a bold serif face). All measures grow
//! with the diameter. The same request gives the same bytes.

mod cells;
mod name;
mod oval;
mod pen;
mod qr;
mod raster;
mod round;

use crate::font::Face;
use crate::model::{Font, Object};
use crate::{Fault, Result};

pub use name::name_seal;
pub use oval::oval_seal;
pub use qr::qr;
pub use round::round_seal;

/// More characters than any name of a body has.
const MOST_CHARACTERS: usize = 60;

/// What a seal says.
#[derive(Debug, Clone, Copy)]
pub struct SealPicture<'a> {
    /// On the arc: the body's full name. In a name seal: the person's name.
    pub name: &'a str,
    /// Beneath the star: `行政审批专用章`. Empty for the seal of the statutory name itself.
    pub purpose: &'a str,
    /// At the foot of a round seal: the seal's number; in the middle of an oval one: the taxpayer's number.
    pub code: &'a str,
    /// Millimetres from edge to edge: diameter, long axis, or side.
    pub width: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// About 300 dots an inch, transparent around the red; empty when there was no face to draw with.
    pub png: Vec<u8>,
    /// The same as objects of a page; without a face texts of [`Picture::fonts`], one object a character.
    pub vector: Vec<Object>,
    pub fonts: Vec<Font>,
    /// Millimetres.
    pub width: f64,
    pub height: f64,
    /// Characters the face lacks. They stand as an empty box, so that somebody notices.
    pub missing: Vec<char>,
}

impl SealPicture<'_> {
    /// Refuses what no seal can show.
    fn check(&self) -> Result<()> {
        if !(5.0..=100.0).contains(&self.width) {
            return Err(Fault::new("seal.width", format!("{} mm", self.width)));
        }
        let length = |text: &str| text.chars().count();
        if length(self.name) == 0 || length(self.name) > MOST_CHARACTERS {
            return Err(Fault::new("seal.name", format!("{} characters", length(self.name))));
        }
        if length(self.purpose) > 20 || length(self.code) > 20 {
            return Err(Fault::new("seal.text", "more than 20 characters beneath the star"));
        }
        let texts = [self.name, self.purpose, self.code];
        match texts.iter().flat_map(|text| text.chars()).find(|c| c.is_control()) {
            Some(character) => Err(Fault::new("seal.text", format!("U+{:04X}", u32::from(character)))),
            None => Ok(()),
        }
    }

    fn missing_from(&self, face: Option<&Face>) -> Vec<char> {
        face.map(|face| face.missing(&[self.name, self.purpose, self.code].concat())).unwrap_or_default()
    }
}

/// Draws the objects as PNG too, when there is a face.
fn finish(request: &SealPicture, face: Option<&Face>, vector: Vec<Object>, height: f64) -> Result<Picture> {
    let png = match face {
        Some(_) => raster::png(&vector, request.width, height)?,
        None => Vec::new(),
    };
    let font = Font { name: "宋体".into(), family: "宋体".into(), bold: true, ..Font::default() };
    let fonts = if face.is_some() { Vec::new() } else { vec![font] };
    Ok(Picture { png, vector, fonts, width: request.width, height, missing: request.missing_from(face) })
}

#[cfg(test)]
mod tests;
