//! The picture of a seal, drawn by the product.

use super::kind::Shape;
use super::seal::Seal;
use super::vault::bug;
use crate::fonts::Fonts;
use base::{Error, Result};
use ofd::font::Face;
use ofd::model::{Document, Info, Page, Rect};
use ofd::picture::{self, SealPicture, name_seal, oval_seal, round_seal};
use ofd::ses::Picture;

/// What is drawn. It is known before the seal has a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub shape: Shape,
    pub body_name: String,
    pub title: String,
    pub width_mm: u32,
}

impl Look {
    pub(super) fn of(seal: &Seal) -> Look {
        let (body_name, title) = (seal.body_name.clone(), seal.title.clone());
        Look { shape: seal.shape, body_name, title, width_mm: seal.width_mm }
    }
}

/// Draws seals one after the other with one font, away from the threads that answer requests.
pub(super) async fn draw(fonts: &Fonts, looks: Vec<Look>) -> Result<Vec<Picture>> {
    #[cfg(any(test, feature = "testing"))]
    if let Some(known) = memory::known(&looks) {
        return Ok(known);
    }
    let drawn = draw_anew(fonts, looks.clone()).await?;
    #[cfg(any(test, feature = "testing"))]
    memory::keep(&looks, &drawn);
    Ok(drawn)
}

async fn draw_anew(fonts: &Fonts, looks: Vec<Look>) -> Result<Vec<Picture>> {
    let fonts = fonts.clone();
    let drawing = tokio::task::spawn_blocking(move || {
        let face = match fonts.load()? {
            Some(font) => Some(Face::parse(&font.bytes, font.index).map_err(bug)?),
            None => None,
        };
        looks.iter().map(|look| one(look, face.as_ref())).collect()
    });
    drawing.await.map_err(|error| Error::Bug(error.into()))?
}

fn one(look: &Look, face: Option<&Face>) -> Result<Picture> {
    let drawn = shape(look, face)?;
    // An empty box on a seal would be a fault nobody can mend later: rather the reader's own 宋体.
    let drawn = if drawn.missing.is_empty() { drawn } else { shape(look, None)? };
    let measure = |length: f64| length.round() as u32;
    let (width, height) = (measure(drawn.width), measure(drawn.height));
    match drawn.png.is_empty() {
        false => Ok(Picture { kind: "PNG".into(), data: drawn.png, width, height }),
        true => Ok(Picture { kind: "ofd".into(), data: package(look, drawn)?, width, height }),
    }
}

/// A document of one page, as large as the seal, with its characters by font name.
fn package(look: &Look, drawn: picture::Picture) -> Result<Vec<u8>> {
    let page = Page {
        area: Rect::new(0.0, 0.0, drawn.width, drawn.height),
        objects: drawn.vector,
        annotations: Vec::new(),
    };
    let id = base::crypt::hex(&base::crypt::sm3(format!("{look:?}").as_bytes())[..16]);
    let info = Info { id, title: format!("{}{}", look.body_name, look.title), ..Info::default() };
    let document = Document { info, fonts: drawn.fonts, pages: vec![page], ..Document::default() };
    Ok(ofd::write::write(&document).map_err(bug)?.to_bytes())
}

fn shape(look: &Look, face: Option<&Face>) -> Result<picture::Picture> {
    let personal = look.shape == Shape::Square && !look.title.is_empty();
    let name = if personal { &look.title } else { &look.body_name };
    let request = SealPicture { name, purpose: &look.title, code: "", width: f64::from(look.width_mm) };
    let drawn = match look.shape {
        Shape::Round => round_seal(&request, face),
        Shape::Oval => oval_seal(&request, face),
        Shape::Square => name_seal(&request, face),
    };
    drawn.map_err(bug)
}

/// Hundreds of stories draw the same few seals; once for each process is enough.
#[cfg(any(test, feature = "testing"))]
mod memory {
    use super::{Look, Picture};
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    static DRAWN: LazyLock<Mutex<HashMap<Look, Picture>>> = LazyLock::new(Mutex::default);

    pub(super) fn known(looks: &[Look]) -> Option<Vec<Picture>> {
        let drawn = DRAWN.lock().expect("no holder of the drawings panics");
        looks.iter().map(|look| drawn.get(look).cloned()).collect()
    }

    pub(super) fn keep(looks: &[Look], pictures: &[Picture]) {
        let mut drawn = DRAWN.lock().expect("no holder of the drawings panics");
        drawn.extend(looks.iter().cloned().zip(pictures.iter().cloned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(shape: Shape, width_mm: u32) -> Look {
        Look {
            shape, body_name: "演示市市场监督管理局".into(), title: "行政审批专用章".into(), width_mm
        }
    }

    #[test]
    fn without_a_font_the_seal_is_a_small_document_that_can_be_read() {
        for (shape, width, height) in [(Shape::Round, 42, 42), (Shape::Oval, 40, 30), (Shape::Square, 20, 20)]
        {
            let drawn = one(&look(shape, width), None).unwrap();
            assert_eq!((drawn.kind.as_str(), drawn.width), ("ofd", width), "{shape:?}");
            if shape != Shape::Square {
                assert_eq!(drawn.height, height, "{shape:?}");
            }
            let limits = ofd::Limits::default();
            let package = ofd::package::Package::open(&drawn.data, &limits).unwrap();
            let document = ofd::read::read(&package, &limits).unwrap();
            let text = ofd::text::document_text(&document).replace(char::is_whitespace, "");
            assert!(text.contains('章') && text.contains('审'), "{text}");
        }
    }

    #[test]
    fn with_a_font_it_is_a_picture() {
        let fonts = Fonts::found().load().unwrap().expect("bin/check installs a Chinese font");
        let face = Face::parse(&fonts.bytes, fonts.index).unwrap();
        let drawn = one(&look(Shape::Round, 45), Some(&face)).unwrap();
        assert_eq!((drawn.kind.as_str(), drawn.width, drawn.height), ("PNG", 45, 45));
        assert_eq!(&drawn.data[1..4], b"PNG");
    }
}
