//! Pieces become objects of a page.

use super::build::{Builder, Draw, Piece};
use super::emit::{self, mm};
use super::galley::{Align, Um};
use super::rows::Row;
use super::table::Pen;
use super::{Layout, SealPlace};
use crate::Result;
use crate::model::{Image, Object, Path, Placed, Rect, Segment, Stroke};
use crate::picture;

/// A page being filled.
#[derive(Default)]
pub struct Canvas {
    pub objects: Vec<Object>,
}

/// What drawing adds to beside the page itself.
pub struct Yield<'a> {
    pub images: &'a mut Vec<Image>,
    pub seals: &'a mut Vec<SealPlace>,
    pub page: usize,
    /// Font for characters the face lacks.
    pub spare: Option<usize>,
}

impl<'a> Yield<'a> {
    pub fn new(layout: &'a mut Layout, page: usize, spare: Option<usize>) -> Yield<'a> {
        Yield { images: &mut layout.document.images, seals: &mut layout.seals, page, spare }
    }
}

pub fn piece(
    builder: &Builder<'_>,
    piece: &Piece,
    at: (Um, Um),
    canvas: &mut Canvas,
    more: &mut Yield<'_>,
) -> Result<()> {
    match &piece.draw {
        Draw::Line(line) => {
            let line = &builder.galley.lines[*line];
            emit::line(&builder.galley, line, at.0, at.1, more.spare, &mut canvas.objects);
        }
        Draw::Row(row) => self::row(builder, &builder.rows[*row], at, canvas, more),
        Draw::Rule(rule, measure) => {
            let pen = Pen { width: rule.width, color: rule.color };
            across(at.0, at.1, *measure, pen, canvas);
            if rule.double {
                let thin = Pen { width: rule.width / 3, color: rule.color };
                across(at.0, at.1 + rule.width * 3, *measure, thin, canvas);
            }
        }
        Draw::Picture(name, size, measure) => {
            let given = builder.values.picture_of(name)?;
            let (wide, tall) = (f64::from(given.width), f64::from(given.height));
            let part = (mm(size.w) / wide).min(mm(size.h) / tall);
            let (w, h) = (round(wide * part), round(tall * part));
            let x = mm(at.0 + aligned(size.align, *measure, size.w)) + (mm(size.w) - w) / 2.0;
            let boundary = Rect::new(round(x), round(mm(at.1) + (mm(size.h) - h) / 2.0), w, h);
            let image = more.images.iter().position(|image| *image == given.image).unwrap_or_else(|| {
                more.images.push(given.image.clone());
                more.images.len() - 1
            });
            canvas.objects.push(Object::Image(Placed { boundary, ctm: None, alpha: 255, image }));
        }
        Draw::Qr(text, size, measure) => {
            let x = at.0 + aligned(size.align, *measure, size.w);
            canvas.objects.push(Object::Path(picture::qr(text, mm(x), mm(at.1), mm(size.w))?));
        }
    }
    Ok(())
}

fn row(builder: &Builder<'_>, row: &Row, at: (Um, Um), canvas: &mut Canvas, more: &mut Yield<'_>) {
    for cell in &row.cells {
        let mut top = at.1 + cell.text_y;
        for line in &builder.galley.lines[cell.lines.clone()] {
            emit::line(&builder.galley, line, at.0 + cell.text_x, top, more.spare, &mut canvas.objects);
            top += builder.galley.styles[line.style as usize].line_height;
        }
    }
    if let Some((role, x, y)) = row.seal {
        let role = builder.roles[role].to_owned();
        more.seals.push(SealPlace { role, page: more.page, x: mm(at.0 + x), y: mm(at.1 + y) });
    }
    if let Some(pen) = row.pen {
        ruled(row, pen, at, canvas);
    }
}

/// The lines around the cells of a row, as one path.
fn ruled(row: &Row, pen: Pen, at: (Um, Um), canvas: &mut Canvas) {
    let right = row.cells.last().map_or(0, |cell| cell.x + cell.width);
    let (w, h) = (mm(right), mm(row.height));
    let mut segments = Vec::with_capacity(2 * row.cells.len() + 6);
    let mut line = |x: f64, y: f64, to_x: f64, to_y: f64| {
        segments.push(Segment::Move(x, y));
        segments.push(Segment::Line(to_x, to_y));
    };
    if row.above {
        line(0.0, 0.0, w, 0.0);
    }
    if row.below {
        line(0.0, h, w, h);
    }
    for cell in &row.cells {
        line(mm(cell.x), 0.0, mm(cell.x), h);
    }
    line(w, 0.0, w, h);
    path(Rect::new(mm(at.0), mm(at.1), w, h), segments, pen, canvas);
}

/// A line across from a point.
pub fn across(x: Um, y: Um, width: Um, pen: Pen, canvas: &mut Canvas) {
    let segments = vec![Segment::Move(0.0, mm(pen.width / 2)), Segment::Line(mm(width), mm(pen.width / 2))];
    path(Rect::new(mm(x), mm(y), mm(width), mm(pen.width.max(1))), segments, pen, canvas);
}

fn path(boundary: Rect, segments: Vec<Segment>, pen: Pen, canvas: &mut Canvas) {
    let stroke = Some(Stroke { color: pen.color, width: mm(pen.width), dash: Vec::new() });
    canvas.objects.push(Object::Path(Path {
        boundary,
        ctm: None,
        stroke,
        fill: None,
        even_odd: false,
        segments,
    }));
}

fn aligned(align: Align, measure: Um, width: Um) -> Um {
    match align {
        Align::Center => (measure - width) / 2,
        Align::Right => measure - width,
        _ => 0,
    }
}

pub fn round(mm: f64) -> f64 {
    (mm * 1000.0).round() / 1000.0
}
