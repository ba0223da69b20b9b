//! Points, matrices and curves: what SVG, PDF and seal pictures share.
//!
//! Foreign pages may hold any number, so everything here returns finite values.

mod arc;
#[cfg(test)]
mod bounds;
pub(crate) mod crowds;
pub(crate) mod glyphs;

use crate::model::{Matrix, Rect, Segment};

#[cfg(test)]
pub(crate) use bounds::bounds;

pub(crate) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Lengths beyond a kilometre do not occur on paper.
const FAR: f64 = 1.0e6;

/// A finite number near enough to draw; what is not a number becomes 0.
pub(crate) fn sane(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-FAR, FAR) }
}

/// First `inner`, then `outer`.
pub(crate) fn then(inner: &Matrix, outer: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner.map(sane);
    let o = outer.map(sane);
    let x = |x: f64, y: f64| o[0] * x + o[2] * y;
    let y = |x: f64, y_: f64| o[1] * x + o[3] * y_;
    [x(a, b), y(a, b), x(c, d), y(c, d), x(e, f) + o[4], y(e, f) + o[5]].map(sane)
}

pub(crate) fn apply(matrix: &Matrix, x: f64, y: f64) -> (f64, f64) {
    let m = matrix.map(sane);
    let (x, y) = (sane(x), sane(y));
    (sane(m[0] * x + m[2] * y + m[4]), sane(m[1] * x + m[3] * y + m[5]))
}

/// From the space of an object to the space around it: its own transformation, then its boundary's corner.
pub(crate) fn placed(boundary: &Rect, ctm: Option<&Matrix>) -> Matrix {
    then(ctm.unwrap_or(&IDENTITY), &[1.0, 0.0, 0.0, 1.0, boundary.x, boundary.y])
}

/// From the unit square to the place of a picture.
pub(crate) fn picture_place(boundary: &Rect, ctm: Option<&Matrix>) -> Matrix {
    let fill = [boundary.w, 0.0, 0.0, boundary.h, 0.0, 0.0];
    placed(boundary, Some(ctm.unwrap_or(&fill)))
}

/// Scales `area` onto `boundary`. An empty area keeps its size.
pub(crate) fn fit(area: &Rect, boundary: &Rect) -> Matrix {
    let scale = |from: f64, to: f64| if sane(from) > 0.0 { sane(to) / sane(from) } else { 1.0 };
    let (sx, sy) = (scale(area.w, boundary.w), scale(area.h, boundary.h));
    [sx, 0.0, 0.0, sy, boundary.x - area.x * sx, boundary.y - area.y * sy].map(sane)
}

/// The same outline from `Move`, `Line`, `Cubic` and `Close` only, transformed, and always begun with a `Move`.
pub(crate) fn cubics(segments: &[Segment], matrix: &Matrix) -> Vec<Segment> {
    let mut out = Vec::with_capacity(segments.len());
    let (mut at, mut start, mut open) = ((0.0, 0.0), (0.0, 0.0), false);
    for segment in segments {
        if !open && !matches!(segment, Segment::Move(..) | Segment::Close) {
            out.push(Segment::Move(at.0, at.1));
            (start, open) = (at, true);
        }
        match *segment {
            Segment::Move(x, y) => {
                at = (sane(x), sane(y));
                (start, open) = (at, true);
                out.push(Segment::Move(at.0, at.1));
            }
            Segment::Line(x, y) => {
                at = (sane(x), sane(y));
                out.push(Segment::Line(at.0, at.1));
            }
            Segment::Quad(q) => {
                let [qx, qy, x, y] = q.map(sane);
                let third = |from: f64, control: f64| from + (control - from) * 2.0 / 3.0;
                out.push(Segment::Cubic([
                    third(at.0, qx),
                    third(at.1, qy),
                    third(x, qx),
                    third(y, qy),
                    x,
                    y,
                ]));
                at = (x, y);
            }
            Segment::Cubic(c) => {
                let c = c.map(sane);
                out.push(Segment::Cubic(c));
                at = (c[4], c[5]);
            }
            Segment::Arc { x, y, .. } => {
                arc::push_cubics(at, segment, &mut out);
                at = (sane(x), sane(y));
            }
            Segment::Close if open => {
                out.push(Segment::Close);
                (at, open) = (start, false);
            }
            Segment::Close => {}
        }
    }
    out.into_iter().map(|segment| transformed(segment, matrix)).collect()
}

fn transformed(segment: Segment, matrix: &Matrix) -> Segment {
    match segment {
        Segment::Move(x, y) => {
            let (x, y) = apply(matrix, x, y);
            Segment::Move(x, y)
        }
        Segment::Line(x, y) => {
            let (x, y) = apply(matrix, x, y);
            Segment::Line(x, y)
        }
        Segment::Cubic([a, b, c, d, e, f]) => {
            let ((a, b), (c, d), (e, f)) = (apply(matrix, a, b), apply(matrix, c, d), apply(matrix, e, f));
            Segment::Cubic([a, b, c, d, e, f])
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_matrix_acts_first() {
        let turn = [0.0, 1.0, -1.0, 0.0, 0.0, 0.0];
        let shift = [1.0, 0.0, 0.0, 1.0, 10.0, 20.0];
        assert_eq!(apply(&then(&turn, &shift), 1.0, 0.0), (10.0, 21.0));
        assert_eq!(apply(&then(&shift, &turn), 1.0, 0.0), (-20.0, 11.0));
    }

    #[test]
    fn numbers_no_paper_knows_become_finite() {
        let hostile = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, f64::NAN, 1.0];
        let (x, y) = apply(&then(&hostile, &hostile), f64::INFINITY, f64::NAN);
        assert!(x.is_finite() && y.is_finite());
        let drawn = cubics(&[Segment::Line(f64::NAN, 1e300), Segment::Close, Segment::Close], &hostile);
        assert_eq!(drawn.len(), 3, "a missing beginning is added, a second close is dropped: {drawn:?}");
    }

    #[test]
    fn a_quadratic_curve_keeps_its_middle() {
        let drawn = cubics(&[Segment::Move(0.0, 0.0), Segment::Quad([10.0, 20.0, 20.0, 0.0])], &IDENTITY);
        let Segment::Cubic([_, y1, _, y2, _, _]) = drawn[1] else { panic!("{drawn:?}") };
        assert!(
            ((3.0 * y1 + 3.0 * y2) / 8.0 - 10.0).abs() < 1e-9,
            "half way a parabola is half as high as its control"
        );
    }
}
