//! Certificates of the sample, certificates of our own, and every reason for distrust.

use super::*;
use crate::sample::{ca, ca_key, hex, key, maker_key, sign, signer_key, time, trust};
use crate::sm2::{Memory, PrivateKey, Signature};
use crate::{Result, Time};

fn name(common: &str) -> Name {
    Name::new(&[("C", "CN"), ("O", "示例机构"), ("CN", common)]).unwrap()
}

fn signs(key: &PrivateKey) -> impl Fn(&[u8]) -> Result<Signature> {
    let key = key.clone();
    move |message: &[u8]| Ok(key.sign(message))
}

/// An authority below nobody, one below it, and a signer, each with its key.
struct Chain {
    root: Certificate,
    middle: Certificate,
    signer: Certificate,
    root_key: PrivateKey,
    middle_key: PrivateKey,
}

const FROM: &str = "20260101000000Z";
const UNTIL: &str = "20301231235959Z";

fn plain<'a>(
    subject: &'a Name,
    issuer: &'a Name,
    key: &'a PrivateKey,
    issuer_key: &'a PrivateKey,
) -> NewCertificate<'a> {
    NewCertificate {
        serial: &[7],
        subject,
        issuer,
        public_key: key.public_key(),
        issuer_key: issuer_key.public_key(),
        not_before: time(FROM),
        not_after: time(UNTIL),
        ca: false,
        path_length: None,
    }
}

fn chain_with(path_length: Option<u8>, middle_is_ca: bool) -> Chain {
    let (root_key, middle_key, signer_key) = (ca_key(), maker_key(), signer_key());
    let (root, middle, signer) = (name("测试根"), name("测试中级"), name("测试签名人"));
    let new = NewCertificate { ca: true, path_length, ..plain(&root, &root, &root_key, &root_key) };
    let root_certificate = issue(&new, &signs(&root_key)).unwrap();
    let new =
        NewCertificate { serial: &[8], ca: middle_is_ca, ..plain(&middle, &root, &middle_key, &root_key) };
    let middle_certificate = issue(&new, &signs(&root_key)).unwrap();
    let new = NewCertificate { serial: &[0, 0x90, 1], ..plain(&signer, &middle, &signer_key, &middle_key) };
    let signer = issue(&new, &signs(&middle_key)).unwrap();
    Chain { root: root_certificate, middle: middle_certificate, signer, root_key, middle_key }
}

fn chain() -> Chain {
    chain_with(None, true)
}

fn trusting(chain: &Chain) -> Trust {
    Trust { anchors: vec![chain.root.clone()], intermediates: vec![chain.middle.clone()], crls: Vec::new() }
}

fn now() -> Time {
    time("20270101000000Z")
}

#[test]
fn the_sample_authority_is_read() {
    let ca = ca();
    assert_eq!(ca.common_name(), "TEST SEAL CA");
    assert_eq!(ca.subject().to_string(), "C=CN, CN=TEST SEAL CA");
    assert_eq!(ca.issuer(), ca.subject());
    assert_eq!(ca.serial(), [1]);
    assert_eq!((ca.not_before(), ca.not_after()), (time("20260101000000Z"), time("20351231235959Z")));
    assert!(ca.is_ca() && !ca.may_sign());
    assert_eq!(ca.public_key(), ca_key().public_key());
    assert!(ca.signed_by(ca_key().public_key(), None));
    assert!(!ca.signed_by(maker_key().public_key(), None));
}

#[test]
fn the_sample_authority_can_be_made_again() {
    use crate::asn1::{context, oid, write};
    let name = write::sequence(&[
        &write::element(0x31, &write::sequence(&[&write::oid("2.5.4.6"), &write::element(0x13, b"CN")])),
        &write::element(0x31, &write::sequence(&[&write::oid("2.5.4.3"), &write::utf8("TEST SEAL CA")])),
    ]);
    assert_eq!(Name::new(&[("C", "CN"), ("CN", "TEST SEAL CA")]).unwrap().der(), name);
    let extensions = write::sequence(&[
        &issue::extension(oid::BASIC_CONSTRAINTS, true, &write::sequence(&[&write::boolean(true)])),
        &issue::extension(oid::KEY_USAGE, true, &[3, 2, 1, 6]),
    ]);
    let tbs = write::sequence(&[
        &write::element(context(0), &write::small(2)),
        &write::small(1),
        &write_algorithm(oid::SM2_WITH_SM3),
        &name,
        &write::sequence(&[
            &write::certificate_time(time("20260101000000Z")),
            &write::certificate_time(time("20351231235959Z")),
        ]),
        &name,
        &issue::write_public_key(ca_key().public_key()),
        &write::element(context(3), &extensions),
    ]);
    let again = sign_frame(&tbs, ca_key().public_key(), &|message| Ok(sign(&ca_key(), message))).unwrap();
    assert_eq!(again, ca().der());
}

