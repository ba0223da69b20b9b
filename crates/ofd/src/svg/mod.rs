//! Pages as SVG.
//!
//! For reading in a browser under a strict content security policy: presentation attributes only, no style, no
//! script, no reference to anything outside the file. Pictures are `data:` URIs (`img-src data:` when the SVG
//! stands inline in a page or is opened by itself; within `<img>` browsers ask nothing). Every text is escaped,
//! every number finite, and a page ends where [`MOST_BYTES`] are reached, with a sentence that says so.
//!
//! Texts stay texts: they can be selected, searched and read aloud. The root is therefore a document with a
//! title and not `role="img"`, whose contents a screen reader would not enter.

mod defs;
mod families;
mod objects;
mod out;

use crate::model::{Document, Image, Object, Page, Rect};

use objects::Drawing;
pub(crate) use objects::dashes;
use out::{Out, num};

/// What one page may take.
pub const MOST_BYTES: usize = 24 << 20;
/// Groups within groups.
const DEEPEST: usize = 64;

/// The look of a seal on a page.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// Where the whole picture stands on the page. It may reach beyond the page.
    pub boundary: Rect,
    /// The visible part, from the corner of `boundary` (a seal across pages shows a strip on each).
    pub clip: Option<Rect>,
    pub picture: StampPicture<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum StampPicture<'a> {
    Image(&'a Image),
    /// A seal whose picture is an OFD package: its first page fills the boundary.
    Page(&'a Document),
}

/// Draws page `page` (from 0) with these seals. A page that does not exist is an empty drawing.
pub fn page(document: &Document, page: usize, stamps: &[Stamp]) -> String {
    page_within(document, page, stamps, MOST_BYTES)
}

/// The same in at most this many bytes, for files of unknown origin.
pub fn page_within(document: &Document, page: usize, stamps: &[Stamp], most: usize) -> String {
    let nothing = Page { area: Rect::default(), objects: Vec::new(), annotations: Vec::new() };
    let sheet = document.pages.get(page).unwrap_or(&nothing);
    let mut out = Out::new(most);
    let mut drawing = Drawing::new(document, format!("p{page}"));
    drawing.page(sheet, &mut out);
    for (position, stamp) in stamps.iter().enumerate() {
        stamped(&mut drawing, stamp, &format!("p{page}s{position}"), &mut out);
    }
    assemble(document, page, &sheet.area, out)
}

fn stamped(drawing: &mut Drawing, stamp: &Stamp, prefix: &str, out: &mut Out) {
    let clip = stamp.clip.map(|clip| {
        let place = Rect::new(stamp.boundary.x + clip.x, stamp.boundary.y + clip.y, clip.w, clip.h);
        out.clip(&format!("{prefix}c"), &place)
    });
    out.open_group(None, 255, clip.as_deref());
    out.raw("<title>电子印章</title>");
    match stamp.picture {
        StampPicture::Image(image) => drawing.stamp_image(prefix, image, &stamp.boundary, out),
        StampPicture::Page(document) => {
            if let Some(page) = document.pages.first() {
                let place = crate::geometry::fit(&page.area, &stamp.boundary);
                out.open_group(Some(&place), 255, None);
                Drawing::new(document, prefix.to_owned()).page(page, out);
                out.close_group();
            }
        }
    }
    out.close_group();
}

fn assemble(document: &Document, page: usize, area: &Rect, out: Out) -> String {
    let (w, h) = (num(area.w.max(0.0)), num(area.h.max(0.0)));
    let (x, y) = (num(area.x), num(area.y));
    let title = match document.info.title.trim() {
        "" => format!("第{}页", page + 1),
        title => format!("{title}，第{}页", page + 1),
    };
    let (defs, body, full) = out.finish();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {w} {h}\" width=\"{w}mm\" height=\"{h}mm\" \
         role=\"graphics-document document\"><title>{}</title>",
        out::escaped(&title)
    );
    if !defs.is_empty() {
        svg.push_str("<defs>");
        svg.push_str(&defs);
        svg.push_str("</defs>");
    }
    svg.push_str(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>"));
    svg.push_str(&body);
    if full {
        svg.push_str(&format!(
            "<text x=\"{x}\" y=\"{y}\" dx=\"5\" dy=\"8\" font-size=\"5\" fill=\"#b00000\">本页内容过多，没有全部显示。</text>"
        ));
    }
    svg.push_str("</svg>");
    svg
}

/// Page objects first, then what is laid over them.
impl Drawing<'_> {
    fn page(&mut self, page: &Page, out: &mut Out) {
        self.objects(&page.objects, 0, out);
        for annotation in page.annotations.iter().filter(|annotation| annotation.visible) {
            self.group(&annotation.boundary, None, 255, &annotation.objects, 1, out);
        }
    }

    fn objects(&mut self, objects: &[Object], depth: usize, out: &mut Out) {
        for object in objects {
            if out.is_full() {
                return;
            }
            match object {
                Object::Text(text) => self.text(text, out),
                Object::Path(path) => objects::path(path, out),
                Object::Image(placed) => self.image(placed, out),
                Object::Group(group) if depth < DEEPEST => {
                    self.group(
                        &group.boundary,
                        group.ctm.as_ref(),
                        group.alpha,
                        &group.objects,
                        depth + 1,
                        out,
                    );
                }
                Object::Group(_) => {}
            }
        }
    }

    fn group(
        &mut self,
        boundary: &Rect,
        ctm: Option<&crate::model::Matrix>,
        alpha: u8,
        objects: &[Object],
        depth: usize,
        out: &mut Out,
    ) {
        out.open_group(Some(&crate::geometry::placed(boundary, ctm)), alpha, None);
        self.objects(objects, depth, out);
        out.close_group();
    }
}

#[cfg(test)]
pub(crate) mod tests;
