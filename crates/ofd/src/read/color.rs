//! Colours: three colour spaces, palettes; shadings and patterns give their base colour (GB/T 33190 §8.3).

use super::resources::Resources;
use crate::basic;
use crate::model::Color;
use crate::xml::Element;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Space {
    /// Largest value of a channel; how many channels a colour has tells GRAY, RGB and CMYK apart.
    largest: f64,
    palette: Vec<Vec<f64>>,
}

impl Space {
    pub fn parse(element: &Element) -> Space {
        let bits = element.attribute("BitsPerComponent").and_then(|bits| bits.parse::<u32>().ok());
        let bits = bits.filter(|bits| (1..=16).contains(bits)).unwrap_or(8);
        let palette = element.child("Palette").map_or(vec![], |palette| {
            palette.all("CV").filter_map(|value| channels(value.value())).collect()
        });
        Space { largest: f64::from((1u32 << bits) - 1), palette }
    }
}

/// Numbers, or hexadecimal ones as `#FF`.
fn channels(text: &str) -> Option<Vec<f64>> {
    let one = |word: &str| match word.strip_prefix('#') {
        Some(hex) => u16::from_str_radix(hex, 16).ok().map(f64::from),
        None => basic::parse_number(word),
    };
    basic::words(text).map(one).collect()
}

/// The colour of a `FillColor` or `StrokeColor`. Without any value: black.
pub(super) fn color(element: &Element, resources: &Resources) -> Color {
    let shade = ["AxialShd", "RadialShd", "GouraudShd", "LaGourandShd", "Pattern"];
    if element.attribute("Value").is_none() && element.attribute("Index").is_none() {
        let inner = element.children.iter().find(|child| shade.contains(&child.name.as_ref()));
        if let Some(base) = inner.and_then(base) {
            return Color { a: opacity(element), ..plain(base, resources) };
        }
    }
    plain(element, resources)
}

/// The first colour within a shading or a pattern. Depth is that of the parsed tree, which is bounded.
fn base<'e, 'a>(element: &'e Element<'a>) -> Option<&'e Element<'a>> {
    let colored = |child: &&Element| {
        matches!(child.name.as_ref(), "Color" | "FillColor" | "StrokeColor")
            && child.attribute("Value").is_some()
    };
    element.children.iter().find(colored).or_else(|| element.children.iter().find_map(base))
}

fn opacity(element: &Element) -> u8 {
    element.attribute("Alpha").map_or(255, byte)
}

/// 0 to 255; opaque when it is no number.
pub(super) fn byte(text: &str) -> u8 {
    basic::parse_number(text).map_or(255, |value| value.clamp(0.0, 255.0).round() as u8)
}

fn plain(element: &Element, resources: &Resources) -> Color {
    let fallback = Space { largest: 255.0, palette: vec![] };
    let id = element.attribute("ColorSpace").or(resources.default_space.as_deref());
    let space = id.and_then(|id| resources.space(id)).unwrap_or(&fallback);
    let index = element.attribute("Index").and_then(|index| index.parse::<usize>().ok());
    let values = element.attribute("Value").and_then(channels);
    let values = values.or_else(|| index.and_then(|index| space.palette.get(index).cloned()));
    let unit: Vec<f64> =
        values.unwrap_or_default().iter().map(|value| (value / space.largest).clamp(0.0, 1.0)).collect();
    let (r, g, b) = match unit[..] {
        [c, m, y, k] => ((1.0 - c) * (1.0 - k), (1.0 - m) * (1.0 - k), (1.0 - y) * (1.0 - k)),
        [gray] => (gray, gray, gray),
        [r, g, b] => (r, g, b),
        _ => (0.0, 0.0, 0.0),
    };
    let channel = |value: f64| (value * 255.0).round() as u8;
    Color { r: channel(r), g: channel(g), b: channel(b), a: opacity(element) }
}
