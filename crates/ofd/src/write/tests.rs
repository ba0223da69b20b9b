//! What is written is read back as it was, the same way each time.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::write;
use crate::model::*;
use crate::package::Package;
use crate::{Limits, read, xml};

fn number() -> impl Strategy<Value = f64> {
    (-500_000i32..500_000).prop_map(|value| f64::from(value) / 1000.0)
}

fn rect() -> impl Strategy<Value = Rect> {
    (number(), number(), 1i32..500_000, 1i32..500_000)
        .prop_map(|(x, y, w, h)| Rect::new(x, y, f64::from(w) / 1000.0, f64::from(h) / 1000.0))
}

fn matrix() -> impl Strategy<Value = Option<Matrix>> {
    option::of(proptest::array::uniform6(number()))
}

fn color() -> impl Strategy<Value = Color> {
    any::<[u8; 4]>().prop_map(|[r, g, b, a]| Color { r, g, b, a })
}

/// Without white space at the ends, which attributes do not keep.
fn words() -> impl Strategy<Value = String> {
    "([a-z<>&\"'\u{4E00}-\u{4EFF}]([a-z ]{0,4}[\u{4E00}-\u{4EFF}])?)?"
}

fn run() -> impl Strategy<Value = Run> {
    let text = "[ -~\u{4E00}-\u{4EFF}\n\r\t\u{20000}]{1,12}";
    (number(), number(), text, vec(number(), 0..12), vec(number(), 0..12)).prop_map(
        |(x, y, text, mut dx, mut dy)| {
            dx.truncate(text.chars().count());
            dy.truncate(text.chars().count());
            Run { x, y, delta_x: dx, delta_y: dy, text }
        },
    )
}

fn text() -> impl Strategy<Value = Object> {
    let look = (1u16..10, any::<bool>(), 1i32..3000, 1i32..5000);
    (rect(), matrix(), 0..2usize, look, color(), vec(run(), 0..3)).prop_map(
        |(boundary, ctm, font, (weight, italic, scale, size), fill, runs)| {
            Object::Text(Text {
                boundary,
                ctm,
                font,
                size: f64::from(size) / 100.0,
                weight: weight * 100,
                italic,
                h_scale: f64::from(scale) / 1000.0,
                fill,
                runs,
            })
        },
    )
}

fn segment() -> impl Strategy<Value = Segment> {
    prop_oneof![
        (number(), number()).prop_map(|(x, y)| Segment::Move(x, y)),
        (number(), number()).prop_map(|(x, y)| Segment::Line(x, y)),
        proptest::array::uniform4(number()).prop_map(Segment::Quad),
        proptest::array::uniform6(number()).prop_map(Segment::Cubic),
        (proptest::array::uniform5(number()), any::<bool>(), any::<bool>()).prop_map(
            |([rx, ry, rotation, x, y], large, sweep)| Segment::Arc { rx, ry, rotation, large, sweep, x, y }
        ),
        Just(Segment::Close),
    ]
}

fn path() -> impl Strategy<Value = Object> {
    let stroke = (color(), number(), vec(number(), 0..3));
    let stroke = stroke.prop_map(|(color, width, dash)| Stroke { color, width, dash });
    let parts = (option::of(stroke), option::of(color()), any::<bool>(), vec(segment(), 0..8));
    (rect(), matrix(), parts).prop_map(|(boundary, ctm, (stroke, fill, even_odd, segments))| {
        Object::Path(Path { boundary, ctm, stroke, fill, even_odd, segments })
    })
}

fn image() -> impl Strategy<Value = Object> {
    (rect(), matrix(), any::<u8>(), 0..2usize)
        .prop_map(|(boundary, ctm, alpha, image)| Object::Image(Placed { boundary, ctm, alpha, image }))
}

fn object() -> impl Strategy<Value = Object> {
    prop_oneof![3 => text(), 2 => path(), 1 => image()].prop_recursive(3, 12, 4, |inner| {
        (rect(), matrix(), any::<u8>(), vec(inner, 0..4)).prop_map(|(boundary, ctm, alpha, objects)| {
            Object::Group(Group { boundary, ctm, alpha, objects })
        })
    })
}

fn annotation() -> impl Strategy<Value = Annotation> {
    use AnnotationKind::*;
    let kind = proptest::sample::select(vec![Link, Path, Highlight, Stamp, Watermark, Other]);
    (kind, rect(), words(), any::<bool>(), vec(object(), 0..3)).prop_map(
        |(kind, boundary, remark, visible, objects)| Annotation { kind, boundary, remark, visible, objects },
    )
}

fn page() -> impl Strategy<Value = Page> {
    (rect(), vec(object(), 0..5), vec(annotation(), 0..3)).prop_map(|(area, objects, annotations)| Page {
        area,
        objects,
        annotations,
    })
}

