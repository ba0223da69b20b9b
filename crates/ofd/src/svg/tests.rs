use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::font::tests::cjk;
use crate::model::*;
use crate::picture::{SealPicture, round_seal};

/// Element names with their attributes, in order, and the words.
struct Read {
    elements: Vec<(String, Vec<(String, String)>)>,
    words: String,
}

impl Read {
    fn of(svg: &str) -> Read {
        let mut reader = Reader::from_str(svg);
        reader.config_mut().check_end_names = true;
        let mut read = Read { elements: Vec::new(), words: String::new() };
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{error}: {svg}")) {
                Event::Start(start) => {
                    depth += 1;
                    read.keep(&start);
                }
                Event::Empty(start) => read.keep(&start),
                Event::End(_) => depth -= 1,
                Event::Text(text) => {
                    read.words.push_str(&text.xml_content(quick_xml::XmlVersion::Explicit1_0))
                }
                Event::GeneralRef(name) => {
                    let name = format!("&{};", &*name);
                    read.words.push_str(&quick_xml::escape::unescape(&name).unwrap());
                }
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(depth, 0, "{svg}");
        read
    }

    fn keep(&mut self, start: &quick_xml::events::BytesStart) {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.expect("each attribute once and quoted");
            let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        self.elements.push((start.name().as_ref().to_owned(), attributes.collect()));
    }

    fn all(&self, element: &str, attribute: &str) -> Vec<&str> {
        let matching = self.elements.iter().filter(|(name, _)| name == element);
        matching
            .flat_map(|(_, all)| all.iter().filter(|(key, _)| key == attribute).map(|(_, v)| v.as_str()))
            .collect()
    }

    /// What a strict content security policy would refuse, and what could lead outside, is not there.
    fn assert_harmless(&self) {
        const KNOWN: [&str; 13] = [
            "svg", "title", "defs", "g", "rect", "text", "tspan", "path", "use", "image", "clipPath", "a",
            "desc",
        ];
        for (name, attributes) in &self.elements {
            assert!(KNOWN[..11].contains(&name.as_str()), "{name}");
            for (key, value) in attributes {
                assert!(key != "style" && !key.starts_with("on"), "{key}={value}");
                if key == "href" {
                    assert!(value.starts_with('#') || value.starts_with("data:image/"), "{value}");
                }
                let number = !matches!(key.as_str(), "font-family" | "href" | "id" | "clip-path");
                assert!(!number || !(value.contains("NaN") || value.contains("inf")), "{key}={value}");
            }
        }
    }
}

pub(crate) fn text(font: usize, x: f64, y: f64, size: f64, words: &str) -> Object {
    let steps = words.chars().count().saturating_sub(1);
    let widths =
        words.chars().take(steps).map(|c| size * crate::geometry::glyphs::customary_advance(c)).collect();
    Object::Text(Text {
        boundary: Rect::new(x, y, 150.0, size * 1.2),
        ctm: None,
        font,
        size,
        weight: 400,
        italic: false,
        h_scale: 1.0,
        fill: Color::BLACK,
        runs: vec![Run { x: 0.0, y: size * 0.88, delta_x: widths, delta_y: vec![], text: words.into() }],
    })
}

pub(crate) fn path(segments: Vec<Segment>) -> Path {
    let boundary = Rect::new(20.0, 50.0, 170.0, 30.0);
    let stroke = Some(Stroke { color: Color::rgb(200, 0, 0), width: 0.6, dash: vec![] });
    Path { boundary, ctm: None, stroke, fill: None, even_odd: false, segments }
}