#[test]
fn a_chain_of_our_own_is_trusted_while_it_is_valid() {
    let chain = chain();
    let trust = trusting(&chain);
    assert_eq!(trust.check(&chain.signer, now()), Ok(()));
    assert_eq!(trust.check(&chain.signer, time(FROM)), Ok(()));
    assert_eq!(trust.check(&chain.signer, time(UNTIL)), Ok(()), "the last second counts");
    assert_eq!(trust.check(&chain.signer, Time(time(FROM).0 - 1)), Err(Untrusted::NotYetValid));
    assert_eq!(trust.check(&chain.signer, Time(time(UNTIL).0 + 1)), Err(Untrusted::Expired));
    assert_eq!(chain.signer.serial(), [0, 0x90, 1]);
    assert!(!chain.signer.is_ca() && chain.signer.may_sign());
}

#[test]
fn an_expired_authority_ends_its_signers() {
    let chain = chain();
    let (subject, key) = (name("测试根"), ca_key());
    let new = NewCertificate {
        ca: true,
        not_after: time("20260601000000Z"),
        ..plain(&subject, &subject, &key, &key)
    };
    let old = issue(&new, &signs(&key)).unwrap();
    let trust = Trust { anchors: vec![old], ..trusting(&chain) };
    assert_eq!(trust.check(&chain.signer, now()), Err(Untrusted::Expired));
    assert_eq!(trust.check(&chain.signer, time("20260301000000Z")), Ok(()));
}

#[test]
fn without_its_links_a_certificate_has_no_path() {
    let chain = chain();
    let trust = trusting(&chain);
    let without_middle = Trust { intermediates: Vec::new(), ..trust.clone() };
    assert_eq!(without_middle.check(&chain.signer, now()), Err(Untrusted::NoPath));
    let without_root = Trust { anchors: Vec::new(), ..trust };
    assert_eq!(without_root.check(&chain.signer, now()), Err(Untrusted::NoPath));
    assert_eq!(trust_of_nobody().check(&ca_signer(), now()), Err(Untrusted::NoPath));
}

fn trust_of_nobody() -> Trust {
    Trust::default()
}

/// A certificate that signs itself and calls itself a signer.
fn ca_signer() -> Certificate {
    let (subject, key) = (name("自签"), signer_key());
    issue(&plain(&subject, &subject, &key, &key), &signs(&key)).unwrap()
}

#[test]
fn a_self_signed_signer_is_trusted_only_as_an_anchor() {
    let own = ca_signer();
    let as_link = Trust { intermediates: vec![own.clone()], ..trust() };
    assert_eq!(as_link.check(&own, now()), Err(Untrusted::NoPath));
    let as_anchor = Trust { anchors: vec![own.clone()], ..Trust::default() };
    assert_eq!(as_anchor.check(&own, now()), Ok(()));
}

#[test]
fn one_who_is_no_authority_issues_nothing() {
    let chain = chain_with(None, false);
    assert_eq!(trusting(&chain).check(&chain.signer, now()), Err(Untrusted::NotCa));
}

#[test]
fn a_path_longer_than_an_authority_allows_is_refused() {
    let chain = chain_with(Some(0), true);
    assert_eq!(trusting(&chain).check(&chain.signer, now()), Err(Untrusted::PathTooLong));
    let chain = chain_with(Some(1), true);
    assert_eq!(trusting(&chain).check(&chain.signer, now()), Ok(()));
}

