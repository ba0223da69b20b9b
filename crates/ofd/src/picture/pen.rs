//! From cells to objects: outlines when there is a face, otherwise texts.

use super::cells::Cell;
use crate::font::{Face, missing_mark};
use crate::geometry::{cubics, glyphs::customary_advance};
use crate::model::{Color, Matrix, Object, Path, Rect, Run, Segment, Stroke, Text};

/// The middle of an em square above its baseline: 0.88 em stand above it, 0.12 em below.
const MIDDLE: f64 = 0.38;

/// Draws on an area whose corner is the origin.
pub(super) struct Pen<'a> {
    pub face: Option<&'a Face>,
    pub area: Rect,
}

impl Pen<'_> {
    pub fn characters(&self, cells: &[Cell]) -> Vec<Object> {
        cells.iter().filter(|cell| !cell.character.is_whitespace()).map(|cell| self.character(cell)).collect()
    }

    fn character(&self, cell: &Cell) -> Object {
        match self.face {
            Some(face) => {
                let known = face.advance(cell.character).zip(face.outline(cell.character));
                let (advance, outline) = known.unwrap_or_else(|| (1.0, missing_mark()));
                Object::Path(self.filled(cubics(&outline, &self.em(cell, advance)), false))
            }
            None => Object::Text(self.text(cell)),
        }
    }

    /// From em to millimetres. A full-width character fills the cell; Latin ones keep their shape if they can.
    fn em(&self, cell: &Cell, advance: f64) -> Matrix {
        let wide = if advance > 0.0 { (cell.width / advance).min(cell.height) } else { cell.width };
        let (sin, cos) = cell.turn.sin_cos();
        let (left, down) = (-wide * advance / 2.0, cell.height * MIDDLE);
        [
            cos * wide,
            sin * wide,
            -sin * cell.height,
            cos * cell.height,
            cell.x + cos * left - sin * down,
            cell.y + sin * left + cos * down,
        ]
    }

    fn text(&self, cell: &Cell) -> Text {
        let em = self.em(cell, customary_advance(cell.character));
        let part = |value: f64| value / cell.height;
        Text {
            boundary: self.area,
            ctm: Some([part(em[0]), part(em[1]), part(em[2]), part(em[3]), em[4], em[5]]),
            font: 0,
            size: cell.height,
            weight: 700,
            italic: false,
            h_scale: 1.0,
            fill: Color::SEAL,
            runs: vec![Run { text: cell.character.to_string(), ..Run::default() }],
        }
    }

    pub fn filled(&self, segments: Vec<Segment>, even_odd: bool) -> Path {
        Path { boundary: self.area, ctm: None, stroke: None, fill: Some(Color::SEAL), even_odd, segments }
    }

    pub fn stroked(&self, segments: Vec<Segment>, width: f64) -> Path {
        let stroke = Stroke { color: Color::SEAL, width, dash: Vec::new() };
        Path { boundary: self.area, ctm: None, stroke: Some(stroke), fill: None, even_odd: false, segments }
    }

    /// The edge of a seal: an ellipse that touches the area from within.
    pub fn ring(&self, width: f64) -> Object {
        let (rx, ry) = ((self.area.w - width) / 2.0, (self.area.h - width) / 2.0);
        let (x, y) = (self.area.w / 2.0, self.area.h / 2.0);
        let half = |x: f64| Segment::Arc { rx, ry, rotation: 0.0, large: false, sweep: true, x, y };
        Object::Path(
            self.stroked(vec![Segment::Move(x - rx, y), half(x + rx), half(x - rx), Segment::Close], width),
        )
    }
}
