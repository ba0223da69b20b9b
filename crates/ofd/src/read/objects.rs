//! Objects of a page, with what they inherit from drawing parameters.

use super::resources::{DrawParam, Resources};
use super::{Budget, color};
use crate::basic;
use crate::model::{Color, Font, Group, Object, Path, Placed, Rect, Run, Segment, Stroke, Text};
use crate::xml::Element;
use crate::{Fault, Result};

/// The line of the norm: 1 pt (GB/T 33190 §8.2).
const LINE_WIDTH: f64 = 0.353;

/// Composite units within composite units.
const DEEPEST: usize = 32;

pub(super) struct Drawing<'r> {
    resources: &'r Resources,
    left: &'r mut Budget,
    /// For objects without a boundary.
    area: Rect,
    fonts: &'r mut Vec<Font>,
    /// Composite units being drawn.
    open: Vec<String>,
    pub notes: Vec<String>,
}

impl<'r> Drawing<'r> {
    pub fn new(
        resources: &'r Resources,
        left: &'r mut Budget,
        area: Rect,
        fonts: &'r mut Vec<Font>,
    ) -> Drawing<'r> {
        let area = Rect::new(0.0, 0.0, area.w, area.h);
        Drawing { resources, left, area, fonts, open: vec![], notes: vec![] }
    }

    /// Objects of a layer or of an appearance.
    pub fn layer(&mut self, layer: &Element) -> Result<Vec<Object>> {
        let inherited = self.param(layer, &DrawParam::default())?;
        let mut objects = vec![];
        self.block(layer, &inherited, &mut objects)?;
        Ok(objects)
    }

    fn param(&self, element: &Element, inherited: &DrawParam) -> Result<DrawParam> {
        match element.attribute("DrawParam") {
            Some(id) => Ok(self.resources.param(id)?.over(inherited.clone())),
            None => Ok(inherited.clone()),
        }
    }

    fn block(&mut self, block: &Element, inherited: &DrawParam, out: &mut Vec<Object>) -> Result<()> {
        for element in &block.children {
            if !basic::parse_bool(element.attribute("Visible"), true) {
                continue;
            }
            let object = match element.name.as_ref() {
                "TextObject" => Some(self.text(element, inherited)?),
                "PathObject" => Some(self.path(element, inherited)?),
                "ImageObject" => self.image(element),
                "CompositeObject" => self.composite(element, inherited)?,
                "PageBlock" => {
                    self.block(element, inherited, out)?;
                    None
                }
                _ => None,
            };
            if let Some(object) = object {
                if !matches!(object, Object::Group(_)) {
                    self.left.spend(weight(&object))?;
                }
                out.push(object);
            }
        }
        Ok(())
    }

    fn boundary(&self, element: &Element) -> Rect {
        element.attribute("Boundary").and_then(basic::parse_rect).unwrap_or(self.area)
    }

    fn text(&mut self, element: &Element, inherited: &DrawParam) -> Result<Object> {
        let param = self.param(element, inherited)?;
        let number = |name| element.attribute(name).and_then(basic::parse_number);
        let stroked = basic::parse_bool(element.attribute("Stroke"), false);
        let filled = basic::parse_bool(element.attribute("Fill"), true);
        let own = |name| element.child(name).map(|color| color::color(color, self.resources));
        let fill = own("FillColor").or(param.fill).unwrap_or(Color::BLACK);
        let fill = match (filled, stroked) {
            (true, _) => fill,
            // Outlined letters are shown in the colour of their line; neither is the unseen text of scans.
            (false, true) => own("StrokeColor").or(param.stroke).unwrap_or(Color::BLACK),
            (false, false) => Color { a: 0, ..fill },
        };
        let weight = number("Weight").map_or(400, |weight| weight.clamp(0.0, 1000.0) as u16);
        Ok(Object::Text(Text {
            boundary: self.boundary(element),
            ctm: element.attribute("CTM").and_then(basic::parse_matrix),
            font: self.font(element),
            size: number("Size").filter(|size| *size > 0.0).unwrap_or(LINE_WIDTH * 10.0),
            weight,
            italic: basic::parse_bool(element.attribute("Italic"), false),
            h_scale: number("HScale").filter(|scale| *scale > 0.0).unwrap_or(1.0),
            fill: faded(fill, element),
            runs: runs(element),
        }))
    }

    /// The font, or a common one in the place of one that is missing.
    fn font(&mut self, element: &Element) -> usize {
        let id = element.attribute("Font").unwrap_or("");
        if let Some(place) = self.resources.font(id) {
            return place;
        }
        self.note(format!("字体{id}不存在，以宋体代替"));
        let common = Font { name: "宋体".to_owned(), ..Font::default() };
        self.fonts.iter().position(|font| *font == common).unwrap_or_else(|| {
            self.fonts.push(common);
            self.fonts.len() - 1
        })
    }

    fn path(&mut self, element: &Element, inherited: &DrawParam) -> Result<Object> {
        let param = self.param(element, inherited)?;
        let own = |name| element.child(name).map(|color| color::color(color, self.resources));
        let width = element.attribute("LineWidth").and_then(basic::parse_number).or(param.line_width);
        let dash = element.attribute("DashPattern").and_then(basic::parse_array).or(param.dash);
        let stroke = basic::parse_bool(element.attribute("Stroke"), true).then(|| Stroke {
            color: faded(own("StrokeColor").or(param.stroke).unwrap_or(Color::BLACK), element),
            width: width.unwrap_or(LINE_WIDTH),
            dash: dash.unwrap_or_default(),
        });
        // A fill without a colour is transparent (GB/T 33190 §9.1).
        let fill = basic::parse_bool(element.attribute("Fill"), false)
            .then(|| own("FillColor").or(param.fill).map(|color| faded(color, element)))
            .flatten();
        let rule = element.attribute("Rule").unwrap_or("").to_ascii_lowercase();
        Ok(Object::Path(Path {
            boundary: self.boundary(element),
            ctm: element.attribute("CTM").and_then(basic::parse_matrix),
            stroke,
            fill,
            even_odd: rule.starts_with("even"),
            segments: segments(element.value_of("AbbreviatedData").unwrap_or("")),
        }))
    }

    fn image(&mut self, element: &Element) -> Option<Object> {
        let id = element.attribute("ResourceID").unwrap_or("");
        let Some(image) = self.resources.image(id) else {
            self.note(format!("图片{id}不存在"));
            return None;
        };
        let boundary = self.boundary(element);
        let filling = [boundary.w, 0.0, 0.0, boundary.h, 0.0, 0.0];
        let ctm = element.attribute("CTM").and_then(basic::parse_matrix).filter(|ctm| *ctm != filling);
        Some(Object::Image(Placed { boundary, ctm, alpha: alpha(element), image }))
    }

    fn composite(&mut self, element: &Element, inherited: &DrawParam) -> Result<Option<Object>> {
        let id = element.attribute("ResourceID").unwrap_or("").to_owned();
        let Some(unit) = self.resources.unit(&id) else {
            self.note(format!("复合图元{id}不存在"));
            return Ok(None);
        };
        if self.open.contains(&id) {
            return Err(Fault::new("read.cycle", format!("CompositeGraphicUnit {id}")));
        }
        if self.open.len() >= DEEPEST {
            return Err(Fault::new("read.depth", format!("CompositeGraphicUnit {id}")));
        }
        self.left.spend(1)?;
        self.open.push(id);
        let param = self.param(element, inherited)?;
        let mut objects = vec![];
        if let Some(content) = unit.child("Content") {
            self.block(content, &param, &mut objects)?;
        }
        self.open.pop();
        Ok(Some(Object::Group(Group {
            boundary: self.boundary(element),
            ctm: element.attribute("CTM").and_then(basic::parse_matrix),
            alpha: alpha(element),
            objects,
        })))
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) && self.notes.len() < 100 {
            self.notes.push(note);
        }
    }
}

