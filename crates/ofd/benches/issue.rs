//! What issuing and verifying a notice cost beside the SM2 operation they cannot do without, all on one thread:
//! `cargo bench -p ofd --bench issue`. `openssl speed sm2` is run by hand in the same minutes; goals and the
//! figures reached are in docs/performance.md.

// Other benches draw the sample page in it, this one a notice.
#[allow(dead_code)]
#[path = "common/mod.rs"]
mod common;

use common::{NOW, Parties};
use divan::{Bencher, black_box};
use ofd::font::Face;
use ofd::layout::{Fonts, Template, characters, lay_out};
use ofd::package::Package;
use ofd::sm2::{Memory, PrivateKey};
use ofd::verdict::{Context, SealStatus};
use ofd::{Limits, verify, write};

const NOTICE: &str = include_str!("../../../data/layouts/notice.toml");
const ACCEPTANCE: &str = include_str!("../../../data/layouts/acceptance.toml");
/// About as long as what is really signed: the DER of a SES signature with its seal.
const MESSAGE: [u8; 1024] = [0x5a; 1024];

const PICTURE: usize = 11_000;

fn main() {
    divan::main();
}

/// A round seal drawn at 300 dots an inch is a PNG of about so many bytes; nobody looks into them here.
fn parties() -> Parties {
    Parties::with_picture(&[0x5a; PICTURE]).expect("parties")
}

/// The font that `bin/check` installs.
fn face() -> Face {
    let path = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc";
    Face::parse(&std::fs::read(path).expect(path), 2).expect("a font")
}

fn acceptance() -> Template {
    let templates = Template::parse_all(&[("notice", NOTICE), ("acceptance", ACCEPTANCE)]).expect("layouts");
    templates.into_iter().find(|template| template.key == "acceptance").expect("acceptance")
}

fn issued(template: &Template, parties: &Parties, face: Option<&Face>) -> Vec<u8> {
    let fonts = face.map_or_else(Fonts::new, |face| Fonts::new().other(face).spare("宋体"));
    let laid = lay_out(template, template.sample(), &fonts).expect("laid out");
    let mut document = laid.document;
    if let Some(face) = face {
        let used = characters(&document);
        let file = face.subset(used.iter().flatten().copied()).expect("a subset");
        for (font, _) in document.fonts.iter_mut().zip(&used).filter(|(_, used)| !used.is_empty()) {
            font.file = Some(file.clone());
        }
    }
    document.info.id = "0123456789abcdef0123456789abcdef".to_owned();
    document.info.created_on = "2026-09-24".to_owned();
    let mut package = write::write(&document).expect("written");
    parties.seal(&mut package).expect("sealed");
    package.to_bytes()
}

/// Values in, bytes of the sealed file out.
#[divan::bench]
fn issue(bencher: Bencher) {
    let (template, parties) = (acceptance(), parties());
    bencher.bench(|| issued(black_box(&template), &parties, None));
}

/// The same in a configured font: measured by it, and the glyphs that are used carried along.
#[divan::bench]
fn issue_in_a_font(bencher: Bencher) {
    let (template, parties, face) = (acceptance(), parties(), face());
    bencher.bench(|| issued(black_box(&template), &parties, Some(&face)));
}

/// Only the cutting of the font for that document.
#[divan::bench]
fn cut_the_font(bencher: Bencher) {
    let (template, face) = (acceptance(), face());
    let fonts = Fonts::new().other(&face).spare("宋体");
    let used = characters(&lay_out(&template, template.sample(), &fonts).expect("laid out").document);
    bencher.bench(|| face.subset(used.iter().flatten().copied()).expect("a subset"));
}

/// The whole check of such a file; seal and certificates were seen before. The signature of a
/// document itself is never remembered, so each round verifies it anew.
#[divan::bench]
fn check(bencher: Bencher) {
    let parties = parties();
    let bytes = issued(&acceptance(), &parties, None);
    let memory = Memory::new(1000);
    bencher.bench(|| {
        let context = Context {
            trust: &parties.trust,
            now: NOW,
            making: false,
            seal_status: &|_, _| SealStatus::Valid,
            memory: Some(&memory),
        };
        let found = verify::verify(black_box(&bytes), &Limits::default(), &context).expect("a package");
        assert!(found.ok());
        found
    });
}

#[divan::bench]
fn open_package(bencher: Bencher) {
    let bytes = issued(&acceptance(), &parties(), None);
    bencher.bench(|| Package::open(black_box(&bytes), &Limits::default()).expect("opened"));
}

#[divan::bench]
fn sm2_sign(bencher: Bencher) {
    let key = PrivateKey::from_bytes(&[3; 32]).expect("a key");
    bencher.bench(|| key.sign(black_box(&MESSAGE)));
}

#[divan::bench]
fn sm2_verify(bencher: Bencher) {
    let key = PrivateKey::from_bytes(&[3; 32]).expect("a key");
    let signature = key.sign(&MESSAGE);
    bencher.bench(|| assert!(key.public_key().verify(black_box(&MESSAGE), &signature)));
}
