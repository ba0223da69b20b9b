use super::*;
use crate::asn1::write;
use crate::sample::{SIGNATURE_XML, SampleSigner, signature, signer_key, time, trust};
use crate::ses::{Seal, SealSignature};
use crate::sm2::Signer as _;
use crate::verdict::SealStatus;
use crate::x509::{Trust, write_algorithm, write_sm3};
use proptest::prelude::*;

fn signer() -> SampleSigner {
    let sample = SealSignature::parse(&signature(), &Limits::default()).unwrap();
    SampleSigner { key: signer_key(), certificate: sample.signer().clone() }
}

fn hash() -> [u8; 32] {
    sm3(SIGNATURE_XML.as_bytes())
}

fn at() -> Time {
    time("20260924020000Z")
}

fn codes_with(bytes: &[u8], trust: &Trust) -> Vec<Code> {
    let seal_status = &|_: &Seal, _: Time| SealStatus::Unknown;
    let context = Context { trust, now: at(), making: false, seal_status, memory: None };
    let data = SignedData::parse(bytes).unwrap();
    check(&data, SIGNATURE_XML.as_bytes(), at(), &context)
        .findings()
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn codes(bytes: &[u8]) -> Vec<Code> {
    codes_with(bytes, &trust())
}

/// A message in a foreign dialect.
struct Dialect<'a> {
    outer: &'a str,
    inner: &'a str,
    algorithm: &'a str,
    content: Option<&'a [u8]>,
    /// `messageDigest`, when there are signed attributes.
    digest: Option<&'a [u8]>,
    raw: bool,
}

fn write(dialect: &Dialect<'_>) -> Vec<u8> {
    let signer = signer();
    let attribute = |id, value: &[u8]| write::sequence(&[&write::oid(id), &write::element(SET, value)]);
    let attributes = dialect.digest.map(|digest| {
        [
            attribute(oid::CONTENT_TYPE, &write::oid(dialect.inner)),
            attribute(oid::MESSAGE_DIGEST, &write::octets(digest)),
        ]
        .concat()
    });
    let signature = match &attributes {
        Some(body) => signer.sign(&write::element(SET, body)),
        None => signer.sign(dialect.content.unwrap_or(&hash())),
    }
    .unwrap();
    let signature = if dialect.raw { signature.to_raw().to_vec() } else { signature.to_der() };
    let content = dialect.content.map(|content| write::element(context(0), &write::octets(content)));
    let info = write::sequence(&[
        &write::small(1),
        &write::sequence(&[
            signer.certificate.issuer().der(),
            &write::element(2, signer.certificate.serial()),
        ]),
        &write_sm3(),
        &attributes.map(|body| write::element(context(0), &body)).unwrap_or_default(),
        &write_algorithm(dialect.algorithm),
        &write::octets(&signature),
    ]);
    let data = write::sequence(&[
        &write::small(1),
        &write::element(SET, &write_sm3()),
        &write::sequence(&[&write::oid(dialect.inner), &content.unwrap_or_default()]),
        &write::element(context(0), signer.certificate.der()),
        &write::element(SET, &info),
    ]);
    write::sequence(&[&write::oid(dialect.outer), &write::element(context(0), &data)])
}

#[test]
fn our_own_messages_verify_with_and_without_attributes() {
    let with = make(&hash(), Some(at()), &signer()).unwrap();
    let without = make(&hash(), None, &signer()).unwrap();
    for (bytes, time) in [(&with, Some(at())), (&without, None)] {
        let data = SignedData::parse(bytes).unwrap();
        assert_eq!(data.content(), Some(&hash()[..]));
        assert_eq!(data.content_type(), "1.2.156.10197.6.1.4.2.1");
        assert_eq!(data.signing_time(), time);
        assert_eq!(data.verify(None).unwrap(), &signer().certificate);
        assert_eq!(codes(bytes), []);
    }
    assert_eq!(make(&hash(), None, &signer()).unwrap(), without, "the same bytes each time");
    let stranger = SampleSigner { key: crate::sample::maker_key(), ..signer() };
    assert_eq!(make(&hash(), None, &stranger).unwrap_err().reason, "signer.mismatch");
}

