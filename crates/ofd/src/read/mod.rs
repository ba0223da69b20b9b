//! From a package to the model. Files of other writers are read as far as their pages can be shown: what is
//! unknown is left out, what is missing gets the norm's default, and a note says so.

mod color;
mod extras;
mod objects;
mod resources;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::basic;
use crate::entrance;
use crate::model::{A4, Document, Object, Page, Rect};
use crate::package::{Package, directory_of, resolve};
use crate::xml::{self, Element};
use crate::{Fault, Limits, Result};

use objects::Drawing;
use resources::Resources;

/// A document and what people should know about its reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub document: Document,
    /// In Chinese, for people: several documents, missing pictures and the like.
    pub notes: Vec<String>,
}

/// The first document of the package.
///
/// Errors: `ofd.entrance` (no document), `read.missing` (it or a page of it is not there), `read.cycle` (templates, units or
/// drawing parameters within themselves), `read.depth`, `read.pages`, `read.objects`, `read.size` (beyond the limits), and
/// those of [`xml`].
pub fn read(package: &Package, limits: &Limits) -> Result<Document> {
    read_noting(package, limits).map(|reading| reading.document)
}

/// As [`read`], with notes.
pub fn read_noting(package: &Package, limits: &Limits) -> Result<Reading> {
    let mut bodies = entrance::bodies(package, limits)?;
    let count = bodies.len();
    let body = bodies.swap_remove(0);
    let text = xml::text(file(package, &body.root)?)?;
    let tree = xml::parse(&text, limits)?;
    let mut reader = Reader::new(package, limits, body.directory);
    if count > 1 {
        reader.note(format!("文件包含{count}份文档，只显示第一份"));
    }
    let mut document = reader.document(&tree)?;
    document.info = body.info;
    Ok(Reading { document, notes: reader.notes })
}

fn file<'p>(package: &'p Package, path: &str) -> Result<&'p [u8]> {
    package.get(path).ok_or_else(|| missing(path))
}

fn missing(what: &str) -> Fault {
    Fault::new("read.missing", what)
}

struct Reader<'p> {
    package: &'p Package,
    limits: &'p Limits,
    /// Of the document, such as `Doc_0`.
    directory: String,
    resources: Resources,
    /// Objects of template pages by identifier: read once, used by many pages.
    templates: HashMap<String, Vec<Object>>,
    left: Budget,
    notes: Vec<String>,
}

/// How much may still be drawn: one for an object, more for long texts and outlines.
#[derive(Debug)]
struct Budget(usize);

impl Budget {
    fn spend(&mut self, amount: usize) -> Result<()> {
        self.0 = self.0.checked_sub(amount).ok_or_else(|| Fault::new("read.objects", "beyond the limit"))?;
        Ok(())
    }
}

