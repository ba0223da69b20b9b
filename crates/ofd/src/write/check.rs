//! What no package can carry is refused before anything is written.

use super::dangling;
use crate::model::{Document, Object, Rect, Segment};
use crate::{Fault, Result};

/// Groups within groups; readers stop somewhere.
const DEEPEST: usize = 16;

pub(super) fn check(document: &Document) -> Result<()> {
    for page in &document.pages {
        rect(&page.area)?;
        objects(document, &page.objects, 0)?;
        for annotation in &page.annotations {
            rect(&annotation.boundary)?;
            objects(document, &annotation.objects, 0)?;
        }
    }
    Ok(())
}

fn objects(document: &Document, list: &[Object], depth: usize) -> Result<()> {
    if depth > DEEPEST {
        return Err(Fault::new("write.depth", depth.to_string()));
    }
    for object in list {
        let (boundary, ctm) = match object {
            Object::Text(text) => (&text.boundary, &text.ctm),
            Object::Path(path) => (&path.boundary, &path.ctm),
            Object::Image(placed) => (&placed.boundary, &placed.ctm),
            Object::Group(group) => (&group.boundary, &group.ctm),
        };
        rect(boundary)?;
        numbers(ctm.iter().flatten())?;
        match object {
            Object::Text(text) => {
                if text.font >= document.fonts.len() {
                    return Err(dangling("write.font", text.font));
                }
                numbers([&text.size, &text.h_scale])?;
                for run in &text.runs {
                    numbers([&run.x, &run.y].into_iter().chain(&run.delta_x).chain(&run.delta_y))?;
                }
            }
            Object::Path(path) => {
                if let Some(stroke) = &path.stroke {
                    numbers(stroke.dash.iter().chain([&stroke.width]))?;
                }
                path.segments.iter().try_for_each(segment)?;
            }
            Object::Image(placed) if placed.image >= document.images.len() => {
                return Err(dangling("write.image", placed.image));
            }
            Object::Image(_) => {}
            Object::Group(group) => objects(document, &group.objects, depth + 1)?,
        }
    }
    Ok(())
}

fn segment(segment: &Segment) -> Result<()> {
    match segment {
        Segment::Move(x, y) | Segment::Line(x, y) => numbers([x, y]),
        Segment::Quad(points) => numbers(points),
        Segment::Cubic(points) => numbers(points),
        Segment::Arc { rx, ry, rotation, x, y, .. } => numbers([rx, ry, rotation, x, y]),
        Segment::Close => Ok(()),
    }
}

fn rect(rect: &Rect) -> Result<()> {
    numbers([&rect.x, &rect.y, &rect.w, &rect.h])
}

fn numbers<'a>(values: impl IntoIterator<Item = &'a f64>) -> Result<()> {
    match values.into_iter().find(|value| !value.is_finite() || value.abs() >= 1e9) {
        Some(odd) => Err(Fault::new("write.number", odd.to_string())),
        None => Ok(()),
    }
}
