//! From the model to a package: one document `Doc_0`, element order as in the schemas of GB/T 33190.

mod check;
mod objects;
mod resources;

#[cfg(test)]
mod tests;

use crate::basic;
use crate::model::{A4, AnnotationKind, Attachment, Document, Page};
use crate::package::Package;
use crate::xml::Writer;
use crate::{Fault, Result};

use objects::Drawing;

/// A complete package: the same document gives the same bytes.
///
/// Errors: `write.font`, `write.image` (an object names what the lists do not have), `write.number` (not
/// finite), `write.depth` (groups in groups), `xml.character` (text with control characters).
pub fn write(document: &Document) -> Result<Package> {
    check::check(document)?;
    let mut ids = Ids::default();
    let mut package = Package::default();
    let fonts = resources::fonts(document, &mut ids, &mut package)?;
    let images = resources::image_ids(document, &mut ids);
    let mut drawing = Drawing { ids, fonts, images, units: vec![] };

    let mut pages = vec![];
    for (number, page) in document.pages.iter().enumerate() {
        let id = drawing.ids.next();
        package.put(&format!("Doc_0/Pages/Page_{number}/Content.xml"), content(page, &mut drawing)?)?;
        pages.push(id);
    }
    let annotated = annotations(document, &pages, &mut drawing, &mut package)?;
    let attached = attachments(&document.attachments, &mut package)?;
    let resources = resources::document(document, &mut drawing, &mut package)?;
    let parts = Parts { public: !document.fonts.is_empty(), resources, annotated, attached };
    package.put("Doc_0/Document.xml", root(document, &pages, &parts, drawing.ids.last)?)?;
    package.put("OFD.xml", entrance(document)?)?;
    Ok(package)
}

/// Identifiers of one document, counted from one.
#[derive(Debug, Default)]
struct Ids {
    last: u32,
}

impl Ids {
    fn next(&mut self) -> u32 {
        self.last += 1;
        self.last
    }
}

/// Which files besides the pages there are.
struct Parts {
    public: bool,
    resources: bool,
    annotated: bool,
    attached: bool,
}

fn entrance(document: &Document) -> Result<Vec<u8>> {
    let info = &document.info;
    let mut xml = Writer::new("OFD");
    xml.attribute("Version", "1.1").attribute("DocType", "OFD");
    xml.open("DocBody").open("DocInfo");
    for (name, value) in [
        ("DocID", &info.id),
        ("Title", &info.title),
        ("Author", &info.author),
        ("CreationDate", &info.created_on),
        ("Creator", &info.creator),
    ] {
        if !value.is_empty() {
            xml.leaf(name, value);
        }
    }
    if !info.custom.is_empty() {
        xml.open("CustomDatas");
        for (name, value) in &info.custom {
            xml.open("CustomData").attribute("Name", name).text(value).close();
        }
        xml.close();
    }
    xml.close().leaf("DocRoot", "Doc_0/Document.xml");
    xml.finish()
}

fn root(document: &Document, pages: &[u32], parts: &Parts, last_id: u32) -> Result<Vec<u8>> {
    let area = document.pages.first().map_or(A4, |page| page.area);
    let mut xml = Writer::new("Document");
    xml.open("CommonData").leaf("MaxUnitID", &last_id.to_string());
    xml.open("PageArea").leaf("PhysicalBox", &basic::rect(&area)).close();
    if parts.public {
        xml.leaf("PublicRes", "PublicRes.xml");
    }
    if parts.resources {
        xml.leaf("DocumentRes", "DocumentRes.xml");
    }
    xml.close().open("Pages");
    for (number, id) in pages.iter().enumerate() {
        xml.open("Page").attribute("ID", id.to_string());
        xml.attribute("BaseLoc", format!("Pages/Page_{number}/Content.xml")).close();
    }
    xml.close();
    if parts.annotated {
        xml.leaf("Annotations", "Annots/Annotations.xml");
    }
    if parts.attached {
        xml.leaf("Attachments", "Attachs/Attachments.xml");
    }
    xml.finish()
}