#[test]
fn an_authority_does_not_sign_documents() {
    let chain = chain();
    assert_eq!(trusting(&chain).check(&chain.middle, now()), Err(Untrusted::WrongUsage));
    assert_eq!(
        trusting(&chain).check_for(&chain.signer, Purpose::TimeStamp, now(), None),
        Err(Untrusted::WrongUsage),
        "time stamps need their extended usage"
    );
}

#[test]
fn an_issuer_of_the_same_name_with_another_key_is_found_out() {
    let chain = chain();
    let (subject, key) = (name("测试中级"), key(&"11".repeat(32)));
    let root = name("测试根");
    let new = NewCertificate { ca: true, ..plain(&subject, &root, &key, &chain.root_key) };
    let twin = issue(&new, &signs(&chain.root_key)).unwrap();
    // the key identifier tells them apart
    let trust = Trust { intermediates: vec![twin.clone()], ..trusting(&chain) };
    assert_eq!(trust.check(&chain.signer, now()), Err(Untrusted::NoPath));
    // and with both at hand the right one is taken
    let trust = Trust { intermediates: vec![twin, chain.middle.clone()], ..trust };
    assert_eq!(trust.check(&chain.signer, now()), Ok(()));
}

#[test]
fn a_changed_certificate_has_a_bad_signature() {
    let chain = chain();
    let mut bytes = chain.signer.der().to_vec();
    let at = bytes.windows(13).rposition(|window| window == b"301231235959Z").unwrap();
    bytes[at] = b'4';
    let forged = Certificate::parse(&bytes).unwrap();
    assert_eq!(trusting(&chain).check(&forged, now()), Err(Untrusted::BadSignature));
}

#[test]
fn revoked_counts_from_its_instant() {
    let chain = chain();
    let entry = |at: &str, reason| Revocation { at: time(at), reason };
    let new = NewCrl {
        issuer: &chain.middle,
        number: 3,
        this_update: time("20270601000000Z"),
        next_update: time("20270608000000Z"),
        revoked: &[(vec![9], entry("20260201000000Z", 0)), (vec![0x90, 1], entry("20270501000000Z", 4))],
    };
    let list = issue_crl(&new, &signs(&chain.middle_key)).unwrap();
    assert_eq!(list.revocation(&[0, 0x90, 1]), Some(entry("20270501000000Z", 4)));
    assert_eq!(list.revocation(&[1]), None);
    assert_eq!(
        (list.this_update(), list.next_update()),
        (time("20270601000000Z"), Some(time("20270608000000Z")))
    );
    let trust = Trust { crls: vec![list.clone()], ..trusting(&chain) };
    assert_eq!(
        trust.check(&chain.signer, time("20270430235959Z")),
        Ok(()),
        "signed before it was taken back"
    );
    assert_eq!(trust.check(&chain.signer, time("20270501000000Z")), Err(Untrusted::Revoked));
    // a list by another hand under the same name says nothing
    let forged = NewCrl { issuer: &chain.middle, ..new };
    assert_eq!(issue_crl(&forged, &signs(&chain.root_key)).unwrap_err().reason, "x509.issuer_key");
    let mut bytes = list.der().to_vec();
    let at = bytes.windows(13).rposition(|window| window == b"270501000000Z").unwrap();
    bytes[at + 1] = b'6';
    let trust = Trust { crls: vec![Crl::parse(&bytes).unwrap()], ..trusting(&chain) };
    assert_eq!(trust.check(&chain.signer, now()), Ok(()));
}