/// How much of the limit an object takes.
pub(super) fn weight(object: &Object) -> usize {
    match object {
        Object::Text(text) => {
            let steps = |run: &Run| 1 + (run.text.len() + run.delta_x.len() + run.delta_y.len()) / 64;
            text.runs.iter().map(steps).sum::<usize>().max(1)
        }
        Object::Path(path) => 1 + path.segments.len() / 8,
        Object::Image(_) => 1,
        Object::Group(group) => 1 + group.objects.iter().map(weight).sum::<usize>(),
    }
}

fn alpha(element: &Element) -> u8 {
    element.attribute("Alpha").map_or(255, color::byte)
}

/// The opacity of the object goes into its colour.
fn faded(color: Color, element: &Element) -> Color {
    let product = u16::from(color.a) * u16::from(alpha(element));
    Color { a: ((product + 127) / 255) as u8, ..color }
}

fn runs(element: &Element) -> Vec<Run> {
    let mut before = (0.0, 0.0);
    let run = |code: &Element| {
        let number = |name| code.attribute(name).and_then(basic::parse_number);
        // A place not given is that of the run before (GB/T 33190 §11.3).
        before = (number("X").unwrap_or(before.0), number("Y").unwrap_or(before.1));
        let glyphs = code.text.chars().count();
        let steps = |name| code.attribute(name).map_or(vec![], |text| basic::parse_deltas(text, glyphs));
        Run {
            x: before.0,
            y: before.1,
            delta_x: steps("DeltaX"),
            delta_y: steps("DeltaY"),
            text: code.text.to_string(),
        }
    };
    element.all("TextCode").map(run).collect()
}

/// Operators up to the first that cannot be read.
fn segments(data: &str) -> Vec<Segment> {
    let mut words = basic::words(data);
    let mut segments = vec![];
    while let Some(operator) = words.next() {
        let mut take = |count: usize| -> Option<Vec<f64>> {
            (0..count).map(|_| words.next().and_then(basic::parse_number)).collect()
        };
        let segment = match operator {
            "S" | "M" => take(2).map(|v| Segment::Move(v[0], v[1])),
            "L" => take(2).map(|v| Segment::Line(v[0], v[1])),
            "Q" => take(4).map(|v| Segment::Quad([v[0], v[1], v[2], v[3]])),
            "B" => take(6).map(|v| Segment::Cubic([v[0], v[1], v[2], v[3], v[4], v[5]])),
            "A" => take(7).map(|v| Segment::Arc {
                rx: v[0],
                ry: v[1],
                rotation: v[2],
                large: v[3] != 0.0,
                sweep: v[4] != 0.0,
                x: v[5],
                y: v[6],
            }),
            "C" => Some(Segment::Close),
            _ => None,
        };
        let Some(segment) = segment else { break };
        segments.push(segment);
    }
    segments
}