fn content<'a>(page: &'a Page, drawing: &mut Drawing<'a>) -> Result<Vec<u8>> {
    let mut xml = Writer::new("Page");
    xml.open("Area").leaf("PhysicalBox", &basic::rect(&page.area)).close();
    xml.open("Content").open("Layer");
    xml.attribute("ID", drawing.ids.next().to_string()).attribute("Type", "Body");
    drawing.objects(&mut xml, &page.objects);
    xml.finish()
}

/// Whether there are any.
fn annotations<'a>(
    document: &'a Document,
    pages: &[u32],
    drawing: &mut Drawing<'a>,
    package: &mut Package,
) -> Result<bool> {
    let annotated: Vec<_> =
        document.pages.iter().enumerate().filter(|(_, page)| !page.annotations.is_empty()).collect();
    if annotated.is_empty() {
        return Ok(false);
    }
    let mut list = Writer::new("Annotations");
    for (number, page) in annotated {
        list.open("Page").attribute("PageID", pages[number].to_string());
        list.leaf("FileLoc", &format!("Page_{number}/Annotation.xml")).close();
        let bytes = page_annotations(document, page, drawing)?;
        package.put(&format!("Doc_0/Annots/Page_{number}/Annotation.xml"), bytes)?;
    }
    package.put("Doc_0/Annots/Annotations.xml", list.finish()?)?;
    Ok(true)
}

fn page_annotations<'a>(document: &Document, page: &'a Page, drawing: &mut Drawing<'a>) -> Result<Vec<u8>> {
    let info = &document.info;
    // Both attributes are mandatory (GB/T 33190 §15.2).
    let creator = if info.creator.is_empty() { "ofd" } else { &info.creator };
    let changed_on = if info.created_on.is_empty() { "1970-01-01" } else { &info.created_on };
    let mut xml = Writer::new("PageAnnot");
    for annotation in &page.annotations {
        let (kind, subtype) = match annotation.kind {
            AnnotationKind::Link => ("Link", None),
            AnnotationKind::Path => ("Path", None),
            AnnotationKind::Highlight => ("Highlight", None),
            AnnotationKind::Stamp => ("Stamp", None),
            AnnotationKind::Watermark => ("Watermark", None),
            // The norm knows five types only.
            AnnotationKind::Other => ("Path", Some("Other")),
        };
        xml.open("Annot").attribute("ID", drawing.ids.next().to_string()).attribute("Type", kind);
        xml.attribute("Creator", creator).attribute("LastModDate", changed_on);
        if !annotation.visible {
            xml.attribute("Visible", "false");
        }
        if let Some(subtype) = subtype {
            xml.attribute("Subtype", subtype);
        }
        if !annotation.remark.is_empty() {
            xml.leaf("Remark", &annotation.remark);
        }
        xml.open("Appearance").attribute("Boundary", basic::rect(&annotation.boundary));
        drawing.objects(&mut xml, &annotation.objects);
        xml.close().close();
    }
    xml.finish()
}

/// Whether there are any. Files get names of ours: the given name is for people.
fn attachments(attachments: &[Attachment], package: &mut Package) -> Result<bool> {
    if attachments.is_empty() {
        return Ok(false);
    }
    let mut xml = Writer::new("Attachments");
    for (number, attachment) in attachments.iter().enumerate() {
        let plain = (1..=8).contains(&attachment.format.len())
            && attachment.format.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let extension = if plain { attachment.format.to_ascii_lowercase() } else { "bin".to_owned() };
        let file = format!("Attach_{number}.{extension}");
        xml.open("Attachment").attribute("ID", format!("a{:03}", number + 1));
        xml.attribute("Name", &attachment.name);
        if !attachment.format.is_empty() {
            xml.attribute("Format", &attachment.format);
        }
        if !attachment.created_on.is_empty() {
            xml.attribute("CreationDate", &attachment.created_on);
        }
        // Kilobytes.
        xml.attribute("Size", basic::number(attachment.bytes.len() as f64 / 1024.0));
        xml.attribute("Visible", if attachment.visible { "true" } else { "false" });
        xml.leaf("FileLoc", &file).close();
        package.put(&format!("Doc_0/Attachs/{file}"), attachment.bytes.clone())?;
    }
    package.put("Doc_0/Attachs/Attachments.xml", xml.finish()?)?;
    Ok(true)
}

/// An index of the model that its list does not have.
fn dangling(reason: &'static str, index: usize) -> Fault {
    Fault::new(reason, index.to_string())
}
