//! Files at rest: each under a data key of its own, wrapped by the installation's key for files, in chunks, so
//! that neither side holds more than one of them beside the content.
//!
//! ```text
//! "YWFILE1\n"  wrapped data key (nonce, 16 bytes, tag)  chunk …  last chunk
//! ```
//!
//! A chunk is at most [`CHUNK`] bytes under SM4-GCM. Its nonce holds its number and whether it is the last, so
//! chunks that are swapped, left out, repeated or cut off do not open. The data key is bound to the name of
//! the file: a file put in another's place does not open either.

use super::{Keys, NONCE, Sm4Gcm, decrypt, encrypt, hex, hmac_sm3};
use crate::{Error, Result, Rng};
use aes_gcm::aead::{Aead, KeyInit};

/// Bytes of content in one chunk.
pub const CHUNK: usize = 64 * 1024;
/// What a chunk grows by.
pub const TAG: usize = 16;
pub const MAGIC: &[u8; 8] = b"YWFILE1\n";
/// Bytes before the first chunk.
pub const HEADER: usize = MAGIC.len() + NONCE + 16 + TAG;

/// Seals or opens the chunks of one file, in their order.
pub struct FileCipher {
    cipher: Sm4Gcm,
    number: u32,
}

impl Keys {
    /// What a file is found by: the same content has the same name, and nobody without the key can tell from
    /// a name what the content is, or whether a file he has is among ours.
    pub fn file_name(&self, content: &[u8]) -> String {
        hex(&hmac_sm3(&self.file_name, content))
    }

    /// A fresh data key for the file of this name: the header, and the cipher for its chunks.
    pub fn seal_file(&self, rng: &dyn Rng, name: &str) -> (Vec<u8>, FileCipher) {
        let mut key = [0; 16];
        rng.fill(&mut key);
        let wrapped = encrypt(&self.file, rng, &place(name), &key);
        ([MAGIC.as_slice(), &wrapped].concat(), FileCipher::under(&key))
    }

    /// The cipher behind a header; an error when the header was changed or is another file's.
    pub fn open_file(&self, name: &str, header: &[u8]) -> Result<FileCipher> {
        let wrapped = header.strip_prefix(MAGIC).ok_or_else(|| Error::bug("not a sealed file"))?;
        Ok(FileCipher::under(&decrypt(&self.file, &place(name), wrapped)?))
    }
}

fn place(name: &str) -> String {
    format!("file {name}")
}

impl FileCipher {
    fn under(key: &[u8]) -> FileCipher {
        FileCipher { cipher: Sm4Gcm::new_from_slice(key).expect("SM4 takes 16 bytes"), number: 0 }
    }

    pub fn seal_chunk(&mut self, clear: &[u8], last: bool) -> Vec<u8> {
        let nonce = self.next(last);
        self.cipher.encrypt(&nonce.into(), clear).expect("a chunk is far below the limit of GCM")
    }

    pub fn open_chunk(&mut self, sealed: &[u8], last: bool) -> Result<Vec<u8>> {
        let nonce = self.next(last);
        self.cipher.decrypt(&nonce.into(), sealed).map_err(|_| Error::bug("a chunk of a file does not open"))
    }

    /// Never twice the same under one key: files end long before the counter does.
    fn next(&mut self, last: bool) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        nonce[7] = u8::from(last);
        nonce[8..].copy_from_slice(&self.number.to_be_bytes());
        self.number += 1;
        nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededRng;

    fn sealed(keys: &Keys, name: &str, chunks: &[&[u8]]) -> (Vec<u8>, Vec<Vec<u8>>) {
        let (header, mut cipher) = keys.seal_file(&SeededRng::new(1), name);
        let last = chunks.len() - 1;
        (header, chunks.iter().enumerate().map(|(at, chunk)| cipher.seal_chunk(chunk, at == last)).collect())
    }

    fn opened(keys: &Keys, name: &str, header: &[u8], chunks: &[&Vec<u8>]) -> Result<Vec<u8>> {
        let mut cipher = keys.open_file(name, header)?;
        let last = chunks.len() - 1;
        let mut clear = Vec::new();
        for (at, chunk) in chunks.iter().enumerate() {
            clear.extend(cipher.open_chunk(chunk, at == last)?);
        }
        Ok(clear)
    }

    #[test]
    fn a_file_opens_whole_and_in_order_under_its_own_name_only() {
        let keys = Keys::derive(&[7; 32]);
        let (header, chunks) = sealed(&keys, "a", &[b"one ", b"two ", b"three"]);
        assert_eq!(header.len(), HEADER);
        let [one, two, three] = &chunks[..] else { panic!("three chunks") };
        assert_eq!(opened(&keys, "a", &header, &[one, two, three]).unwrap(), b"one two three");
        for wrong in [vec![one, two], vec![two, one, three], vec![one, three], vec![one, one, two, three]] {
            assert!(opened(&keys, "a", &header, &wrong).is_err(), "{} chunks", wrong.len());
        }
        assert!(opened(&keys, "b", &header, &[one, two, three]).is_err(), "another file's place");
        let other = Keys::derive(&[8; 32]);
        assert!(opened(&other, "a", &header, &[one, two, three]).is_err());
        for at in [0, MAGIC.len(), HEADER - 1] {
            let mut changed = header.clone();
            changed[at] ^= 1;
            assert!(opened(&keys, "a", &changed, &[one, two, three]).is_err(), "header byte {at}");
        }
        let mut changed = two.clone();
        changed[1] ^= 1;
        assert!(opened(&keys, "a", &header, &[one, &changed, three]).is_err());
    }

    #[test]
    fn a_name_tells_nothing_without_the_key() {
        let (keys, other) = (Keys::derive(&[7; 32]), Keys::derive(&[8; 32]));
        assert_eq!(keys.file_name(b"content"), keys.file_name(b"content"));
        assert_ne!(keys.file_name(b"content"), other.file_name(b"content"));
        assert_ne!(keys.file_name(b"content"), hex(&super::super::sm3(b"content")));
    }
}