#[test]
fn whether_lists_tell_of_a_certificate_is_known() {
    let chain = chain();
    let list = |issuer: &Certificate, key: &PrivateKey, until: Time| {
        let (this_update, next_update) = (time("20270101000000Z"), until);
        let new = NewCrl { issuer, number: 1, this_update, next_update, revoked: &[] };
        issue_crl(&new, &signs(key)).unwrap()
    };
    let (until, later) = (time("20270201000000Z"), time("20270301000000Z"));
    let mut trust = trusting(&chain);
    let memory = Memory::new(100);
    for memory in [None, Some(&memory)] {
        for now in [until, later] {
            trust.crls = vec![];
            assert_eq!(trust.revocations(&chain.signer, now, memory), Revocations::NoList);
            assert_eq!(trust.revocations(&chain.root, now, memory), Revocations::Known, "an anchor");
            trust.crls = vec![list(&chain.root, &chain.root_key, later)];
            let other = trust.revocations(&chain.signer, now, memory);
            assert_eq!(other, Revocations::NoList, "a list of another issuer");
            let mut forged = list(&chain.middle, &chain.middle_key, until).der().to_vec();
            *forged.last_mut().unwrap() ^= 1;
            trust.crls = vec![Crl::parse(&forged).unwrap()];
            assert_eq!(trust.revocations(&chain.signer, now, memory), Revocations::NoList, "forged");
        }
        trust.crls = vec![list(&chain.middle, &chain.middle_key, until)];
        assert_eq!(trust.revocations(&chain.signer, until, memory), Revocations::Known);
        assert_eq!(trust.revocations(&chain.signer, Time(until.0 + 1), memory), Revocations::Outdated(until));
        trust.crls.insert(0, list(&chain.middle, &chain.middle_key, later));
        assert_eq!(trust.revocations(&chain.signer, later, memory), Revocations::Known, "the later counts");
    }
}

/// The root of a chain with other bits of key usage: as an anchor nobody asks for its signature.
fn root_with_usage(chain: &Chain, bits: u8) -> Certificate {
    let mut bytes = chain.root.der().to_vec();
    let at = bytes.windows(4).rposition(|window| window == [3, 2, 1, 0x06]).unwrap();
    bytes[at + 3] = bits;
    Certificate::parse(&bytes).unwrap()
}

#[test]
fn an_authority_does_only_what_its_key_is_for() {
    let chain = chain();
    let new = NewCrl {
        issuer: &chain.root,
        number: 1,
        this_update: now(),
        next_update: now(),
        revoked: &[(chain.middle.serial().to_vec(), Revocation { at: time(FROM), reason: 1 })],
    };
    let list = issue_crl(&new, &signs(&chain.root_key)).unwrap();
    let check = |bits| {
        let anchors = vec![root_with_usage(&chain, bits)];
        let trust = Trust { anchors, crls: vec![list.clone()], ..trusting(&chain) };
        trust.check(&chain.signer, now())
    };
    assert_eq!(check(0x06), Err(Untrusted::Revoked), "a revoked authority ends its signers");
    assert_eq!(check(0x04), Ok(()), "it may not sign lists");
    assert_eq!(check(0x02), Err(Untrusted::WrongUsage), "it may not sign certificates");
}

#[test]
fn a_key_lost_earlier_counts_from_then() {
    use crate::asn1::{oid, write};
    let chain = chain();
    let lost = issue::extension(oid::INVALIDITY_DATE, false, &write::generalized(time("20260401000000Z")));
    let entry = write::sequence(&[
        &write::unsigned(chain.signer.serial()),
        &write::certificate_time(time("20270501000000Z")),
        &write::sequence(&[&lost]),
    ]);
    let tbs = write::sequence(&[
        &write::small(1),
        &write_algorithm(oid::SM2_WITH_SM3),
        chain.middle.subject().der(),
        &write::certificate_time(now()),
        &write::sequence(&[&entry]),
    ]);
    let key = &chain.middle_key;
    let list = Crl::parse(&sign_frame(&tbs, key.public_key(), &signs(key)).unwrap()).unwrap();
    assert_eq!(list.next_update(), None);
    let trust = Trust { crls: vec![list], ..trusting(&chain) };
    assert_eq!(trust.check(&chain.signer, time("20260331235959Z")), Ok(()));
    assert_eq!(trust.check(&chain.signer, time("20260401000000Z")), Err(Untrusted::Revoked));
}

#[test]
fn an_empty_list_revokes_nobody() {
    let chain = chain();
    let new =
        NewCrl { issuer: &chain.middle, number: 1, this_update: now(), next_update: now(), revoked: &[] };
    let list = issue_crl(&new, &signs(&chain.middle_key)).unwrap();
    assert!(list.signed_by(&chain.middle, None) && !list.signed_by(&chain.root, None));
    assert_eq!(Trust { crls: vec![list], ..trusting(&chain) }.check(&chain.signer, now()), Ok(()));
}

