//! Compressed answers (gzip, RFC 1952). Pages and static files come pressed; other texts are pressed on their way out.

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
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

/// Appends a part made for one reader to a gzip file: blocks that refer to nothing before them, and nothing at all
/// for no text.
pub(crate) fn press_part(text: &str, crc: &mut Crc, file: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        deflate(deflater, text.as_bytes(), FlushCompress::Sync, file);
    });
    crc.update(text.as_bytes());
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

/// Smaller texts gain nothing: they fit into one packet.
const FEWEST_BYTES: u64 = 256;
/// Longer ones are not pressed on a thread that others wait for.
const AT_ONCE: usize = 256 * 1024;

/// A text on its way out, for a reader who takes it pressed; files that are pressed by themselves stay as they are.
/// Whoever asks for the `head` alone is not told the length of a text she would get pressed (RFC 9110 §8.6).
pub(crate) async fn pressed(mut response: Response, taken: bool, head: bool) -> Response {
    let headers = response.headers_mut();
    if headers.contains_key(header::CONTENT_ENCODING) || !is_text(headers) {
        return response;
    }
    headers.entry(header::VARY).or_insert(VARY);
    if head && taken {
        headers.remove(header::CONTENT_LENGTH);
        return response;
    }
    let long = response.body().size_hint().exact().is_some_and(|bytes| bytes >= FEWEST_BYTES);
    if !taken || !long {
        return response;
    }
    // Boxed: most answers are pages, which come pressed.
    Box::pin(press_body(response)).await
}

fn is_text(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let is = |text: &[u8]| media.starts_with(text);
    is(b"text/") || [&b"json"[..], b"javascript", b"xml"].iter().any(|kind| ends(media, kind))
}

/// `application/json`, `application/problem+json`, with parameters or not.
fn ends(media: &[u8], kind: &[u8]) -> bool {
    let name = media.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii_end();
    name.ends_with(kind)
}

async fn press_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let file = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(text) if text.len() <= AT_ONCE => Ok(press(&text)),
        Ok(text) => tokio::task::spawn_blocking(move || press(&text)).await.map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match file {
        Ok(file) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.insert(header::CONTENT_ENCODING, GZIP);
            Response::from_parts(parts, file.into())
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be pressed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// An answer with this body, which is a gzip file or not.
pub(crate) fn answer(body: impl Into<Body>, media: HeaderValue, pressed: bool) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    // Room for what every answer gets on its way out.
    headers.reserve(12);
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::VARY, VARY);
    if pressed {
        headers.insert(header::CONTENT_ENCODING, GZIP);
    }
    response
}

const GZIP: HeaderValue = HeaderValue::from_static("gzip");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");
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

    #[tokio::test]
    async fn texts_of_programs_are_pressed_once_and_files_are_not() {
        let long = format!("[{}1]", "\"办事指南\",".repeat(30_000));
        for (media, body, wanted) in [
            ("application/json", &long[..], true),
            ("application/json", &long[..300], true),
            ("application/problem+json; charset=utf-8", &long[..900], true),
            ("text/csv; charset=utf-8", &long[..900], true),
            ("application/json", "{}", false),
            ("application/pdf", &long[..900], false),
            ("application/ofd", &long[..900], false),
        ] {
            let answer = || {
                let length = body.len().to_string();
                let headers = [(header::CONTENT_TYPE, media), (header::CONTENT_LENGTH, &length)];
                (headers, body.to_owned()).into_response()
            };
            let plain = pressed(answer(), false, false).await;
            assert!(!plain.headers().contains_key(header::CONTENT_ENCODING), "{media}");
            let text = media.contains("json") || media.contains("text");
            assert_eq!(plain.headers().contains_key(header::VARY), text, "{media}");
            let answer = pressed(pressed(answer(), true, false).await, true, false).await;
            assert_eq!(answer.headers().contains_key(header::CONTENT_ENCODING), wanted, "{media}");
            assert_eq!(answer.headers().contains_key(header::CONTENT_LENGTH), !wanted, "{media}");
            let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert_eq!(if wanted { opened(&bytes) } else { bytes.to_vec() }, body.as_bytes(), "{media}");
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
