//! Fonts, pictures, colour spaces, drawing parameters and composite units, by identifier.

use std::collections::HashMap;

use super::color::{self, Space};
use super::{Reader, file};
use crate::basic;
use crate::model::{Color, Document, Font, Image, ImageFormat};
use crate::package::{directory_of, resolve};
use crate::xml::{self, Element};
use crate::{Fault, Result};

/// What drawing parameters set; what they leave open comes from the ones they inherit.
#[derive(Debug, Clone, Default)]
pub(super) struct DrawParam {
    pub relative: Option<String>,
    pub line_width: Option<f64>,
    pub dash: Option<Vec<f64>>,
    pub fill: Option<Color>,
    pub stroke: Option<Color>,
}

impl DrawParam {
    /// These, and where they are silent those of `base`.
    pub fn over(self, base: DrawParam) -> DrawParam {
        DrawParam {
            relative: None,
            line_width: self.line_width.or(base.line_width),
            dash: self.dash.or(base.dash),
            fill: self.fill.or(base.fill),
            stroke: self.stroke.or(base.stroke),
        }
    }
}

/// Resources of the document, and above them those of the page being read.
#[derive(Debug, Default)]
pub(super) struct Resources {
    levels: Vec<Level>,
    pub default_space: Option<String>,
    /// Positions of files that are in the document's lists already, by path.
    placed: HashMap<String, usize>,
    /// Bytes copied so far.
    loaded: usize,
}

#[derive(Debug, Default)]
struct Level {
    fonts: HashMap<String, usize>,
    images: HashMap<String, usize>,
    spaces: HashMap<String, Space>,
    params: HashMap<String, DrawParam>,
    units: HashMap<String, Element<'static>>,
}

impl Resources {
    pub fn push(&mut self) {
        self.levels.push(Level::default());
    }

    pub fn pop(&mut self) {
        self.levels.pop();
    }

    fn find<'r, T>(&'r self, of: impl Fn(&'r Level) -> Option<&'r T>) -> Option<&'r T> {
        self.levels.iter().rev().find_map(of)
    }

    pub fn font(&self, id: &str) -> Option<usize> {
        self.find(|level| level.fonts.get(id)).copied()
    }

    pub fn image(&self, id: &str) -> Option<usize> {
        self.find(|level| level.images.get(id)).copied()
    }

    pub fn space(&self, id: &str) -> Option<&Space> {
        self.find(|level| level.spaces.get(id))
    }

    pub fn unit(&self, id: &str) -> Option<&Element<'static>> {
        self.find(|level| level.units.get(id))
    }

    /// Drawing parameters with all they inherit; nothing when they are not there.
    pub fn param(&self, id: &str) -> Result<DrawParam> {
        let mut met = vec![id.to_owned()];
        let mut param = DrawParam::default();
        let mut next = Some(id.to_owned());
        while let Some(found) = next.and_then(|id| self.find(|level| level.params.get(&id)).cloned()) {
            next = found.relative.clone();
            param = param.over(found);
            if let Some(id) = &next {
                if met.contains(id) {
                    return Err(Fault::new("read.cycle", format!("DrawParam {id}")));
                }
                met.push(id.clone());
            }
        }
        Ok(param)
    }
}

