//! What is drawn on one page of a PDF.

use std::collections::BTreeSet;

use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Name, Str, TextStr};

use super::POINTS;
use super::fonts::Fonts;
use super::images::Images;
use crate::font::missing_mark;
use crate::geometry::crowds::crowds;
use crate::geometry::glyphs::{Glyph, glyphs};
use crate::geometry::{IDENTITY, apply, cubics, fit, picture_place, placed, sane, then};
use crate::model::{Color, Document, Font, Image, Matrix, Object, Page, Path, Rect, Segment, Stroke, Text};
use crate::svg::{Stamp, StampPicture, dashes};

const DEEPEST: usize = 64;
/// GB/T 33190 table 22: the width of a line that says none.
const USUAL_LINE: f64 = 0.353;
const GREY: Color = Color::rgb(0x76, 0x76, 0x76);

pub(super) struct Content<'a> {
    ops: pdf_writer::Content,
    fonts: &'a mut Fonts,
    images: &'a mut Images,
    /// Opacities in use.
    degrees: &'a mut BTreeSet<u8>,
}

impl<'a> Content<'a> {
    pub fn new(fonts: &'a mut Fonts, images: &'a mut Images, degrees: &'a mut BTreeSet<u8>) -> Content<'a> {
        Content { ops: pdf_writer::Content::new(), fonts, images, degrees }
    }

    pub fn finish(self) -> Vec<u8> {
        self.ops.finish().into_vec()
    }

    /// The page, then its seals. The origin moves from the lower left corner to the upper left one.
    pub fn page(&mut self, document: &Document, page: &Page, stamps: &[Stamp]) {
        let (x, y, h) = (sane(page.area.x), sane(page.area.y), sane(page.area.h));
        self.within(&[POINTS, 0.0, 0.0, -POINTS, -x * POINTS, (y + h) * POINTS], |content| {
            content.sheet(document, page);
            for stamp in stamps {
                content.stamp(stamp);
            }
        });
    }

    fn sheet(&mut self, document: &Document, page: &Page) {
        self.objects(document, &page.objects, 255, 0);
        for annotation in page.annotations.iter().filter(|annotation| annotation.visible) {
            let place = placed(&annotation.boundary, None);
            self.within(&place, |content| content.objects(document, &annotation.objects, 255, 1));
        }
    }

    fn stamp(&mut self, stamp: &Stamp) {
        self.within(&IDENTITY, |content| {
            if let Some(clip) = stamp.clip {
                let (x, y) = (stamp.boundary.x + clip.x, stamp.boundary.y + clip.y);
                let [x, y, w, h] = [x, y, clip.w.max(0.0), clip.h.max(0.0)].map(|v| sane(v) as f32);
                content.ops.rect(x, y, w, h).clip_nonzero().end_path();
            }
            match stamp.picture {
                StampPicture::Image(image) => content.image(Some(image), &stamp.boundary, None, 255),
                StampPicture::Page(document) => {
                    if let Some(page) = document.pages.first() {
                        let place = fit(&page.area, &stamp.boundary);
                        content.within(&place, |content| content.sheet(document, page));
                    }
                }
            }
        });
    }

    /// Draws in a space of its own. An opacity of a group counts for each of its objects.
    fn within(&mut self, place: &Matrix, draw: impl FnOnce(&mut Self)) {
        self.ops.save_state();
        self.ops.transform(place.map(|value| sane(value) as f32));
        draw(self);
        self.ops.restore_state();
    }

    fn objects(&mut self, document: &Document, objects: &[Object], alpha: u8, depth: usize) {
        for object in objects {
            match object {
                Object::Text(text) => self.text(document, text, alpha),
                Object::Path(path) => self.path(path, alpha),
                Object::Image(placed) => {
                    let image = document.images.get(placed.image);
                    self.image(image, &placed.boundary, placed.ctm.as_ref(), times(placed.alpha, alpha));
                }
                Object::Group(group) if depth < DEEPEST => {
                    let place = placed(&group.boundary, group.ctm.as_ref());
                    let alpha = times(group.alpha, alpha);
                    self.within(&place, |content| {
                        content.objects(document, &group.objects, alpha, depth + 1)
                    });
                }
                Object::Group(_) => {}
            }
        }
    }

    fn opacity(&mut self, alpha: u8) {
        self.degrees.insert(alpha);
        self.ops.set_parameters(Name(format!("A{alpha}").as_bytes()));
    }

    fn text(&mut self, document: &Document, text: &Text, alpha: u8) {
        let size = sane(text.size);
        if size <= 0.0 || text.fill.a == 0 {
            return;
        }
        let wide = if text.h_scale.is_finite() && text.h_scale > 0.0 { text.h_scale.min(100.0) } else { 1.0 };
        let font = document.fonts.get(text.font);
        let place = placed(&text.boundary, text.ctm.as_ref());
        let bold = text.weight >= 600 || font.is_some_and(|font| font.bold && font.file.is_none());
        let lean = if text.italic || font.is_some_and(|font| font.italic && font.file.is_none()) {
            0.2
        } else {
            0.0
        };
        let mut boxes = Vec::new();
        self.ops.save_state();
        self.ops.transform(place.map(|value| value as f32));
        self.opacity(times(text.fill.a, alpha));
        let [r, g, b] = rgb(text.fill);
        self.ops.set_fill_rgb(r, g, b).set_stroke_rgb(r, g, b).begin_text();
        let mode = if bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
        self.ops.set_line_width((size * 0.03) as f32).set_text_rendering_mode(mode);
        let mut current = String::new();
        for run in &text.runs {
            let widths = std::cell::RefCell::new(&mut *self.fonts);
            let advance = |c: char| widths.borrow_mut().advance(font, c) * size * wide;
            let glyphs = glyphs(run, &advance);
            for (glyph, narrowed) in self.with_room(font, glyphs, size * wide) {
                if glyph.character.is_control() {
                    continue;
                }
                let across = size * wide * narrowed;
                let at = [across, 0.0, size * lean, -size, glyph.x, glyph.y].map(|value| value as f32);
                self.ops.set_text_matrix(at);
                if self.fonts.is_boxed(font, glyph.character) {
                    self.unseen(glyph.character, &mut current);
                    self.ops.set_text_rendering_mode(mode);
                    boxes.push([size * wide, 0.0, 0.0, size, glyph.x, glyph.y]);
                } else {
                    self.show(font, glyph.character, &mut current);
                }
            }
        }
        self.ops.end_text();
        for place in boxes {
            self.outline(&cubics(&missing_mark(), &place));
            self.ops.fill_nonzero();
        }
        self.ops.restore_state();
    }

    /// Letters that another font makes too wide for their cells stand closer and narrower: each glyph with the
    /// part of its width it is drawn in.
    fn with_room<'g>(
        &mut self,
        font: Option<&Font>,
        mut glyphs: Vec<Glyph<'g>>,
        em: f64,
    ) -> Vec<(Glyph<'g>, f64)> {
        let mut narrowed = vec![1.0; glyphs.len()];
        // Of a font that came with the document, every width is none: there is no crowd.
        let mut width = |c: char| self.fonts.substitute_width(font, c).unwrap_or(0.0);
        for crowd in crowds(&glyphs, em, &mut width) {
            let mut x = glyphs[crowd.glyphs.start].x;
            for place in crowd.glyphs {
                glyphs[place].x = x;
                x += width(glyphs[place].character) * em * crowd.narrowed;
                narrowed[place] = crowd.narrowed;
            }
        }
        glyphs.into_iter().zip(narrowed).collect()
    }