impl<'p> Reader<'p> {
    fn new(package: &'p Package, limits: &'p Limits, directory: String) -> Reader<'p> {
        Reader {
            package,
            limits,
            directory,
            resources: Resources::default(),
            templates: HashMap::new(),
            left: Budget(limits.objects),
            notes: vec![],
        }
    }

    fn note(&mut self, note: String) {
        /// More help nobody.
        const MOST: usize = 100;
        if self.notes.len() < MOST && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The file `loc` means: relative to the file that names it; writers also mean the document's folder or
    /// the root of the package.
    fn locate(&self, directory: &str, loc: &str) -> Option<String> {
        let places = [directory, &self.directory, ""];
        places.iter().filter_map(|place| resolve(place, loc)).find(|path| self.package.get(path).is_some())
    }

    fn document(&mut self, tree: &Element) -> Result<Document> {
        let common = tree.child("CommonData");
        let mut document = Document::default();
        self.resources.push();
        for name in ["PublicRes", "DocumentRes"] {
            for place in common.iter().flat_map(|common| common.all(name)) {
                let directory = self.directory.clone();
                self.resource_file(&directory, place.value(), &mut document)?;
            }
        }
        let default_space = common.and_then(|common| common.value_of("DefaultCS"));
        self.resources.default_space = default_space.map(str::to_owned);
        let area = common.and_then(|common| common.child("PageArea")).and_then(area).unwrap_or(A4);

        let pages: Vec<&Element> = tree.child("Pages").map_or(vec![], |pages| pages.all("Page").collect());
        if pages.len() > self.limits.pages {
            return Err(Fault::new("read.pages", pages.len().to_string()));
        }
        let annotations = self.annotation_files(tree)?;
        for page in pages {
            let mut read = self.page(page, common, area, &mut document)?;
            let id = page.attribute("ID").unwrap_or("");
            for path in annotations.iter().filter(|(page, _)| page == id).map(|(_, path)| path) {
                read.annotations.extend(self.annotations(path, read.area, &mut document)?);
            }
            document.pages.push(read);
        }
        document.attachments = self.attachments(tree)?;
        Ok(document)
    }

    fn page(
        &mut self,
        entry: &Element,
        common: Option<&Element>,
        default_area: Rect,
        document: &mut Document,
    ) -> Result<Page> {
        let loc = entry.attribute("BaseLoc").unwrap_or("");
        let path = self.locate(&self.directory, loc).ok_or_else(|| missing(loc))?;
        let text = xml::text(file(self.package, &path)?)?;
        let tree = xml::parse(&text, self.limits)?;
        let area = tree.child("Area").and_then(area).unwrap_or(default_area);

        let mut layers: Vec<(u8, Vec<Object>)> = vec![];
        for used in tree.all("Template") {
            let id = used.attribute("TemplateID").unwrap_or("");
            let Some(template) = common.and_then(|common| {
                common.all("TemplatePage").find(|template| template.attribute("ID") == Some(id))
            }) else {
                self.note(format!("模板页{id}不存在"));
                continue;
            };
            let order = used.attribute("ZOrder").or(template.attribute("ZOrder"));
            layers.push((rank(order, 0), self.template(id, template, area, document)?));
        }
        layers.extend(self.layers(&tree, &path, area, document)?);
        // Stable: layers of one kind stay in the order in which they are written.
        layers.sort_by_key(|(rank, _)| *rank);
        let objects = layers.into_iter().flat_map(|(_, objects)| objects).collect();
        Ok(Page { area, objects, annotations: vec![] })
    }

    fn template(
        &mut self,
        id: &str,
        entry: &Element,
        area: Rect,
        document: &mut Document,
    ) -> Result<Vec<Object>> {
        if let Some(objects) = self.templates.get(id) {
            self.left.spend(objects.iter().map(objects::weight).sum())?;
            return Ok(objects.clone());
        }
        let loc = entry.attribute("BaseLoc").unwrap_or("");
        let Some(path) = self.locate(&self.directory, loc) else {
            self.note(format!("模板页文件{loc}不存在"));
            return Ok(vec![]);
        };
        let text = xml::text(file(self.package, &path)?)?;
        let tree = xml::parse(&text, self.limits)?;
        if tree.child("Template").is_some() {
            // The norm gives templates to pages only; one within another could go on for ever.
            return Err(Fault::new("read.cycle", path));
        }
        let mut layers = self.layers(&tree, &path, area, document)?;
        layers.sort_by_key(|(rank, _)| *rank);
        let objects: Vec<Object> = layers.into_iter().flat_map(|(_, objects)| objects).collect();
        self.templates.insert(id.to_owned(), objects.clone());
        Ok(objects)
    }

    /// Rank and objects of each layer, with the page's own resources in reach.
    fn layers(
        &mut self,
        tree: &Element,
        path: &str,
        area: Rect,
        document: &mut Document,
    ) -> Result<Vec<(u8, Vec<Object>)>> {
        self.resources.push();
        for place in tree.all("PageRes") {
            self.resource_file(directory_of(path), place.value(), document)?;
        }
        let mut layers = vec![];
        let mut drawing = Drawing::new(&self.resources, &mut self.left, area, &mut document.fonts);
        for layer in tree.child("Content").iter().flat_map(|content| content.all("Layer")) {
            let objects = drawing.layer(layer)?;
            layers.push((rank(layer.attribute("Type"), 1), objects));
        }
        let notes = std::mem::take(&mut drawing.notes);
        self.resources.pop();
        notes.into_iter().for_each(|note| self.note(note));
        Ok(layers)
    }
}

/// Background below body below foreground.
fn rank(kind: Option<&str>, default: u8) -> u8 {
    match kind.map(str::to_ascii_lowercase).as_deref() {
        Some("background") => 0,
        Some("body") => 1,
        Some("foreground") => 2,
        _ => default,
    }
}

/// The paper of an area.
fn area(element: &Element) -> Option<Rect> {
    element.value_of("PhysicalBox").and_then(basic::parse_rect).filter(|area| area.w > 0.0 && area.h > 0.0)
}
