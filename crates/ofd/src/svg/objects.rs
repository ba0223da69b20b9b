//! Texts, paths and pictures of a page.

use std::fmt::Write;

use super::defs::{Defs, EM, define_image};
use super::families::families;
use super::out::{Out, escaped, num, opacity, paint, transform};
use crate::geometry::crowds::{Crowd, crowds, usual_width};
use crate::geometry::glyphs::{Glyph, glyphs};
use crate::geometry::{picture_place, placed, sane};
use crate::model::{Document, Image, Path, Placed, Rect, Run, Segment, Stroke, Text};

/// How far a slanted letter leans, when the font itself is upright.
const SLANT: f64 = -0.2;
/// GB/T 33190 table 22: the width of a line that says none.
const USUAL_LINE: f64 = 0.353;

pub(super) struct Drawing<'a> {
    document: &'a Document,
    defs: Defs<'a>,
}

impl<'a> Drawing<'a> {
    pub fn new(document: &'a Document, prefix: String) -> Drawing<'a> {
        Drawing { document, defs: Defs::new(document, prefix) }
    }

    /// A text by the name of its font; where the font came with the document, its outlines are drawn, and the
    /// text lies over them unseen so that it can be selected and read aloud.
    pub fn text(&mut self, text: &Text, out: &mut Out) {
        let size = sane(text.size);
        if size <= 0.0 || text.fill.a == 0 {
            return;
        }
        let wide = if text.h_scale.is_finite() && text.h_scale > 0.0 { text.h_scale.min(100.0) } else { 1.0 };
        let own = self.document.fonts.get(text.font);
        let place = placed(&text.boundary, text.ctm.as_ref());
        let mut outlines = String::new();
        let mut words = String::from("<text xml:space=\"preserve\"");
        let [a, b, c, d, e, f] = place;
        transform(&mut words, &[a * wide, b * wide, c, d, e, f]);
        let _ = write!(words, " font-family=\"{}\" font-size=\"{}\"", families(own), num(size));
        if text.weight > 400 || own.is_some_and(|font| font.bold) {
            let _ = write!(
                words,
                " font-weight=\"{}\"",
                text.weight.clamp(500, 900).max(if text.weight <= 400 { 700 } else { 0 })
            );
        }
        let slanted = text.italic || own.is_some_and(|font| font.italic);
        words.push_str(if slanted { " font-style=\"italic\"" } else { "" });
        paint(&mut words, "fill", text.fill);
        words.push('>');
        for run in &text.runs {
            let face = self.defs.face(text.font).cloned();
            let widths =
                |c: char| face.as_ref().and_then(|face| face.advance(c)).unwrap_or(1.0) * size * wide;
            let stands_by_itself = face.is_none() && run.delta_x.is_empty() && run.delta_y.is_empty();
            let placed: Vec<(Glyph, Option<String>)> = glyphs(run, &widths)
                .into_iter()
                .map(|glyph| (glyph, self.outline(text.font, face.is_some(), glyph.character, out)))
                .collect();
            for (glyph, id) in placed.iter().filter_map(|(glyph, id)| Some((glyph, id.as_ref()?))) {
                let unit = size / EM;
                let lean = if text.italic && !own.is_some_and(|font| font.italic) {
                    SLANT * unit * wide
                } else {
                    0.0
                };
                outlines.push_str(&format!("<use href=\"#{id}\""));
                transform(&mut outlines, &[unit * wide, 0.0, lean, unit, glyph.x, glyph.y]);
                outlines.push_str("/>");
            }
            if stands_by_itself {
                whole_run(run, wide, &mut words);
            } else {
                let crowds = match &face {
                    Some(_) => Vec::new(),
                    None => {
                        let glyphs: Vec<Glyph> = placed.iter().map(|(glyph, _)| *glyph).collect();
                        crowds(&glyphs, size * wide, &mut usual_width)
                    }
                };
                spans(&placed, &crowds, wide, &mut words);
            }
        }
        words.push_str("</text>");
        if !outlines.is_empty() {
            let mut group = String::from("<g aria-hidden=\"true\"");
            transform(&mut group, &place);
            paint(&mut group, "fill", text.fill);
            out.raw(&format!("{group}>{outlines}</g>"));
        }
        out.raw(&words);
    }

    fn outline(&mut self, font: usize, embedded: bool, character: char, out: &mut Out) -> Option<String> {
        if embedded { self.defs.glyph(font, character, out) } else { None }
    }

    pub fn image(&mut self, placed: &Placed, out: &mut Out) {
        match self.defs.image(placed.image, out) {
            Some(id) => {
                show_image(&id, &picture_place(&placed.boundary, placed.ctm.as_ref()), placed.alpha, out)
            }
            None => unshown(&placed.boundary, out),
        }
    }

    pub fn stamp_image(&mut self, prefix: &str, image: &Image, boundary: &Rect, out: &mut Out) {
        match define_image(&format!("{prefix}i"), image, out) {
            Some(id) => show_image(&id, &picture_place(boundary, None), 255, out),
            None => unshown(boundary, out),
        }
    }
}

fn show_image(id: &str, place: &[f64; 6], alpha: u8, out: &mut Out) {
    let mut element = format!("<use href=\"#{id}\"");
    transform(&mut element, place);
    opacity(&mut element, "opacity", alpha);
    element.push_str("/>");
    out.raw(&element);
}

/// A frame in the place of a picture that cannot be shown, with a sentence in it.
fn unshown(place: &Rect, out: &mut Out) {
    let (x, y, w, h) = (num(place.x), num(place.y), num(place.w.max(0.0)), num(place.h.max(0.0)));
    let size = num((sane(place.w) / 10.0).clamp(0.5, 4.0));
    out.raw(&format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"none\" stroke=\"#767676\" stroke-width=\"0.3\"/>\
         <text x=\"{x}\" y=\"{y}\" dx=\"{size}\" dy=\"{size}\" font-size=\"{size}\" fill=\"#767676\">图片无法显示</text>"
    ));
}

