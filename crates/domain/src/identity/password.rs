//! Passwords: argon2id with 19 MiB and two passes, never on an async worker.

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base::{Error, Result, Rng};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// A hash in PHC text form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

/// At most this many hashes at once: each takes 19 MiB and 25 ms of a core, and log-ins must not starve
/// everything else.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// What an unknown login is checked against, so that the answer takes as long as for a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody", [7; 16]).expect("fixed input hashes"));

/// Whoever waits for a slot or has one.
static ASKING: AtomicUsize = AtomicUsize::new(0);

/// Rooms of 19 MiB for those who wait: taking fresh memory from the system costs a seventh of a hash.
static ROOMS: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

const HASH_BYTES: usize = 32;

fn params() -> Params {
    Params::new(19 * 1024, 2, 1, Some(HASH_BYTES)).expect("parameters are within the limits of argon2")
}

fn hash_now(password: &str, salt: [u8; 16]) -> Result<String> {
    let failed = |e: &dyn std::fmt::Display| Error::bug(format!("argon2: {e}"));
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params());
    let mut hash = [0; HASH_BYTES];
    fill(&hasher, password, &salt, &mut hash)?;
    let phc = phc::PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: phc::ParamsString::try_from(hasher.params()).map_err(|e| failed(&e))?,
        salt: Some(phc::Salt::new(&salt).map_err(|e| failed(&e))?),
        hash: Some(phc::Output::new(&hash).map_err(|e| failed(&e))?),
    };
    Ok(phc.to_string())
}

fn matches_now(password: &str, stored: &str) -> Result<bool> {
    let wrong = |e: &dyn std::fmt::Display| Error::bug(format!("stored hash: {e}"));
    let stored = phc::PasswordHash::new(stored).map_err(|e| wrong(&e))?;
    let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
        return Err(wrong(&"no salt or no hash"));
    };
    let algorithm = Algorithm::new(stored.algorithm.as_str()).map_err(|e| wrong(&e))?;
    let version = stored.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|e| wrong(&e))?;
    let params = Params::try_from(&stored).map_err(|e| wrong(&e))?;
    let mut hash = vec![0; expected.len()];
    fill(&Argon2::new(algorithm, version, params), password, &salt, &mut hash)?;
    // Compared in constant time.
    Ok(phc::Output::new(&hash).map_err(|e| wrong(&e))? == expected)
}

/// The hash itself, in a room left by another if there is one.
fn fill(hasher: &Argon2<'_>, password: &str, salt: &[u8], hash: &mut [u8]) -> Result<()> {
    let rooms = || ROOMS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut room = rooms().pop().unwrap_or_default();
    room.resize(hasher.params().block_count(), Block::new());
    let done = hasher.hash_password_into_with_memory(password.as_bytes(), salt, hash, &mut room);
    // At rest nothing is held.
    if ASKING.load(Ordering::Relaxed) > 1 {
        rooms().push(room);
    } else {
        rooms().clear();
    }
    done.map_err(|e| Error::bug(format!("argon2: {e}")))
}

/// The hash of a new password. 12 characters at least, of which not all are the same kind
/// (GB/T 22239-2019 8.1.4.1).
pub async fn hash_password(rng: &dyn Rng, password: &str) -> Result<PasswordHash> {
    new_password(rng, password, &[]).await
}

/// The same for somebody of whom more is known: her login, her phone and her number are no secrets.
pub async fn new_password(rng: &dyn Rng, password: &str, about: &[&str]) -> Result<PasswordHash> {
    check_strength(password, about)?;
    salted(rng, password).await
}

/// Of the accounts of a demonstration, printed on its log-in page. Anywhere else it is refused.
pub const DEMONSTRATION_PASSWORD: &str = "yiwang-demo-2026";

pub async fn hash_demonstration_password(rng: &dyn Rng) -> Result<PasswordHash> {
    salted(rng, DEMONSTRATION_PASSWORD).await
}

async fn salted(rng: &dyn Rng, password: &str) -> Result<PasswordHash> {
    let mut salt = [0; 16];
    rng.fill(&mut salt);
    let password = password.to_owned();
    let hash = on_a_slot(move || hash_now(&password, salt)).await??;
    Ok(PasswordHash(hash))
}

