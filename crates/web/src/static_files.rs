//! Static files, embedded in the binary and kept by browsers for a year: their address changes with them.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
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

pub(crate) async fn file(Path(name): Path<String>) -> Response {
    answer(&name, "public, max-age=31536000, immutable")
}

/// The service worker must live at the root to see the whole site, and must not be kept.
pub(crate) async fn service_worker() -> Response {
    answer("sw.js", "no-cache")
}

fn answer(name: &str, keep: &'static str) -> Response {
    let Some(file) = Files::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let media = file.metadata.mimetype().to_owned();
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, keep.to_owned())], file.data.into_owned())
        .into_response()
}