/// A run that leaves the steps to the font: the browser's font decides.
fn whole_run(run: &Run, wide: f64, words: &mut String) {
    let (x, y) = (num(sane(run.x) / wide), num(run.y));
    let _ = write!(words, "<tspan x=\"{x}\" y=\"{y}\">{}</tspan>", escaped(&run.text));
}

/// Every character with its own place; a crowd of letters in the length they have together, whatever the
/// browser's font.
fn spans(placed: &[(Glyph, Option<String>)], crowds: &[Crowd], wide: f64, words: &mut String) {
    let mut done = 0;
    for crowd in crowds {
        each_in_place(&placed[done..crowd.glyphs.start], wide, words);
        let first = &placed[crowd.glyphs.start].0;
        let (x, y, length) = (num(first.x / wide), num(first.y), num(crowd.length / wide));
        let text: String =
            placed[crowd.glyphs.clone()].iter().map(|(glyph, _)| escaped(glyph.text)).collect();
        let _ = write!(
            words,
            "<tspan x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\">{text}</tspan>"
        );
        done = crowd.glyphs.end;
    }
    each_in_place(&placed[done..], wide, words);
}

/// Browsers count places in different ways once a character takes two code units or has marks of its own, so
/// after such a one a new span begins; and so it does where drawn outlines begin or end, over which the words
/// must not be seen.
fn each_in_place(placed: &[(Glyph, Option<String>)], wide: f64, words: &mut String) {
    let simple =
        |glyph: &Glyph| glyph.text.len() == glyph.character.len_utf8() && glyph.character.len_utf16() == 1;
    for span in
        placed.chunk_by(|(a, drawn), (b, next)| simple(a) && simple(b) && drawn.is_some() == next.is_some())
    {
        let xs: Vec<String> = span.iter().map(|(glyph, _)| num(glyph.x / wide)).collect();
        let level = span.iter().all(|(glyph, _)| glyph.y == span[0].0.y);
        let ys: Vec<String> =
            span.iter().take(if level { 1 } else { span.len() }).map(|(g, _)| num(g.y)).collect();
        let unseen = if span[0].1.is_some() { " fill-opacity=\"0\"" } else { "" };
        let text: String = span.iter().map(|(glyph, _)| escaped(glyph.text)).collect();
        let _ = write!(words, "<tspan x=\"{}\" y=\"{}\"{unseen}>{text}</tspan>", xs.join(" "), ys.join(" "));
    }
}

pub(super) fn path(path: &Path, out: &mut Out) {
    let data = path_data(&path.segments);
    if data.is_empty() || (path.fill.is_none() && path.stroke.is_none()) {
        return;
    }
    let mut element = format!("<path d=\"{data}\"");
    transform(&mut element, &placed(&path.boundary, path.ctm.as_ref()));
    match path.fill {
        Some(fill) => paint(&mut element, "fill", fill),
        None => element.push_str(" fill=\"none\""),
    }
    if path.even_odd && path.fill.is_some() {
        element.push_str(" fill-rule=\"evenodd\"");
    }
    if let Some(line) = &path.stroke {
        stroke(line, &mut element);
    }
    element.push_str("/>");
    out.raw(&element);
}

fn stroke(stroke: &Stroke, element: &mut String) {
    paint(element, "stroke", stroke.color);
    let width = if stroke.width > 0.0 { stroke.width } else { USUAL_LINE };
    let _ = write!(element, " stroke-width=\"{}\"", num(width));
    let dash = dashes(stroke);
    if !dash.is_empty() {
        let _ = write!(
            element,
            " stroke-dasharray=\"{}\"",
            dash.iter().map(|v| num(*v)).collect::<Vec<_>>().join(" ")
        );
    }
}

/// Lengths of strokes and gaps that can be drawn; none for a solid line.
pub(crate) fn dashes(stroke: &Stroke) -> Vec<f64> {
    let dash: Vec<f64> = stroke.dash.iter().map(|v| sane(*v).max(0.0)).take(16).collect();
    if dash.iter().sum::<f64>() > 0.05 { dash } else { Vec::new() }
}

fn path_data(segments: &[Segment]) -> String {
    let mut data = String::new();
    let mut open = false;
    let list = |values: &[f64]| values.iter().map(|value| num(*value)).collect::<Vec<_>>().join(" ");
    for segment in segments {
        if !open && !matches!(segment, Segment::Move(..) | Segment::Close) {
            data.push_str(if data.is_empty() { "M0 0" } else { "" });
        }
        open = !matches!(segment, Segment::Close);
        let _ = match segment {
            Segment::Move(x, y) => write!(data, "M{}", list(&[*x, *y])),
            Segment::Line(x, y) => write!(data, "L{}", list(&[*x, *y])),
            Segment::Quad(q) => write!(data, "Q{}", list(q)),
            Segment::Cubic(c) => write!(data, "C{}", list(c)),
            Segment::Arc { rx, ry, rotation, large, sweep, x, y } => {
                let flags = format!("{} {}", u8::from(*large), u8::from(*sweep));
                write!(data, "A{} {flags} {}", list(&[rx.abs(), ry.abs(), *rotation]), list(&[*x, *y]))
            }
            Segment::Close if data.is_empty() => Ok(()),
            Segment::Close => write!(data, "Z"),
        };
    }
    data
}
