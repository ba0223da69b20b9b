//! Where the characters of a seal stand: along an ellipse, or on a line. Nothing is drawn here.

use std::f64::consts::{PI, TAU};

/// The place of one character: a rectangle around `x`, `y`, turned clockwise by `turn` (radians). Millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    pub character: char,
    pub x: f64,
    pub y: f64,
    pub turn: f64,
    pub width: f64,
    pub height: f64,
}

/// A band of characters beneath a ring.
pub(super) struct Band {
    pub centre: (f64, f64),
    /// Half axes of the curve that the tops of the characters touch.
    pub outer: (f64, f64),
    /// The characters' height at most and at least.
    pub tallest: f64,
    pub smallest: f64,
    /// How far from the top the band may reach to either side, radians.
    pub reach: f64,
}

/// A character takes this part of its share of the curve; the rest keeps neighbours apart.
const FILLED: f64 = 0.92;
/// The custom: a little narrower than high, and not narrower than half the height if there is a choice.
const BROADEST: f64 = 0.86;
const NARROWEST: f64 = 0.5;
/// Short names do not spread further than this many heights from one character to the next.
const FURTHEST: f64 = 1.35;
const STEPS: usize = 1440;

/// Spreads the characters evenly, clockwise, upright to the curve, as tall as they can be without getting
/// thinner than half their height; at the least height they get as thin as they must.
///
/// What counts is the inner edge of the band, where neighbours come closest: equal steps along that edge, each
/// wider than a character, cannot overlap, because the edge bulges outwards.
pub(super) fn on_arc(text: &str, band: &Band) -> Vec<Cell> {
    let count = text.chars().count() as f64;
    if count == 0.0 {
        return Vec::new();
    }
    let mut height = band.tallest;
    let (width, pitch, inner) = loop {
        let inner = Ellipse { a: band.outer.0 - height, b: band.outer.1 - height };
        let share = inner.length(-band.reach, band.reach) / count;
        let width = (share * FILLED).min(height * BROADEST);
        if width >= height * NARROWEST || height <= band.smallest {
            break (width, share.min(height * FURTHEST), inner);
        }
        height -= band.tallest / 64.0;
    };
    let from_top = |position: usize| (position as f64 - (count - 1.0) / 2.0) * pitch;
    let place = |(position, character): (usize, char)| {
        let at = inner.parameter(from_top(position));
        let (x, y, turn) = inner.point(at);
        let (sin, cos) = turn.sin_cos();
        let (x, y) = (band.centre.0 + x + sin * height / 2.0, band.centre.1 + y - cos * height / 2.0);
        Cell { character, x, y, turn, width, height }
    };
    text.chars().enumerate().map(place).collect()
}

/// Along the lower part of a circle, from left to right, the tops towards the centre.
pub(super) fn on_lower_arc(
    text: &str,
    centre: (f64, f64),
    radius: f64,
    height: f64,
    reach: f64,
) -> Vec<Cell> {
    let count = text.chars().count() as f64;
    let inner = radius - height / 2.0;
    let pitch = (2.0 * reach * inner / count).min(height * 0.66);
    let place = |(position, character): (usize, char)| {
        let at = (position as f64 - (count - 1.0) / 2.0) * pitch / inner;
        let (x, y) = (centre.0 + radius * at.sin(), centre.1 + radius * at.cos());
        Cell { character, x, y, turn: -at, width: pitch * FILLED, height }
    };
    text.chars().enumerate().map(place).collect()
}

/// On a line around `centre`, at most `room` wide. `broad`: width of a character as a part of its height.
pub(super) fn on_line(text: &str, centre: (f64, f64), room: f64, height: f64, broad: f64) -> Vec<Cell> {
    let count = text.chars().count() as f64;
    let pitch = (room / count).min(height * broad / FILLED);
    let width = pitch * FILLED;
    let height = height.min(width / 0.4);
    let place = |(position, character): (usize, char)| {
        let x = centre.0 + (position as f64 - (count - 1.0) / 2.0) * pitch;
        Cell { character, x, y: centre.1, turn: 0.0, width, height }
    };
    text.chars().enumerate().map(place).collect()
}

/// Around the origin; its parameter is 0 at the top and grows clockwise.
struct Ellipse {
    a: f64,
    b: f64,
}

impl Ellipse {
    /// Point and the direction outwards, clockwise from upright.
    fn point(&self, at: f64) -> (f64, f64, f64) {
        let (sin, cos) = at.sin_cos();
        (self.a * sin, -self.b * cos, (sin / self.a).atan2(cos / self.b))
    }

    fn step(&self, at: f64) -> f64 {
        let (sin, cos) = at.sin_cos();
        ((self.a * cos).powi(2) + (self.b * sin).powi(2)).sqrt() * TAU / STEPS as f64
    }

    fn length(&self, from: f64, to: f64) -> f64 {
        let steps = ((to - from) / TAU * STEPS as f64).round().max(1.0);
        let size = (to - from) / steps;
        let lengths = (0..steps as usize).map(|step| self.step(from + (step as f64 + 0.5) * size));
        lengths.sum::<f64>() * size / (TAU / STEPS as f64)
    }

    /// The parameter at this length from the top; negative lengths lie to the left.
    fn parameter(&self, length: f64) -> f64 {
        let size = TAU / STEPS as f64;
        let (mut rest, mut at) = (length.abs(), 0.0);
        while at < PI {
            let step = self.step(at + size / 2.0);
            if rest <= step {
                return (at + size * rest / step) * length.signum();
            }
            rest -= step;
            at += size;
        }
        PI * length.signum()
    }
}
