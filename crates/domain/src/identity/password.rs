//! Passwords: argon2id with 19 MiB and two passes, never on an async worker.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use base::{Error, Result, Rng};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// A hash in PHC text form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// At most this many hashes at once: each takes 19 MiB and 25 ms of a core, and log-ins must not starve
/// everything else.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// What an unknown login is checked against, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody", [7; 16]).expect("fixed input hashes"));

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("parameters are within the limits of argon2");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str, salt: [u8; 16]) -> Result<String> {
    let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|e| Error::bug(format!("argon2: {e}")))
}

/// The hash of a new password. 12 characters at least, of which not all are the same kind
/// (GB/T 22239-2019 8.1.4.1).
pub async fn hash_password(rng: &dyn Rng, password: &str) -> Result<PasswordHash> {
    check_strength(password)?;
    let mut salt = [0; 16];
    rng.fill(&mut salt);
    let password = password.to_owned();
    let hash = on_a_slot(move || hash_now(&password, salt)).await??;
    Ok(PasswordHash(hash))
}

fn check_strength(password: &str) -> Result<()> {
    let long = password.chars().count() >= 12;
    let kinds = [
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| c.is_ascii_alphabetic()),
        password.chars().any(|c| !c.is_ascii_alphanumeric()),
    ];
    if long && kinds.into_iter().filter(|k| *k).count() >= 2 {
        return Ok(());
    }
    Err(Error::refused_at("identity.weak_password", "password", "密码至少12位，并含字母、数字、符号中的两种"))
}

/// Whether the password belongs to the hash; `None` (no such account) takes as long and says no.
pub(super) async fn matches(password: &str, hash: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.map_or_else(|| NOBODY.clone(), str::to_owned);
    on_a_slot(move || {
        let parsed = phc::PasswordHash::new(&hash).map_err(|e| Error::bug(format!("stored hash: {e}")))?;
        Ok(hasher().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

async fn on_a_slot<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _slot = SLOTS.acquire().await.map_err(|e| Error::Bug(e.into()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Bug(e.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::SeededRng;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hash = hash_password(&SeededRng::new(1), "correct-horse-9").await.unwrap();
        assert!(matches("correct-horse-9", Some(&hash.0)).await.unwrap());
        assert!(!matches("correct-horse-8", Some(&hash.0)).await.unwrap());
        assert!(!matches("nobody", None).await.unwrap());
    }

    #[tokio::test]
    async fn weak_passwords_are_refused_at_the_field() {
        for weak in ["short-1", "aaaaaaaaaaaaaaaa", "1234567890123456", ""] {
            let error = hash_password(&SeededRng::new(1), weak).await.unwrap_err();
            assert_eq!(error.code(), "identity.weak_password", "{weak}");
        }
    }
}
