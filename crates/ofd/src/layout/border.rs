//! Frames of certificates, as paths.

use crate::model::{Color, Object, Path, Rect, Segment, Stroke};

/// A thick line and a thin one inside it.
pub fn double(area: Rect, color: Color) -> Vec<Object> {
    vec![rectangle(area, 0.0, 0.8, color), rectangle(area, 1.6, 0.25, color)]
}

/// Two double lines with a band of three woven waves between them, and knots in the corners.
pub fn ornament(area: Rect, color: Color) -> Vec<Object> {
    const BAND: f64 = 7.0;
    let mut objects = vec![
        rectangle(area, 0.0, 0.9, color),
        rectangle(area, 1.3, 0.2, color),
        rectangle(area, 1.3 + BAND, 0.2, color),
        rectangle(area, 2.1 + BAND, 0.5, color),
    ];
    let pale = mix(color, 0.45);
    let corner = 1.3 + BAND;
    let middle = 1.3 + BAND / 2.0;
    let (w, h) = (area.w, area.h);
    let mut waves = Vec::new();
    for phase in 0..3 {
        wave(&mut waves, (corner, middle), (w - corner, middle), BAND, phase);
        wave(&mut waves, (corner, h - middle), (w - corner, h - middle), BAND, phase);
        wave(&mut waves, (middle, corner), (middle, h - corner), BAND, phase);
        wave(&mut waves, (w - middle, corner), (w - middle, h - corner), BAND, phase);
    }
    objects.push(stroked(area, waves, 0.18, pale));
    let mut knots = Vec::new();
    for (x, y) in [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)] {
        let turn = |from: f64, far: bool| if far { from - middle } else { from + middle };
        knot(&mut knots, (turn(x, x > 0.0), turn(y, y > 0.0)), BAND / 2.0);
    }
    objects.push(stroked(area, knots, 0.3, color));
    objects.extend(brackets(area, corner + 3.2, color));
    objects
}

/// A wave of half a band's height to both sides of the line from one point to the other, in whole periods,
/// so that both ends meet their corner alike.
fn wave(into: &mut Vec<Segment>, from: (f64, f64), to: (f64, f64), band: f64, phase: usize) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let halves = ((length / band).round() as usize).max(2);
    let step = (dx / halves as f64, dy / halves as f64);
    // Across the line.
    let (nx, ny) = (-dy / length * band / 2.0, dx / length * band / 2.0);
    let swing = [0.92, 0.55, 0.25][phase];
    for sign in [1.0, -1.0] {
        into.push(at(from, (0.0, 0.0), 0.0));
        for half in 0..halves {
            let side = if half % 2 == 0 { sign } else { -sign } * swing * 4.0 / 3.0;
            let start = (from.0 + step.0 * half as f64, from.1 + step.1 * half as f64);
            let point = |along: f64, across: f64| {
                (round(start.0 + step.0 * along + nx * across), round(start.1 + step.1 * along + ny * across))
            };
            let (one, two, end) = (point(0.36, side), point(0.64, side), point(1.0, 0.0));
            into.push(Segment::Cubic([one.0, one.1, two.0, two.1, end.0, end.1]));
        }
    }
}

/// Eight petals and a ring.
fn knot(into: &mut Vec<Segment>, centre: (f64, f64), radius: f64) {
    for petal in 0..8 {
        let turn = |degrees: f64, far: f64| {
            let (sin, cos) = (f64::from(petal) * 45.0 + degrees).to_radians().sin_cos();
            (round(centre.0 + cos * far), round(centre.1 + sin * far))
        };
        let (one, two, tip) = (turn(-28.0, radius * 0.75), turn(-12.0, radius), turn(0.0, radius));
        let (three, four) = (turn(12.0, radius), turn(28.0, radius * 0.75));
        into.push(Segment::Move(round(centre.0), round(centre.1)));
        into.push(Segment::Cubic([one.0, one.1, two.0, two.1, tip.0, tip.1]));
        into.push(Segment::Cubic([three.0, three.1, four.0, four.1, round(centre.0), round(centre.1)]));
    }
    for ring in [0.28, 0.2] {
        let (left, right, y) =
            (round(centre.0 - radius * ring), round(centre.0 + radius * ring), round(centre.1));
        into.push(Segment::Move(left, y));
        for x in [right, left] {
            let r = round(radius * ring);
            into.push(Segment::Arc { rx: r, ry: r, rotation: 0.0, large: false, sweep: true, x, y });
        }
    }
}

/// Angles of a fret (回纹) inside the corners.
fn brackets(area: Rect, inset: f64, color: Color) -> Vec<Object> {
    // From the corner inwards: along one side, back in steps, and the same mirrored.
    const FRET: [(f64, f64); 7] =
        [(26.0, 0.0), (0.0, 0.0), (0.0, 8.0), (6.0, 8.0), (6.0, 3.0), (3.0, 3.0), (3.0, 5.5)];
    let mut segments = Vec::new();
    for (far_x, far_y) in [(false, false), (true, false), (false, true), (true, true)] {
        for mirrored in [false, true] {
            for (index, (a, b)) in FRET.iter().enumerate() {
                let (a, b) = if mirrored { (*b, *a) } else { (*a, *b) };
                let x = round(if far_x { area.w - inset - a } else { inset + a });
                let y = round(if far_y { area.h - inset - b } else { inset + b });
                segments.push(if index == 0 { Segment::Move(x, y) } else { Segment::Line(x, y) });
            }
        }
    }
    vec![stroked(area, segments, 0.35, color)]
}

fn rectangle(area: Rect, inset: f64, width: f64, color: Color) -> Object {
    let (x, y) = (round(area.w - inset), round(area.h - inset));
    let inset = round(inset);
    let segments = vec![
        Segment::Move(inset, inset),
        Segment::Line(x, inset),
        Segment::Line(x, y),
        Segment::Line(inset, y),
        Segment::Close,
    ];
    stroked(area, segments, width, color)
}

fn stroked(boundary: Rect, segments: Vec<Segment>, width: f64, color: Color) -> Object {
    let stroke = Some(Stroke { color, width, dash: Vec::new() });
    Object::Path(Path { boundary, ctm: None, stroke, fill: None, even_odd: false, segments })
}

fn at(point: (f64, f64), step: (f64, f64), along: f64) -> Segment {
    Segment::Move(round(point.0 + step.0 * along), round(point.1 + step.1 * along))
}

fn mix(color: Color, white: f64) -> Color {
    let part = |of: u8| (f64::from(of) + (255.0 - f64::from(of)) * white).round() as u8;
    Color::rgb(part(color.r), part(color.g), part(color.b))
}

fn round(mm: f64) -> f64 {
    (mm * 1000.0).round() / 1000.0
}
