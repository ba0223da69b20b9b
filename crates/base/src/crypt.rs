//! The product's use of SM3 and SM4: digests, keyed hashes, encrypted columns and files.
//!
//! Personal numbers are stored as SM4-GCM ciphertext and found by HMAC-SM3 (GB/T 39786-2021 level 3,
//! confidentiality of important data at rest). Each purpose has its own key, derived from one master.

mod file;

pub use file::{CHUNK, FileCipher, HEADER, MAGIC, TAG};

use crate::{Error, Result, Rng};
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use hmac::Mac;
use sm3::{Digest, Sm3};

/// SM3 of some bytes (GB/T 32905).
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

/// SM3 of several pieces, as if they stood one after the other.
pub fn sm3_of(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize().into()
}

pub fn hmac_sm3(key: &[u8], message: &[u8]) -> [u8; 32] {
    MacKey::of(key).mac(&[message])
}

/// A key of HMAC-SM3 with what is computed of it alone, half of the work for a short message.
#[derive(Clone)]
struct MacKey(hmac::Hmac<Sm3>);

impl MacKey {
    fn of(key: &[u8]) -> MacKey {
        let mac = <hmac::Hmac<Sm3> as hmac::KeyInit>::new_from_slice(key);
        MacKey(mac.expect("HMAC takes a key of any length"))
    }

    /// Of several pieces, as if they stood one after the other.
    fn mac(&self, pieces: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for piece in pieces {
            mac.update(piece);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The bytes behind hexadecimal digits of either case.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// Equal in a time that does not depend on where the first difference stands.
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differing, (x, y)| differing | (x ^ y)) == 0
}

type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// The keys of one installation, derived from its master key, one per purpose.
#[derive(Clone)]
pub struct Keys {
    column: Sm4Gcm,
    /// Wraps private keys, apart from the columns: who can read names must not be able to sign.
    wrapping: Sm4Gcm,
    /// Wraps the data keys of uploaded files.
    file: Sm4Gcm,
    file_name: [u8; 32],
    index: MacKey,
    token: MacKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(secret)")
    }
}

const NONCE: usize = 12;

impl Keys {
    pub fn derive(master: &[u8; 32]) -> Self {
        let column = hmac_sm3(master, b"yiwang column encryption v1");
        let wrapping = hmac_sm3(master, b"yiwang private key wrapping v1");
        let file = hmac_sm3(master, b"yiwang file key wrapping v1");
        Keys {
            column: Sm4Gcm::new_from_slice(&column[..16]).expect("SM4 takes 16 bytes"),
            wrapping: Sm4Gcm::new_from_slice(&wrapping[..16]).expect("SM4 takes 16 bytes"),
            file: Sm4Gcm::new_from_slice(&file[..16]).expect("SM4 takes 16 bytes"),
            file_name: hmac_sm3(master, b"yiwang file name v1"),
            index: MacKey::of(&hmac_sm3(master, b"yiwang keyed index v1")),
            token: MacKey::of(&hmac_sm3(master, b"yiwang token v1")),
        }
    }

    /// Ciphertext of one column value: nonce, ciphertext, tag. `place` (table and column) is
    /// authenticated, so a value copied into another column does not open.
    pub fn seal(&self, rng: &dyn Rng, place: &str, clear: &[u8]) -> Vec<u8> {
        encrypt(&self.column, rng, place, clear)
    }

    /// A private key as it is stored, under a key of its own. `place` names which one it is, so that one
    /// wrapped key put in another's row does not open.
    pub fn wrap(&self, rng: &dyn Rng, place: &str, private: &[u8]) -> Vec<u8> {
        encrypt(&self.wrapping, rng, place, private)
    }

    pub fn unwrap(&self, place: &str, wrapped: &[u8]) -> Result<Vec<u8>> {
        decrypt(&self.wrapping, place, wrapped)
    }

    /// The clear value, or an error when the bytes were changed or belong elsewhere.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        decrypt(&self.column, place, sealed)
    }

    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(place, sealed)?).map_err(|e| Error::Bug(e.into()))
    }

    /// What a personal number is found by: the same number always gives the same 64 characters, and
    /// nobody without the key can try numbers out.
    pub fn index(&self, kind: &str, value: &str) -> String {
        hex(&self.index.mac(&[kind.as_bytes(), b"\n", value.as_bytes()]))
    }

    /// The stored form of a bearer secret (session, query password): a stolen table opens nothing.
    pub fn token_hash(&self, purpose: &str, token: &str) -> String {
        hex(&self.token.mac(&[purpose.as_bytes(), b"\n", token.as_bytes()]))
    }
}