fn document() -> impl Strategy<Value = Document> {
    let info = ("[0-9a-f]{32}", words(), words(), words(), vec((words(), words()), 0..4));
    let attachment = (words(), "[a-z]{0,5}", any::<bool>(), vec(any::<u8>(), 0..50));
    (info, vec(page(), 0..4), vec(attachment, 0..3), words(), any::<[bool; 3]>()).prop_map(
        |((id, title, author, creator, custom), pages, attachments, family, [bold, italic, embedded])| {
            Document {
                info: Info { id, title, author, created_on: "2026-09-24".into(), creator, custom },
                fonts: vec![
                    Font { name: "宋体".into(), ..Font::default() },
                    Font {
                        name: "a&b".into(),
                        family,
                        bold,
                        italic,
                        file: embedded.then(|| b"OTTO".to_vec()),
                    },
                ],
                images: vec![
                    Image { format: ImageFormat::Png, bytes: b"\x89PNG1".to_vec() },
                    Image { format: ImageFormat::Other, bytes: vec![0; 9] },
                ],
                pages,
                attachments: attachments
                    .into_iter()
                    .map(|(name, format, visible, bytes)| Attachment {
                        name,
                        format,
                        created_on: String::new(),
                        visible,
                        bytes,
                    })
                    .collect(),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_is_read_back(document in document()) {
        let bytes = write(&document).unwrap().to_bytes();
        prop_assert_eq!(&bytes, &write(&document).unwrap().to_bytes());
        let package = Package::open(&bytes, &Limits::default()).unwrap();
        let reading = read::read_noting(&package, &Limits::default()).unwrap();
        prop_assert_eq!(reading.document, document);
        prop_assert!(reading.notes.is_empty());
    }
}

/// Something of each kind on one page.
fn sample() -> Document {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut one = |strategy: BoxedStrategy<Object>| strategy.new_tree(&mut runner).unwrap().current();
    let inner = vec![one(text().boxed()), one(path().boxed())];
    let group = Group { boundary: A4, ctm: None, alpha: 255, objects: inner };
    let annotation = Annotation {
        kind: AnnotationKind::Watermark,
        boundary: A4,
        remark: "备注".into(),
        visible: true,
        objects: vec![one(text().boxed())],
    };
    let objects = vec![one(text().boxed()), one(path().boxed()), one(image().boxed()), Object::Group(group)];
    let blank = |name: &str| Font { name: name.into(), ..Font::default() };
    Document {
        fonts: vec![blank("宋体"), blank("黑体")],
        images: vec![Image { format: ImageFormat::Png, bytes: b"\x89PNG".to_vec() }; 2],
        pages: vec![Page { area: A4, objects, annotations: vec![annotation] }; 2],
        ..Document::default()
    }
}

#[test]
fn identifiers_are_unique_and_the_largest_is_said() {
    let package = write(&sample()).unwrap();
    let mut ids = vec![];
    for path in package.paths().filter(|path| path.ends_with(".xml")) {
        let text = String::from_utf8(package.get(path).unwrap().to_vec()).unwrap();
        assert!(text.contains(&format!("xmlns:ofd=\"{}\"", xml::NAMESPACE)), "{path}");
        let found = text.split(" ID=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        ids.extend(found.map(|id| id.parse::<u32>().unwrap()));
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let root = String::from_utf8(package.get("Doc_0/Document.xml").unwrap().to_vec()).unwrap();
    assert!(root.contains(&format!("<ofd:MaxUnitID>{}</ofd:MaxUnitID>", ids.last().unwrap())));
}

#[test]
fn elements_stand_in_the_order_of_the_schemas() {
    let mut document = sample();
    document.info.id = "0".repeat(32);
    document.info.custom = vec![("ZZBH".into(), "1".into())];
    let attachment = Attachment {
        name: "原表".into(),
        format: "xlsx".into(),
        created_on: "2026-09-24".into(),
        visible: false,
        bytes: vec![1],
    };
    document.attachments.push(attachment);
    let package = write(&document).unwrap();
    let names = |path: &str| {
        let text = xml::text(package.get(path).unwrap()).unwrap().into_owned();
        let root = xml::parse(&text, &Limits::default()).unwrap();
        root.children.iter().map(|child| child.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names("Doc_0/Document.xml"), ["CommonData", "Pages", "Annotations", "Attachments"]);
    assert_eq!(names("Doc_0/DocumentRes.xml"), ["MultiMedias", "CompositeGraphicUnits"]);
    assert_eq!(names("Doc_0/Pages/Page_1/Content.xml"), ["Area", "Content"]);
    assert!(package.get("Doc_0/Attachs/Attach_0.xlsx").is_some());
}

#[test]
fn what_no_package_can_carry_is_refused() {
    let reason = |change: fn(&mut Object)| {
        let mut document = sample();
        change(&mut document.pages[0].objects[0]);
        write(&document).unwrap_err().reason
    };
    assert_eq!(
        reason(|object| if let Object::Text(text) = object {
            text.font = 9
        }),
        "write.font"
    );
    assert_eq!(
        reason(|object| if let Object::Text(text) = object {
            text.size = f64::NAN
        }),
        "write.number"
    );
    assert_eq!(
        reason(|object| if let Object::Text(text) = object {
            text.runs = vec![Run { text: "a\u{1}".into(), ..Run::default() }];
        }),
        "xml.character"
    );
    let mut document = sample();
    document.images.clear();
    assert_eq!(write(&document).unwrap_err().reason, "write.image");
    let mut nested = sample().pages[0].objects[0].clone();
    for _ in 0..20 {
        nested = Object::Group(Group { boundary: A4, ctm: None, alpha: 255, objects: vec![nested] });
    }
    document = sample();
    document.pages[0].objects = vec![nested];
    assert_eq!(write(&document).unwrap_err().reason, "write.depth");
}

#[test]
fn one_font_file_under_two_names_is_written_once_and_read_under_both() {
    let font =
        |name: &str, file: &[u8]| Font { name: name.into(), file: Some(file.to_vec()), ..Font::default() };
    let document = Document {
        fonts: vec![font("宋体", b"OTTO one"), font("黑体", b"OTTO one"), font("楷体", b"OTTO two")],
        pages: vec![Page { area: A4, objects: vec![], annotations: vec![] }],
        ..Document::default()
    };
    let package = write(&document).unwrap();
    assert_eq!(package.paths().filter(|path| path.contains("Font_")).count(), 2);
    let again = crate::read::read(&package, &Limits::default()).unwrap();
    assert_eq!(again.fonts, document.fonts);
}
