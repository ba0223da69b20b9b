//! What stands on the pages: read from a package, laid out from a template, drawn as SVG or PDF.
//!
//! Lengths are millimetres, the origin is the upper left corner, y grows downwards. Positions inside an
//! object are relative to the upper left corner of its boundary (GB/T 33190 §8.5).

/// A document with its pages. Fonts and pictures stand in lists; objects name them by position.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub info: Info,
    pub fonts: Vec<Font>,
    pub images: Vec<Image>,
    pub pages: Vec<Page>,
    pub attachments: Vec<Attachment>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Info {
    /// 32 hexadecimal digits.
    pub id: String,
    pub title: String,
    pub author: String,
    /// As written; the product writes `YYYY-MM-DD`.
    pub created_on: String,
    pub creator: String,
    /// Name and value, in order (GB/T 33190 CustomDatas; keys of e-licences: GB/T 36905).
    pub custom: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Rect {
        Rect { x, y, w, h }
    }
}

/// A4, upright.
pub const A4: Rect = Rect::new(0.0, 0.0, 210.0, 297.0);

#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub area: Rect,
    /// In drawing order: templates and background first.
    pub objects: Vec<Object>,
    pub annotations: Vec<Annotation>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    Text(Text),
    Path(Path),
    Image(Placed),
    /// Objects with a common place, transformation and opacity.
    Group(Group),
}

/// `[a b c d e f]`: x' = ax + cy + e, y' = bx + dy + f.
pub type Matrix = [f64; 6];

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub boundary: Rect,
    pub ctm: Option<Matrix>,
    pub alpha: u8,
    pub objects: Vec<Object>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub boundary: Rect,
    pub ctm: Option<Matrix>,
    /// Position in [`Document::fonts`].
    pub font: usize,
    /// Millimetres.
    pub size: f64,
    /// 100 to 900; 400 is regular.
    pub weight: u16,
    pub italic: bool,
    /// Width of a glyph as a part of its natural width.
    pub h_scale: f64,
    pub fill: Color,
    pub runs: Vec<Run>,
}

/// One `TextCode`: a baseline point and the steps to the next glyphs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    pub x: f64,
    pub y: f64,
    /// Steps after each character but the last; the last step repeats when there are fewer.
    pub delta_x: Vec<f64>,
    pub delta_y: Vec<f64>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub boundary: Rect,
    pub ctm: Option<Matrix>,
    pub stroke: Option<Stroke>,
    pub fill: Option<Color>,
    pub even_odd: bool,
    pub segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Stroke {
    pub color: Color,
    pub width: f64,
    pub dash: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    Move(f64, f64),
    Line(f64, f64),
    /// Control point, end.
    Quad([f64; 4]),
    /// Two control points, end.
    Cubic([f64; 6]),
    /// Radii, rotation in degrees, large arc, clockwise, end.
    Arc {
        rx: f64,
        ry: f64,
        rotation: f64,
        large: bool,
        sweep: bool,
        x: f64,
        y: f64,
    },
    Close,
}

/// A picture placed on a page; without `ctm` it fills its boundary.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub boundary: Rect,
    pub ctm: Option<Matrix>,
    pub alpha: u8,
    /// Position in [`Document::images`].
    pub image: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
    pub a: u8,
}

impl Color {
    pub const BLACK: Color = Color::rgb(0, 0, 0);
    /// The red of seals.
    pub const SEAL: Color = Color::rgb(0xD9, 0x1E, 0x18);

    pub const fn rgb(r: u8, g: u8, b: u8) -> Color {
        Color { r, g, b, a: 255 }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Font {
    /// As the norm lets readers find it: `宋体`, `仿宋_GB2312`.
    pub name: String,
    pub family: String,
    pub bold: bool,
    pub italic: bool,
    /// TrueType or OpenType bytes of a subset, when embedded.
    pub file: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    pub format: ImageFormat,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
    Bmp,
    /// Something a browser does not draw (JBIG2, TIFF, GBIG2 …).
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Extension in lower case, as `Format` says.
    pub format: String,
    pub created_on: String,
    pub visible: bool,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    pub kind: AnnotationKind,
    pub boundary: Rect,
    pub remark: String,
    pub visible: bool,
    pub objects: Vec<Object>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationKind {
    Link,
    Path,
    Highlight,
    Stamp,
    Watermark,
    Other,
}
