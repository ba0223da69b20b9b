//! A line of the galley as objects of a page.

use super::class::{self, Class};
use super::galley::{Cluster, Galley, Line, Um};
use crate::model::{Object, Rect, Run, Text};

/// Part of a font's height above the baseline: what 宋体 and its sisters have.
const ASCENT: i64 = 859;

/// Appends the line with its left and top (micrometres). `spare` is the font for characters the face
/// lacks; without one the named font keeps them, and readers substitute.
pub fn line(galley: &Galley, line: &Line, left: Um, top: Um, spare: Option<usize>, into: &mut Vec<Object>) {
    let clusters = &galley.clusters[line.first as usize..line.end as usize];
    if line.first == line.seen {
        return;
    }
    let mut steps = Steps::new(galley, line);
    let mut at = 0;
    let mut x = 0;
    while at < clusters.len() {
        let foreign = clusters[at].foreign;
        let end = clusters[at..].iter().position(|c| c.foreign != foreign).map_or(clusters.len(), |n| at + n);
        let begin = x;
        let mut runs = Vec::with_capacity(1);
        while at < end {
            let (run, width) = run(galley, &clusters[..end], at, x - begin, &mut steps);
            at += run.1;
            x += width;
            runs.push(run.0);
        }
        let right = if end == clusters.len() { line.width } else { x };
        into.push(text(
            galley,
            line,
            runs,
            (left + line.x + begin, top, (right - begin).max(1)),
            if foreign { spare } else { None },
        ));
    }
}

fn text(galley: &Galley, line: &Line, mut runs: Vec<Run>, at: (Um, Um, Um), font: Option<usize>) -> Object {
    let style = &galley.styles[line.style as usize];
    let base = (i64::from(style.line_height - style.size) / 2 + i64::from(style.size) * ASCENT / 1000) as Um;
    for run in &mut runs {
        run.y = mm(base);
    }
    Object::Text(Text {
        boundary: Rect::new(mm(at.0), mm(at.1), mm(at.2), mm(style.line_height)),
        ctm: None,
        font: font.unwrap_or(style.font),
        size: mm(style.size),
        weight: style.weight,
        italic: false,
        h_scale: 1.0,
        fill: style.color,
        runs,
    })
}

/// The run that begins at a cluster, with the number of its clusters and its width. Readers differ in how
/// they count characters beyond the basic plane and marks, so each such cluster has a run and a place of its
/// own.
fn run(galley: &Galley, clusters: &[Cluster], at: usize, x: Um, steps: &mut Steps<'_>) -> ((Run, usize), Um) {
    let alone = |cluster: &Cluster| {
        let text = &galley.text[cluster.start as usize..cluster.start as usize + usize::from(cluster.len)];
        cluster.len > 3 || cluster.len > 1 && text.chars().nth(1).is_some()
    };
    let count = if alone(&clusters[at]) {
        1
    } else {
        clusters[at..].iter().position(alone).unwrap_or(clusters.len() - at)
    };
    let mine = &clusters[at..at + count];
    let last = &mine[count - 1];
    let text = &galley.text[mine[0].start as usize..last.start as usize + usize::from(last.len)];
    let mut delta_x = Vec::with_capacity(count - 1);
    let mut width = 0;
    for index in 0..count {
        let step = steps.next(at + index);
        if index + 1 < count {
            delta_x.push(mm(step));
        }
        width += step;
    }
    ((Run { x: mm(x), y: 0.0, delta_x, delta_y: Vec::new(), text: text.to_owned() }, count), width)
}

/// The way from each cluster of a line to the next, in order.
struct Steps<'a> {
    clusters: &'a [Cluster],
    adjust: Um,
    /// Of what the adjustment is shared by: gaps when stretched, quarters of half-empty marks when squeezed.
    shares: Um,
    taken: Um,
    /// Clusters that are seen.
    seen: usize,
}

impl<'a> Steps<'a> {
    fn new(galley: &'a Galley, line: &Line) -> Steps<'a> {
        let clusters = &galley.clusters[line.first as usize..line.end as usize];
        let seen = (line.seen - line.first) as usize;
        let mut steps = Steps { clusters, adjust: line.adjust, shares: 0, taken: 0, seen };
        if line.adjust < 0 {
            // The last mark of a line loses its empty half first: nobody sees it.
            let last = &clusters[seen - 1];
            if last.half_empty && last.class == Class::Close {
                steps.adjust = (line.adjust + last.width / 2).min(0);
            }
        }
        if steps.adjust != 0 {
            steps.shares = (0..seen).map(|at| steps.share(at)).sum();
        }
        steps
    }

    /// The share of the step after a cluster.
    fn share(&self, at: usize) -> Um {
        if at + 1 >= self.seen {
            return 0;
        }
        let (this, next) = (&self.clusters[at], &self.clusters[at + 1]);
        if self.adjust > 0 {
            return Um::from(class::may_stretch(this.class, next.class));
        }
        let closing = this.half_empty && this.class == Class::Close;
        let opening = next.half_empty && next.class == Class::Open;
        Um::from(closing) + Um::from(opening)
    }

    fn next(&mut self, at: usize) -> Um {
        let width = self.clusters[at].width;
        if self.shares == 0 || at + 1 >= self.seen {
            return width;
        }
        let part = |shares: Um| (i64::from(self.adjust) * i64::from(shares) / i64::from(self.shares)) as Um;
        let before = part(self.taken);
        let share = self.share(at);
        let after = part(self.taken + share);
        self.taken += share;
        width + after - before
    }
}

pub fn mm(um: Um) -> f64 {
    f64::from(um) / 1000.0
}
