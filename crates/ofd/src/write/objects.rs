//! Objects of a page as elements.

use super::Ids;
use crate::basic;
use crate::model::{Color, Group, Matrix, Object, Path, Placed, Rect, Segment, Text};
use crate::xml::Writer;

pub(super) struct Drawing<'a> {
    pub ids: Ids,
    /// Identifiers by position in the document's lists.
    pub fonts: Vec<u32>,
    pub images: Vec<u32>,
    /// Groups met so far; they become composite units among the resources (GB/T 33190 §13).
    pub units: Vec<(u32, &'a Group)>,
}

impl<'a> Drawing<'a> {
    pub fn objects(&mut self, xml: &mut Writer, objects: &'a [Object]) {
        for object in objects {
            match object {
                Object::Text(text) => self.text(xml, text),
                Object::Path(path) => self.path(xml, path),
                Object::Image(placed) => self.image(xml, placed),
                Object::Group(group) => self.group(xml, group),
            }
        }
    }

    fn start(&mut self, xml: &mut Writer, name: &'static str, boundary: &Rect, ctm: Option<&Matrix>) {
        xml.open(name).attribute("ID", self.ids.next().to_string());
        xml.attribute("Boundary", basic::rect(boundary));
        if let Some(ctm) = ctm {
            xml.attribute("CTM", basic::array(ctm));
        }
    }

    fn text(&mut self, xml: &mut Writer, text: &Text) {
        self.start(xml, "TextObject", &text.boundary, text.ctm.as_ref());
        xml.attribute("Font", self.fonts[text.font].to_string());
        xml.attribute("Size", basic::number(text.size));
        if text.weight != 400 {
            xml.attribute("Weight", text.weight.to_string());
        }
        if text.italic {
            xml.attribute("Italic", "true");
        }
        if text.h_scale != 1.0 {
            xml.attribute("HScale", basic::number(text.h_scale));
        }
        color(xml, "FillColor", text.fill);
        for run in &text.runs {
            xml.open("TextCode").attribute("X", basic::number(run.x)).attribute("Y", basic::number(run.y));
            for (name, steps) in [("DeltaX", &run.delta_x), ("DeltaY", &run.delta_y)] {
                if !steps.is_empty() {
                    xml.attribute(name, basic::deltas(steps));
                }
            }
            xml.text(&run.text).close();
        }
        xml.close();
    }

    fn path(&mut self, xml: &mut Writer, path: &Path) {
        self.start(xml, "PathObject", &path.boundary, path.ctm.as_ref());
        if let Some(stroke) = &path.stroke {
            xml.attribute("LineWidth", basic::number(stroke.width));
            if !stroke.dash.is_empty() {
                xml.attribute("DashPattern", basic::array(&stroke.dash));
            }
        } else {
            xml.attribute("Stroke", "false");
        }
        if path.fill.is_some() {
            xml.attribute("Fill", "true");
        }
        if path.even_odd {
            xml.attribute("Rule", "Even-Odd");
        }
        if let Some(stroke) = &path.stroke {
            color(xml, "StrokeColor", stroke.color);
        }
        if let Some(fill) = path.fill {
            color(xml, "FillColor", fill);
        }
        xml.leaf("AbbreviatedData", &outline(&path.segments)).close();
    }

    fn image(&mut self, xml: &mut Writer, placed: &Placed) {
        // The picture is a square of 1 mm until a matrix makes it larger (GB/T 33190 §10).
        let filling = [placed.boundary.w, 0.0, 0.0, placed.boundary.h, 0.0, 0.0];
        self.start(xml, "ImageObject", &placed.boundary, Some(placed.ctm.as_ref().unwrap_or(&filling)));
        alpha(xml, placed.alpha);
        xml.attribute("ResourceID", self.images[placed.image].to_string()).close();
    }

    fn group(&mut self, xml: &mut Writer, group: &'a Group) {
        self.start(xml, "CompositeObject", &group.boundary, group.ctm.as_ref());
        alpha(xml, group.alpha);
        let unit = self.ids.next();
        xml.attribute("ResourceID", unit.to_string()).close();
        self.units.push((unit, group));
    }
}

fn alpha(xml: &mut Writer, alpha: u8) {
    if alpha != 255 {
        xml.attribute("Alpha", alpha.to_string());
    }
}

fn color(xml: &mut Writer, name: &'static str, color: Color) {
    xml.open(name).attribute("Value", format!("{} {} {}", color.r, color.g, color.b));
    alpha(xml, color.a);
    xml.close();
}

/// The operators of GB/T 33190 §9.1.
fn outline(segments: &[Segment]) -> String {
    let mut out = String::with_capacity(10 * segments.len());
    for segment in segments {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut one = |operator: &str, values: &[f64]| {
            out.push_str(operator);
            basic::push_array(&mut out, values);
        };
        match segment {
            Segment::Move(x, y) => one("M ", &[*x, *y]),
            Segment::Line(x, y) => one("L ", &[*x, *y]),
            Segment::Quad(points) => one("Q ", points),
            Segment::Cubic(points) => one("B ", points),
            Segment::Arc { rx, ry, rotation, large, sweep, x, y } => {
                let flag = |set: &bool| f64::from(u8::from(*set));
                one("A ", &[*rx, *ry, *rotation, flag(large), flag(sweep), *x, *y]);
            }
            Segment::Close => one("C", &[]),
        }
    }
    out
}
