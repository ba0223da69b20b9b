//! Text cut into clusters and lines. All lines of a document share one buffer; lengths are micrometres, so
//! that the same input gives the same output on every machine.

use super::class::{self, Class};
use super::fonts::{self, Metrics};
use crate::model::Color;
use std::ops::Range;

pub type Um = i32;

/// What is seen as one character: a base with its marks.
#[derive(Debug, Clone, Copy)]
pub struct Cluster {
    pub start: u32,
    pub len: u8,
    pub class: Class,
    /// The mark is half empty and may give some of its width away.
    pub half_empty: bool,
    /// The face has no glyph for it: set in the spare font.
    pub foreign: bool,
    pub width: Um,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Full lines fill the measure, the last stands at the left.
    Justify,
    Left,
    Center,
    Right,
    /// The characters of each line are spread over the measure, as labels of certificates are.
    Spread,
}

#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Position in the fonts of the template.
    pub font: usize,
    pub size: Um,
    pub weight: u16,
    pub color: Color,
    /// White after each character.
    pub spacing: Um,
    pub line_height: Um,
}

/// How a paragraph lies in its measure.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub measure: Um,
    /// First line, further lines.
    pub indent: (Um, Um),
    pub align: Align,
}

#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub first: u32,
    /// Behind the last that is seen; white space after it belongs to the line, too.
    pub seen: u32,
    pub end: u32,
    pub style: u32,
    /// From the left of the measure.
    pub x: Um,
    pub width: Um,
    /// To be given to (or taken from) the gaps; part of `width`.
    pub adjust: Um,
}

#[derive(Default)]
pub struct Galley {
    pub text: String,
    pub clusters: Vec<Cluster>,
    pub lines: Vec<Line>,
    pub styles: Vec<Style>,
}

impl Galley {
    /// Everything set after the mark is forgotten.
    pub fn mark(&self) -> [usize; 4] {
        [self.text.len(), self.clusters.len(), self.lines.len(), self.styles.len()]
    }

    pub fn rewind(&mut self, mark: [usize; 4]) {
        self.text.truncate(mark[0]);
        self.clusters.truncate(mark[1]);
        self.lines.truncate(mark[2]);
        self.styles.truncate(mark[3]);
    }

    /// Sets the text of the buffer from `start` on; each `\n` begins a new paragraph. An empty text is one
    /// empty line.
    pub fn set(
        &mut self,
        start: usize,
        style: Style,
        shape: Shape,
        face: Option<&dyn Metrics>,
    ) -> Range<usize> {
        let first_line = self.lines.len();
        self.styles.push(style);
        let mut from = start;
        loop {
            let length = self.text.as_bytes()[from..].iter().position(|byte| *byte == b'\n');
            let end = length.map_or(self.text.len(), |length| from + length);
            let clusters = self.cut(from..end, &style, face);
            self.fill(clusters, &style, shape);
            match length {
                Some(_) => from = end + 1,
                None => return first_line..self.lines.len(),
            }
        }
    }

    fn cut(&mut self, bytes: Range<usize>, style: &Style, face: Option<&dyn Metrics>) -> Range<usize> {
        let first = self.clusters.len();
        // Thousandths of an em and micrometres: i32 would overflow at two metres.
        let scale = |thousandths: i32| (i64::from(thousandths) * i64::from(style.size) / 1000) as Um;
        let mut joined = false;
        for (at, c) in self.text[bytes.clone()].char_indices() {
            if (class::is_mark(c) || joined) && self.clusters.len() > first {
                let last = self.clusters.len() - 1;
                let last = &mut self.clusters[last];
                // A cluster that never ends is cut, so that hostile texts cannot pile up marks.
                if usize::from(last.len) + c.len_utf8() <= 64 {
                    last.len += c.len_utf8() as u8;
                    joined = c == '\u{200d}';
                    continue;
                }
            }
            joined = false;
            let class = class::of(c);
            let (width, foreign) = fonts::width(c, face);
            self.clusters.push(Cluster {
                start: (bytes.start + at) as u32,
                len: c.len_utf8() as u8,
                class,
                half_empty: width > 600 && class::is_half_empty(c, class),
                foreign,
                width: scale(width) + style.spacing,
            });
        }
        first..self.clusters.len()
    }

