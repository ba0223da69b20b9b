//! Time stamps over seals and signatures.

use super::*;
use crate::asn1::{context as tag, oid, write};
use crate::sample::{ca_key, maker_key, seal, sign, signature, signer_key};
use crate::sm2::sm3;
use crate::x509::{Certificate, write_algorithm, write_sm3};

/// A stamping authority under the sample's CA. Our own issuing knows no extended usage, so it is put together
/// here.
fn authority() -> Certificate {
    let name = crate::x509::Name::new(&[("C", "CN"), ("CN", "TEST TSA")]).unwrap();
    let key = maker_key();
    let spki = write::sequence(&[
        &write::sequence(&[&write::oid(oid::EC_PUBLIC_KEY), &write::oid(oid::SM2_CURVE)]),
        &write::bits(&key.public_key().to_sec1()),
    ]);
    let usage = write::sequence(&[&write::oid(oid::TIME_STAMPING)]);
    let extension = write::sequence(&[
        &write::oid(oid::EXTENDED_KEY_USAGE),
        &write::boolean(true),
        &write::octets(&usage),
    ]);
    let tbs = write::sequence(&[
        &write::element(tag(0), &write::small(2)),
        &write::small(77),
        &write_algorithm(oid::SM2_WITH_SM3),
        crate::sample::ca().subject().der(),
        &write::sequence(&[
            &write::certificate_time(time("20260101000000Z")),
            &write::certificate_time(time("20301231235959Z")),
        ]),
        name.der(),
        &spki,
        &write::element(tag(3), &write::sequence(&[&extension])),
    ]);
    let signed = write::sequence(&[
        &tbs,
        &write_algorithm(oid::SM2_WITH_SM3),
        &write::bits(&sign(&ca_key(), &tbs).to_der()),
    ]);
    Certificate::parse(&signed).unwrap()
}

/// A stamp over a value, by a certificate whose key is the maker's.
fn stamp(value: &[u8], by: &Certificate) -> Vec<u8> {
    let imprint = write::sequence(&[&write_sm3(), &write::octets(&sm3(value))]);
    let info = write::sequence(&[
        &write::small(1),
        &write::oid("1.2.3.4"),
        &imprint,
        &write::small(5),
        &write::generalized(time("20260924020005Z")),
    ]);
    let attribute = |id, value: &[u8]| write::sequence(&[&write::oid(id), &write::element(0x31, value)]);
    let attributes = [
        attribute(oid::CONTENT_TYPE, &write::oid(oid::TIMESTAMP_INFO)),
        attribute(oid::MESSAGE_DIGEST, &write::octets(&sm3(&info))),
    ]
    .concat();
    let signature = sign(&maker_key(), &write::element(0x31, &attributes));
    let signer = write::sequence(&[
        &write::small(1),
        &write::sequence(&[by.issuer().der(), &write::element(2, by.serial())]),
        &write_sm3(),
        &write::element(tag(0), &attributes),
        &write_algorithm(oid::SM2_WITH_SM3),
        &write::octets(&signature.to_der()),
    ]);
    let content =
        write::sequence(&[&write::oid(oid::TIMESTAMP_INFO), &write::element(tag(0), &write::octets(&info))]);
    let data = write::sequence(&[
        &write::small(3),
        &write::element(0x31, &write_sm3()),
        &content,
        &write::element(tag(0), by.der()),
        &write::element(0x31, &signer),
    ]);
    write::sequence(&[&write::oid(oid::PKCS7_SIGNED_DATA), &write::element(tag(0), &data)])
}

/// The sample with something in the place of its time stamp.
fn stamped(token: &[u8]) -> Vec<u8> {
    let whole = signature();
    let body = crate::asn1::only(&whole, &Limits::default()).unwrap().body.to_vec();
    write::sequence(&[&body, &write::element(tag(0), &write::bits(token))])
}

fn value() -> Vec<u8> {
    parse(&signature()).signed.value
}

#[test]
fn a_stamp_over_the_signature_value_is_good() {
    assert_eq!(codes(&stamped(&stamp(&value(), &authority()))), []);
}

#[test]
fn a_stamp_over_other_bytes_or_by_others_is_found_out() {
    let sample = parse(&signature());
    assert_eq!(codes(&stamped(&stamp(b"other", &authority()))), [Code::TimeInvalid]);
    // the maker may sign seals, not time
    assert_eq!(codes(&stamped(&stamp(&value(), sample.seal().maker()))), [Code::TimeInvalid]);
    // a certificate for another key
    assert_eq!(codes(&stamped(&stamp(&value(), sample.signer()))), [Code::TimeInvalid]);
    assert_eq!(codes(&stamped(b"not a stamp")), [Code::TimeInvalid]);
    let good = stamp(&value(), &authority());
    let later = replace_last(&good, b"20260924020005Z", b"20260924020006Z");
    assert_eq!(codes(&stamped(&later)), [Code::TimeInvalid]);
}

#[test]
fn a_stamp_on_a_seal_of_version_five_is_checked_too() {
    let body = crate::asn1::only(&seal(), &Limits::default()).unwrap().body.to_vec();
    let parsed = Seal::parse(&seal(), &Limits::default()).unwrap();
    for (covered, found) in
        [(parsed.signed.value.clone(), &[][..]), (b"other".to_vec(), &[Code::TimeInvalid])]
    {
        let token = stamp(&covered, &authority());
        let seal = write::sequence(&[&body, &write::element(tag(0), &write::bits(&token))]);
        let tbs = write::sequence(&[
            &write::small(5),
            &seal,
            &write::generalized(time("20260924020000Z")),
            &write::bits(&sm3(SIGNATURE_XML.as_bytes())),
            &write::ia5(PATH),
        ]);
        let whole = write::sequence(&[
            &tbs,
            &write::octets(parse(&signature()).signer().der()),
            &write::oid(oid::SM2_WITH_SM3),
            &write::bits(&sign(&signer_key(), &tbs).to_der()),
        ]);
        assert_eq!(codes(&whole), found);
    }
}

#[test]
fn cut_and_changed_stamps_never_panic_and_never_prove_a_time() {
    let (good, value, trust) = (stamp(&value(), &authority()), value(), trust());
    let memory = crate::sm2::Memory::new(100);
    let context = Context { memory: Some(&memory), ..context(&trust) };
    assert_eq!(time_stamp::check(&good, &value, &context), Ok(time("20260924020005Z")));
    for end in 0..good.len() {
        assert!(time_stamp::check(&good[..end], &value, &context).is_err());
    }
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        if let Ok(proven) = time_stamp::check(&changed, &value, &context) {
            assert_eq!(proven, time("20260924020005Z"), "byte {at}");
        }
    }
}