impl Reader<'_> {
    /// Takes the resources of a file in; one that is missing leaves its objects out.
    pub(super) fn resource_file(
        &mut self,
        directory: &str,
        loc: &str,
        document: &mut Document,
    ) -> Result<()> {
        let Some(path) = self.locate(directory, loc) else {
            self.note(format!("资源文件{loc}不存在"));
            return Ok(());
        };
        let text = xml::text(file(self.package, &path)?)?;
        let tree = xml::parse(&text, self.limits)?;
        let own = directory_of(&path);
        let base = tree.attribute("BaseLoc").and_then(|base| resolve(own, base)).unwrap_or(own.to_owned());
        // Colours of drawing parameters may name a space that stands behind them.
        for group in tree.all("ColorSpaces") {
            for space in group.all("ColorSpace") {
                if let Some((id, level)) = self.entry(space) {
                    level.spaces.insert(id, Space::parse(space));
                }
            }
        }
        for group in &tree.children {
            for item in &group.children {
                match item.name.as_ref() {
                    "Font" => self.font(item, &base, document)?,
                    "MultiMedia" => self.image(item, &base, document)?,
                    "DrawParam" => self.draw_param(item),
                    "CompositeGraphicUnit" | "CompositeGraphUnit" => {
                        if let Some((id, level)) = self.entry(item) {
                            level.units.insert(id, item.clone().into_owned());
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Identifier of a resource and the level it belongs to.
    fn entry(&mut self, item: &Element) -> Option<(String, &mut Level)> {
        let id = item.attribute("ID")?.to_owned();
        Some((id, self.resources.levels.last_mut()?))
    }

    fn font(&mut self, item: &Element, base: &str, document: &mut Document) -> Result<()> {
        let mut bytes = None;
        if let Some(loc) = item.value_of("FontFile") {
            match self.locate(base, loc) {
                Some(path) => bytes = Some(self.load(&path)?),
                None => self.note(format!("字体文件{loc}不存在")),
            }
        }
        let text = |name| item.attribute(name).unwrap_or("").to_owned();
        document.fonts.push(Font {
            name: text("FontName"),
            family: text("FamilyName"),
            bold: basic::parse_bool(item.attribute("Bold"), false),
            italic: basic::parse_bool(item.attribute("Italic"), false),
            file: bytes,
        });
        let place = document.fonts.len() - 1;
        if let Some((id, level)) = self.entry(item) {
            level.fonts.insert(id, place);
        }
        Ok(())
    }

    fn image(&mut self, item: &Element, base: &str, document: &mut Document) -> Result<()> {
        if item.attribute("Type").is_some_and(|kind| !kind.eq_ignore_ascii_case("image")) {
            return Ok(());
        }
        let loc = item.value_of("MediaFile").unwrap_or("");
        let Some(path) = self.locate(base, loc) else {
            self.note(format!("图片文件{loc}不存在"));
            return Ok(());
        };
        let place = match self.resources.placed.get(&path) {
            Some(place) => *place,
            None => {
                let bytes = self.load(&path)?;
                document.images.push(Image { format: format(&bytes), bytes });
                self.resources.placed.insert(path, document.images.len() - 1);
                document.images.len() - 1
            }
        };
        if let Some((id, level)) = self.entry(item) {
            level.images.insert(id, place);
        }
        Ok(())
    }

    /// A copy of a file; all copies together stay within the limit of the package.
    pub(super) fn load(&mut self, path: &str) -> Result<Vec<u8>> {
        let bytes = file(self.package, path)?;
        self.resources.loaded = self.resources.loaded.saturating_add(bytes.len());
        if self.resources.loaded > self.limits.total_bytes {
            return Err(Fault::new("read.size", path));
        }
        Ok(bytes.to_vec())
    }

    fn draw_param(&mut self, item: &Element) {
        let of = |name| item.child(name).map(|element| color::color(element, &self.resources));
        let param = DrawParam {
            relative: item.attribute("Relative").map(str::to_owned),
            line_width: item.attribute("LineWidth").and_then(basic::parse_number),
            dash: item.attribute("DashPattern").and_then(basic::parse_array),
            fill: of("FillColor"),
            stroke: of("StrokeColor"),
        };
        if let Some((id, level)) = self.entry(item) {
            level.params.insert(id, param);
        }
    }
}

/// By the first bytes: what `Format` says is often wrong.
fn format(bytes: &[u8]) -> ImageFormat {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => ImageFormat::Png,
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat::Jpeg,
        [b'B', b'M', ..] => ImageFormat::Bmp,
        _ => ImageFormat::Other,
    }
}
