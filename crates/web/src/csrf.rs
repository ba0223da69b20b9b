//! Cross-site requests: the origin must be ours, and every form carries a token of its session.

use crate::error::Failure;
use axum::http::request::Parts;
use axum::http::{Method, header};
use base::crypt::{equal_in_constant_time, hex, unhex};
use base::{Error, Rng};

/// A token for one form: the session's token under a fresh mask, so that compressed pages do not give it
/// away byte by byte.
pub(crate) fn mask(rng: &dyn Rng, token: &str) -> String {
    let secret = unhex(token).unwrap_or_default();
    let mut bytes = vec![0; 2 * secret.len()];
    let (mask, hidden) = bytes.split_at_mut(secret.len());
    rng.fill(mask);
    for (hidden, (mask, secret)) in hidden.iter_mut().zip(mask.iter().zip(&secret)) {
        *hidden = mask ^ secret;
    }
    hex(&bytes)
}

/// Whether a form's token is the session's.
pub(crate) fn matches(token: &str, given: &str) -> bool {
    let (Some(secret), Some(bytes)) = (unhex(token), unhex(given)) else { return false };
    let (mask, hidden) = bytes.split_at(bytes.len() / 2);
    let opened: Vec<u8> = mask.iter().zip(hidden).map(|(a, b)| a ^ b).collect();
    !secret.is_empty() && equal_in_constant_time(&secret, &opened)
}

/// A state-changing request from a browser must come from our own pages.
pub(crate) fn check_origin(request: &Parts) -> Result<(), Failure> {
    let safe = matches!(request.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request) { Ok(()) } else { Err(Error::Denied.into()) }
}

fn is_same_origin(request: &Parts) -> bool {
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    match header(header::HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => return true,
        Some(_) => return false,
        None => {}
    }
    // Older browsers and programs: the origin, when sent, must name this host.
    let Some(origin) = header(header::ORIGIN) else { return true };
    let host = header(header::HOST).unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, origin_host)| origin_host == host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[test]
    fn a_masked_token_differs_each_time_and_still_matches() {
        let rng = SeededRng::new(1);
        let token = base::token(&rng, 16);
        let (one, two) = (mask(&rng, &token), mask(&rng, &token));
        assert_ne!(one, two);
        assert!(matches(&token, &one) && matches(&token, &two));
        assert!(!matches(&token, &mask(&rng, &base::token(&rng, 16))));
        for bad in ["", "00", "zz", &token] {
            assert!(!matches(&token, bad), "{bad}");
        }
        assert!(!matches("", ""));
    }
}
