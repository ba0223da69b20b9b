//! What drawing costs: `cargo bench -p ofd --bench drawing`. Needs the font that `bin/check` installs.

use std::sync::OnceLock;

use ofd::font::Face;
use ofd::picture::{SealPicture, name_seal, oval_seal, qr, round_seal};

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