#[test]
fn every_dialect_of_the_norm_is_read() {
    let (hash, of_hash) = (hash(), sm3(&hash()));
    for outer in [oid::GM_SIGNED_DATA, oid::PKCS7_SIGNED_DATA] {
        for inner in [oid::GM_DATA, oid::PKCS7_DATA] {
            for algorithm in [oid::SM2_SIGN, oid::SM2_WITH_SM3] {
                for digest in [None, Some(&hash[..]), Some(&of_hash[..])] {
                    for (content, raw) in [(Some(&hash[..]), false), (Some(&hash[..]), true), (None, false)] {
                        let bytes = write(&Dialect { outer, inner, algorithm, content, digest, raw });
                        assert_eq!(codes(&bytes), [], "{outer} {inner} {algorithm} {digest:?} {content:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_was_changed_is_found_out() {
    let (hash, other) = (hash(), [7; 32]);
    let good = Dialect {
        outer: oid::GM_SIGNED_DATA,
        inner: oid::GM_DATA,
        algorithm: oid::SM2_SIGN,
        content: Some(&hash),
        digest: None,
        raw: false,
    };
    assert_eq!(codes(&write(&good)), []);
    // a sound signature over something else
    assert_eq!(codes(&write(&Dialect { content: Some(&other), ..good })), [Code::SignXmlChanged]);
    // attributes that speak of something else
    assert_eq!(codes(&write(&Dialect { digest: Some(&other), ..good })), [Code::SignInvalid]);
    assert_eq!(codes(&write(&Dialect { algorithm: oid::EC_PUBLIC_KEY, ..good })), [Code::SignInvalid]);
    let outer = SignedData::parse(&write(&Dialect { outer: oid::GM_DATA, ..good }));
    assert_eq!(outer.unwrap_err().reason, "signed_data.type");
    assert_eq!(codes(&write(&Dialect { inner: oid::TIMESTAMP_INFO, ..good })), [Code::SignInvalid]);
    // nobody trusts the signer
    assert_eq!(codes_with(&write(&good), &Trust::default()), [Code::SignerUntrusted]);
}

#[test]
fn a_type_changed_outside_the_attributes_is_found_out() {
    let whole = make(&hash(), Some(at()), &signer()).unwrap();
    let kind = write::oid(oid::GM_DATA);
    let place = whole.windows(kind.len()).position(|window| window == kind).unwrap() + kind.len() - 1;
    let mut changed = whole;
    changed[place] = 3;
    let data = SignedData::parse(&changed).unwrap();
    assert_eq!(data.content_type(), "1.2.156.10197.6.1.4.2.3");
    assert_eq!(data.verify(None).unwrap_err().reason, "signed_data.digest");
}

#[test]
fn a_message_nobody_signed_is_no_signature() {
    let data = write::sequence(&[
        &write::small(1),
        &write::element(SET, &write_sm3()),
        &write::sequence(&[&write::oid(oid::GM_DATA), &write::element(context(0), &write::octets(&hash()))]),
        &write::element(SET, &[]),
    ]);
    let bytes = write::sequence(&[&write::oid(oid::GM_SIGNED_DATA), &write::element(context(0), &data)]);
    assert_eq!(SignedData::parse(&bytes).unwrap().verify(None).unwrap_err().reason, "signed_data.no_signer");
    assert_eq!(codes(&bytes), [Code::SignInvalid, Code::SignerUntrusted]);
}

#[test]
fn cut_and_changed_messages_never_panic_and_never_pass() {
    for whole in [make(&hash(), Some(at()), &signer()).unwrap(), make(&hash(), None, &signer()).unwrap()] {
        for end in 0..whole.len() {
            assert!(SignedData::parse(&whole[..end]).is_err(), "cut at {end}");
        }
        let hash_at = whole.windows(32).position(|window| window == hash()).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 4;
            let Ok(data) = SignedData::parse(&changed) else { continue };
            let good = data.verify(None).is_ok();
            let content = (hash_at..hash_at + 32).contains(&at);
            assert!(!(content && good), "byte {at}");
        }
    }
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes: Vec<u8>) {
        let _ = SignedData::parse(&bytes);
    }
}