/// One page with a title, two lines, a red line, a watermark, and a font of its own for a rare name.
pub(crate) fn sample() -> Document {
    let own = cjk("SerifCJK-Regular").subset("姓名：测𬭚㛃".chars()).unwrap();
    let font = |name: &str, file| Font { name: name.into(), family: name.into(), file, ..Font::default() };
    let mut mark = text(1, 0.0, 0.0, 12.0, "仅供测试使用");
    if let Object::Text(mark) = &mut mark {
        mark.fill.a = 40;
        mark.ctm = Some([0.866, -0.5, 0.5, 0.866, 0.0, 40.0]);
    }
    let page = Page {
        area: A4,
        objects: vec![
            text(1, 60.0, 30.0, 8.0, "准予行政许可决定书"),
            text(0, 25.0, 60.0, 4.2, "测试〔2026〕1号 <A&B> \"引号\""),
            Object::Path(path(vec![Segment::Move(0.0, 0.0), Segment::Line(170.0, 0.0)])),
            text(2, 25.0, 70.0, 4.2, "姓名：测𬭚㛃"),
        ],
        annotations: vec![Annotation {
            kind: AnnotationKind::Watermark,
            boundary: Rect::new(60.0, 120.0, 90.0, 60.0),
            remark: String::new(),
            visible: true,
            objects: vec![mark],
        }],
    };
    Document {
        info: Info {
            title: "准予行政许可决定书".into(),
            author: "测试机关".into(),
            created_on: "2026-09-24".into(),
            ..Info::default()
        },
        fonts: vec![font("仿宋_GB2312", None), font("宋体", None), font("本文字体", Some(own))],
        pages: vec![page],
        ..Document::default()
    }
}

pub(crate) fn seal() -> Image {
    let request = SealPicture {
        name: "江苏省测试市教育局",
        purpose: "行政审批专用章",
        code: "32000020260001",
        width: 42.0,
    };
    let picture = round_seal(&request, Some(&cjk("SerifCJK-Bold"))).unwrap();
    Image { format: ImageFormat::Png, bytes: picture.png }
}

#[test]
fn letters_laid_into_half_widths_stand_in_the_length_they_have_together() {
    let mut document = sample();
    document.pages[0].annotations.clear();
    document.pages[0].objects = vec![text(1, 20.0, 20.0, 4.0, "代码91MA0N至i.l，1号")];
    let read = Read::of(&page(&document, 0, &[]));
    assert!(read.words.contains("代码91MA0N至i.l，1号"), "{}", read.words);
    // 代 码 each in its place, six letters together, then again each, the last digit with its own half width.
    assert_eq!(read.all("tspan", "x"), ["0 4", "8", "20 24 26 28 30", "34", "36"]);
    assert_eq!(read.all("tspan", "textLength"), ["12", "2"]);
    assert_eq!(read.all("tspan", "lengthAdjust"), ["spacingAndGlyphs"; 2]);
    // A font that came with the document has the letters its places were made for.
    document.fonts[2].file = Some(cjk("SerifCJK-Regular").subset("MA".chars()).unwrap());
    document.pages[0].objects = vec![text(2, 20.0, 20.0, 4.0, "MA")];
    assert_eq!(Read::of(&page(&document, 0, &[])).all("tspan", "textLength"), [""; 0]);
}

#[test]
fn a_page_keeps_its_words_and_where_they_stand() {
    let svg = page(&sample(), 0, &[]);
    let read = Read::of(&svg);
    read.assert_harmless();
    assert_eq!(
        read.words,
        "准予行政许可决定书，第1页准予行政许可决定书测试〔2026〕1号 <A&B> \"引号\"姓名：测𬭚㛃仅供测试使用"
    );
    assert_eq!(read.all("svg", "viewBox"), ["0 0 210 297"]);
    assert_eq!(read.all("tspan", "x")[0], "0 8 16 24 32 40 48 56 64");
    assert_eq!(read.all("tspan", "y")[0], "7.04");
    assert_eq!(read.all("text", "transform")[0], "translate(60 30)");
    assert!(read.all("text", "font-family")[1].starts_with("'仿宋_GB2312',FangSong,"));
    assert_eq!(read.all("path", "stroke"), ["#c80000"]);
    assert!(svg.len() < 20_000, "{} bytes", svg.len());
}

#[test]
fn an_embedded_font_is_drawn_by_its_outlines_with_the_words_unseen_above() {
    let read = Read::of(&page(&sample(), 0, &[]));
    let glyphs = read.all("use", "href");
    assert_eq!(glyphs.len(), 6, "{glyphs:?}");
    assert!(read.all("path", "id").contains(&"p0f2g2cb5a"), "𬭚 has its outline");
    assert_eq!(read.all("tspan", "fill-opacity"), ["0"; 3], "a new span after a character of two code units");
    assert_eq!(read.all("g", "aria-hidden"), ["true"]);
}

