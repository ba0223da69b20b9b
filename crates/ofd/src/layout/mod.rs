//! Pages from a template and its values.
//!
//! - [`Template`]: page, frames and blocks as TOML data; versioned; with a sample.
//! - [`Values`]: texts, lists and pictures by field name. A field that is asked for and not there is refused
//!   by name; a text that does not fit its frame shrinks to a bound, then wraps, then is refused by name.
//! - [`Fonts`]: widths from font files, or the rule of 宋体. Subsets are embedded afterwards by the caller,
//!   who learns the characters from [`characters`].
//! - [`Layout`]: the document and where seals belong, by role and centre, so that a seal of any size fits.
//!
//! Lines break as Chinese is set: no closing mark begins a line, no opening one ends it, numbers and words
//! are not parted, full lines are justified. The same input gives the same pages on every machine.
//!
//! Absent on purpose: right-to-left and vertical writing, shaping of Arabic, Tibetan and Mongolian (their
//! letters stand one by one), footnotes, hyphenation.

mod block;
mod border;
mod build;
mod class;
mod decoration;
mod draw;
mod emit;
mod fixed;
mod flow;
mod fonts;
mod frame;
mod galley;
mod keys;
mod overlay;
mod phrase;
mod picture_size;
mod rows;
mod sample;
mod style;
mod table;
mod template;
mod values;
mod watermark;

#[cfg(test)]
mod tests;

pub use fonts::{Fonts, Metrics, characters};
pub use overlay::annotate;
pub use template::{Field, Template};
pub use values::{Picture, Row, Values};

use crate::model::{Document, Info, Object, Page};
use crate::{Fault, Result};
use block::{Block, What};
use build::Builder;
use draw::Canvas;

/// A document and the places its seals belong to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    pub document: Document,
    pub seals: Vec<SealPlace>,
    /// Role of the seal that shall cross the right edges of all pages (骑缝章); only when there are several.
    pub cross_page: Option<CrossPage>,
}

/// The centre of a seal: millimetres on a page counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct SealPlace {
    pub role: String,
    pub page: usize,
    pub x: f64,
    pub y: f64,
}

/// Height of the centre on every page, millimetres; the centre lies on the right edge.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossPage {
    pub role: String,
    pub y: f64,
}

/// Sets the values into the template. `layout.field` names a missing field, `layout.overflow` one that does
/// not fit; [`Info::id`] and [`Info::created_on`] are the caller's to fill.
pub fn lay_out(template: &Template, values: &Values, fonts: &Fonts<'_>) -> Result<Layout> {
    let mut layout = Layout::default();
    needed(template, values)?;
    layout.document.info = info(template, values)?;
    layout.document.fonts = template.fonts.clone();
    let spare = fonts.spare_font().map(|font| {
        layout.document.fonts.push(font);
        template.fonts.len()
    });
    let mut builder = Builder::new(template, values, fonts);
    for block in &template.blocks {
        if let Some(frame) = template.frames.get(block.frame).filter(|frame| frame.flow) {
            builder.block(block, frame.area.w, &[("title", &template.title)])?;
        }
    }
    let mut canvases = flow::place(&builder, &mut layout, spare)?;
    fixed_frames(&mut builder, &mut canvases, &mut layout, spare)?;
    finish(&mut builder, canvases, &mut layout, spare)?;
    Ok(layout)
}

/// The template with its own sample.
pub fn preview(template: &Template, fonts: &Fonts<'_>) -> Result<Layout> {
    lay_out(template, template.sample(), fonts)
}

/// What the template cannot do without is there.
fn needed(template: &Template, values: &Values) -> Result<()> {
    match template.needs.iter().find(|name| !values.has(name)) {
        Some(name) => Err(Fault::new("layout.field", format!("no value for field {name}"))),
        None => Ok(()),
    }
}

pub(crate) fn info(template: &Template, values: &Values) -> Result<Info> {
    let scope = values::Scope::new(values);
    let mut custom = Vec::new();
    for (key, phrase) in &template.custom {
        let value = phrase.filled(&scope)?;
        if !value.is_empty() {
            custom.push((key.clone(), value));
        }
    }
    custom.extend_from_slice(values.custom_data());
    Ok(Info { title: template.title.clone(), custom, ..Info::default() })
}

fn fixed_frames<'a>(
    builder: &mut Builder<'a>,
    canvases: &mut [Canvas],
    layout: &mut Layout,
    spare: Option<usize>,
) -> Result<()> {
    let template = builder.template;
    let pages = canvases.len();
    for (index, frame) in template.frames.iter().enumerate().filter(|(_, frame)| !frame.flow) {
        let blocks: Vec<&'a Block> = template.blocks.iter().filter(|block| block.frame == index).collect();
        for (page, canvas) in canvases.iter_mut().enumerate().filter(|(page, _)| frame.on.is(*page, pages)) {
            fixed::place(builder, frame, &blocks, (page, pages), canvas, layout, spare)?;
        }
    }
    builder.scale = 100;
    Ok(())
}

/// Borders below, watermarks above, fixed places of seals.
fn finish(
    builder: &mut Builder<'_>,
    canvases: Vec<Canvas>,
    layout: &mut Layout,
    spare: Option<usize>,
) -> Result<()> {
    let (template, values) = (builder.template, builder.values);
    let pages = canvases.len();
    let mut annotations = Vec::new();
    for block in template.blocks.iter().filter(|block| values.meet(&block.when)) {
        match &block.what {
            What::Watermark(mark) => annotations.push(watermark::draw(builder, mark, template.page, spare)?),
            What::Seal(seal) => {
                let page = if seal.on == frame::On::First { 0 } else { pages - 1 };
                layout.seals.push(SealPlace { role: seal.role.clone(), page, x: seal.x, y: seal.y });
            }
            _ => {}
        }
    }
    for (page, canvas) in canvases.into_iter().enumerate() {
        let mut objects: Vec<Object> = Vec::new();
        for block in template.blocks.iter().filter(|block| values.meet(&block.when)) {
            if let What::Border(border) = &block.what
                && border.on.is(page, pages)
            {
                objects.extend_from_slice(&border.objects);
            }
        }
        objects.extend(canvas.objects);
        layout.document.pages.push(Page { area: template.page, objects, annotations: annotations.clone() });
    }
    if pages > 1 {
        let y = template.page.h / 2.0;
        layout.cross_page = template.cross_page.as_ref().map(|role| CrossPage { role: role.clone(), y });
    }
    Ok(())
}
