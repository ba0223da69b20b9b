//! Compressed answers (gzip, RFC 1952). Pages and static files are pressed here; what programs get is left to the layer.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

/// Deflated with no name and no time; the last byte says that nobody says by which system.
pub(crate) const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A page is pressed for one reader: the usual six takes half as long again and spares three to six bytes of a hundred.
const QUICKLY: Compression = Compression::new(2);

thread_local! {
    /// A deflater has tables of a quarter megabyte, which are not made anew for each page.
    static DEFLATER: RefCell<Compress> = RefCell::new(Compress::new(QUICKLY, false));
}

/// Every browser does; a program that says `gzip;q=0` or nothing at all gets plain text.
pub(crate) fn is_taken(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let zero = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !zero
    })
}

/// A gzip file of what is made for one reader.
pub(crate) fn press(bytes: &[u8]) -> Vec<u8> {
    DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        file(deflater, bytes)
    })
}

/// A gzip file of what is kept for all readers.
pub(crate) fn press_hard(bytes: &[u8]) -> Vec<u8> {
    file(&mut Compress::new(Compression::best(), false), bytes)
}

fn file(deflater: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let mut file = HEAD.to_vec();
    deflate(deflater, bytes, FlushCompress::Finish, &mut file);
    let mut crc = Crc::new();
    crc.update(bytes);
    end(&crc, &mut file);
    file
}

/// Appends the deflate blocks of a text to a file.
pub(crate) fn deflate(deflater: &mut Compress, text: &[u8], flush: FlushCompress, file: &mut Vec<u8>) {
    // What cannot be pressed is stored, with five bytes for each 64 KB; a flush adds five more.
    file.reserve(text.len() + text.len() / 1000 + 64);
    let status = deflater.compress_vec(text, file, flush);
    let whole =
        matches!(status, Ok(Status::Ok | Status::StreamEnd)) && deflater.total_in() == text.len() as u64;
    assert!(whole, "a text fits into its room");
}

/// Appends checksum and length, which end a gzip file.
pub(crate) fn end(crc: &Crc, file: &mut Vec<u8>) {
    file.extend_from_slice(&crc.sum().to_le_bytes());
    file.extend_from_slice(&crc.amount().to_le_bytes());
}

/// An answer with this body, which is a gzip file or not.
pub(crate) fn answer(body: impl Into<Body>, media: HeaderValue, pressed: bool) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    // Room for what every answer gets on its way out.
    headers.reserve(12);
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if pressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    fn opened(file: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        GzDecoder::new(file).read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_was_pressed_is_had_back_however_often_the_deflater_was_used() {
        let noise: Vec<u8> = (0..300_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for bytes in [&b""[..], "办事指南".repeat(9_000).as_bytes(), &noise, b"x", &noise[..70_000]] {
            assert_eq!(opened(&press(bytes)), bytes);
            assert_eq!(opened(&press_hard(bytes)), bytes);
        }
    }

    #[test]
    fn gzip_is_sent_to_whoever_takes_it() {
        let taken = |value: &'static str| {
            is_taken(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        for yes in ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.8", "deflate, gzip;q=1.0"] {
            assert!(taken(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "gzip; q=0.0", "identity", "xgzip"] {
            assert!(!taken(no), "{no}");
        }
        assert!(!is_taken(&HeaderMap::new()));
    }
}
