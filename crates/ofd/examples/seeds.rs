//! Writes the saved corpus of the fuzz targets: `cargo run -p ofd --example seeds -- crates/ofd/fuzz/corpus`.
//! Everything in it is made here: keys, bodies and fonts that do not exist. The same bytes each time.

#[path = "../benches/common/mod.rs"]
mod common;
mod seeds {
    pub mod font;
}

use std::fs;
use std::path::{Path, PathBuf};

use ofd::layout::{Fonts, Template, preview};
use ofd::model::{self, Annotation, AnnotationKind, Document};
use ofd::package::Package;
use ofd::sm2::{LocalSigner, PrivateKey, Signer, encrypt};
use ofd::x509::{NewCrl, Revocation, issue_crl};
use ofd::{Limits, Result, Time, ses, signed_data};

const LAYOUTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/layouts");

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let corpus = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    let layouts = layouts()?;
    let save = |target: &str, name: &str, bytes: &[u8]| -> std::io::Result<()> {
        fs::create_dir_all(corpus.join(target))?;
        fs::write(corpus.join(target).join(name), bytes)
    };
    let sealed = sealed(&common::document())?;
    let rich = ofd::write::write(&rich())?;
    let files: Vec<(&str, &str)> =
        layouts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let templates = Template::parse_all(&files)?;
    let acceptance =
        templates.iter().find(|template| template.key == "acceptance").ok_or("no acceptance notice")?;
    let mut laid_out = preview(acceptance, &Fonts::new())?.document;
    laid_out.info.id = "0".repeat(32);
    laid_out.info.created_on = "2026-09-24".into();
    let acceptance = ofd::write::write(&laid_out)?;
    for (name, package) in [("sealed", &sealed), ("rich", &rich), ("acceptance", &acceptance)] {
        save("package", &format!("{name}.ofd"), &package.to_bytes())?;
        save("document", name, &flat(package))?;
    }
    for path in ["OFD.xml", "Doc_0/Document.xml", "Doc_0/Signs/Sign_0/Signature.xml"] {
        save("xml", path.rsplit('/').next().unwrap_or(path), sealed.get(path).ok_or(path)?)?;
    }
    let declared =
        "<?xml version=\"1.0\" encoding=\"GBK\"?><a xmlns:b=\"c\" b:d='&#x56FD;'><![CDATA[e]]><!--f--></a>";
    save("xml", "declared", declared.as_bytes())?;
    for (name, bytes) in messages(&sealed)? {
        save("der", name, &bytes)?;
    }
    for (name, bytes) in [("truetype", seeds::font::truetype()), ("postscript", seeds::font::postscript())] {
        // They must be fonts, or nothing beyond their directory would ever be fuzzed.
        let face = ofd::font::Face::parse(&bytes, 0)?;
        assert!("AB国".chars().all(|c| face.outline(c).is_some_and(|path| path.len() >= 4)), "{name}");
        save("font", name, &bytes)?;
        save("font", &format!("{name}_subset"), &face.subset("AB国".chars())?)?;
    }
    for (name, text) in layouts.iter().filter(|(_, text)| !text.lines().any(|line| line.starts_with("like")))
    {
        save("template", name, text.as_bytes())?;
    }
    Ok(())
}

/// The product's own, by file name and text.
fn layouts() -> std::io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(Path::new(LAYOUTS))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn sealed(document: &Document) -> Result<Package> {
    let mut package = ofd::write::write(document)?;
    common::Parties::new()?.seal(&mut package)?;
    Ok(package)
}

/// Embedded fonts of both kinds, a picture, a group, an annotation, an attachment.
fn rich() -> Document {
    let mut document = common::document();
    for (name, file) in [("甲", seeds::font::truetype()), ("乙", seeds::font::postscript())] {
        document.fonts.push(model::Font {
            name: name.into(),
            family: name.into(),
            file: Some(file),
            ..model::Font::default()
        });
    }
    let page = &mut document.pages[0];
    page.objects.truncate(6);
    let mut next = 1;
    for object in &mut page.objects {
        if let model::Object::Text(text) = object {
            text.font = next % 3;
            text.runs[0].text = "AB国".into();
            text.runs[0].delta_x.truncate(2);
            next += 1;
        }
    }
    let inner = page.objects.split_off(3);
    page.objects.push(model::Object::Group(model::Group {
        boundary: model::A4,
        ctm: Some([0.9, 0.1, -0.1, 0.9, 5.0, 5.0]),
        alpha: 128,
        objects: inner,
    }));
    let marks = page.objects[..1].to_vec();
    page.annotations.push(Annotation {
        kind: AnnotationKind::Watermark,
        boundary: model::A4,
        remark: "样".into(),
        visible: true,
        objects: marks,
    });
    document.pages.push(document.pages[0].clone());
    document.attachments.push(model::Attachment {
        name: "说明".into(),
        format: "txt".into(),
        created_on: "2026-09-24".into(),
        visible: true,
        bytes: "附件".into(),
    });
    document
}

/// The files of a package one after the other, as target `document` takes them apart.
fn flat(package: &Package) -> Vec<u8> {
    let mut bytes = Vec::new();
    for path in package.paths() {
        let line = format!("--- {path}\n");
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(package.get(path).unwrap_or_default());
        bytes.push(b'\n');
    }
    bytes
}

fn messages(sealed: &Package) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let whole = sealed.get("Doc_0/Signs/Sign_0/SignedValue.dat").unwrap_or_default();
    let signature = ses::SealSignature::parse(whole, &Limits::default())?;
    let anchor = common::Parties::new()?.trust.anchors.remove(0);
    let key = PrivateKey::from_bytes(&[3; 32])?;
    let signer = LocalSigner::new(PrivateKey::from_bytes(&[3; 32])?, signature.signer().clone())?;
    let revoked = [(vec![9], Revocation { at: common::NOW, reason: 1 })];
    let crl = NewCrl {
        issuer: &anchor,
        number: 7,
        this_update: common::NOW,
        next_update: Time(common::NOW.0 + 86_400),
        revoked: &revoked,
    };
    let root = PrivateKey::from_bytes(&[1; 32])?;
    let crl = issue_crl(&crl, &|message| Ok(root.sign(message)))?;
    let mut count = 0;
    let secret = encrypt(key.public_key(), b"secret", &mut |bytes| {
        count += 1;
        bytes.fill(count);
    })?;
    Ok(vec![
        ("signature", whole.to_vec()),
        ("seal", signature.seal().der().to_vec()),
        ("certificate", signer.certificate().der().to_vec()),
        ("anchor", anchor.der().to_vec()),
        ("crl", crl.der().to_vec()),
        ("message", signed_data::make(&[1; 32], Some(common::NOW), &signer)?),
        ("message_plain", signed_data::make(&[1; 32], None, &signer)?),
        ("public_key", key.public_key().to_sec1().to_vec()),
        ("signature_value", key.sign(b"x").to_der()),
        ("encrypted", secret),
    ])
}
