//! What stands in an OFD file, as crate ofd reads it:
//!
//! - `cargo run -p ofd --example pages -- text <file.ofd>`: the text of all pages.
//! - `… -- svg <file.ofd> <page from 1>`: a page with its seals.
//! - `… -- pdf <file.ofd> <file.pdf>`: all pages, without the seals, fonts by name.
//! - `… -- verify <file.ofd> <root.der>`: the findings; exit code 1 when there are any.

use std::error::Error;
use std::process::ExitCode;

use ofd::model::{Image, ImageFormat};
use ofd::package::Package;
use ofd::svg::{Stamp, StampPicture};
use ofd::verdict::{Context, SealStatus};
use ofd::verify::{Verification, verify_package};
use ofd::x509::{Certificate, Trust};
use ofd::{Limits, Time};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (verb, file) = (words.first().copied().unwrap_or_default(), *words.get(1).ok_or("which file?")?);
    let package = Package::open(&std::fs::read(file)?, &Limits::default())?;
    let document = ofd::read::read(&package, &Limits::default())?;
    match (verb, words.get(2)) {
        ("text", None) => println!("{}", ofd::text::document_text(&document)),
        ("svg", Some(page)) => {
            let page = page.parse::<usize>()?.checked_sub(1).ok_or("pages are counted from 1")?;
            println!("{}", svg(&document, page, &verified(&package, Trust::default())?));
        }
        ("pdf", Some(file)) => std::fs::write(file, ofd::pdf::write(&document, &[], None)?)?,
        ("verify", Some(root)) => {
            let anchors = vec![Certificate::parse(&std::fs::read(root)?)?];
            let verification = verified(&package, Trust { anchors, ..Trust::default() })?;
            println!("{} signatures {:?}", verification.signatures.len(), verification.codes());
            return Ok(if verification.ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        _ => {
            return Err(
                "text <file>, svg <file> <page>, pdf <file> <file.pdf>, or verify <file> <root.der>".into()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::disallowed_methods, reason = "a command line goes by the clock of its machine")]
fn verified(package: &Package, trust: Trust) -> Result<Verification, Box<dyn Error>> {
    let now = Time(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() as i64);
    let status = |_: &ofd::ses::Seal, _: Time| SealStatus::Unknown;
    let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
    Ok(verify_package(package, &Limits::default(), &context)?)
}

fn svg(document: &ofd::model::Document, page: usize, verification: &Verification) -> String {
    let seals = verification.signatures.iter().filter_map(|report| {
        let picture = report.picture.as_ref()?;
        let image = Image { format: ImageFormat::Png, bytes: picture.data.clone() };
        Some((report.stamps.iter().filter(|stamp| stamp.page == page), image))
    });
    let seals: Vec<_> = seals.collect();
    let stamps: Vec<Stamp> = seals
        .iter()
        .flat_map(|(places, image)| {
            let picture = StampPicture::Image(image);
            places.clone().map(move |place| Stamp { boundary: place.boundary, clip: place.clip, picture })
        })
        .collect();
    ofd::svg::page(document, page, &stamps)
}
