//! QR codes as one path.

use fast_qr::{ECL, QRBuilder};

use crate::model::{Color, Path, Rect, Segment};
use crate::{Fault, Result};

/// Modules left free on each side (GB/T 18284 §6.3.8).
const QUIET: usize = 4;

/// The code of `text`, `side` mm from edge to edge with the quiet zone, at (`x`, `y`); error correction M.
///
/// One black path: the outlines of the dark regions, filled by the even-odd rule. Outlines and not modules, so
/// that no hairlines show between neighbours, and the path stays short. Its unit is the module, which the
/// matrix makes as large as it shall be: whole numbers are a third of the bytes.
pub fn qr(text: &str, x: f64, y: f64, side: f64) -> Result<Path> {
    let code = QRBuilder::new(text.as_bytes())
        .ecl(ECL::M)
        .build()
        .map_err(|error| Fault::new("qr.text", format!("{} bytes: {error}", text.len())))?;
    let dark = |column: usize, row: usize| code[row][column].value();
    let module = side / (code.size + 2 * QUIET) as f64;
    let at = |steps: usize| (QUIET + steps) as f64;
    let mut segments = Vec::new();
    for ring in outlines(code.size, &dark) {
        for (position, (column, row)) in ring.into_iter().enumerate() {
            let (x, y) = (at(column), at(row));
            segments.push(if position == 0 { Segment::Move(x, y) } else { Segment::Line(x, y) });
        }
        segments.push(Segment::Close);
    }
    let boundary = Rect::new(x, y, side, side);
    let ctm = Some([module, 0.0, 0.0, module, 0.0, 0.0]);
    Ok(Path { boundary, ctm, stroke: None, fill: Some(Color::BLACK), even_odd: true, segments })
}

type Corner = (usize, usize);

/// Ways that lead on from a corner, as bits.
const RIGHT: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const UP: u8 = 8;

/// The corners of every outline. Each edge between dark and light runs with the dark on its right; edges that
/// meet are chained, and where a line goes straight on there is no corner.
fn outlines(size: usize, dark: &dyn Fn(usize, usize) -> bool) -> Vec<Vec<Corner>> {
    let across = size + 1;
    let mut ways = edges(size, dark);
    let mut rings = Vec::new();
    for start in 0..ways.len() {
        // As many edges leave a corner as come in: whoever follows them returns to the start.
        while ways[start] != 0 {
            let (mut ring, mut at, mut last) = (Vec::new(), start, 0);
            while ways[at] != 0 {
                let way = ways[at] & ways[at].wrapping_neg();
                ways[at] ^= way;
                if way != last {
                    ring.push((at % across, at / across));
                }
                last = way;
                at = match way {
                    RIGHT => at + 1,
                    DOWN => at + across,
                    LEFT => at - 1,
                    _ => at - across,
                };
            }
            rings.push(ring);
        }
    }
    rings
}

/// For each corner, row by row, the ways of the edges that begin there.
fn edges(size: usize, dark: &dyn Fn(usize, usize) -> bool) -> Vec<u8> {
    let across = size + 1;
    let mut ways = vec![0; across * across];
    for row in 0..size {
        for column in (0..size).filter(|column| dark(*column, row)) {
            let (above, below) = (row * across + column, (row + 1) * across + column);
            let light_above = row == 0 || !dark(column, row - 1);
            let light_right = column + 1 == size || !dark(column + 1, row);
            let light_below = row + 1 == size || !dark(column, row + 1);
            let light_left = column == 0 || !dark(column - 1, row);
            ways[above] |= if light_above { RIGHT } else { 0 };
            ways[above + 1] |= if light_right { DOWN } else { 0 };
            ways[below + 1] |= if light_below { LEFT } else { 0 };
            ways[below] |= if light_left { UP } else { 0 };
        }
    }
    ways
}
