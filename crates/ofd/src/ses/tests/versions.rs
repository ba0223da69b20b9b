//! Structures we read but do not write: versions 1 and 5, raw signatures, extensions.

use super::*;
use crate::asn1::{UTC_TIME, context as tag, write};
use crate::sample::{ES_ID, maker_key, seal, sign, signature, signer_key};
use crate::sm2::{Signature, sm3};

fn utc(text: &str) -> Vec<u8> {
    write::element(UTC_TIME, text.as_bytes())
}

fn header(version: u64) -> Vec<u8> {
    write::sequence(&[&write::ia5("ES"), &write::small(version), &write::ia5("OLDVENDOR")])
}

fn picture() -> Vec<u8> {
    write::sequence(&[&write::ia5("png"), &write::octets(b"picture"), &write::small(42), &write::small(42)])
}

fn algorithm() -> Vec<u8> {
    write::oid(crate::asn1::oid::SM2_WITH_SM3)
}

fn der(signature: Signature) -> Vec<u8> {
    write::bits(&signature.to_der())
}

fn raw(signature: Signature) -> Vec<u8> {
    write::bits(&signature.to_raw())
}

type Encode = fn(Signature) -> Vec<u8>;

/// `SESeal` of GM/T 0031-2014.
fn seal_one(version: u64, encode: Encode) -> Vec<u8> {
    let sample = parse(&signature());
    let property = write::sequence(&[
        &write::small(1),
        &write::utf8("江苏省测试厅"),
        &write::sequence(&[&write::octets(sample.signer().der())]),
        &utc("260101000000Z"),
        &utc("260101000000Z"),
        &utc("301231235959Z"),
    ]);
    let info = write::sequence(&[&header(version), &write::ia5(ES_ID), &property, &picture()]);
    let cert = write::octets(sample.seal().maker().der());
    let message = write::sequence(&[&info, &cert, &algorithm()]);
    let sign_info = write::sequence(&[&cert, &algorithm(), &encode(sign(&maker_key(), &message))]);
    write::sequence(&[&info, &sign_info])
}

fn signature_one(version: u64, time: &[u8], encode: Encode) -> Vec<u8> {
    let sample = parse(&signature());
    let tbs = write::sequence(&[
        &write::small(version),
        &seal_one(version, encode),
        &write::bits(time),
        &write::bits(&sm3(SIGNATURE_XML.as_bytes())),
        &write::ia5(PATH),
        &write::octets(sample.signer().der()),
        &algorithm(),
    ]);
    write::sequence(&[&tbs, &encode(sign(&signer_key(), &tbs))])
}

/// Version 4 or 5 around a given seal, with extensions where they are allowed.
fn signature_four(version: u64, seal: &[u8], extensions: &[u8], encode: Encode) -> Vec<u8> {
    let sample = parse(&signature());
    let tbs = write::sequence(&[
        &write::small(version),
        seal,
        &utc("260924020000Z"),
        &write::bits(&sm3(SIGNATURE_XML.as_bytes())),
        &write::ia5(PATH),
        extensions,
    ]);
    let cert = write::octets(sample.signer().der());
    write::sequence(&[&tbs, &cert, &algorithm(), &encode(sign(&signer_key(), &tbs))])
}

fn seal_four(version: u64, extensions: &[u8], encode: Encode) -> Vec<u8> {
    let sample = parse(&signature());
    let property = write::sequence(&[
        &write::small(1),
        &write::utf8("江苏省测试厅"),
        &write::small(1),
        &write::sequence(&[&write::octets(sample.signer().der())]),
        &write::generalized(time("20260101000000Z")),
        &utc("260101000000Z"),
        &utc("301231235959Z"),
    ]);
    let info = write::sequence(&[&header(version), &write::ia5(ES_ID), &property, &picture(), extensions]);
    let cert = write::octets(sample.seal().maker().der());
    write::sequence(&[&info, &cert, &algorithm(), &encode(sign(&maker_key(), &info))])
}

fn extensions() -> Vec<u8> {
    let one = write::sequence(&[&write::oid("1.2.3.4"), &write::boolean(true), &write::octets(b"x")]);
    write::sequence(&[&one])
}

#[test]
fn version_one_verifies_with_either_encoding_and_any_kind_of_time() {
    for encode in [der as Encode, raw] {
        for time in [&b"20260924020000Z"[..], b"260924020000Z", &utc("260924020000Z")] {
            let whole = signature_one(1, time, encode);
            let parsed = parse(&whole);
            assert_eq!((parsed.version(), parsed.seal().version()), (1, 1));
            assert_eq!(parsed.time(), super::time("20260924020000Z"));
            assert_eq!(parsed.seal().valid_end(), super::time("20301231235959Z"));
            assert_eq!(codes(&whole), []);
        }
    }
    let unread = SealSignature::parse(&signature_one(1, b"yesterday", der), &Limits::default());
    assert_eq!(unread.unwrap_err().reason, "ses.time");
}

#[test]
fn version_one_broken_is_found_out() {
    let whole = signature_one(1, b"20260924020000Z", der);
    let digest = sm3(SIGNATURE_XML.as_bytes());
    let mut other = digest;
    other[0] ^= 0x80;
    assert_eq!(codes(&replace_last(&whole, &digest, &other)), [Code::SignInvalid, Code::SignXmlChanged]);
    let renamed = replace_last(&whole, ES_ID.as_bytes(), b"32000020260002");
    assert_eq!(codes(&renamed), [Code::SealForged, Code::SignInvalid]);
    // the seal of version 1 binds its maker's certificate too
    let mut seal = seal_one(1, der);
    let at = seal.windows(2).rposition(|window| window == [0x83, 0x75]).unwrap();
    seal[at + 1] = 0x76;
    assert!(!Seal::parse(&seal, &Limits::default()).unwrap().signed_by_maker(None));
}

#[test]
fn structure_and_version_must_fit() {
    let found = codes(&signature_one(4, b"20260924020000Z", der));
    assert_eq!(found, [Code::BadVersion, Code::BadVersion], "of the seal and of the signature");
    assert_eq!(codes(&signature_four(1, &seal(), &[], der)), [Code::BadVersion]);
    assert_eq!(
        codes(&signature_four(4, &seal_one(1, der), &[], der)),
        [],
        "a new signature with an old seal"
    );
}

#[test]
fn version_five_verifies_with_and_without_extensions() {
    for encode in [der as Encode, raw] {
        for extra in [vec![], extensions(), write::element(tag(0), &extensions())] {
            let seal = seal_four(5, &extra, encode);
            let tagged = if extra.is_empty() { vec![] } else { write::element(tag(0), &extensions()) };
            let whole = signature_four(5, &seal, &tagged, encode);
            assert_eq!((parse(&whole).version(), parse(&whole).seal().version()), (5, 5));
            assert_eq!(codes(&whole), []);
            let renamed = replace_last(&whole, ES_ID.as_bytes(), b"32000020260002");
            assert_eq!(codes(&renamed), [Code::SealForged, Code::SignInvalid]);
        }
    }
}

#[test]
fn a_signature_outside_the_validity_of_its_seal_is_found_out() {
    let whole = signature_one(1, b"20310101000000Z", der);
    assert_eq!(codes(&whole), [Code::SealExpired]);
    let whole = signature_one(1, b"20251231235959Z", der);
    assert_eq!(
        codes(&whole),
        [Code::SealExpired, Code::SignerUntrusted],
        "nor was its certificate valid yet"
    );
}
