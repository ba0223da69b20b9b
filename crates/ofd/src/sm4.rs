//! SM4 (GB/T 32907) in the modes the product and the vectors use.

use crate::{Fault, Result};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{AesGcm, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};

/// One key, wiped when dropped.
#[derive(Clone)]
pub struct Key {
    cipher: sm4::Sm4,
    gcm: AesGcm<sm4::Sm4, U12>,
    bytes: [u8; 16],
}

impl Key {
    pub fn new(bytes: &[u8; 16]) -> Key {
        Key { cipher: sm4::Sm4::new(bytes.into()), gcm: AesGcm::new(bytes.into()), bytes: *bytes }
    }

    pub fn encrypt_block(&self, block: &mut [u8; 16]) {
        self.cipher.encrypt_block(block.into());
    }

    pub fn decrypt_block(&self, block: &mut [u8; 16]) {
        self.cipher.decrypt_block(block.into());
    }

    /// CBC with PKCS #7 padding. It hides but does not protect against change: for data of others only.
    pub fn cbc_encrypt(&self, iv: &[u8; 16], clear: &[u8]) -> Vec<u8> {
        cbc::Encryptor::<sm4::Sm4>::new(&self.bytes.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(clear)
    }

    /// `sm4.padding` when what comes out is not padded.
    pub fn cbc_decrypt(&self, iv: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>> {
        cbc::Decryptor::<sm4::Sm4>::new(&self.bytes.into(), iv.into())
            .decrypt_padded_vec::<Pkcs7>(sealed)
            .map_err(|_| Fault::new("sm4.padding", format!("{} bytes", sealed.len())))
    }

    /// GCM as in RFC 8998: ciphertext, then the tag of 16 bytes. A nonce serves once under one key.
    pub fn gcm_seal(&self, nonce: &[u8; 12], aad: &[u8], clear: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: clear, aad };
        self.gcm.encrypt(nonce.into(), payload).expect("below the 64 GiB that GCM can take")
    }

    /// `sm4.tag` when anything was changed.
    pub fn gcm_open(&self, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        self.gcm
            .decrypt(nonce.into(), Payload { msg: sealed, aad })
            .map_err(|_| Fault::new("sm4.tag", format!("{} bytes", sealed.len())))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        sm2::elliptic_curve::zeroize::Zeroize::zeroize(&mut self.bytes);
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{hex, to_hex};
    use proptest::prelude::*;

    fn block() -> [u8; 16] {
        hex("0123456789abcdeffedcba9876543210").try_into().unwrap()
    }

    #[test]
    fn the_example_of_the_norm_and_its_million_rounds() {
        let key = Key::new(&block());
        let mut state = block();
        key.encrypt_block(&mut state);
        assert_eq!(to_hex(&state), "681edf34d206965e86b3e94f536e4246");
        for _ in 1..1_000_000 {
            key.encrypt_block(&mut state);
        }
        assert_eq!(to_hex(&state), "595298c7c6fd271f0402f804c33d3f66");
        let mut back = block();
        key.encrypt_block(&mut back);
        key.decrypt_block(&mut back);
        assert_eq!(back, block());
    }

    #[test]
    fn two_blocks_in_cbc() {
        let key = Key::new(&block());
        let clear = [block(), block()].concat();
        let sealed = key.cbc_encrypt(&block(), &clear);
        assert_eq!(to_hex(&sealed[..32]), "2677f46b09c122cc975533105bd4a22af6125f7275ce552c3a2bbcf533de8a3b");
        assert_eq!(sealed.len(), 48, "a whole block of padding");
        assert_eq!(key.cbc_decrypt(&block(), &sealed).unwrap(), clear);
        assert_eq!(key.cbc_decrypt(&block(), &sealed[..32]).unwrap_err().reason, "sm4.padding");
        assert_eq!(key.cbc_decrypt(&block(), &sealed[..33]).unwrap_err().reason, "sm4.padding");
    }

    #[test]
    fn gcm_of_rfc_8998() {
        let key = Key::new(&block());
        let nonce = hex("00001234567800000000abcd").try_into().unwrap();
        let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let clear: Vec<u8> =
            [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa].into_iter().flat_map(|byte| [byte; 8]).collect();
        let sealed = key.gcm_seal(&nonce, &aad, &clear);
        assert_eq!(
            to_hex(&sealed),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
             d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d\
             83de3541e4c2b58177e065a9bf7b62ec"
        );
        assert_eq!(key.gcm_open(&nonce, &aad, &sealed).unwrap(), clear);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.gcm_open(&nonce, &aad, &changed).unwrap_err().reason, "sm4.tag");
        }
        assert!(key.gcm_open(&nonce, b"", &sealed).is_err());
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(format!("{:?}", Key::new(&block())), "Key(secret)");
    }

    proptest! {
        #[test]
        fn both_modes_round_trip(key: [u8; 16], iv: [u8; 16], nonce: [u8; 12], clear: Vec<u8>, aad: Vec<u8>) {
            let key = Key::new(&key);
            prop_assert_eq!(key.cbc_decrypt(&iv, &key.cbc_encrypt(&iv, &clear)).unwrap(), clear.clone());
            let sealed = key.gcm_seal(&nonce, &aad, &clear);
            prop_assert_eq!(key.gcm_open(&nonce, &aad, &sealed).unwrap(), clear);
        }

        #[test]
        fn foreign_bytes_never_panic(bytes: Vec<u8>) {
            let key = Key::new(&[7; 16]);
            let _ = key.cbc_decrypt(&[0; 16], &bytes);
            let _ = key.gcm_open(&[0; 12], b"", &bytes);
        }
    }
}
