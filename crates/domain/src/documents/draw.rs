//! Documents as people see them without a reader of their own: pages as SVG, a PDF, the words.

use super::document::Document;
use super::layouts::Layout;
use base::{Error, Result};
use ofd::Limits;
use ofd::layout::{Fonts, Template, Values};
use ofd::model::{Color, Document as Pages, Image, ImageFormat, Object, Path, Rect, Segment, Stroke};
use ofd::package::Package;
use ofd::ses::Picture;
use ofd::svg::{self, Stamp, StampPicture};
use ofd::verify::{DrawnSeal, stamps_of};

/// Everything needed to draw a file: its pages, and the pictures of its seals.
struct Sheet {
    document: Pages,
    seals: Vec<(DrawnSeal, Look)>,
}

/// The picture of a seal as it can be drawn.
enum Look {
    Image(Image),
    Page(Box<Pages>),
    /// A format no browser draws: the seal's findings still say that it is there.
    Nothing,
}

impl Sheet {
    fn read(package: &Package, limits: &Limits) -> ofd::Result<Sheet> {
        let document = ofd::read::read(package, limits)?;
        let look = |seal: DrawnSeal| {
            let look = look(&seal.picture, limits);
            (seal, look)
        };
        Ok(Sheet { document, seals: stamps_of(package, limits).into_iter().map(look).collect() })
    }

    /// The stamps of one page.
    fn stamps(&self, page: usize) -> Vec<Stamp<'_>> {
        let mut found = Vec::new();
        for (seal, look) in &self.seals {
            let picture = match look {
                Look::Image(image) => StampPicture::Image(image),
                Look::Page(page) => StampPicture::Page(page),
                Look::Nothing => continue,
            };
            let here = seal.stamps.iter().filter(|stamp| stamp.page == page);
            found.extend(here.map(|stamp| Stamp { boundary: stamp.boundary, clip: stamp.clip, picture }));
        }
        found
    }
}

fn look(picture: &Picture, limits: &Limits) -> Look {
    let format = match picture.kind.to_ascii_lowercase().as_str() {
        "png" => ImageFormat::Png,
        "jpg" | "jpeg" => ImageFormat::Jpeg,
        "bmp" => ImageFormat::Bmp,
        "ofd" => {
            let page = Package::open(&picture.data, limits).and_then(|p| ofd::read::read(&p, limits));
            return page.map_or(Look::Nothing, |page| Look::Page(Box::new(page)));
        }
        _ => return Look::Nothing,
    };
    Look::Image(Image { format, bytes: picture.data.clone() })
}

/// One page of a package as SVG, its seals in their places. `page` is counted from 0.
pub fn draw(package: &Package, page: usize) -> ofd::Result<String> {
    let sheet = Sheet::read(package, &Limits::default())?;
    Ok(svg::page(&sheet.document, page, &sheet.stamps(page)))
}

/// Every page of a file of ours as SVG.
pub fn pages(content: &[u8]) -> Result<Vec<String>> {
    let sheet = open(content)?;
    let page = |number| svg::page(&sheet.document, number, &sheet.stamps(number));
    Ok((0..sheet.document.pages.len()).map(page).collect())
}

/// Pages of a foreign file that are drawn.
const MOST_PAGES: usize = 5;
/// Bytes of each.
const MOST_BYTES: usize = 2 << 20;

/// The first pages of a file somebody brought, and how many it has.
pub struct Glimpse {
    pub pages: Vec<String>,
    pub of: usize,
}

/// Draws what somebody brought, within narrow limits; none when it cannot be drawn. It takes a moment and belongs
/// on a thread of its own.
pub fn glimpse(content: &[u8]) -> Option<Glimpse> {
    let limits = super::check::limits();
    let package = Package::open(content, &limits).ok()?;
    let sheet = Sheet::read(&package, &limits).ok()?;
    let of = sheet.document.pages.len();
    let page = |number| svg::page_within(&sheet.document, number, &sheet.stamps(number), MOST_BYTES);
    Some(Glimpse { pages: (0..of.min(MOST_PAGES)).map(page).collect(), of })
}

/// The PDF for reading. Its seals are pictures: what counts is the OFD.
pub fn pdf(document: &Document, content: &[u8]) -> Result<Vec<u8>> {
    let mut sheet = open(content)?;
    sheet.document.info.title = document.title.clone();
    let stamps: Vec<Vec<Stamp<'_>>> =
        (0..sheet.document.pages.len()).map(|number| sheet.stamps(number)).collect();
    ofd::pdf::write(&sheet.document, &stamps, None).map_err(broken)
}

/// The words of a file of ours, in reading order.
pub fn text(content: &[u8]) -> Result<String> {
    Ok(ofd::text::document_text(&open(content)?.document))
}

/// A layout with its own sample, circles where its seals go.
pub fn preview(layout: &Layout) -> Result<Vec<String>> {
    unsealed(ofd::layout::preview(&layout.template, &Fonts::new()).map_err(broken)?)
}

/// Laid over every page of a document that is none yet.
const UNSEALED: &str = r##"
key = "unsealed"
version = 1
title = "预览"

[text]
font = "黑体"
size = 26

[[block]]
kind = "watermark"
text = "预览，未盖章"
color = "#B3261E"
opacity = 0.18
"##;

/// A document as it would be: from these values, under a mark that says so, circles where its seals go.
pub fn draft(layout: &Layout, title: &str, values: &Values) -> Result<Vec<String>> {
    let fonts = Fonts::new();
    let mut laid = ofd::layout::lay_out(&super::make::titled(&layout.template, title), values, &fonts)
        .map_err(broken)?;
    let mark = Template::parse(UNSEALED).map_err(broken)?;
    ofd::layout::annotate(&mut laid.document, &mark, &Values::new(), &fonts).map_err(broken)?;
    unsealed(laid)
}

fn unsealed(mut laid: ofd::layout::Layout) -> Result<Vec<String>> {
    for place in &laid.seals {
        laid.document.pages[place.page].objects.push(circle(place.x, place.y, 21.0));
    }
    Ok((0..laid.document.pages.len()).map(|page| svg::page(&laid.document, page, &[])).collect())
}

/// A dashed circle, millimetres.
fn circle(x: f64, y: f64, radius: f64) -> Object {
    let arc = |x: f64| Segment::Arc {
        rx: radius,
        ry: radius,
        rotation: 0.0,
        large: true,
        sweep: true,
        x,
        y: radius,
    };
    Object::Path(Path {
        boundary: Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius),
        ctm: None,
        stroke: Some(Stroke { color: Color::SEAL, width: 0.4, dash: vec![2.0, 1.5] }),
        fill: None,
        even_odd: false,
        segments: vec![Segment::Move(0.0, radius), arc(2.0 * radius), arc(0.0), Segment::Close],
    })
}

fn open(content: &[u8]) -> Result<Sheet> {
    let limits = Limits::default();
    Package::open(content, &limits).and_then(|package| Sheet::read(&package, &limits)).map_err(broken)
}

/// What we made ourselves and cannot read again.
fn broken(fault: ofd::Fault) -> Error {
    Error::Bug(fault.into())
}
