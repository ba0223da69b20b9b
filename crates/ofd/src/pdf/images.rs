//! Pictures in a PDF: JPEG as it is, PNG and BMP unpacked, transparency as a mask of its own.

use std::collections::BTreeMap;

use pdf_writer::{Filter, Finish, Name, Pdf, Ref};

use super::{Numbers, deflated};
use crate::model::{Image, ImageFormat};

pub(super) struct Images {
    pixels: usize,
    read: Vec<Picture>,
    /// Position in `read` of a picture, by where its bytes stand.
    known: BTreeMap<(usize, usize), Option<usize>>,
}

struct Picture {
    width: u32,
    height: u32,
    /// 1, 3 or 4 values for each dot.
    channels: u8,
    /// Packed as `filter` says.
    data: Vec<u8>,
    filter: Filter,
    alpha: Option<Vec<u8>>,
}

impl Images {
    /// `pixels`: the most that all pictures together may have.
    pub fn new(pixels: usize) -> Images {
        Images { pixels, read: Vec::new(), known: BTreeMap::new() }
    }

    /// The picture's name among the resources; `None` when it cannot be shown.
    pub fn name(&mut self, image: &Image) -> Option<String> {
        let key = (image.bytes.as_ptr() as usize, image.bytes.len());
        let position = match self.known.get(&key) {
            Some(known) => *known,
            None => {
                let position = read(image, &mut self.pixels).map(|picture| {
                    self.read.push(picture);
                    self.read.len() - 1
                });
                self.known.insert(key, position);
                position
            }
        };
        position.map(|position| format!("I{position}"))
    }

    pub fn write(&self, pdf: &mut Pdf, numbers: &mut Numbers) -> Vec<(String, Ref)> {
        let mut out = Vec::new();
        for (position, picture) in self.read.iter().enumerate() {
            let (id, mask) = (numbers.next(), picture.alpha.as_ref().map(|alpha| (numbers.next(), alpha)));
            let mut entries = pdf.image_xobject(id, &picture.data);
            entries.filter(picture.filter);
            entries.width(picture.width as i32).height(picture.height as i32);
            let space: &[u8] = match picture.channels {
                1 => b"DeviceGray",
                3 => b"DeviceRGB",
                _ => b"DeviceCMYK",
            };
            entries.color_space_name(Name(space)).bits_per_component(8);
            if picture.channels == 4 {
                // JPEG of four colours comes from printing programs, which write it inverted.
                entries.decode([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
            }
            if let Some((mask, _)) = mask {
                entries.s_mask(mask);
            }
            entries.finish();
            if let Some((mask, alpha)) = mask {
                let mut entries = pdf.image_xobject(mask, alpha);
                entries.filter(Filter::FlateDecode);
                entries.width(picture.width as i32).height(picture.height as i32);
                entries.color_space_name(Name(b"DeviceGray")).bits_per_component(8);
            }
            out.push((format!("I{position}"), id));
        }
        out
    }
}

fn read(image: &Image, pixels: &mut usize) -> Option<Picture> {
    match image.format {
        ImageFormat::Png => png(&image.bytes, pixels),
        ImageFormat::Jpeg => jpeg(&image.bytes),
        ImageFormat::Bmp => bmp(&image.bytes, pixels),
        ImageFormat::Other => None,
    }
}

/// Takes the dots of a picture from what is left, before memory is set aside for them.
fn take(width: u32, height: u32, pixels: &mut usize) -> Option<usize> {
    let dots = (width as usize).checked_mul(height as usize).filter(|dots| *dots > 0)?;
    *pixels = pixels.checked_sub(dots)?;
    Some(dots)
}

fn png(bytes: &[u8], pixels: &mut usize) -> Option<Picture> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    let dots = take(width, height, pixels)?;
    let mut data = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut data).ok()?;
    data.truncate(frame.buffer_size());
    let (color, clear): (usize, bool) = match frame.color_type {
        png::ColorType::Grayscale => (1, false),
        png::ColorType::GrayscaleAlpha => (1, true),
        png::ColorType::Rgb => (3, false),
        png::ColorType::Rgba => (3, true),
        png::ColorType::Indexed => return None,
    };
    let each = color + usize::from(clear);
    if data.len() != dots * each {
        return None;
    }
    let alpha = clear.then(|| data.chunks(each).map(|dot| dot[color]).collect::<Vec<u8>>());
    let colors: Vec<u8> =
        if clear { data.chunks(each).flat_map(|dot| &dot[..color]).copied().collect() } else { data };
    let (data, alpha) = (deflated(&colors), alpha.map(|alpha| deflated(&alpha)));
    Some(Picture { width, height, channels: color as u8, data, filter: Filter::FlateDecode, alpha })
}

/// The first frame header says the size (ITU-T T.81 B.2.2); the rest is left to the reader of the PDF.
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    let word = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    (word(0)? == 0xFFD8).then_some(())?;
    let mut at = 2;
    loop {
        let marker = word(at)?;
        match marker {
            0xFFFF => at += 1,
            0xFFC0..=0xFFC2 => break,
            0xFF01 | 0xFFD0..=0xFFD7 => at += 2,
            0xFFC4 | 0xFFCC | 0xFFDB..=0xFFFE => at += 2 + usize::from(word(at + 2)?.max(2)),
            _ => return None,
        }
    }
    let (height, width, channels) = (word(at + 5)?, word(at + 7)?, *bytes.get(at + 9)?);
    let drawable = *bytes.get(at + 4)? == 8 && matches!(channels, 1 | 3 | 4) && width > 0 && height > 0;
    let (width, height) = (u32::from(width), u32::from(height));
    drawable.then(|| Picture {
        width,
        height,
        channels,
        data: bytes.to_vec(),
        filter: Filter::DctDecode,
        alpha: None,
    })
}

/// Uncompressed pictures of 8, 24 or 32 bits a dot, as scanners and old stamp programs write them.
fn bmp(bytes: &[u8], pixels: &mut usize) -> Option<Picture> {
    let half = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let whole = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let begins = bytes.starts_with(b"BM") && whole(14)? >= 40;
    let plain = whole(30)? == 0 && matches!(half(28)?, 8 | 24 | 32);
    (begins && plain).then_some(())?;
    let (start, header, bits) = (whole(10)? as usize, whole(14)? as usize, usize::from(half(28)?));
    let (width, tall) = (whole(18)? as i32, whole(22)? as i32);
    let (width, height) = (u32::try_from(width).ok()?, tall.unsigned_abs());
    let row = (width as usize).checked_mul(bits)?.div_ceil(32) * 4;
    let rows = bytes.get(start..start.checked_add(row.checked_mul(height as usize)?)?)?;
    let dots = take(width, height, pixels)?;
    let mut colors = Vec::with_capacity(dots * 3);
    for line in 0..height as usize {
        // Rows go upwards unless the height is negative.
        let line = if tall > 0 { height as usize - 1 - line } else { line };
        for dot in rows[line * row..].chunks(bits / 8).take(width as usize) {
            let at = 14 + header + usize::from(dot[0]) * 4;
            let blue_green_red = if bits == 8 { bytes.get(at..at + 3)? } else { &dot[..3] };
            colors.extend(blue_green_red.iter().rev());
        }
    }
    Some(Picture {
        width,
        height,
        channels: 3,
        data: deflated(&colors),
        filter: Filter::FlateDecode,
        alpha: None,
    })
}
