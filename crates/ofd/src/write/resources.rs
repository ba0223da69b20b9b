//! Fonts in `PublicRes.xml`; pictures and composite units in `DocumentRes.xml`.

use super::Ids;
use super::objects::Drawing;
use crate::Result;
use crate::basic;
use crate::model::{Document, Image, ImageFormat};
use crate::package::Package;
use crate::xml::Writer;

/// Identifiers of the fonts.
pub(super) fn fonts(document: &Document, ids: &mut Ids, package: &mut Package) -> Result<Vec<u32>> {
    if document.fonts.is_empty() {
        return Ok(vec![]);
    }
    let mut xml = Writer::new("Res");
    xml.attribute("BaseLoc", "Res").open("Fonts");
    let mut given = vec![];
    // Several names may stand for one file: it is written once.
    let mut written: Vec<(&[u8], String)> = vec![];
    for font in &document.fonts {
        let id = ids.next();
        xml.open("Font").attribute("ID", id.to_string()).attribute("FontName", &font.name);
        if !font.family.is_empty() {
            xml.attribute("FamilyName", &font.family);
        }
        for (name, set) in [("Italic", font.italic), ("Bold", font.bold)] {
            if set {
                xml.attribute(name, "true");
            }
        }
        if let Some(bytes) = &font.file {
            let known = written.iter().find(|(known, _)| known == bytes).map(|(_, file)| file.clone());
            let file = known.clone().unwrap_or_else(|| {
                let extension = if bytes.starts_with(b"OTTO") { "otf" } else { "ttf" };
                format!("Font_{id}.{extension}")
            });
            xml.leaf("FontFile", &file);
            if known.is_none() {
                package.put(&format!("Doc_0/Res/{file}"), bytes.clone())?;
                written.push((bytes, file));
            }
        }
        xml.close();
        given.push(id);
    }
    package.put("Doc_0/PublicRes.xml", xml.finish()?)?;
    Ok(given)
}

pub(super) fn image_ids(document: &Document, ids: &mut Ids) -> Vec<u32> {
    document.images.iter().map(|_| ids.next()).collect()
}

/// Whether there are any. Units may contain units: each is written when its turn comes.
pub(super) fn document<'a>(
    document: &'a Document,
    drawing: &mut Drawing<'a>,
    package: &mut Package,
) -> Result<bool> {
    if document.images.is_empty() && drawing.units.is_empty() {
        return Ok(false);
    }
    let mut xml = Writer::new("Res");
    xml.attribute("BaseLoc", "Res");
    if !document.images.is_empty() {
        xml.open("MultiMedias");
        for (image, id) in document.images.iter().zip(&drawing.images) {
            let (format, extension) = kind(image);
            let file = format!("Image_{id}.{extension}");
            xml.open("MultiMedia").attribute("ID", id.to_string()).attribute("Type", "Image");
            if let Some(format) = format {
                xml.attribute("Format", format);
            }
            xml.leaf("MediaFile", &file).close();
            package.put(&format!("Doc_0/Res/{file}"), image.bytes.clone())?;
        }
        xml.close();
    }
    if !drawing.units.is_empty() {
        xml.open("CompositeGraphicUnits");
        let mut next = 0;
        while let Some((id, group)) = drawing.units.get(next).copied() {
            xml.open("CompositeGraphicUnit").attribute("ID", id.to_string());
            xml.attribute("Width", basic::number(group.boundary.w));
            xml.attribute("Height", basic::number(group.boundary.h));
            xml.open("Content");
            drawing.objects(&mut xml, &group.objects);
            xml.close().close();
            next += 1;
        }
    }
    package.put("Doc_0/DocumentRes.xml", xml.finish()?)?;
    Ok(true)
}

fn kind(image: &Image) -> (Option<&'static str>, &'static str) {
    match image.format {
        ImageFormat::Png => (Some("PNG"), "png"),
        ImageFormat::Jpeg => (Some("JPEG"), "jpg"),
        ImageFormat::Bmp => (Some("BMP"), "bmp"),
        ImageFormat::Other => (None, "bin"),
    }
}
