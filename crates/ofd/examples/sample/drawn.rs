//! A page that needs no font of its reader: text in a font that comes with it, outlines of every kind, pictures.

use ofd::Result;
use ofd::font::Face;
use ofd::model::*;
use ofd::picture::{Picture, qr};

/// A rare character among the usual ones, and none beyond the first plane: ofd.js tears those apart.
const LINES: [&str; 3] = ["内嵌字体：食品经营许可证", "姓名：测㛃（虚构）", "编号：91320102MA0000035N"];
const BLUE: Color = Color::rgb(20, 80, 170);
const GREEN: Color = Color::rgb(30, 120, 60);

pub fn document(face: &Face, picture: &Picture) -> Result<Document> {
    let mut objects: Vec<Object> =
        LINES.iter().enumerate().map(|(row, words)| text(face, 30.0 + 14.0 * row as f64, words)).collect();
    objects.extend(outlines());
    let (code, x, y) = ("https://example.cn/v/1", 150.0, 90.0);
    objects.push(Object::Path(qr(code, x, y, 30.0)?));
    let boundary = Rect::new(25.0, 150.0, 42.0, 42.0);
    objects.push(Object::Image(Placed { boundary, ctm: None, alpha: 255, image: 0 }));
    // The same picture turned by a quarter and half as strong.
    let ctm = Some([0.0, 42.0, -42.0, 0.0, 42.0, 0.0]);
    let boundary = Rect::new(80.0, 150.0, 42.0, 42.0);
    objects.push(Object::Image(Placed { boundary, ctm, alpha: 128, image: 0 }));
    let file = Some(face.subset(LINES.concat().chars())?);
    let (name, family) = ("样例字体".to_owned(), "样例字体".to_owned());
    Ok(Document {
        info: Info {
            id: "0123456789abcdef0123456789abcded".into(),
            title: "内嵌字体和图形样例".into(),
            author: "江苏省测试厅".into(),
            created_on: "2026-09-24".into(),
            creator: "ofd".into(),
            custom: vec![],
        },
        fonts: vec![Font { name, family, file, ..Font::default() }],
        images: vec![Image { format: ImageFormat::Png, bytes: picture.png.clone() }],
        pages: vec![Page { area: A4, objects, annotations: vec![] }],
        attachments: vec![],
    })
}

/// In the widths of the font itself.
fn text(face: &Face, y: f64, words: &str) -> Object {
    const SIZE: f64 = 8.0;
    let widths: Vec<f64> = words.chars().map(|c| face.advance(c).unwrap_or(1.0) * SIZE).collect();
    let boundary = Rect::new(25.0, y, widths.iter().sum(), SIZE * 1.3);
    let run = Run {
        x: 0.0,
        y: SIZE * 0.9,
        delta_x: widths[..widths.len() - 1].to_vec(),
        delta_y: vec![],
        text: words.to_owned(),
    };
    Object::Text(Text {
        boundary,
        ctm: None,
        font: 0,
        size: SIZE,
        weight: 400,
        italic: false,
        h_scale: 1.0,
        fill: Color::BLACK,
        runs: vec![run],
    })
}

/// Lines and dashes, a quadratic and a cubic curve, arcs, and a frame with a hole.
fn outlines() -> Vec<Object> {
    let path = |x: f64, stroke: Option<Stroke>, fill: Option<Color>, segments: Vec<Segment>| {
        let boundary = Rect::new(x, 90.0, 30.0, 30.0);
        Object::Path(Path { boundary, ctm: None, stroke, fill, even_odd: true, segments })
    };
    let line = |width: f64, dash: Vec<f64>| Some(Stroke { color: BLUE, width, dash });
    let arc = |x: f64, y: f64, large: bool| {
        let (rx, ry) = (14.0, 10.0);
        Segment::Arc { rx, ry, rotation: 0.0, large, sweep: true, x, y }
    };
    let square = |near: f64, far: f64| {
        let corners = [(far, near), (far, far), (near, far)].map(|(x, y)| Segment::Line(x, y));
        [vec![Segment::Move(near, near)], corners.to_vec(), vec![Segment::Close]].concat()
    };
    let curves = vec![
        Segment::Move(1.0, 15.0),
        Segment::Quad([8.0, 1.0, 15.0, 15.0]),
        Segment::Cubic([18.0, 29.0, 26.0, 29.0, 29.0, 1.0]),
    ];
    let oval = vec![Segment::Move(1.0, 15.0), arc(29.0, 15.0, false), arc(1.0, 15.0, true), Segment::Close];
    vec![
        path(25.0, line(0.8, vec![]), None, curves),
        path(60.0, line(0.8, vec![3.0, 1.5]), None, oval.clone()),
        path(95.0, None, Some(GREEN), [square(1.0, 29.0), square(9.0, 21.0)].concat()),
    ]
}
