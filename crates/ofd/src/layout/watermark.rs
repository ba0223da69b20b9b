//! Watermarks: a slanted text again and again over a page, as an annotation.

use super::build::Builder;
use super::decoration::Watermark;
use super::draw::round;
use super::emit;
use super::galley::{Align, Shape};
use super::template::um;
use super::values::Scope;
use crate::Result;
use crate::model::{Annotation, AnnotationKind, Color, Object, Rect, Text};

/// The annotation for a page: as many of the text as have room, in even rows and columns, at least one.
pub fn draw(
    builder: &mut Builder<'_>,
    mark: &Watermark,
    page: Rect,
    spare: Option<usize>,
) -> Result<Annotation> {
    let remark = mark.text.filled(&Scope::new(builder.values))?;
    let lines = stack(builder, mark, page, spare)?;
    let left = lines.iter().map(|line| line.boundary.x).fold(f64::MAX, f64::min);
    let width = lines.iter().map(|line| line.boundary.x + line.boundary.w - left).fold(0.0, f64::max);
    let height = lines.iter().map(|line| line.boundary.y + line.boundary.h).fold(0.0, f64::max);
    let (sin, cos) = mark.angle.to_radians().sin_cos();
    let (wide, tall) = (width * cos + height * sin, width * sin + height * cos);
    let count = |room: f64, one: f64| ((room + mark.gap) / (one + mark.gap)).floor().max(1.0);
    let (columns, rows) = (count(page.w, wide), count(page.h, tall));
    let mut objects = Vec::new();
    for at in 0..(rows * columns) as usize {
        let (row, column) = ((at / columns as usize) as f64, (at % columns as usize) as f64);
        let centre = ((column + 0.5) * page.w / columns, (row + 0.5) * page.h / rows);
        for line in &lines {
            // The left top of each line turns about the middle of them all.
            let from = (line.boundary.x - left - width / 2.0, line.boundary.y - height / 2.0);
            let corner = (centre.0 + from.0 * cos + from.1 * sin, centre.1 - from.0 * sin + from.1 * cos);
            objects.push(Object::Text(turned(line, corner, (sin, cos))));
        }
    }
    Ok(Annotation { kind: AnnotationKind::Watermark, boundary: page, remark, visible: true, objects })
}

/// The lines of the text one below the other, narrow enough to be turned within the page.
fn stack(builder: &mut Builder<'_>, mark: &Watermark, page: Rect, spare: Option<usize>) -> Result<Vec<Text>> {
    let mut style = builder.style(&mark.style);
    style.color = Color { a: mark.alpha, ..style.color };
    let start = builder.fill(&mark.text, &Scope::new(builder.values))?;
    let face = builder.face(style.font);
    let shape = Shape { measure: um(page.w.min(page.h) * 0.8), indent: (0, 0), align: Align::Center };
    let lines = builder.galley.set(start, style, shape, face);
    let mut objects = Vec::new();
    for (index, line) in builder.galley.lines[lines].iter().enumerate() {
        emit::line(&builder.galley, line, 0, index as i32 * style.line_height, spare, &mut objects);
    }
    let text = |object| if let Object::Text(text) = object { Some(text) } else { None };
    Ok(objects.into_iter().filter_map(text).collect())
}

/// The line with its left top at a point, rising to the right.
fn turned(line: &Text, corner: (f64, f64), (sin, cos): (f64, f64)) -> Text {
    let (w, h) = (line.boundary.w, line.boundary.h);
    let boundary = Rect::new(
        round(corner.0),
        round(corner.1 - w * sin),
        round(w * cos + h * sin),
        round(w * sin + h * cos),
    );
    let part = |value: f64| (value * 1e6).round() / 1e6;
    let ctm = Some([part(cos), part(-sin), part(sin), part(cos), 0.0, round(w * sin)]);
    Text { boundary, ctm, ..line.clone() }
}
