//! Versions 1 and 5 put together byte by byte after GM/T 0031 and standards.md §5.2, with nothing of our writer:
//! what reading and writing had wrong alike would not be seen otherwise.

use super::*;
use crate::sample::{ES_ID, maker_key, sign, signature, signer_key};
use crate::sm2::sm3;

/// Tag, length in the shortest form, content.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = body.len();
    let head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, body].concat()
}

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const BITS: u8 = 0x03;
/// "ES" as IA5String.
const ES: [u8; 4] = [0x16, 0x02, b'E', b'S'];
const ONE: [u8; 3] = [0x02, 0x01, 0x01];
const FIVE: [u8; 3] = [0x02, 0x01, 0x05];
/// 1.2.156.10197.1.501.
const SM2_WITH_SM3: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
/// 42 by 42 millimetres.
const SIZE: [u8; 6] = [0x02, 0x01, 42, 0x02, 0x01, 42];

fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(BITS, &[&[0], bytes])
}

/// r and s as INTEGERs with the zero that keeps them positive.
fn value(signature: crate::sm2::Signature) -> Vec<u8> {
    let raw = signature.to_raw();
    let integer = |half: &[u8]| {
        let digits = &half[half.iter().take_while(|byte| **byte == 0).count()..];
        let zero: &[u8] = if digits[0] >= 0x80 { &[0] } else { &[] };
        tlv(0x02, &[zero, digits])
    };
    bits(&tlv(SEQUENCE, &[&integer(&raw[..32]), &integer(&raw[32..])]))
}

fn header(version: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&ES, version, &tlv(0x16, &[b"VENDOR"])])
}

fn picture() -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(0x16, &[b"PNG"]), &tlv(OCTETS, &[&[0x89; 300]]), &SIZE])
}

fn certificates() -> (Vec<u8>, Vec<u8>) {
    let sample = parse(&signature());
    let octets = |der: &[u8]| tlv(OCTETS, &[der]);
    (octets(sample.seal().maker().der()), octets(sample.signer().der()))
}

fn es_id() -> Vec<u8> {
    tlv(0x16, &[ES_ID.as_bytes()])
}

/// GM/T 0031-2014: no kind of list, UTCTime, the signature of the maker in a sequence of its own, over a sequence
/// of information, certificate and algorithm; certificate and algorithm of the signer within what he signs.
fn version_one() -> Vec<u8> {
    let (maker, signer) = certificates();
    let utc = |text: &str| tlv(0x17, &[text.as_bytes()]);
    let property = tlv(
        SEQUENCE,
        &[
            &ONE,
            &tlv(0x0c, &["江苏省测试厅".as_bytes()]),
            &tlv(SEQUENCE, &[&signer]),
            &utc("260101000000Z"),
            &utc("260101000000Z"),
            &utc("301231235959Z"),
        ],
    );
    let info = tlv(SEQUENCE, &[&header(&ONE), &es_id(), &property, &picture()]);
    let made = value(sign(&maker_key(), &tlv(SEQUENCE, &[&info, &maker, &SM2_WITH_SM3])));
    let seal = tlv(SEQUENCE, &[&info, &tlv(SEQUENCE, &[&maker, &SM2_WITH_SM3, &made])]);
    let signed = tlv(
        SEQUENCE,
        &[
            &ONE,
            &seal,
            &bits(b"20260924020000Z"),
            &bits(&sm3(SIGNATURE_XML.as_bytes())),
            &tlv(0x16, &[PATH.as_bytes()]),
            &signer,
            &SM2_WITH_SM3,
        ],
    );
    tlv(SEQUENCE, &[&signed, &value(sign(&signer_key(), &signed))])
}

/// GM/T 0031-2025, with a list of digests: as version 4, and the maker signs the information alone.
fn version_five() -> Vec<u8> {
    let (maker, signer) = certificates();
    let time = |text: &str| tlv(0x18, &[text.as_bytes()]);
    let digest = sm3(parse(&signature()).signer().der());
    let digest = tlv(SEQUENCE, &[&tlv(0x13, &[b"SM3"]), &tlv(OCTETS, &[&digest])]);
    let property = tlv(
        SEQUENCE,
        &[
            &ONE,
            &tlv(0x0c, &["江苏省测试厅".as_bytes()]),
            &[0x02, 0x01, 0x02],
            &tlv(SEQUENCE, &[&digest]),
            &time("20260101000000Z"),
            &time("20260101000000Z"),
            &time("20301231235959Z"),
        ],
    );
    let info = tlv(SEQUENCE, &[&header(&FIVE), &es_id(), &property, &picture()]);
    let made = value(sign(&maker_key(), &info));
    let seal = tlv(SEQUENCE, &[&info, &maker, &SM2_WITH_SM3, &made]);
    let signed = tlv(
        SEQUENCE,
        &[
            &FIVE,
            &seal,
            &time("20260924020000Z"),
            &bits(&sm3(SIGNATURE_XML.as_bytes())),
            &tlv(0x16, &[PATH.as_bytes()]),
        ],
    );
    tlv(SEQUENCE, &[&signed, &signer, &SM2_WITH_SM3, &value(sign(&signer_key(), &signed))])
}

#[test]
fn structures_put_together_by_hand_verify_and_every_changed_byte_is_found() {
    for (version, whole) in [(1, version_one()), (5, version_five())] {
        let parsed = parse(&whole);
        assert_eq!((parsed.version(), parsed.seal().version()), (version, version));
        assert_eq!((parsed.seal().es_id(), parsed.seal().name()), (ES_ID, "江苏省测试厅"));
        assert_eq!(parsed.time(), time("20260924020000Z"));
        assert_eq!(parsed.seal().valid_end(), time("20301231235959Z"));
        assert_eq!(parsed.seal().picture().data.len(), 300);
        assert_eq!(codes(&whole), [], "version {version}");
        for at in (0..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[at] ^= 0x20;
            let Ok(parsed) = SealSignature::parse(&changed, &Limits::default()) else { continue };
            let found = check(&parsed, SIGNATURE_XML.as_bytes(), PATH, &context(&trust()));
            assert!(!found.ok(), "version {version}, byte {at}");
        }
    }
}
