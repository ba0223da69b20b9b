//! Headers of every answer: what a browser must not do with our pages.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

macro_rules! csp {
    ($more:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; ",
            "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; ",
            $more,
            "frame-ancestors 'none'"
        )
    };
}

const CSP: &str = csp!("");
/// Of the one page that shows a PDF beside a form: it may frame our own addresses, nothing may frame it.
const FRAMING: &str = csp!("frame-src 'self'; ");
/// Of a file somebody handed in, shown inside that page: it loads and runs nothing, and only we may frame it.
const FRAMED: &str =
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// Lets a page frame our own files.
pub(crate) fn framing(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMING));
}

/// Lets our own page frame this answer.
pub(crate) fn framed(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
}

const FIXED: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=()"),
    (header::CACHE_CONTROL, "no-store"),
];

/// Security headers, and `no-store` unless a handler said how long its answer keeps.
pub(crate) fn secure(headers: &mut HeaderMap) {
    // One growth instead of three; none for pages, which are made with room for these.
    headers.reserve(FIXED.len());
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
