//! The words of a page in the order in which people read them.

use crate::model::{Document, Matrix, Object, Text};

/// Lines from top to bottom, parts of a line from left to right with a space where there is a gap. Stamps,
/// watermarks and other annotations are no part of the text.
pub fn page_text(document: &Document, page: usize) -> String {
    let mut parts = vec![];
    if let Some(page) = document.pages.get(page) {
        collect(&page.objects, IDENTITY, &mut parts);
    }
    join(parts)
}

/// All pages, one after the other.
pub fn document_text(document: &Document) -> String {
    let pages: Vec<String> = (0..document.pages.len()).map(|page| page_text(document, page)).collect();
    pages.join("\n")
}

/// What stands over the pages, such as the purpose and term of an annotated copy or a watermark: each line once,
/// however often it is drawn.
pub fn annotation_lines(document: &Document) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for annotation in document.pages.iter().flat_map(|page| &page.annotations) {
        let mut parts = vec![];
        collect(&annotation.objects, IDENTITY, &mut parts);
        for line in join(parts).lines() {
            if !line.trim().is_empty() && !lines.iter().any(|known| known == line) {
                lines.push(line.to_owned());
            }
        }
    }
    lines
}

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// A run of text at its place on the page.
struct Part {
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    text: String,
}

fn collect(objects: &[Object], outer: Matrix, parts: &mut Vec<Part>) {
    for object in objects {
        match object {
            Object::Text(text) => collect_runs(text, outer, parts),
            Object::Group(group) => {
                let place = [1.0, 0.0, 0.0, 1.0, group.boundary.x, group.boundary.y];
                let own = group.ctm.unwrap_or(IDENTITY);
                collect(&group.objects, then(own, then(place, outer)), parts);
            }
            Object::Path(_) | Object::Image(_) => {}
        }
    }
}

fn collect_runs(text: &Text, outer: Matrix, parts: &mut Vec<Part>) {
    let place = [1.0, 0.0, 0.0, 1.0, text.boundary.x, text.boundary.y];
    let matrix = then(text.ctm.unwrap_or(IDENTITY), then(place, outer));
    let scale = (matrix[0] * matrix[3] - matrix[1] * matrix[2]).abs().sqrt();
    for run in text.runs.iter().filter(|run| !run.text.is_empty()) {
        let steps = run.text.chars().count() - 1;
        let last = run.delta_x.last().copied().unwrap_or(0.0);
        let given: f64 = run.delta_x.iter().take(steps).sum();
        let travelled = given + last * steps.saturating_sub(run.delta_x.len()) as f64;
        let ems = |c: char| if c.is_ascii() { 0.5 } else { 1.0 };
        // Without steps the glyphs follow each other by their own widths.
        let width = if run.delta_x.is_empty() && run.delta_y.is_empty() {
            run.text.chars().map(ems).sum::<f64>() * text.size * text.h_scale
        } else {
            travelled + run.text.chars().last().map_or(0.0, ems) * text.size * text.h_scale
        };
        let (x, y) = apply(matrix, run.x, run.y);
        let (end, _) = apply(matrix, run.x + width, run.y);
        parts.push(Part { x, end, y, size: text.size * scale, text: run.text.clone() });
    }
}

/// First `inner`, then `outer`.
fn then(inner: Matrix, outer: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = inner;
    let [oa, ob, oc, od, oe, of] = outer;
    [
        a * oa + b * oc,
        a * ob + b * od,
        c * oa + d * oc,
        c * ob + d * od,
        e * oa + f * oc + oe,
        e * ob + f * od + of,
    ]
}

fn apply([a, b, c, d, e, f]: Matrix, x: f64, y: f64) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
}

fn join(mut parts: Vec<Part>) -> String {
    parts.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Part>> = vec![];
    for part in parts {
        // Half a letter: raised and small letters stay in their line.
        let same = |line: &Vec<Part>| (part.y - line[0].y).abs() < part.size.max(line[0].size) / 2.0;
        match lines.last_mut() {
            Some(line) if same(line) => line.push(part),
            _ => lines.push(vec![part]),
        }
    }
    lines.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(mut parts: Vec<Part>) -> String {
    parts.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut text = String::new();
    let mut end: Option<f64> = None;
    for part in parts {
        let gap = end.is_some_and(|end| part.x - end > part.size / 2.0);
        if gap && !text.ends_with(' ') && !part.text.starts_with(' ') {
            text.push(' ');
        }
        text.push_str(&part.text);
        end = Some(part.end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{A4, Annotation, AnnotationKind, Color, Group, Page, Rect, Run};

    fn text(x: f64, y: f64, words: &str) -> Object {
        Object::Text(Text {
            boundary: Rect::new(x, y, 100.0, 6.0),
            ctm: None,
            font: 0,
            size: 5.0,
            weight: 400,
            italic: false,
            h_scale: 1.0,
            fill: Color::BLACK,
            runs: vec![Run { y: 5.0, text: words.to_owned(), ..Run::default() }],
        })
    }

    fn page(objects: Vec<Object>) -> Document {
        let page = Page { area: A4, objects, annotations: vec![] };
        Document { pages: vec![page], ..Document::default() }
    }

    #[test]
    fn what_stands_over_the_pages_is_told_once() {
        let mark = |words: &str| Annotation {
            kind: AnnotationKind::Watermark,
            boundary: Rect::new(0.0, 0.0, 210.0, 297.0),
            remark: String::new(),
            visible: true,
            objects: vec![text(20.0, 20.0, words), text(20.0, 120.0, words)],
        };
        let mut document = page(vec![text(20.0, 20.0, "正文")]);
        document.pages.push(document.pages[0].clone());
        document.pages[0].annotations = vec![mark("仅用于开户")];
        document.pages[1].annotations = vec![mark("仅用于开户"), mark("有效期到月底")];
        assert_eq!(annotation_lines(&document), ["仅用于开户", "有效期到月底"]);
        assert!(!document_text(&document).contains("开户"));
    }

    #[test]
    fn lines_are_read_from_above_and_from_the_left() {
        let document = page(vec![
            text(60.0, 20.0, "三"),
            text(20.0, 40.0, "四"),
            text(20.0, 20.5, "一"),
            text(25.0, 20.0, "二"),
        ]);
        assert_eq!(page_text(&document, 0), "一二 三\n四");
        assert_eq!(page_text(&document, 1), "");
    }

    #[test]
    fn groups_move_what_is_in_them() {
        let group = Group {
            boundary: Rect::new(0.0, 100.0, 50.0, 50.0),
            ctm: Some([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]),
            alpha: 255,
            objects: vec![text(0.0, 0.0, "后")],
        };
        let document = page(vec![Object::Group(group), text(0.0, 90.0, "前"), text(0.0, 120.0, "末")]);
        assert_eq!(document_text(&document), "前\n后\n末");
    }
}
