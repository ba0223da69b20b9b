//! QR codes as one path.

use std::collections::BTreeMap;

use fast_qr::{ECL, QRBuilder};

use crate::model::{Color, Path, Rect, Segment};
use crate::{Fault, Result};

/// Modules left free on each side (GB/T 18284 §6.3.8).
const QUIET: usize = 4;

/// The code of `text`, `side` mm from edge to edge with the quiet zone, at (`x`, `y`); error correction M.
///
/// One black path: the outlines of the dark regions, filled by the even-odd rule. Outlines and not modules, so
/// that no hairlines show between neighbours, and the path stays short.
pub fn qr(text: &str, x: f64, y: f64, side: f64) -> Result<Path> {
    let code = QRBuilder::new(text.as_bytes())
        .ecl(ECL::M)
        .build()
        .map_err(|error| Fault::new("qr.text", format!("{} bytes: {error}", text.len())))?;
    let dark = |column: usize, row: usize| code[row][column].value();
    let module = side / (code.size + 2 * QUIET) as f64;
    let at = |steps: usize| (QUIET + steps) as f64 * module;
    let mut segments = Vec::new();
    for ring in outlines(code.size, &dark) {
        for (position, (column, row)) in ring.into_iter().enumerate() {
            let (x, y) = (at(column), at(row));
            segments.push(if position == 0 { Segment::Move(x, y) } else { Segment::Line(x, y) });
        }
        segments.push(Segment::Close);
    }
    let boundary = Rect::new(x, y, side, side);
    Ok(Path { boundary, ctm: None, stroke: None, fill: Some(Color::BLACK), even_odd: true, segments })
}

type Corner = (usize, usize);

/// The corners of every outline. Each edge between dark and light runs with the dark on its right; edges that
/// meet are chained, and where a line goes straight on there is no corner.
fn outlines(size: usize, dark: &dyn Fn(usize, usize) -> bool) -> Vec<Vec<Corner>> {
    let is_dark = |column: isize, row: isize| {
        let within = |value: isize| usize::try_from(value).ok().filter(|value| *value < size);
        within(column).zip(within(row)).is_some_and(|(column, row)| dark(column, row))
    };
    let mut edges: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for row in 0..size {
        for column in (0..size).filter(|column| dark(*column, row)) {
            let (c, r) = (column as isize, row as isize);
            let (left, right, top, bottom) = (column, column + 1, row, row + 1);
            for (light, from, to) in [
                (!is_dark(c, r - 1), (left, top), (right, top)),
                (!is_dark(c + 1, r), (right, top), (right, bottom)),
                (!is_dark(c, r + 1), (right, bottom), (left, bottom)),
                (!is_dark(c - 1, r), (left, bottom), (left, top)),
            ] {
                if light {
                    edges.entry(from).or_default().push(to);
                }
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((&start, _)) = edges.first_key_value() {
        let mut ring = vec![start];
        let mut at = start;
        while let Some(next) = take(&mut edges, at) {
            let turned = ring.len() < 2 || !in_line(ring[ring.len() - 2], at, next);
            if !turned {
                ring.pop();
            }
            ring.push(next);
            at = next;
        }
        ring.pop();
        rings.push(ring);
    }
    rings
}

fn take(edges: &mut BTreeMap<Corner, Vec<Corner>>, from: Corner) -> Option<Corner> {
    let ways = edges.get_mut(&from)?;
    let next = ways.pop();
    if ways.is_empty() {
        edges.remove(&from);
    }
    next
}

fn in_line(a: Corner, b: Corner, c: Corner) -> bool {
    (a.0 == b.0 && b.0 == c.0) || (a.1 == b.1 && b.1 == c.1)
}
