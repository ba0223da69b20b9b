//! How many pixels a picture has, from its first bytes.

use crate::model::{Image, ImageFormat};

/// Width and height; nothing for other formats, cut files and pictures without pixels.
pub fn of(image: &Image) -> Option<(u32, u32)> {
    let bytes = image.bytes.as_slice();
    let size = match image.format {
        ImageFormat::Png => png(bytes),
        ImageFormat::Jpeg => jpeg(bytes),
        ImageFormat::Bmp => bmp(bytes),
        ImageFormat::Other => None,
    };
    size.filter(|(width, height)| *width > 0 && *height > 0)
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let word = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    (header.get(4..8)? == b"IHDR").then_some((word(8)?, word(12)?))
}

/// Walks the segments to the frame header (SOF0 to SOF15 without DHT, JPG and DAC).
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let (&marker, length) = match rest {
            [0xFF, 0xFF, ..] => {
                rest = &rest[1..];
                continue;
            }
            [0xFF, marker, high, low, ..] => (marker, usize::from(*high) << 8 | usize::from(*low)),
            _ => return None,
        };
        if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
            let size = |at: usize| Some(u32::from(*rest.get(at)?) << 8 | u32::from(*rest.get(at + 1)?));
            return Some((size(7)?, size(5)?));
        }
        rest = rest.get(2 + length.max(2)..)?;
    }
}

/// A height below zero means rows from the top.
fn bmp(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"BM")?;
    let word = |at: usize| Some(i32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((word(16)?.unsigned_abs(), word(20)?.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(format: ImageFormat, bytes: &[u8]) -> Option<(u32, u32)> {
        of(&Image { format, bytes: bytes.to_vec() })
    }

    #[test]
    fn pixels_are_counted_in_each_format() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x2c\0\0\0\xc8";
        assert_eq!(size(ImageFormat::Png, png), Some((300, 200)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x0b\x08\0\xc8\x01\x2c\x03";
        assert_eq!(size(ImageFormat::Jpeg, jpeg), Some((300, 200)));
        let bmp = b"BM0123456789ab\x28\0\0\0\x2c\x01\0\0\x38\xff\xff\xff";
        assert_eq!(size(ImageFormat::Bmp, &bmp[..]), Some((300, 200)));
    }

    #[test]
    fn cut_or_empty_pictures_have_no_size() {
        let whole = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\xc8\x01\x2c";
        for end in 0..whole.len() {
            assert_eq!(size(ImageFormat::Jpeg, &whole[..end]), None, "{end}");
        }
        assert_eq!(size(ImageFormat::Jpeg, b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0"), None);
        assert_eq!(size(ImageFormat::Png, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x01"), None);
        assert_eq!(size(ImageFormat::Other, b""), None);
    }
}
