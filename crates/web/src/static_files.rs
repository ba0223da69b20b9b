//! Static files, embedded in the binary and kept by browsers for a year: their address changes with them.

use crate::gzip;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static"]
struct Files;

/// Changes whenever a style or script does; part of their addresses.
pub(crate) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let contents: Vec<u8> = ["yiwang.css", "yiwang.js"]
        .iter()
        .filter_map(|name| Files::get(name))
        .flat_map(|file| file.metadata.sha256_hash().to_vec())
        .collect();
    base::crypt::hex(&base::crypt::sm3(&contents)[..6])
});

/// A file as it is sent.
struct Sent {
    media: HeaderValue,
    plain: Bytes,
    /// Where that is smaller: pictures are pressed already.
    pressed: Option<Bytes>,
}

/// Pressed once, as hard as can be, for all who ask.
static SENT: LazyLock<HashMap<String, Sent>> = LazyLock::new(|| {
    let sent = |name: &str| {
        let file = Files::get(name)?;
        let plain = Bytes::from(file.data.into_owned());
        let pressed = Bytes::from(gzip::press_hard(&plain));
        let media = HeaderValue::from_str(file.metadata.mimetype()).ok()?;
        Some(Sent { media, pressed: (pressed.len() < plain.len()).then_some(pressed), plain })
    };
    Files::iter().filter_map(|name| Some((name.to_string(), sent(&name)?))).collect()
});

pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    answer(&name, &headers, "public, max-age=31536000, immutable")
}

/// The service worker must live at the root to see the whole site, and must not be kept.
pub(crate) async fn service_worker(headers: HeaderMap) -> Response {
    answer("sw.js", &headers, "no-cache")
}

fn answer(name: &str, asked: &HeaderMap, keep: &'static str) -> Response {
    let Some(file) = SENT.get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let pressed = file.pressed.as_ref().filter(|_| gzip::is_taken(asked));
    let body = pressed.unwrap_or(&file.plain).clone();
    let mut response = gzip::answer(body, file.media.clone(), pressed.is_some());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use http_body_util::BodyExt;
    use std::io::Read;

    async fn sent(name: &str, takes: &'static str) -> (Option<HeaderValue>, Bytes) {
        let asked = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(takes))]);
        let (parts, body) = answer(name, &asked, "no-cache").into_parts();
        assert_eq!(parts.headers[header::VARY], "accept-encoding", "{name}");
        (parts.headers.get(header::CONTENT_ENCODING).cloned(), body.collect().await.unwrap().to_bytes())
    }

    #[tokio::test]
    async fn a_style_comes_pressed_to_whoever_takes_it_and_says_the_same() {
        let (coding, plain) = sent("yiwang.css", "br").await;
        assert_eq!(coding, None);
        let (coding, pressed) = sent("yiwang.css", "gzip, br").await;
        assert_eq!(coding.unwrap(), "gzip");
        assert!(pressed.len() * 3 < plain.len(), "{} of {}", pressed.len(), plain.len());
        let mut opened = Vec::new();
        GzDecoder::new(&pressed[..]).read_to_end(&mut opened).unwrap();
        assert_eq!(opened, plain);
    }

    #[tokio::test]
    async fn a_picture_is_not_pressed_again() {
        let (coding, bytes) = sent("icon-192.png", "gzip").await;
        assert_eq!((coding, &bytes[1..4]), (None, &b"PNG"[..]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(answer("../Cargo.toml", &HeaderMap::new(), "").status(), StatusCode::NOT_FOUND);
    }
}
