use super::*;
use crate::sample::{ES_ID, SampleSigner, maker_key, seal, signature, signer_key};
use crate::sm2::{LocalSigner, sm3};
use proptest::prelude::*;

/// The parts of the sample, each with its certificate.
struct Parts {
    maker: SampleSigner,
    signer: SampleSigner,
    list: CertList,
    picture: Picture,
}

fn parts() -> Parts {
    let sample = parse(&signature());
    Parts {
        maker: SampleSigner { key: maker_key(), certificate: sample.seal().maker().clone() },
        signer: SampleSigner { key: signer_key(), certificate: sample.signer().clone() },
        list: sample.seal().cert_list().clone(),
        picture: sample.seal().picture().clone(),
    }
}

fn new(parts: &Parts) -> NewSeal<'_> {
    NewSeal {
        es_id: ES_ID,
        vid: "TESTVENDOR",
        kind: 1,
        name: "江苏省测试厅",
        cert_list: &parts.list,
        created: time("20260101000000Z"),
        valid_start: time("20260101000000Z"),
        valid_end: time("20301231235959Z"),
        picture: &parts.picture,
    }
}

fn at() -> Time {
    time("20260924020000Z")
}

#[test]
fn the_sample_is_made_again_byte_for_byte() {
    let parts = parts();
    let made = make_seal(&new(&parts), &parts.maker).unwrap();
    assert_eq!(made, seal());
    let hash = sm3(SIGNATURE_XML.as_bytes());
    assert_eq!(make_signature(&made, at(), &hash, PATH, &parts.signer).unwrap(), signature());
}

#[test]
fn digests_of_certificates_serve_as_well() {
    let parts = parts();
    for kind in ["SM3", "sm3", "1.2.156.10197.1.401"] {
        let list = CertList::Digests(vec![(kind.to_owned(), sm3(parts.signer.certificate.der()).to_vec())]);
        let made = make_seal(&NewSeal { cert_list: &list, ..new(&parts) }, &parts.maker).unwrap();
        assert_eq!(*Seal::parse(&made, &Limits::default()).unwrap().cert_list(), list);
        let hash = sm3(SIGNATURE_XML.as_bytes());
        assert_eq!(codes(&make_signature(&made, at(), &hash, PATH, &parts.signer).unwrap()), []);
    }
    let list = CertList::Digests(vec![("SHA256".to_owned(), sm3(parts.signer.certificate.der()).to_vec())]);
    assert!(!list.contains(&parts.signer.certificate), "a digest of another kind says nothing");
}

#[test]
fn what_would_not_verify_is_not_made() {
    let parts = parts();
    let good = new(&parts);
    let refused = |new: &NewSeal<'_>| make_seal(new, &parts.maker).unwrap_err().reason;
    let (nobody, no_picture) =
        (CertList::Certificates(vec![]), Picture { data: vec![], ..parts.picture.clone() });
    let flat = Picture { height: 0, ..parts.picture.clone() };
    assert_eq!(refused(&NewSeal { es_id: "", ..good }), "ses.es_id");
    assert_eq!(refused(&NewSeal { es_id: "印章", ..good }), "ses.es_id");
    assert_eq!(refused(&NewSeal { es_id: &"1".repeat(65), ..good }), "ses.es_id");
    assert_eq!(refused(&NewSeal { vid: "厂商", ..good }), "ses.vid");
    assert_eq!(refused(&NewSeal { name: "", ..good }), "ses.name");
    assert_eq!(refused(&NewSeal { cert_list: &nobody, ..good }), "ses.cert_list");
    assert_eq!(refused(&NewSeal { valid_end: time("20250101000000Z"), ..good }), "ses.validity");
    assert_eq!(refused(&NewSeal { picture: &no_picture, ..good }), "ses.picture");
    assert_eq!(refused(&NewSeal { picture: &flat, ..good }), "ses.picture");
    let stranger = SampleSigner { key: signer_key(), certificate: parts.maker.certificate.clone() };
    assert_eq!(make_seal(&good, &stranger).unwrap_err().reason, "signer.mismatch");

    let sign = |time, signer: &SampleSigner| make_signature(&seal(), time, &[1; 32], PATH, signer);
    assert_eq!(sign(time("20310101000000Z"), &parts.signer).unwrap_err().reason, "ses.expired");
    assert_eq!(sign(time("20251231235959Z"), &parts.signer).unwrap_err().reason, "ses.expired");
    assert_eq!(sign(at(), &parts.maker).unwrap_err().reason, "ses.signer_not_in_seal");
    let stranger = SampleSigner { key: maker_key(), certificate: parts.signer.certificate.clone() };
    assert_eq!(sign(at(), &stranger).unwrap_err().reason, "signer.mismatch");
    let bad_path = make_signature(&seal(), at(), &[1; 32], "/签名.xml", &parts.signer);
    assert_eq!(bad_path.unwrap_err().reason, "ses.property");
}

#[test]
fn a_key_in_memory_signs_the_same_bytes_twice() {
    let parts = parts();
    let signer = LocalSigner::new(signer_key(), parts.signer.certificate.clone()).unwrap();
    let hash = sm3(SIGNATURE_XML.as_bytes());
    let once = make_signature(&seal(), at(), &hash, PATH, &signer).unwrap();
    assert_eq!(once, make_signature(&seal(), at(), &hash, PATH, &signer).unwrap());
    assert_eq!(codes(&once), []);
    let other = LocalSigner::new(maker_key(), parts.signer.certificate.clone());
    assert_eq!(other.unwrap_err().reason, "signer.mismatch");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn seals_round_trip(
        es_id in "[!-~]{1,64}", vid in "[ -~]{1,30}", name in "\\PC{1,40}", kind in 0u64..100,
        data in proptest::collection::vec(any::<u8>(), 1..5000), width in 1u32..300, height in 1u32..300,
        from in 0i64..4_000_000_000, lasts in 0i64..1_000_000_000,
    ) {
        let parts = parts();
        let picture = Picture { kind: "PNG".to_owned(), data, width, height };
        let (valid_start, valid_end) = (Time(from), Time(from + lasts));
        let new = NewSeal {
            es_id: &es_id, vid: &vid, kind, name: &name, picture: &picture, valid_start, valid_end, ..new(&parts)
        };
        let der = make_seal(&new, &parts.maker).unwrap();
        let seal = Seal::parse(&der, &Limits::default()).unwrap();
        prop_assert_eq!(seal.der(), &der[..]);
        prop_assert_eq!((seal.es_id(), seal.vid(), seal.name(), seal.kind()), (&*es_id, &*vid, &*name, kind));
        prop_assert_eq!((seal.valid_start(), seal.valid_end()), (valid_start, valid_end));
        prop_assert_eq!(seal.picture(), &picture);
        prop_assert!(seal.signed_by_maker(None));
    }
}
