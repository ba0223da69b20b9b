//! The round seal of a body: its name on the arc, a star, its purpose, its number.

use std::f64::consts::{FRAC_PI_2, TAU};

use super::cells::{Band, on_arc, on_line, on_lower_arc};
use super::pen::Pen;
use super::{Picture, SealPicture, finish};
use crate::Result;
use crate::font::Face;
use crate::model::{Object, Rect, Segment};

/// The diameter whose measures are written down below; all others are scaled.
const USUAL: f64 = 42.0;
const RING: f64 = 1.2;
const GAP: f64 = 1.0;
const STAR: f64 = 14.0;
/// Inner to outer radius of a star whose sides are in line with each other.
const STAR_WAIST: f64 = 0.381_966_011_250_105;

/// A round seal of `request.width` mm. Without a face there is no PNG, and the characters are texts in 宋体.
pub fn round_seal(request: &SealPicture, face: Option<&Face>) -> Result<Picture> {
    request.check()?;
    let unit = request.width / USUAL;
    let radius = request.width / 2.0;
    let centre = (radius, radius);
    let pen = Pen { face, area: Rect::new(0.0, 0.0, request.width, request.width) };
    let within = radius - (RING + GAP) * unit;
    let band = Band {
        centre,
        outer: (within, within),
        tallest: 6.4 * unit,
        smallest: 3.2 * unit,
        reach: if request.purpose.is_empty() { 125f64 } else { 115.0 }.to_radians(),
    };
    let mut vector = vec![pen.ring(RING * unit)];
    vector.extend(pen.characters(&on_arc(request.name, &band)));
    vector.push(star(&pen, centre, STAR / 2.0 * unit));
    let line = (radius, radius + 11.0 * unit);
    vector.extend(pen.characters(&on_line(request.purpose, line, 20.4 * unit, 4.0 * unit, 0.8)));
    let foot = radius - (RING + 0.6 + 1.0) * unit;
    vector.extend(pen.characters(&on_lower_arc(request.code, centre, foot, 2.0 * unit, 40f64.to_radians())));
    finish(request, face, vector, request.width)
}

/// Five points, one upright.
fn star(pen: &Pen, centre: (f64, f64), radius: f64) -> Object {
    let corner = |corner: usize| {
        let radius = if corner.is_multiple_of(2) { radius } else { radius * STAR_WAIST };
        let (sin, cos) = (corner as f64 * TAU / 10.0 - FRAC_PI_2).sin_cos();
        (centre.0 + radius * cos, centre.1 + radius * sin)
    };
    let (x, y) = corner(0);
    let mut segments = vec![Segment::Move(x, y)];
    segments.extend((1..10).map(corner).map(|(x, y)| Segment::Line(x, y)));
    segments.push(Segment::Close);
    Object::Path(pen.filled(segments, false))
}