    fn fill(&mut self, clusters: Range<usize>, style: &Style, shape: Shape) {
        let mut at = clusters.start;
        let mut indent = shape.indent.0;
        loop {
            let measure = (shape.measure - indent).max(1);
            let end = line_end(&self.clusters[..clusters.end], at, measure, style.size);
            let last = end == clusters.end;
            let line = self.line(at..end, style, measure, shape.align, last);
            self.lines.push(Line { x: line.x + indent, ..line });
            if last {
                return;
            }
            at = end;
            indent = shape.indent.1;
        }
    }

    fn line(&self, range: Range<usize>, style: &Style, measure: Um, align: Align, last: bool) -> Line {
        let (mut seen, mut gaps, mut width) = (range.end, 0, 0);
        while seen > range.start && self.clusters[seen - 1].class == Class::Space {
            seen -= 1;
        }
        let clusters = &self.clusters[range.start..seen];
        for (index, cluster) in clusters.iter().enumerate() {
            width += cluster.width;
            gaps += i32::from(index > 0 && class::may_stretch(clusters[index - 1].class, cluster.class));
        }
        width -= if clusters.is_empty() { 0 } else { style.spacing };
        let spare = measure - width;
        let stretch = match align {
            Align::Spread => gaps > 0,
            // Wider gaps than a third of a character look worse than a ragged line.
            Align::Justify => !last && gaps > 0 && spare / gaps <= style.size / 3,
            _ => false,
        };
        let adjust = if spare < 0 || stretch { spare } else { 0 };
        let x = match align {
            Align::Center => (spare - adjust) / 2,
            Align::Right => spare - adjust,
            _ => 0,
        };
        Line {
            first: range.start as u32,
            seen: seen as u32,
            end: range.end as u32,
            style: (self.styles.len() - 1) as u32,
            x,
            width: width + adjust,
            adjust,
        }
    }
}

/// Where the line that begins at `from` ends. It takes what fits; when that would leave a hole of a
/// character or more, it takes what fits with its punctuation squeezed; a word longer than the line is parted,
/// where it can be so that no sign begins a line that may not.
fn line_end(clusters: &[Cluster], from: usize, measure: Um, size: Um) -> usize {
    let (mut width, mut give) = (0, 0);
    // End, and the width up to it.
    let mut natural: Option<(usize, Um)> = None;
    let mut forced = (from + 1).min(clusters.len());
    let mut decent = None;
    for at in from..clusters.len() {
        let cluster = &clusters[at];
        if cluster.class != Class::Space {
            let end_give =
                if cluster.half_empty && cluster.class == Class::Close { cluster.width / 2 } else { 0 };
            let seen = width + cluster.width;
            if seen <= measure {
                forced = at + 1;
                let next = clusters.get(forced).map_or(Class::Space, |next| next.class);
                if next.may_begin() && cluster.class.may_end() {
                    decent = Some(forced);
                }
            }
            let may_end = at + 1 == clusters.len() || class::may_part(cluster.class, clusters[at + 1].class);
            if may_end && seen <= measure {
                natural = Some((at + 1, seen));
            } else if may_end && seen - give - end_give <= measure {
                let hole = natural.map_or(measure, |(_, width)| measure - width);
                if hole >= size {
                    return with_spaces(clusters, at + 1);
                }
            }
            give += if cluster.half_empty { cluster.width / 4 } else { 0 };
            if seen - give - cluster.width / 2 > measure {
                break;
            }
        } else if natural.is_none_or(|(_, width)| width <= measure) && width <= measure {
            // A line may end behind white space; the space itself is not seen there.
            let may_end = at + 1 == clusters.len() || class::may_part(Class::Space, clusters[at + 1].class);
            if may_end {
                natural = Some((at + 1, width));
            }
            forced = at + 1;
        }
        width += cluster.width;
    }
    let end = natural.map(|(end, _)| end).or(decent).unwrap_or(forced);
    with_spaces(clusters, end)
}

fn with_spaces(clusters: &[Cluster], mut end: usize) -> usize {
    while clusters.get(end).is_some_and(|cluster| cluster.class == Class::Space) {
        end += 1;
    }
    end
}
