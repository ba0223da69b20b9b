//! Writes sealed sample documents for trials with other readers:
//! `cargo run -p ofd --example sample -- <simple.ofd> [<ca.der> [<rich.ofd> [<drawn.ofd>]]]`.
//!
//! The simple one has a page, a table, a picture, a seal. The rich one is the product's certificate layout on two
//! pages with a second seal across them. The drawn one has a font that comes with it, a rare name, outlines of every
//! kind and a picture that is clear in part. The last two need the font that `bin/check` installs (fonts-noto-cjk).
//! Keys and bodies are made up; the seals are worth nothing.

#[path = "../benches/common/mod.rs"]
mod common;
#[path = "sample/drawn.rs"]
mod drawn;

use std::error::Error;
use std::path::PathBuf;

use ofd::font::Face;
use ofd::layout::{Fonts, Template, preview};
use ofd::model::Rect;
use ofd::picture::{SealPicture, round_seal};
use ofd::sign::{Stamp, across_pages};

const CERTIFICATE: &str = include_str!("../../../data/layouts/certificate.toml");
const SEAL: f64 = 42.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let parties = common::Parties::new()?;
    let mut package = ofd::write::write(&common::document())?;
    parties.seal(&mut package)?;
    std::fs::write(&file, package.to_bytes())?;
    if let Some(anchor) = arguments.next() {
        std::fs::write(anchor, parties.trust.anchors[0].der())?;
    }
    if let Some(file) = arguments.next() {
        std::fs::write(file, rich()?)?;
    }
    if let Some(file) = arguments.next() {
        std::fs::write(file, drawn()?)?;
    }
    Ok(())
}

fn drawn() -> Result<Vec<u8>, Box<dyn Error>> {
    let face = Face::parse(&std::fs::read(font()?)?, 2)?;
    let seal =
        SealPicture {
            name: "江苏省测试厅", purpose: "样例专用章", code: "3200000000000", width: SEAL
        };
    let seal = round_seal(&seal, Some(&face))?;
    let mut package = ofd::write::write(&drawn::document(&face, &seal)?)?;
    let boundary = Rect::new(140.0, 230.0, SEAL, SEAL);
    let stamp = Stamp { page: 0, boundary, clip: None };
    common::Parties::with_picture(&seal.png)?.seal_at(&mut package, &[stamp])?;
    Ok(package.to_bytes())
}

fn rich() -> Result<Vec<u8>, Box<dyn Error>> {
    let face = Face::parse(&std::fs::read(font()?)?, 2)?;
    let seal =
        SealPicture {
            name: "江苏省测试厅", purpose: "样例专用章", code: "3200000000000", width: SEAL
        };
    let parties = common::Parties::with_picture(&round_seal(&seal, Some(&face))?.png)?;
    let layout = preview(&Template::parse(CERTIFICATE)?, &Fonts::new())?;
    let mut document = layout.document;
    document.info.id = "0123456789abcdef0123456789abcdee".into();
    document.info.created_on = "2026-09-24".into();
    document.pages.push(common::document().pages.remove(0));
    let (fonts, images) = (document.fonts.len(), document.images.len());
    document.fonts.extend(common::document().fonts);
    document.images.extend(common::document().images);
    for object in &mut document.pages[1].objects {
        match object {
            ofd::model::Object::Text(text) => text.font += fonts,
            ofd::model::Object::Image(image) => image.image += images,
            _ => {}
        }
    }
    let areas: Vec<Rect> = document.pages.iter().map(|page| page.area).collect();
    let mut package = ofd::write::write(&document)?;
    let place = layout.seals.first().ok_or("the layout has no seal")?;
    let boundary = Rect::new(place.x - SEAL / 2.0, place.y - SEAL / 2.0, SEAL, SEAL);
    parties.seal_at(&mut package, &[Stamp { page: place.page, boundary, clip: None }])?;
    parties.seal_at(&mut package, &across_pages(&areas, SEAL, SEAL, 90.0))?;
    Ok(package.to_bytes())
}

fn font() -> Result<PathBuf, Box<dyn Error>> {
    let mut rooms = vec![PathBuf::from("/usr/share/fonts")];
    while let Some(room) = rooms.pop() {
        for entry in std::fs::read_dir(room)? {
            let path = entry?.path();
            if path.is_dir() {
                rooms.push(path);
            } else if path.file_name().is_some_and(|name| name == "NotoSerifCJK-Bold.ttc") {
                return Ok(path);
            }
        }
    }
    Err("no NotoSerifCJK-Bold.ttc under /usr/share/fonts: install fonts-noto-cjk".into())
}
