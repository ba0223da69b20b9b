//! The oval seal, in the manner of the tax authorities: 40 mm by 30 mm, the name above, a number in the middle,
//! the purpose beneath.

use super::cells::{Band, on_arc, on_line};
use super::pen::Pen;
use super::{Picture, SealPicture, finish};
use crate::Result;
use crate::font::Face;
use crate::model::Rect;

const USUAL: f64 = 40.0;
const HEIGHT: f64 = 0.75;
const RING: f64 = 1.0;
const GAP: f64 = 0.9;

/// An oval seal, `request.width` mm wide and three quarters as high.
pub fn oval_seal(request: &SealPicture, face: Option<&Face>) -> Result<Picture> {
    request.check()?;
    let unit = request.width / USUAL;
    let height = request.width * HEIGHT;
    let centre = (request.width / 2.0, height / 2.0);
    let pen = Pen { face, area: Rect::new(0.0, 0.0, request.width, height) };
    let within = (RING + GAP) * unit;
    let band = Band {
        centre,
        outer: (centre.0 - within, centre.1 - within),
        tallest: 4.6 * unit,
        smallest: 2.8 * unit,
        reach: 100f64.to_radians(),
    };
    let mut vector = vec![pen.ring(RING * unit)];
    vector.extend(pen.characters(&on_arc(request.name, &band)));
    let middle = (centre.0, centre.1 + 0.6 * unit);
    vector.extend(pen.characters(&on_line(request.code, middle, 24.0 * unit, 3.7 * unit, 0.5)));
    let low = if request.code.is_empty() { 2.8 } else { 6.6 };
    let beneath = (centre.0, centre.1 + low * unit);
    vector.extend(pen.characters(&on_line(request.purpose, beneath, 20.0 * unit, 4.6 * unit, 0.75)));
    finish(request, face, vector, height)
}