    fn show(&mut self, font: Option<&Font>, character: char, current: &mut String) {
        let code = self.fonts.code(font, character);
        if code.font != *current {
            self.ops.set_font(Name(code.font.as_bytes()), 1.0);
            *current = code.font;
        }
        self.ops.show(Str(&code.bytes));
    }

    /// A character that no font shows: who copies the text gets it all the same.
    fn unseen(&mut self, character: char, current: &mut String) {
        let mut span = self.ops.begin_marked_content_with_properties(Name(b"Span"));
        span.properties().actual_text(TextStr(character.encode_utf8(&mut [0; 4])));
        drop(span);
        self.ops.set_text_rendering_mode(TextRenderingMode::Invisible);
        self.show(None, '一', current);
        self.ops.end_marked_content();
    }

    fn path(&mut self, path: &Path, alpha: u8) {
        let outline = cubics(&path.segments, &IDENTITY);
        if !matches!(outline.first(), Some(Segment::Move(..))) {
            return;
        }
        self.within(&placed(&path.boundary, path.ctm.as_ref()), |content| {
            if let Some(fill) = path.fill {
                let [r, g, b] = rgb(fill);
                content.opacity(times(fill.a, alpha));
                content.ops.set_fill_rgb(r, g, b);
                content.outline(&outline);
                if path.even_odd {
                    content.ops.fill_even_odd()
                } else {
                    content.ops.fill_nonzero()
                };
            }
            if let Some(stroke) = &path.stroke {
                content.opacity(times(stroke.color.a, alpha));
                content.line(stroke);
                content.outline(&outline);
                content.ops.stroke();
            }
        });
    }

