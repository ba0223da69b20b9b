//! A template laid over the pages of a document there is: annotated copies.

use super::block::What;
use super::build::Builder;
use super::fonts::Fonts;
use super::template::Template;
use super::values::Values;
use super::{info, needed, watermark};
use crate::Result;
use crate::model::{Document, Object};

/// Adds the watermarks of a template to every page, sized for that page, and its custom data. Other blocks
/// of the template are not drawn. Font positions of the document stay as they are.
pub fn annotate(
    document: &mut Document,
    template: &Template,
    values: &Values,
    fonts: &Fonts<'_>,
) -> Result<()> {
    needed(template, values)?;
    let info = info(template, values)?;
    let mut builder = Builder::new(template, values, fonts);
    let first = document.fonts.len();
    document.fonts.extend(template.fonts.iter().cloned());
    let spare = fonts.spare_font().map(|font| {
        document.fonts.push(font);
        template.fonts.len()
    });
    for page in &mut document.pages {
        for block in template.blocks.iter().filter(|block| values.meet(&block.when)) {
            let What::Watermark(mark) = &block.what else { continue };
            let mut annotation = watermark::draw(&mut builder, mark, page.area, spare)?;
            for object in &mut annotation.objects {
                if let Object::Text(text) = object {
                    text.font += first;
                }
            }
            page.annotations.push(annotation);
        }
    }
    document.info.custom.extend(info.custom);
    Ok(())
}
