//! Randomness as a parameter: the operating system's in the product, a seeded one in tests.

use std::sync::Mutex;

pub trait Rng: Send + Sync + 'static {
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator, for keys that are kept. It cannot fail on the systems we run on; if it did, going
/// on without randomness would be worse than stopping.
#[derive(Debug, Default, Clone, Copy)]
pub struct OsRng;

impl Rng for OsRng {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A generator of each thread's own (ChaCha), seeded by the operating system and seeded again as it goes: for tokens,
/// masks and nonces, of which a request takes several and should not call the system for each.
#[derive(Debug, Default, Clone, Copy)]
pub struct ThreadRng;

impl Rng for ThreadRng {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}

/// Deterministic bytes for tests: a splitmix64 stream. Never for secrets.
#[derive(Debug)]
pub struct SeededRng(Mutex<u64>);

impl SeededRng {
    pub fn new(seed: u64) -> Self {
        SeededRng(Mutex::new(seed))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().expect("no holder of the seed panics");
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let out = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&out[..chunk.len()]);
        }
    }
}

/// A secret of `bytes` random bytes as lower-case hexadecimal.
pub fn token(rng: &dyn Rng, bytes: usize) -> String {
    let mut raw = vec![0; bytes];
    rng.fill(&mut raw);
    crate::crypt::hex(&raw)
}