    fn line(&mut self, stroke: &Stroke) {
        let [r, g, b] = rgb(stroke.color);
        let width = if stroke.width > 0.0 { sane(stroke.width) } else { USUAL_LINE };
        self.ops.set_stroke_rgb(r, g, b).set_line_width(width as f32);
        let dash = dashes(stroke);
        if !dash.is_empty() {
            self.ops.set_dash_pattern(dash.iter().map(|value| *value as f32), 0.0);
        }
    }

    fn outline(&mut self, outline: &[Segment]) {
        for segment in outline {
            match *segment {
                Segment::Move(x, y) => self.ops.move_to(x as f32, y as f32),
                Segment::Line(x, y) => self.ops.line_to(x as f32, y as f32),
                Segment::Cubic(c) => {
                    let [a, b, c, d, e, f] = c.map(|value| value as f32);
                    self.ops.cubic_to(a, b, c, d, e, f)
                }
                _ => self.ops.close_path(),
            };
        }
    }

    /// A picture of PDF stands on its lower edge, so it is turned over first. One that cannot be read leaves a
    /// grey frame.
    fn image(&mut self, image: Option<&Image>, boundary: &Rect, ctm: Option<&Matrix>, alpha: u8) {
        let place = picture_place(boundary, ctm);
        match image.and_then(|image| self.images.name(image)) {
            Some(name) => self.within(&then(&[1.0, 0.0, 0.0, -1.0, 0.0, 1.0], &place), |content| {
                content.opacity(alpha);
                content.ops.x_object(Name(name.as_bytes()));
            }),
            None => {
                let corners =
                    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| apply(&place, x, y));
                let mut frame = vec![Segment::Move(corners[0].0, corners[0].1)];
                frame.extend(corners[1..].iter().map(|(x, y)| Segment::Line(*x, *y)));
                frame.push(Segment::Close);
                let stroke = Some(Stroke { color: GREY, width: 0.3, dash: Vec::new() });
                let boundary = Rect::default();
                self.path(
                    &Path { boundary, ctm: None, stroke, fill: None, even_odd: false, segments: frame },
                    alpha,
                );
            }
        }
    }
}

fn times(a: u8, b: u8) -> u8 {
    ((u16::from(a) * u16::from(b) + 127) / 255) as u8
}

fn rgb(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(|part| f32::from(part) / 255.0)
}
