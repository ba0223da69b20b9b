//! Elliptical arcs as cubic curves: from end points to centre (SVG 2, implementation notes B.2.4; the arc of
//! GB/T 33190 table 38 has the same parameters).

use std::f64::consts::{FRAC_PI_2, TAU};

use super::sane;
use crate::model::Segment;

/// Appends the arc from `from` as at most five cubic curves. A degenerate arc is a line.
pub(super) fn push_cubics(from: (f64, f64), arc: &Segment, out: &mut Vec<Segment>) {
    let Segment::Arc { rx, ry, rotation, large, sweep, x, y } = *arc else { return };
    let to = (sane(x), sane(y));
    let (rx, ry) = (sane(rx).abs(), sane(ry).abs());
    if from == to {
        return;
    }
    if rx < 1e-9 || ry < 1e-9 {
        out.push(Segment::Line(to.0, to.1));
        return;
    }
    let (sin, cos) = sane(rotation).to_radians().sin_cos();
    let (dx, dy) = ((from.0 - to.0) / 2.0, (from.1 - to.1) / 2.0);
    // In the space where the ellipse is the unit circle.
    let (px, py) = ((cos * dx + sin * dy) / rx, (cos * dy - sin * dx) / ry);
    let square = px * px + py * py;
    let grow = square.sqrt().max(1.0);
    let (rx, ry, px, py) = (rx * grow, ry * grow, px / grow, py / grow);
    let root = (1.0 / (px * px + py * py) - 1.0).max(0.0).sqrt();
    let root = if large == sweep { -root } else { root };
    let (cx, cy) = (root * py, -root * px);
    let begin = (py - cy).atan2(px - cx);
    let end = (-py - cy).atan2(-px - cx);
    let turn = match (sweep, end - begin) {
        (true, turn) if turn < 0.0 => turn + TAU,
        (false, turn) if turn > 0.0 => turn - TAU,
        (_, turn) => turn,
    };
    if !turn.is_finite() {
        out.push(Segment::Line(to.0, to.1));
        return;
    }
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let place = |u: f64, v: f64| {
        let (u, v) = ((u + cx) * rx, (v + cy) * ry);
        (sane(cos * u - sin * v + middle.0), sane(sin * u + cos * v + middle.1))
    };
    let pieces = (turn.abs() / FRAC_PI_2).ceil().clamp(1.0, 5.0);
    let step = turn / pieces;
    let reach = 4.0 / 3.0 * (step / 4.0).tan();
    for piece in 0..pieces as usize {
        let (a, b) = (begin + step * piece as f64, begin + step * (piece + 1) as f64);
        let (x1, y1) = place(a.cos() - reach * a.sin(), a.sin() + reach * a.cos());
        let (x2, y2) = place(b.cos() + reach * b.sin(), b.sin() - reach * b.cos());
        let (x, y) = if piece + 1 == pieces as usize { to } else { place(b.cos(), b.sin()) };
        out.push(Segment::Cubic([x1, y1, x2, y2, x, y]));
    }
}
