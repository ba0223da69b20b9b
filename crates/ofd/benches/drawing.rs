//! What drawing costs: `cargo bench -p ofd --bench drawing`. Needs the font that `bin/check` installs.

use std::sync::OnceLock;

use ofd::font::Face;
use ofd::model::{A4, Color, Document, Font, Image, ImageFormat, Object, Page, Rect, Run, Text};
use ofd::picture::{SealPicture, name_seal, oval_seal, qr, round_seal};
use ofd::{pdf, svg};

fn main() {
    divan::main();
}

fn face() -> &'static Face {
    static FACE: OnceLock<Face> = OnceLock::new();
    FACE.get_or_init(|| {
        let path = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc";
        Face::parse(&std::fs::read(path).expect(path), 2).unwrap()
    })
}

fn request(name: &str) -> SealPicture<'_> {
    SealPicture { name, purpose: "行政审批专用章", code: "32000020260001", width: 42.0 }
}

#[divan::bench(args = ["江苏省测试市教育局", "江苏省测试市测试经济技术开发区管理委员会行政审批与政务服务管理局"])]
fn round(bencher: divan::Bencher, name: &str) {
    face();
    bencher.bench(|| round_seal(&request(name), Some(face())).unwrap());
}

#[divan::bench]
fn oval(bencher: divan::Bencher) {
    face();
    bencher.bench(|| oval_seal(&request("国家税务总局测试市税务局"), Some(face())).unwrap());
}

#[divan::bench]
fn name(bencher: divan::Bencher) {
    face();
    bencher.bench(|| name_seal(&request("测试甲"), Some(face())).unwrap());
}

#[divan::bench]
fn code() {
    qr("https://zw.example.cn/v?c=1.2.156.3005.2.11100000000013338W001", 0.0, 0.0, 25.0).unwrap();
}

#[divan::bench]
fn subset(bencher: divan::Bencher) {
    face();
    bencher
        .bench(|| face().subset("江苏省测试市政务服务管理办公室行政审批专用章0123456789".chars()).unwrap());
}

/// An upright A4 page of 900 characters with a line and a seal.
fn document() -> (Document, Image) {
    let words: Vec<char> = "根据行政许可法第三十八条第一款的规定决定准予测试经营许可".chars().collect();
    let line = |row: usize| {
        let text: String = (0..30).map(|column| words[(row * 7 + column) % words.len()]).collect();
        let run = Run { x: 0.0, y: 4.4, delta_x: vec![5.0], delta_y: Vec::new(), text };
        Object::Text(Text {
            boundary: Rect::new(25.0, 40.0 + row as f64 * 7.0, 160.0, 6.0),
            ctm: None,
            font: 0,
            size: 5.0,
            weight: 400,
            italic: false,
            h_scale: 1.0,
            fill: Color::BLACK,
            runs: vec![run],
        })
    };
    let page = Page { area: A4, objects: (0..30).map(line).collect(), annotations: Vec::new() };
    let fonts = vec![Font { name: "仿宋".into(), ..Font::default() }];
    let seal = round_seal(&request("江苏省测试市教育局"), Some(face())).unwrap();
    let image = Image { format: ImageFormat::Png, bytes: seal.png };
    (Document { fonts, pages: vec![page], ..Document::default() }, image)
}

const PLACE: Rect = Rect::new(124.0, 204.0, 42.0, 42.0);

#[divan::bench]
fn page_as_svg(bencher: divan::Bencher) {
    let (document, image) = document();
    let stamp = svg::Stamp { boundary: PLACE, clip: None, picture: svg::StampPicture::Image(&image) };
    bencher.bench(|| svg::page(&document, 0, &[stamp]));
}

#[divan::bench(args = [true, false])]
fn page_as_pdf(bencher: divan::Bencher, embedded: bool) {
    let (document, image) = document();
    let stamp = svg::Stamp { boundary: PLACE, clip: None, picture: svg::StampPicture::Image(&image) };
    bencher.bench(|| pdf::write(&document, &[vec![stamp]], embedded.then(face)).unwrap());
}