fn encrypt(cipher: &Sm4Gcm, rng: &dyn Rng, place: &str, clear: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill(&mut nonce);
    let payload = Payload { msg: clear, aad: place.as_bytes() };
    let sealed = cipher.encrypt(&nonce.into(), payload).expect("a column is far below the limit of GCM");
    [nonce.as_slice(), &sealed].concat()
}

fn decrypt(cipher: &Sm4Gcm, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let fault = || Error::bug(format!("a sealed value of {place} does not open"));
    let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(fault)?;
    let nonce: [u8; NONCE] = nonce.try_into().expect("split at the length of a nonce");
    cipher.decrypt(&nonce.into(), Payload { msg: body, aad: place.as_bytes() }).map_err(|_| fault())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;
    use aes_gcm::aead::array::Array;
    use sm4::cipher::BlockCipherEncrypt;

    #[test]
    fn sm3_vectors() {
        let cases = [
            ("abc".to_owned(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            ("abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
            (String::new(), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
            ("政务服务".to_owned(), "7eb8abe23d523e9cd9c60b93a68eeb058ce2b20cb3e5423bcc9c61ab40cd8760"),
        ];
        for (message, digest) in cases {
            assert_eq!(hex(&sm3(message.as_bytes())), digest, "{message}");
        }
        assert_eq!(sm3_of(&[b"a", b"", b"bc"]), sm3(b"abc"));
    }

    #[test]
    fn hmac_sm3_vector() {
        let mac = hmac_sm3(b"key", b"The quick brown fox jumps over the lazy dog");
        assert_eq!(hex(&mac), "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398");
    }

    #[test]
    fn sm4_vector() {
        let key = unhex("0123456789abcdeffedcba9876543210").unwrap();
        let mut block = Array::try_from(key.as_slice()).unwrap();
        sm4::Sm4::new_from_slice(&key).unwrap().encrypt_block(&mut block);
        assert_eq!(hex(&block), "681edf34d206965e86b3e94f536e4246");
    }

    #[test]
    fn sm4_gcm_vector_of_rfc_8998() {
        let key = unhex("0123456789ABCDEFFEDCBA9876543210").unwrap();
        let nonce: [u8; 12] = unhex("00001234567800000000ABCD").unwrap().try_into().unwrap();
        let aad = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2").unwrap();
        let clear: Vec<u8> =
            [0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA].iter().flat_map(|b| [*b; 8]).collect();
        let sealed = Sm4Gcm::new_from_slice(&key)
            .unwrap()
            .encrypt(&nonce.into(), Payload { msg: &clear, aad: &aad })
            .unwrap();
        assert_eq!(
            hex(&sealed),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15\
             a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
        );
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_unchanged() {
        let keys = Keys::derive(&[7; 32]);
        let mut sealed = keys.seal(&SeededRng::new(1), "identity_person.number", b"32010219900101123X");
        assert_eq!(keys.open_text("identity_person.number", &sealed).unwrap(), "32010219900101123X");
        assert!(keys.open("identity_person.phone", &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(keys.open("identity_person.number", &sealed).is_err());
        assert!(keys.open("identity_person.number", &[0; 3]).is_err());
        assert!(Keys::derive(&[8; 32]).index("citizen", "1") != keys.index("citizen", "1"));
    }

    #[test]
    fn a_wrapped_key_is_no_column_and_opens_only_under_its_own_name() {
        let keys = Keys::derive(&[7; 32]);
        let wrapped = keys.wrap(&SeededRng::new(1), "key 1", &[3; 32]);
        assert_eq!(keys.unwrap("key 1", &wrapped).unwrap(), [3; 32]);
        assert!(keys.unwrap("key 2", &wrapped).is_err());
        assert!(keys.open("key 1", &wrapped).is_err());
        assert!(keys.unwrap("key 1", &keys.seal(&SeededRng::new(1), "key 1", &[3; 32])).is_err());
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(unhex("00ff7F"), Some(vec![0, 255, 127]));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("zz"), None);
        assert_eq!(unhex("+1"), None);
        assert_eq!(unhex("汉字"), None);
    }
}