/// What makes a long password easy all the same: stems of the lists that attackers try first, as they are
/// typed on our keyboards (ASVS v5.0.0-6.2.4).
const COMMON: [&str; 22] = [
    "password", "passw0rd", "p@ssw0rd", "qwerty", "asdfgh", "zxcvbn", "1qaz2wsx", "qazwsx", "iloveyou",
    "woaini", "admin", "letmein", "welcome", "abc123", "abcd1234", "a123456", "123456", "654321", "111111",
    "000000", "888888", "666666",
];

/// Stem of the password that our own documents print.
const PRINTED: &str = "yiwang-demo";

/// Says in plain words what is wrong, without saying what would be right for somebody else.
pub(super) fn check_strength(password: &str, about: &[&str]) -> Result<()> {
    let refuse = |message| Err(Error::refused_at("identity.weak_password", "password", message));
    let long = password.chars().count() >= 12;
    let kinds = [
        password.chars().any(|c| c.is_ascii_digit()),
        password.chars().any(|c| c.is_ascii_alphabetic()),
        password.chars().any(|c| !c.is_ascii_alphanumeric()),
    ];
    if !long || kinds.into_iter().filter(|k| *k).count() < 2 {
        return refuse("密码至少12位，并含字母、数字、符号中的两种");
    }
    if password.chars().count() > 128 {
        return refuse("密码最多128位");
    }
    let lower = password.to_lowercase();
    if about.iter().any(|known| known.chars().count() >= 4 && lower.contains(&known.to_lowercase())) {
        return refuse("密码里不要有账号名、手机号、身份证号，请换一个");
    }
    let different = lower.chars().collect::<std::collections::BTreeSet<_>>().len();
    // A common stem is no harm in a password that is long without it.
    let length = lower.chars().count();
    let common = COMMON.iter().chain([&PRINTED]).any(|stem| lower.contains(stem) && length < stem.len() + 10);
    if different < 5 || common {
        return refuse("这个密码太常见，容易被猜到，请换一个");
    }
    Ok(())
}

/// Whether the password belongs to the hash; `None` (no such account) takes as long and says no.
pub(super) async fn matches(password: &str, hash: Option<&str>) -> Result<bool> {
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.map_or_else(|| NOBODY.clone(), str::to_owned);
    on_a_slot(move || Ok(matches_now(&password, &hash)? && known)).await?
}

/// One who asks, until she has gone.
struct Asking;

impl Asking {
    fn begin() -> Asking {
        ASKING.fetch_add(1, Ordering::Relaxed);
        Asking
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKING.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn on_a_slot<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let asking = Asking::begin();
    let _slot = SLOTS.acquire().await.map_err(|e| Error::Bug(e.into()))?;
    let work = move || {
        let done = work();
        drop(asking);
        done
    };
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

    #[tokio::test]
    async fn the_demonstration_sets_its_own_password() {
        let hash = hash_demonstration_password(&SeededRng::new(1)).await.unwrap();
        assert!(matches(DEMONSTRATION_PASSWORD, Some(&hash.0)).await.unwrap());
    }

    #[test]
    fn what_others_would_try_first_is_refused_in_plain_words() {
        for (weak, about, word) in [
            ("Password12345", &[][..], "常见"),
            ("qwertyuiop12", &[], "常见"),
            ("1212121212ab", &[], "常见"),
            (DEMONSTRATION_PASSWORD, &[], "常见"),
            ("Yiwang-Demo-2027!", &[], "常见"),
            ("xiaoming-2026!", &["xiaoming"], "账号名"),
            ("tel13800138001", &["x", "13800138001"], "手机号"),
        ] {
            let error = check_strength(weak, about).unwrap_err();
            assert!(error.to_string().contains(word), "{weak}: {error}");
        }
        for good in ["plum-rain-in-the-lane-7", "梅雨落在青石巷里面三更天7", "123456-and-then-much-more"]
        {
            assert!(check_strength(good, &["xiaoming"]).is_ok(), "{good}");
        }
    }
}
