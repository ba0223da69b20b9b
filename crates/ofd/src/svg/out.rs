//! The text of an SVG under construction: escaping, numbers, and how much it may hold.

use std::fmt::Write;

use crate::geometry::{IDENTITY, sane};
use crate::model::{Color, Matrix, Rect};

pub(super) struct Out {
    defs: String,
    body: String,
    most: usize,
    full: bool,
}

impl Out {
    pub fn new(most: usize) -> Out {
        Out { defs: String::new(), body: String::new(), most, full: false }
    }

    /// What is defined, what is drawn, and whether something had to be left out.
    pub fn finish(self) -> (String, String, bool) {
        (self.defs, self.body, self.full)
    }

    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether an element of this many bytes still fits. Once one does not, the drawing ends.
    fn fits(&mut self, bytes: usize) -> bool {
        self.full |= self.defs.len() + self.body.len() + bytes > self.most;
        !self.full
    }

    /// One whole element (or a piece of fixed text).
    pub fn raw(&mut self, element: &str) {
        if self.fits(element.len()) {
            self.body.push_str(element);
        }
    }

    /// Something drawn elsewhere by its id. False when there is no room for it.
    pub fn define(&mut self, element: &str) -> bool {
        let fits = self.fits(element.len());
        if fits {
            self.defs.push_str(element);
        }
        fits
    }

    /// Defines a clip and gives back its id.
    pub fn clip(&mut self, id: &str, place: &Rect) -> String {
        let (x, y, w, h) = (num(place.x), num(place.y), num(place.w.max(0.0)), num(place.h.max(0.0)));
        self.define(&format!(
            "<clipPath id=\"{id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>"
        ));
        id.to_owned()
    }

    /// Groups are always closed, so their few bytes count for nothing.
    pub fn open_group(&mut self, place: Option<&Matrix>, alpha: u8, clip: Option<&str>) {
        self.body.push_str("<g");
        if let Some(place) = place {
            transform(&mut self.body, place);
        }
        opacity(&mut self.body, "opacity", alpha);
        if let Some(clip) = clip {
            let _ = write!(self.body, " clip-path=\"url(#{clip})\"");
        }
        self.body.push('>');
    }

    pub fn close_group(&mut self) {
        self.body.push_str("</g>");
    }
}

/// Millimetres to a thousandth.
pub(super) fn num(value: f64) -> String {
    digits(value, 3)
}

fn digits(value: f64, places: usize) -> String {
    let mut text = format!("{:.places$}", sane(value));
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if text == "-0" { "0".to_owned() } else { text }
}

pub(super) fn transform(out: &mut String, place: &Matrix) {
    let [a, b, c, d, e, f] = *place;
    if *place == IDENTITY {
        return;
    }
    if [a, b, c, d] == [1.0, 0.0, 0.0, 1.0] {
        let _ = write!(out, " transform=\"translate({} {})\"", num(e), num(f));
        return;
    }
    let scale = [a, b, c, d].map(|value| digits(value, 6)).join(" ");
    let _ = write!(out, " transform=\"matrix({scale} {} {})\"", num(e), num(f));
}

pub(super) fn opacity(out: &mut String, name: &str, alpha: u8) {
    if alpha < 255 {
        let _ = write!(out, " {name}=\"{}\"", num(f64::from(alpha) / 255.0));
    }
}

/// ` fill="#rrggbb" fill-opacity="…"` and the same for strokes.
pub(super) fn paint(out: &mut String, name: &str, color: Color) {
    let _ = write!(out, " {name}=\"#{:02x}{:02x}{:02x}\"", color.r, color.g, color.b);
    opacity(out, &format!("{name}-opacity"), color.a);
}

/// For text and for attributes. Characters that XML forbids become U+FFFD, line ends become spaces.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            // Control characters, non-characters, and marks that turn the reading direction of what follows.
            '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
    out
}
