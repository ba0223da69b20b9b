//! Annotations and attachments.

use super::objects::Drawing;
use super::{Reader, file};
use crate::Result;
use crate::basic;
use crate::model::{Annotation, AnnotationKind, Attachment, Document, Rect};
use crate::package::directory_of;
use crate::xml::{self, Element};

impl Reader<'_> {
    /// Page identifiers and the files with their annotations.
    pub(super) fn annotation_files(&mut self, tree: &Element) -> Result<Vec<(String, String)>> {
        let Some(loc) = tree.value_of("Annotations") else { return Ok(vec![]) };
        let Some(path) = self.locate(&self.directory, loc) else {
            self.note(format!("注释文件{loc}不存在"));
            return Ok(vec![]);
        };
        let text = xml::text(file(self.package, &path)?)?;
        let list = xml::parse(&text, self.limits)?;
        let mut files = vec![];
        for page in list.all("Page") {
            let id = page.attribute("PageID").unwrap_or("").to_owned();
            for loc in page.all("FileLoc").map(Element::value) {
                match self.locate(directory_of(&path), loc) {
                    Some(path) => files.push((id.clone(), path)),
                    None => self.note(format!("注释文件{loc}不存在")),
                }
            }
        }
        Ok(files)
    }

    pub(super) fn annotations(
        &mut self,
        path: &str,
        area: Rect,
        document: &mut Document,
    ) -> Result<Vec<Annotation>> {
        let text = xml::text(file(self.package, path)?)?;
        let tree = xml::parse(&text, self.limits)?;
        let mut drawing = Drawing::new(&self.resources, &mut self.left, area, &mut document.fonts);
        let mut annotations = vec![];
        for annotation in tree.all("Annot") {
            let appearance = annotation.child("Appearance");
            let boundary = appearance.and_then(|appearance| appearance.attribute("Boundary"));
            annotations.push(Annotation {
                kind: kind(annotation),
                boundary: boundary.and_then(basic::parse_rect).unwrap_or(area),
                remark: annotation.child("Remark").map_or(String::new(), |remark| remark.text.to_string()),
                visible: basic::parse_bool(annotation.attribute("Visible"), true),
                objects: appearance.map_or(Ok(vec![]), |appearance| drawing.layer(appearance))?,
            });
        }
        let notes = std::mem::take(&mut drawing.notes);
        notes.into_iter().for_each(|note| self.note(note));
        Ok(annotations)
    }

    pub(super) fn attachments(&mut self, tree: &Element) -> Result<Vec<Attachment>> {
        let Some(loc) = tree.value_of("Attachments") else { return Ok(vec![]) };
        let Some(path) = self.locate(&self.directory, loc) else {
            self.note(format!("附件清单{loc}不存在"));
            return Ok(vec![]);
        };
        let text = xml::text(file(self.package, &path)?)?;
        let list = xml::parse(&text, self.limits)?;
        let mut attachments = vec![];
        for item in list.all("Attachment") {
            let loc = item.value_of("FileLoc").unwrap_or("");
            let Some(file) = self.locate(directory_of(&path), loc) else {
                self.note(format!("附件{loc}不存在"));
                continue;
            };
            let text = |name| item.attribute(name).unwrap_or("").to_owned();
            attachments.push(Attachment {
                name: text("Name"),
                format: text("Format").to_ascii_lowercase(),
                created_on: text("CreationDate"),
                visible: basic::parse_bool(item.attribute("Visible"), true),
                bytes: self.load(&file)?,
            });
        }
        Ok(attachments)
    }
}

fn kind(annotation: &Element) -> AnnotationKind {
    match (annotation.attribute("Type"), annotation.attribute("Subtype")) {
        (Some("Path"), Some("Other")) => AnnotationKind::Other,
        (Some("Link"), _) => AnnotationKind::Link,
        (Some("Path"), _) => AnnotationKind::Path,
        (Some("Highlight"), _) => AnnotationKind::Highlight,
        (Some("Stamp"), _) => AnnotationKind::Stamp,
        (Some("Watermark"), _) => AnnotationKind::Watermark,
        _ => AnnotationKind::Other,
    }
}
