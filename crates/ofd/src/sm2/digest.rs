//! SM3 (GB/T 32905), alone and keyed.

use hmac::{KeyInit, Mac};
use sm3::Digest;

/// SM3 over pieces, as if they stood one after the other.
#[derive(Clone, Debug)]
pub struct Sm3(sm3::Sm3);

impl Sm3 {
    pub fn new() -> Sm3 {
        Sm3(sm3::Sm3::new())
    }

    #[must_use]
    pub fn then(mut self, bytes: &[u8]) -> Sm3 {
        self.0.update(bytes);
        self
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Default for Sm3 {
    fn default() -> Sm3 {
        Sm3::new()
    }
}

pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    Sm3::new().then(bytes).finish()
}

pub fn hmac_sm3(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = hmac::Hmac::<sm3::Sm3>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
