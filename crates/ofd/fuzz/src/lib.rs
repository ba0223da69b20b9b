//! What the targets share.

use ofd::layout::{Fonts, Template, Values, annotate};
use ofd::package::Package;
use ofd::sm2::{Signature, Signer};
use ofd::verdict::{Context, SealStatus};
use ofd::x509::{Certificate, Trust};
use ofd::{Limits, Time};
use std::sync::LazyLock;

pub const NOW: Time = Time(1_790_215_200);

/// Small enough that a file within them is drawn in a moment: what takes long here is a finding.
pub fn limits() -> Limits {
    Limits {
        package_bytes: 1 << 20,
        files: 200,
        file_bytes: 1 << 20,
        total_bytes: 4 << 20,
        objects: 20_000,
        pages: 50,
        pixels: 1 << 20,
        ..Limits::default()
    }
}

/// For the first line of a target: a panic ends the run, except inside the font libraries, which crate ofd fences
/// and whose panics it takes for a damaged font.
pub fn quiet_fence() {
    let end = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |what| {
        let fenced = what.location().is_some_and(|place| {
            ["/ttf-parser-", "/subsetter-"].iter().any(|library| place.file().contains(library))
        });
        if !fenced {
            end(what);
        }
    }));
}

/// Signs anything in no time: what is fuzzed is where a signature goes in a foreign package.
struct Stamp(Certificate);

impl Signer for Stamp {
    fn certificate(&self) -> &Certificate {
        &self.0
    }

    fn sign(&self, _: &[u8]) -> ofd::Result<Signature> {
        Signature::from_raw(&[1; 64])
    }

    /// It signs nothing that could be checked.
    fn is_proven(&self) -> bool {
        true
    }
}

static STAMP: LazyLock<Stamp> = LazyLock::new(|| {
    let certificate = include_bytes!("../corpus/der/certificate");
    Stamp(Certificate::parse(certificate).expect("a certificate of ours"))
});

static MARK: LazyLock<Template> = LazyLock::new(|| {
    let mark = "key = \"mark\"\nversion = 1\ntitle = \"标记\"\n[[block]]\nkind = \"watermark\"\ntext = \"仅供核验\"\n";
    Template::parse(mark).expect("a template of ours")
});

/// Everything that can be done with a package that opened.
pub fn check(bytes: &[u8], package: &Package) {
    let limits = &limits();
    let status = |_: &ofd::ses::Seal, _: Time| SealStatus::Unknown;
    let trust = Trust::default();
    let context = Context { trust: &trust, now: NOW, making: false, seal_status: &status, memory: None };
    let _ = ofd::verify::verify(bytes, limits, &context);
    let Ok(document) = ofd::read::read(package, limits) else { return };
    let _ = ofd::text::document_text(&document);
    for page in 0..document.pages.len().min(3) {
        let _ = ofd::svg::page(&document, page, &[]);
    }
    let _ = ofd::pdf::write(&document, &[], None);
    let _ = ofd::sign::plain(&mut package.clone(), NOW, &*STAMP);
    let mut marked = document.clone();
    let _ = annotate(&mut marked, &MARK, &Values::new(), &Fonts::new());
    // What was read can be written and read again.
    if let Ok(again) = ofd::write::write(&document) {
        ofd::read::read(&again, &Limits::default()).expect("what we write we can read");
    }
}