#[test]
fn memory_does_not_remember_trust() {
    let chain = chain();
    let memory = Memory::new(100);
    let check = |trust: &Trust, at| trust.check_for(&chain.signer, Purpose::Sign, at, Some(&memory));
    assert_eq!(check(&trusting(&chain), now()), Ok(()));
    assert_eq!(memory.len(), 2, "one fact for each link");
    assert_eq!(check(&trusting(&chain), Time(time(UNTIL).0 + 1)), Err(Untrusted::Expired));
    assert_eq!(check(&trust(), now()), Err(Untrusted::NoPath), "another trust is asked anew");
}

#[test]
fn nonsense_is_not_issued() {
    let (subject, key) = (name("测试"), signer_key());
    let good = plain(&subject, &subject, &key, &key);
    let refused = |new: &NewCertificate<'_>| issue(new, &signs(&key)).unwrap_err().reason;
    assert_eq!(refused(&NewCertificate { serial: &[], ..good }), "x509.serial");
    assert_eq!(refused(&NewCertificate { serial: &[0], ..good }), "x509.serial");
    assert_eq!(refused(&NewCertificate { serial: &[0x80; 20], ..good }), "x509.serial");
    assert_eq!(refused(&NewCertificate { not_before: Time(time(UNTIL).0 + 1), ..good }), "x509.validity");
    assert_eq!(issue(&good, &signs(&maker_key())).unwrap_err().reason, "x509.issuer_key");
    assert_eq!(Name::new(&[("XX", "y")]).unwrap_err().reason, "x509.name");
    assert_eq!(Name::new(&[("CN", "")]).unwrap_err().reason, "x509.name");
}

#[test]
fn chinese_names_are_read_whatever_their_encoding() {
    let parts =
        [("C", "CN"), ("ST", "江苏省"), ("ORGID", "11320000MB0X"), ("OU", "政务服务"), ("CN", "示例")];
    let name = Name::new(&parts).unwrap();
    assert_eq!(name.get("ORGID"), Some("11320000MB0X"));
    assert_eq!(name.get("2.5.4.97"), Some("11320000MB0X"));
    assert_eq!(name.to_string(), "C=CN, ST=江苏省, ORGID=11320000MB0X, OU=政务服务, CN=示例");
    // the same name with UTF8String where we write PrintableString
    let mut other = name.der().to_vec();
    let at = other.windows(4).position(|window| window == [0x13, 2, b'C', b'N']).unwrap();
    other[at] = 0x0c;
    let other = Name::read(crate::asn1::only(&other, &crate::Limits::default()).unwrap()).unwrap();
    assert_eq!(other, name);
}

#[test]
fn unknown_critical_extensions_are_not_relied_upon() {
    let chain = chain();
    // basic constraints (2.5.29.19) becomes the unknown 2.5.29.99
    let mut bytes = chain.signer.der().to_vec();
    let at = bytes.windows(5).position(|window| window == [6, 3, 0x55, 0x1d, 19]).unwrap();
    bytes[at + 4] = 99;
    let changed = Certificate::parse(&bytes).unwrap();
    let trust = Trust { anchors: vec![changed.clone()], ..Trust::default() };
    assert_eq!(trust.check(&changed, now()), Err(Untrusted::CriticalExtension));
}

#[test]
fn keys_of_other_curves_are_refused() {
    let mut bytes = ca().der().to_vec();
    let curve = hex("06082a811ccf5501822d");
    let at = bytes.windows(curve.len()).position(|window| window == curve).unwrap();
    bytes[at + 9] = 0x2e;
    assert_eq!(Certificate::parse(&bytes).unwrap_err().reason, "x509.key");
}

#[test]
fn cut_and_changed_certificates_never_panic_and_never_pass() {
    let (whole, trust) = (ca().der().to_vec(), Trust::default());
    for end in 0..whole.len() {
        assert!(Certificate::parse(&whole[..end]).is_err(), "cut at {end}");
    }
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = Certificate::parse(&bytes) else { continue };
        assert!(trust.check(&changed, now()).is_err());
        let signed = bit / 8 >= 4 && bit / 8 < 4 + 4 + 256;
        assert!(!signed || !changed.signed_by(ca_key().public_key(), None), "bit {bit}");
    }
}
