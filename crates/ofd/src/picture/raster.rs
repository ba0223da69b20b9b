//! Red objects as a small PNG: only how much of each dot is covered counts.

use tiny_skia::{FillRule, Mask, PathBuilder, Stroke, Transform};

use crate::geometry::{IDENTITY, cubics};
use crate::model::{Color, Object, Path, Segment};
use crate::{Fault, Result};

/// 300 dots an inch.
const DOTS_PER_MM: f64 = 300.0 / 25.4;
/// Degrees of cover kept, two bits a dot: at this many dots an inch nobody sees more, and every document under
/// the seal carries the picture twice.
const DEGREES: u8 = 3;

/// Draws the paths (there are no others in a seal with a face) on an area of this size in mm.
pub(super) fn png(objects: &[Object], width: f64, height: f64) -> Result<Vec<u8>> {
    let dots = |length: f64| (length * DOTS_PER_MM).ceil() as u32;
    let (across, down) = (dots(width), dots(height));
    let mut mask = Mask::new(across, down).ok_or_else(|| Fault::new("seal.width", "no room"))?;
    for object in objects {
        let Object::Path(path) = object else { continue };
        draw(&mut mask, path);
    }
    encode(mask.data(), across, down).map_err(|error| Fault::new("seal.png", error.to_string()))
}

fn draw(mask: &mut Mask, path: &Path) {
    let scale = Transform::from_scale(DOTS_PER_MM as f32, DOTS_PER_MM as f32);
    let Some(outline) = outline(&path.segments) else { return };
    if path.fill.is_some() {
        let rule = if path.even_odd { FillRule::EvenOdd } else { FillRule::Winding };
        mask.fill_path(&outline, rule, true, scale);
    }
    if let Some(stroke) = &path.stroke {
        let stroke = Stroke { width: stroke.width as f32, ..Stroke::default() };
        if let Some(edge) = outline.stroke(&stroke, DOTS_PER_MM as f32) {
            mask.fill_path(&edge, FillRule::Winding, true, scale);
        }
    }
}

fn outline(segments: &[Segment]) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for segment in cubics(segments, &IDENTITY) {
        match segment {
            Segment::Move(x, y) => path.move_to(x as f32, y as f32),
            Segment::Line(x, y) => path.line_to(x as f32, y as f32),
            Segment::Cubic(c) => {
                let [a, b, c, d, e, f] = c.map(|value| value as f32);
                path.cubic_to(a, b, c, d, e, f);
            }
            _ => path.close(),
        }
    }
    path.finish()
}

/// Four colours: all the red of seals, from clear to full. The clear one is white, so that readers which
/// ignore transparency show white paper and not a red square.
fn encode(cover: &[u8], across: u32, down: u32) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let Color { r, g, b, .. } = Color::SEAL;
    let mut palette = vec![255, 255, 255];
    palette.extend([r, g, b].repeat(usize::from(DEGREES)));
    let clear: Vec<u8> = (0..=DEGREES).map(|degree| degree * (255 / DEGREES)).collect();
    let degree = |cover: &u8| ((u16::from(*cover) * u16::from(DEGREES) + 127) / 255) as u8;
    let put = |byte: u8, (cover, place): (&u8, u32)| byte | degree(cover) << place;
    let rows = cover.chunks(across as usize);
    let packed: Vec<u8> =
        rows.flat_map(|row| row.chunks(4).map(|dots| dots.iter().zip([6, 4, 2, 0]).fold(0, put))).collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, across, down);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    encoder.set_palette(palette);
    encoder.set_trns(clear);
    encoder.set_deflate_compression(png::DeflateCompression::Level(6));
    encoder.set_filter(png::Filter::NoFilter);
    let metre = (DOTS_PER_MM * 1000.0).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: metre, yppu: metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&packed)?;
    writer.finish()?;
    Ok(out)
}
