//! Object identifiers: the names, and dotted decimals to bytes and back.

pub(crate) const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
pub(crate) const SM2_CURVE: &str = "1.2.156.10197.1.301";
pub(crate) const SM2_SIGN: &str = "1.2.156.10197.1.301.1";
pub(crate) const SM3: &str = "1.2.156.10197.1.401";
pub(crate) const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";

/// GB/T 35275 `data` and `signedData`, and what PKCS #7 calls them.
pub(crate) const GM_DATA: &str = "1.2.156.10197.6.1.4.2.1";
pub(crate) const GM_SIGNED_DATA: &str = "1.2.156.10197.6.1.4.2.2";
pub(crate) const PKCS7_DATA: &str = "1.2.840.113549.1.7.1";
pub(crate) const PKCS7_SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
pub(crate) const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
pub(crate) const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
pub(crate) const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// RFC 3161 `TSTInfo`.
pub(crate) const TIMESTAMP_INFO: &str = "1.2.840.113549.1.9.16.1.4";

pub(crate) const SUBJECT_KEY_ID: &str = "2.5.29.14";
pub(crate) const KEY_USAGE: &str = "2.5.29.15";
pub(crate) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(crate) const CRL_NUMBER: &str = "2.5.29.20";
pub(crate) const REASON_CODE: &str = "2.5.29.21";
pub(crate) const INVALIDITY_DATE: &str = "2.5.29.24";
pub(crate) const AUTHORITY_KEY_ID: &str = "2.5.29.35";
pub(crate) const EXTENDED_KEY_USAGE: &str = "2.5.29.37";
pub(crate) const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// Arcs of more than 28 bits do not occur in what we read, apart from UUIDs, which are refused.
pub(super) fn read(body: &[u8]) -> Option<String> {
    if body.last().is_none_or(|last| last & 0x80 != 0) {
        return None;
    }
    let mut dotted = String::new();
    let (mut arc, mut digits) = (0u64, 0);
    for byte in body {
        digits += 1;
        if digits > 8 {
            return None;
        }
        arc = arc << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 != 0 {
            continue;
        }
        if dotted.is_empty() {
            let first = (arc / 40).min(2);
            dotted = format!("{first}.{}", arc - first * 40);
        } else {
            dotted.push('.');
            dotted.push_str(&arc.to_string());
        }
        (arc, digits) = (0, 0);
    }
    Some(dotted)
}

/// The content bytes. Panics on text that is no identifier: only our own constants come here.
pub(super) fn write(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().expect("decimal arc")).collect();
    let mut body = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group == 0 { 0 } else { 0x80 };
            body.push((arc >> (7 * group)) as u8 & 0x7f | more);
        }
    }
    body
}
