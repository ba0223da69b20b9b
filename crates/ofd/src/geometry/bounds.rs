//! The smallest upright rectangle around an outline.

use super::{IDENTITY, cubics};
use crate::model::{Matrix, Rect, Segment};

/// Tight: of a curve its outermost points count, not its control points. `None` when there is nothing to draw.
pub(crate) fn bounds(segments: &[Segment], matrix: Option<&Matrix>) -> Option<Rect> {
    let mut box_ = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut at = (0.0, 0.0);
    let segments = cubics(segments, matrix.unwrap_or(&IDENTITY));
    for (position, segment) in segments.iter().enumerate() {
        match *segment {
            // A move that nothing follows draws nothing.
            Segment::Move(x, y) => {
                at = (x, y);
                if matches!(segments.get(position + 1), Some(Segment::Line(..) | Segment::Cubic(_))) {
                    include(&mut box_, x, y);
                }
            }
            Segment::Line(x, y) => {
                at = (x, y);
                include(&mut box_, x, y);
            }
            Segment::Cubic(c) => {
                for t in extremes(at.0, c[0], c[2], c[4]).into_iter().chain(extremes(at.1, c[1], c[3], c[5]))
                {
                    include(&mut box_, cubic(at.0, c[0], c[2], c[4], t), cubic(at.1, c[1], c[3], c[5], t));
                }
                include(&mut box_, c[4], c[5]);
                at = (c[4], c[5]);
            }
            _ => {}
        }
    }
    (box_[0] <= box_[2]).then(|| Rect::new(box_[0], box_[1], box_[2] - box_[0], box_[3] - box_[1]))
}

fn include(box_: &mut [f64; 4], x: f64, y: f64) {
    *box_ = [box_[0].min(x), box_[1].min(y), box_[2].max(x), box_[3].max(y)];
}

fn cubic(a: f64, b: f64, c: f64, d: f64, t: f64) -> f64 {
    let s = 1.0 - t;
    s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
}

/// Where the derivative is zero between the ends.
fn extremes(a: f64, b: f64, c: f64, d: f64) -> Vec<f64> {
    let (q2, q1, q0) = (d - 3.0 * c + 3.0 * b - a, 2.0 * (a - 2.0 * b + c), b - a);
    let roots = if q2.abs() < 1e-12 {
        vec![-q0 / q1]
    } else {
        let root = (q1 * q1 - 4.0 * q2 * q0).sqrt();
        vec![(-q1 + root) / (2.0 * q2), (-q1 - root) / (2.0 * q2)]
    };
    roots.into_iter().filter(|t| *t > 0.0 && *t < 1.0).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_circle_reaches_its_top() {
        let arc =
            Segment::Arc { rx: 5.0, ry: 5.0, rotation: 0.0, large: false, sweep: true, x: 10.0, y: 0.0 };
        let found = bounds(&[Segment::Move(0.0, 0.0), arc], None).unwrap();
        assert!(
            (found.y + 5.0).abs() < 1e-3 && (found.h - 5.0).abs() < 1e-3,
            "clockwise goes over the top: {found:?}"
        );
        assert!((found.x).abs() < 1e-3 && (found.w - 10.0).abs() < 1e-3, "{found:?}");
    }

    #[test]
    fn nothing_has_no_bounds() {
        assert_eq!(bounds(&[], None), None);
        assert_eq!(bounds(&[Segment::Move(3.0, 3.0), Segment::Close], None), None);
    }

    proptest! {
        /// An arc made from a known ellipse: its own points lie in the bounds, and each side is touched.
        #[test]
        fn an_arc_lies_within_its_bounds(
            rx in 0.5f64..80.0, ry in 0.5f64..80.0, rotation in -180.0f64..180.0,
            begin in 0.0f64..360.0, turn in prop_oneof![-350.0f64..-10.0, 10.0f64..350.0],
        ) {
            let (sin, cos) = rotation.to_radians().sin_cos();
            let at = |degrees: f64| {
                let (v, u) = degrees.to_radians().sin_cos();
                (50.0 + cos * rx * u - sin * ry * v, 60.0 + sin * rx * u + cos * ry * v)
            };
            let (from, to) = (at(begin), at(begin + turn));
            let arc = Segment::Arc {
                rx, ry, rotation, large: turn.abs() > 180.0, sweep: turn > 0.0, x: to.0, y: to.1,
            };
            let found = bounds(&[Segment::Move(from.0, from.1), arc], None).unwrap();
            let slack = 2e-3 * rx.max(ry);
            let points: Vec<_> = (0..=720).map(|step| at(begin + turn * f64::from(step) / 720.0)).collect();
            for (x, y) in &points {
                prop_assert!(*x >= found.x - slack && *x <= found.x + found.w + slack);
                prop_assert!(*y >= found.y - slack && *y <= found.y + found.h + slack);
            }
            let least = |values: Vec<f64>| values.into_iter().fold(f64::INFINITY, f64::min);
            prop_assert!((least(points.iter().map(|p| p.0).collect()) - found.x).abs() < slack);
            prop_assert!((-least(points.iter().map(|p| -p.1).collect()) - found.y - found.h).abs() < slack);
        }

        #[test]
        fn any_numbers_give_finite_bounds(values in proptest::collection::vec(any::<f64>(), 7), flags in any::<(bool, bool)>()) {
            let arc = Segment::Arc {
                rx: values[0], ry: values[1], rotation: values[2], large: flags.0, sweep: flags.1, x: values[3], y: values[4],
            };
            if let Some(found) = bounds(&[Segment::Move(values[5], values[6]), arc, Segment::Close], None) {
                prop_assert!([found.x, found.y, found.w, found.h].iter().all(|v| v.is_finite()), "{:?}", found);
            }
        }
    }
}
