use super::*;
use crate::sample::{ES_ID, ca, ca_key, maker_key, seal, signature, signer_key, to_hex};
use crate::sm2::sm3;

#[test]
fn the_bytes_are_those_of_the_vector() {
    let (whole, inner) = (signature(), seal());
    assert_eq!((whole.len(), inner.len()), (1503, 979));
    assert_eq!(to_hex(&sm3(&whole)), "a3d8b43e057fd1f4f4c8fe8dba936ed7e74ce3aaf352367ec1546d267760ee1c");
    assert_eq!(to_hex(&sm3(&inner)), "57839f13ba5475872178445e56b0402323ee333f0c9264a6ad5d7c288a0dc835");
}

#[test]
fn every_field_is_read() {
    let signature = parse(&crate::sample::signature());
    assert_eq!(signature.version(), 4);
    assert_eq!(signature.time(), time("20260924020000Z"));
    assert_eq!(signature.data_hash(), sm3(SIGNATURE_XML.as_bytes()));
    assert_eq!(signature.property(), PATH);
    assert_eq!(signature.signer().common_name(), "江苏省测试厅");
    assert_eq!(signature.signer().public_key(), signer_key().public_key());
    let seal = signature.seal();
    assert_eq!(seal.der(), crate::sample::seal());
    assert_eq!((seal.id(), seal.version(), seal.vid()), ("ES", 4, "TESTVENDOR"));
    assert_eq!((seal.es_id(), seal.kind(), seal.name()), (ES_ID, 1, "江苏省测试厅"));
    assert_eq!(*seal.cert_list(), CertList::Certificates(vec![signature.signer().der().to_vec()]));
    assert_eq!(seal.created(), time("20260101000000Z"));
    assert_eq!(seal.valid_start(), time("20260101000000Z"));
    assert_eq!(seal.valid_end(), time("20301231235959Z"));
    let picture = seal.picture();
    assert_eq!((picture.kind.as_str(), picture.width, picture.height), ("PNG", 42, 42));
    assert_eq!(&picture.data[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(seal.maker().common_name(), "TEST SEAL MAKER");
    assert_eq!(seal.maker().public_key(), maker_key().public_key());
    for certificate in [seal.maker(), signature.signer()] {
        assert_eq!(certificate.issuer(), ca().subject());
        assert!(certificate.signed_by(ca_key().public_key(), None) && certificate.may_sign());
    }
}

#[test]
fn it_verifies_without_a_finding() {
    assert_eq!(codes(&signature()), []);
}

#[test]
fn a_bit_of_the_digest_breaks_signature_and_document() {
    let digest = sm3(SIGNATURE_XML.as_bytes());
    let mut changed = digest;
    changed[5] ^= 1;
    let broken = replace_last(&signature(), &digest, &changed);
    assert_eq!(codes(&broken), [Code::SignInvalid, Code::SignXmlChanged]);
}

#[test]
fn the_makers_certificate_in_the_signers_place_breaks_signature_and_list() {
    // The maker's certificate is one byte shorter: the frame is built anew around the received parts.
    let sample = parse(&signature());
    let swapped = crate::asn1::write::sequence(&[
        &sample.signed.message,
        &crate::asn1::write::octets(sample.seal().maker().der()),
        &crate::asn1::write::oid(crate::asn1::oid::SM2_WITH_SM3),
        &crate::asn1::write::bits(&sample.signed.value),
    ]);
    assert_eq!(codes(&swapped), [Code::SignInvalid, Code::SignerNotInSeal]);
}

#[test]
fn an_expired_seal_signs_no_more_but_its_signatures_stay_valid() {
    let trust = trust();
    let later = Context { now: time("20310101000000Z"), ..context(&trust) };
    assert_eq!(codes_in(&signature(), &Context { making: true, ..later }), [Code::SealExpired]);
    assert_eq!(codes_in(&signature(), &later), []);
    let certificates_expired = Context { now: time("20400101000000Z"), ..later };
    assert_eq!(codes_in(&signature(), &certificates_expired), []);
    assert_eq!(codes_in(&signature(), &Context { making: true, ..context(&trust) }), []);
}

#[test]
fn the_register_is_asked_about_this_seal_at_that_time() {
    let trust = trust();
    for (status, found) in [
        (SealStatus::Valid, &[][..]),
        (SealStatus::Unknown, &[]),
        (SealStatus::Suspended, &[Code::SealRevoked]),
        (SealStatus::Revoked, &[Code::SealRevoked]),
    ] {
        let register = move |seal: &Seal, at: Time| {
            assert_eq!((seal.es_id(), at), (ES_ID, time("20260924020000Z")));
            status
        };
        assert_eq!(codes_in(&signature(), &Context { seal_status: &register, ..context(&trust) }), found);
    }
}

#[test]
fn nobody_trusted_means_two_findings() {
    let nobody = Trust::default();
    let found = check(&parse(&signature()), SIGNATURE_XML.as_bytes(), PATH, &context(&nobody));
    let found: Vec<_> =
        found.findings().iter().map(|finding| (finding.code, finding.detail.as_str())).collect();
    assert_eq!(found, [(Code::MakerUntrusted, "NO_PATH"), (Code::SignerUntrusted, "NO_PATH")]);
}

#[test]
fn a_seal_alone_and_a_value_alone_say_what_nobody_could_check() {
    let trust = trust();
    let nobody = |_: &Seal, _: Time| SealStatus::Unknown;
    let context = Context { seal_status: &nobody, ..context(&trust) };
    let unchecked = |report: &Report| -> Vec<u8> {
        let open = Code::ALL.into_iter().filter(|code| report.mark(*code) == Mark::NotChecked);
        open.map(Code::step).collect()
    };
    let parsed = parse(&signature());
    let alone = check_seal(parsed.seal(), &context);
    assert!(alone.ok());
    assert_eq!(unchecked(&alone), [6, 7, 8, 9, 9, 10, 11, 12], "it signed nothing yet");
    let value = check_signature(&parsed, &context);
    assert!(value.ok());
    assert_eq!(unchecked(&value), [6, 10, 11, 12], "what is beside the value is not there");
    let whole = check(&parsed, SIGNATURE_XML.as_bytes(), PATH, &context);
    assert_eq!(unchecked(&whole), [6, 11], "the register and the references");
    let distrusted = check_signature(&parsed, &Context { trust: &Trust::default(), ..context });
    assert_eq!(distrusted.mark(Code::RevocationUnknown), Mark::NotChecked);
    // The version counts for a seal alone, too.
    let header = |id: &[u8]| [&[0x30, 0x13, 0x16, 2], id, &[2, 1, 4]].concat();
    let changed = parse(&replace_last(&signature(), &header(b"ES"), &header(b"EX")));
    assert_eq!(check_seal(changed.seal(), &context).mark(Code::BadVersion), Mark::Fails);
}

#[test]
fn another_place_in_the_package_is_a_warning() {
    let trust = trust();
    let found = check(&parse(&signature()), SIGNATURE_XML.as_bytes(), "/elsewhere.xml", &context(&trust));
    assert_eq!(found.findings().iter().map(|f| f.code).collect::<Vec<_>>(), [Code::PathDiffers]);
    assert!(found.ok());
}

#[test]
fn everything_wrong_is_reported_at_once_and_in_order() {
    let whole = signature();
    let changed = replace_last(&whole, "TESTVENDOR".as_bytes(), b"TESTVENDER");
    let nobody = Trust::default();
    let register = |_: &Seal, _: Time| SealStatus::Revoked;
    let context =
        Context { making: true, now: time("20310101000000Z"), seal_status: &register, ..context(&nobody) };
    let found = check(&parse(&changed), b"other", "/elsewhere.xml", &context);
    let found: Vec<u8> = found.findings().iter().map(|finding| finding.code.step()).collect();
    assert_eq!(found, [3, 4, 5, 6, 7, 9, 10, 12]);
}

#[test]
fn a_seal_that_is_no_seal_has_a_bad_version() {
    let header = |id: &[u8], version| [&[0x30, 0x13, 0x16, 2], id, &[2, 1, version]].concat();
    for (id, version) in [(b"ES", 3), (b"ES", 1), (b"EX", 4)] {
        let changed = replace_last(&signature(), &header(b"ES", 4), &header(id, version));
        assert_eq!(codes(&changed), [Code::BadVersion, Code::SealForged, Code::SignInvalid]);
    }
}

#[test]
fn many_documents_under_one_seal_cost_one_verification_each() {
    let (trust, memory) = (trust(), crate::sm2::Memory::new(100));
    let context = Context { memory: Some(&memory), ..context(&trust) };
    assert_eq!(codes_in(&signature(), &context), []);
    assert_eq!(memory.len(), 4, "the seal, two certificates and the list of revoked ones");
    assert_eq!(codes_in(&signature(), &context), []);
    assert_eq!(memory.len(), 4);
    let mut seal_changed = signature();
    seal_changed[60] ^= 1;
    if let Ok(changed) = SealSignature::parse(&seal_changed, &Limits::default()) {
        assert!(!check(&changed, SIGNATURE_XML.as_bytes(), PATH, &context).ok());
    }
}
