//! The second factor: time-based codes of RFC 6238, six digits, 30 seconds, SHA-1 as every app expects.

use base::{Millis, Rng};
use totp_rs::{Builder, Secret, Totp};

/// Seconds a code is shown.
pub const STEP: u64 = 30;

/// A new secret of 20 bytes.
pub fn new_secret(rng: &dyn Rng) -> Vec<u8> {
    let mut secret = vec![0; 20];
    rng.fill(&mut secret);
    secret
}

/// SHA-1, six digits and 30 seconds are the library's defaults and what every app understands.
fn totp(secret: &[u8]) -> Totp {
    Builder::new().with_secret(secret).build_noncompliant()
}

/// The code an app shows at this moment.
pub fn current_code(secret: &[u8], now: Millis) -> String {
    totp(secret).generate(seconds(now)).to_string()
}

/// The step this code belongs to, when it is the current one or a neighbour and later than `used`: a code
/// works once (ASVS 6.5.1).
pub(super) fn step_of(secret: &[u8], code: &str, now: Millis, used: i64) -> Option<i64> {
    let totp = totp(secret);
    let current = (seconds(now) / STEP) as i64;
    let fits = |step: &i64| {
        *step > used
            && base::crypt::equal_in_constant_time(
                totp.generate(*step as u64 * STEP).to_string().as_bytes(),
                code.as_bytes(),
            )
    };
    [current - 1, current, current + 1].into_iter().find(fits)
}

/// The secret as people type it into an app.
pub fn secret_text(secret: &[u8]) -> String {
    Secret::from(secret).to_base32()
}

fn seconds(now: Millis) -> u64 {
    u64::try_from(now / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_6238_appendix_b() {
        let secret = b"12345678901234567890";
        assert_eq!(current_code(secret, 59_000), "287082");
        assert_eq!(current_code(secret, 1_111_111_109_000), "081804");
    }

    #[test]
    fn a_code_works_once_and_not_a_minute_later() {
        let secret = b"12345678901234567890";
        let step = step_of(secret, "287082", 59_000, 0).unwrap();
        assert_eq!(step, 1);
        assert_eq!(step_of(secret, "287082", 59_000, step), None);
        assert_eq!(step_of(secret, "287082", 59_000 + 90_000, 0), None);
        assert_eq!(step_of(secret, "000000", 59_000, 0), None);
    }
}