#[test]
fn a_character_the_embedded_font_lacks_is_a_visible_word() {
    let mut document = sample();
    document.pages[0].objects = vec![text(2, 0.0, 0.0, 5.0, "姓甲名")];
    document.pages[0].annotations.clear();
    let read = Read::of(&page(&document, 0, &[]));
    assert_eq!(read.all("use", "href").len(), 2);
    assert_eq!(read.all("tspan", "fill-opacity"), ["0"; 2]);
    assert_eq!(read.all("tspan", "x"), ["0", "5", "10"], "three spans, the middle one visible");
}

#[test]
fn a_picture_is_defined_once_and_only_if_a_browser_draws_it() {
    let mut document = sample();
    let png = seal();
    let other = Image { format: ImageFormat::Other, bytes: b"\x97JB2".to_vec() };
    let smuggled = Image { format: ImageFormat::Png, bytes: b"<svg onload=alert(1)>".to_vec() };
    document.images = vec![png, other, smuggled];
    let placed = |image| {
        Object::Image(Placed { boundary: Rect::new(10.0, 20.0, 30.0, 40.0), ctm: None, alpha: 128, image })
    };
    document.pages[0].objects = vec![placed(0), placed(0), placed(1), placed(2), placed(9)];
    document.pages[0].annotations.clear();
    let read = Read::of(&page(&document, 0, &[]));
    read.assert_harmless();
    assert_eq!(read.all("image", "id"), ["p0i0"]);
    assert_eq!(read.all("use", "transform"), ["matrix(30 0 0 40 10 20)"; 2]);
    assert_eq!(read.all("use", "opacity"), ["0.502"; 2]);
    assert_eq!(read.words.matches("图片无法显示").count(), 3);
}

#[test]
fn a_seal_across_pages_shows_its_strip_and_a_seal_of_objects_fills_its_place() {
    let document = sample();
    let image = seal();
    let request = SealPicture { name: "测试局", purpose: "", code: "", width: 42.0 };
    let drawn = round_seal(&request, Some(&cjk("SerifCJK-Bold"))).unwrap();
    let area = Rect::new(0.0, 0.0, drawn.width, drawn.height);
    let seal_page = Page { area, objects: drawn.vector, annotations: Vec::new() };
    let package = Document { pages: vec![seal_page], ..Document::default() };
    let strip = Stamp {
        boundary: Rect::new(189.0, 100.0, 42.0, 42.0),
        clip: Some(Rect::new(0.0, 0.0, 21.0, 42.0)),
        picture: StampPicture::Image(&image),
    };
    let whole = Stamp {
        boundary: Rect::new(100.0, 200.0, 21.0, 21.0),
        clip: None,
        picture: StampPicture::Page(&package),
    };
    let read = Read::of(&page(&document, 0, &[strip, whole]));
    read.assert_harmless();
    assert_eq!(read.all("clipPath", "id"), ["p0s0c"]);
    assert_eq!(read.all("g", "clip-path"), ["url(#p0s0c)"]);
    assert_eq!((read.all("rect", "x")[0], read.all("rect", "width")[0]), ("189", "21"));
    assert!(read.all("g", "transform").contains(&"matrix(0.5 0 0 0.5 100 200)"));
    assert_eq!(
        read.all("path", "fill").iter().filter(|fill| **fill == "#d91e18").count(),
        4,
        "three characters, a star"
    );
    assert!(read.words.ends_with("电子印章电子印章"));
}

#[test]
fn what_tries_to_leave_the_text_stays_text() {
    let hostile = "\"><script>alert(1)</script>&lt;'\u{0}\u{1b}\u{202e}]]>";
    let mut document = sample();
    document.info.title = hostile.into();
    document.fonts[0].name = hostile.into();
    document.pages[0].objects = vec![text(0, 0.0, 0.0, 4.0, hostile)];
    document.pages[0].annotations.clear();
    let read = Read::of(&page(&document, 0, &[]));
    read.assert_harmless();
    let shown = "\"><script>alert(1)</script>&lt;'\u{FFFD}\u{FFFD}\u{FFFD}]]>";
    assert_eq!(read.words, format!("{shown}，第1页{shown}"));
}

