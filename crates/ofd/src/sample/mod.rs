//! The synthetic seal signature of standards.md §5.7, with its keys: three parties who do not exist.
//!
//! Everything in it was signed with k = SM3(d ‖ message) mod (n − 1) + 1, so it can be made again byte for byte.

use crate::sm2::{PrivateKey, Signature, Signer, Sm3};
use crate::x509::{Certificate, Crl, NewCrl, Revocation, Trust, issue_crl};
use crate::{Result, Time};
use base64ct::{Base64, Encoding};

pub const SIGNATURE_XML: &str = "政务服务";
pub const ES_ID: &str = "32000020260001";
pub const PATH: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

/// 1,503 bytes.
pub fn signature() -> Vec<u8> {
    base64(include_str!("signature.b64"))
}

/// The seal inside: 979 bytes.
pub fn seal() -> Vec<u8> {
    let whole = signature();
    whole[11..11 + 979].to_vec()
}

pub fn ca() -> Certificate {
    Certificate::parse(&base64(include_str!("ca.b64"))).unwrap()
}

pub fn trust() -> Trust {
    Trust { anchors: vec![ca()], crls: vec![crl("20601231235959Z", &[])], ..Trust::default() }
}

/// A list of the sample's CA, good from 2026 on.
pub fn crl(until: &str, revoked: &[(Vec<u8>, Revocation)]) -> Crl {
    let issuer = &ca();
    let (this_update, next_update) = (time("20260101000000Z"), time(until));
    let new = NewCrl { issuer, number: 1, this_update, next_update, revoked };
    issue_crl(&new, &|message| Ok(ca_key().sign(message))).unwrap()
}

pub fn ca_key() -> PrivateKey {
    key("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
}

pub fn maker_key() -> PrivateKey {
    key("fa8ecb3ae501b69813a627eea3248f28e36085217efe1338472895e6753ebce9")
}

pub fn signer_key() -> PrivateKey {
    key("9c3bedce7f5db135ed0fc747a9a49ef25b5ed5f21275bbfac597128ae66605f7")
}

pub fn key(digits: &str) -> PrivateKey {
    PrivateKey::from_bytes(&hex(digits).try_into().unwrap()).unwrap()
}

pub fn time(text: &str) -> Time {
    crate::asn1::time(text.as_bytes(), false).unwrap()
}

pub fn hex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(text: &str) -> Vec<u8> {
    Base64::decode_vec(&text.split_whitespace().collect::<String>()).unwrap()
}

/// Signs in the manner of the sample instead of RFC 6979.
pub struct SampleSigner {
    pub key: PrivateKey,
    pub certificate: Certificate,
}

impl Signer for SampleSigner {
    fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    fn sign(&self, message: &[u8]) -> Result<Signature> {
        Ok(sign(&self.key, message))
    }
}

pub fn sign(key: &PrivateKey, message: &[u8]) -> Signature {
    let digest = Sm3::new().then(&key.to_bytes()).then(message).finish();
    key.sign_with_k(message, &mod_order_minus_one_plus_one(digest))
}

/// For a number below 2²⁵⁶ < 2(n − 1): subtract n − 1 at most once, then add one.
fn mod_order_minus_one_plus_one(digest: [u8; 32]) -> [u8; 32] {
    let order: [u8; 32] =
        hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122").try_into().unwrap();
    let mut number = digest;
    if number >= order {
        let mut borrow = 0i16;
        for at in (0..32).rev() {
            let digit = i16::from(number[at]) - i16::from(order[at]) - borrow;
            borrow = i16::from(digit < 0);
            number[at] = (digit & 0xff) as u8;
        }
    }
    for at in (0..32).rev() {
        let (sum, carry) = number[at].overflowing_add(1);
        number[at] = sum;
        if !carry {
            break;
        }
    }
    number
}