#[test]
fn a_page_without_end_ends_and_says_so() {
    let mut document = sample();
    let words = "长".repeat(2_000);
    document.pages[0].objects = (0..2_000).map(|_| text(0, 0.0, 0.0, 4.0, &words)).collect();
    let svg = page(&document, 0, &[]);
    assert!(svg.len() < MOST_BYTES + 10_000, "{}", svg.len());
    assert!(Read::of(&svg).words.ends_with("本页内容过多，没有全部显示。"));
    let mut nested = Vec::new();
    for _ in 0..200 {
        let group = Group { boundary: A4, ctm: None, alpha: 255, objects: nested };
        nested = vec![Object::Group(group)];
    }
    document.pages[0].objects = nested;
    assert_eq!(
        Read::of(&page(&document, 0, &[])).elements.iter().filter(|(name, _)| name == "g").count(),
        65
    );
}

#[test]
fn a_page_that_does_not_exist_is_empty() {
    let read = Read::of(&page(&sample(), 7, &[]));
    assert_eq!(read.all("svg", "viewBox"), ["0 0 0 0"]);
}

fn number() -> BoxedStrategy<f64> {
    prop_oneof![any::<f64>(), -300.0f64..300.0, Just(f64::NAN), Just(f64::INFINITY), Just(0.0)].boxed()
}

fn segment() -> BoxedStrategy<Segment> {
    (0..6u8, proptest::array::uniform6(number()), any::<(bool, bool)>())
        .prop_map(|(kind, v, (large, sweep))| match kind {
            0 => Segment::Move(v[0], v[1]),
            1 => Segment::Line(v[0], v[1]),
            2 => Segment::Quad([v[0], v[1], v[2], v[3]]),
            3 => Segment::Cubic(v),
            4 => Segment::Arc { rx: v[0], ry: v[1], rotation: v[2], large, sweep, x: v[3], y: v[4] },
            _ => Segment::Close,
        })
        .boxed()
}

pub(crate) fn any_document() -> BoxedStrategy<Document> {
    let rect = || proptest::array::uniform4(number()).prop_map(|v| Rect::new(v[0], v[1], v[2], v[3]));
    let ctm = || proptest::option::of(proptest::array::uniform6(number()));
    let run = ((number(), number()), proptest::collection::vec(number(), 0..4), ".{0,12}");
    let run = run.prop_map(|((x, y), delta_x, text)| Run { x, y, delta_x, delta_y: vec![], text });
    let texts = (
        rect(),
        ctm(),
        0..5usize,
        number(),
        any::<(u16, bool, u8)>(),
        number(),
        proptest::collection::vec(run, 0..3),
    );
    let texts = texts.prop_map(|(boundary, ctm, font, size, (weight, italic, a), h_scale, runs)| {
        Object::Text(Text {
            boundary,
            ctm,
            font,
            size,
            weight,
            italic,
            h_scale,
            fill: Color { a, ..Color::BLACK },
            runs,
        })
    });
    let paths = (
        rect(),
        ctm(),
        any::<bool>(),
        number(),
        proptest::collection::vec(number(), 0..4),
        proptest::collection::vec(segment(), 0..8),
    );
    let paths = paths.prop_map(|(boundary, ctm, even_odd, width, dash, segments)| {
        let stroke = Some(Stroke { color: Color::SEAL, width, dash });
        Object::Path(Path { boundary, ctm, stroke, fill: Some(Color::SEAL), even_odd, segments })
    });
    let images = (rect(), ctm(), any::<u8>(), 0..3usize);
    let images = images
        .prop_map(|(boundary, ctm, alpha, image)| Object::Image(Placed { boundary, ctm, alpha, image }));
    let objects =
        proptest::collection::vec(prop_oneof![texts.boxed(), paths.boxed(), images.boxed()], 0..6).boxed();
    (rect(), objects, ".{0,20}", ".{0,20}")
        .prop_map(|(area, objects, title, name)| Document {
            info: Info { title, ..Info::default() },
            fonts: vec![
                Font { name, ..Font::default() },
                Font { file: Some(b"not a font".to_vec()), ..Font::default() },
            ],
            images: vec![Image { format: ImageFormat::Png, bytes: b"\x89PNG\r\n\x1A\nbroken".to_vec() }],
            pages: vec![Page { area, objects, annotations: Vec::new() }],
            ..Document::default()
        })
        .boxed()
}

proptest! {
    #[test]
    fn any_page_is_well_formed_and_harmless(document in any_document()) {
        Read::of(&page(&document, 0, &[])).assert_harmless();
    }
}
