//! Signing and verifying: what each sealed document and each check of one costs.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use ofd::ses::{CertList, NewSeal, Picture, Seal, SealSignature, make_seal, make_signature};
use ofd::sm2::{LocalSigner, Memory, PrivateKey, Signer, encrypt, sm3};
use ofd::verdict::{Context, SealStatus};
use ofd::x509::{Certificate, Name, NewCertificate, NewCrl, Trust, issue, issue_crl};
use ofd::{Limits, Time, ses};

fn main() {
    divan::main();
}

const MESSAGE: [u8; 256] = [0x5a; 256];
const XML: &[u8] = &[b'x'; 4_000];
const PATH: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(&[seed; 32]).expect("a key")
}

fn time(year: i64) -> Time {
    Time::from_utc((year, 1, 1, 0, 0, 0)).expect("a day")
}

fn certificate(seed: u8, ca: bool) -> Certificate {
    let name = |seed: u8| Name::new(&[("C", "CN"), ("CN", &format!("KEY {seed}"))]).expect("a name");
    let (own, issuer) = (key(seed), key(1));
    let new = NewCertificate {
        serial: &[seed],
        subject: &name(seed),
        issuer: &name(1),
        public_key: own.public_key(),
        issuer_key: issuer.public_key(),
        not_before: time(2026),
        not_after: time(2036),
        ca,
        path_length: None,
    };
    issue(&new, &|message| Ok(issuer.sign(message))).expect("a certificate")
}

fn signer(seed: u8) -> LocalSigner {
    LocalSigner::new(key(seed), certificate(seed, false)).expect("key and certificate fit")
}

fn trust() -> Trust {
    let issuer = certificate(1, true);
    let (this_update, next_update) = (time(2026), time(2030));
    let new = NewCrl { issuer: &issuer, number: 1, this_update, next_update, revoked: &[] };
    let list = issue_crl(&new, &|message| Ok(key(1).sign(message))).expect("a list");
    Trust { anchors: vec![issuer], crls: vec![list], ..Trust::default() }
}

/// A seal with a picture of 20 kB.
fn seal() -> Vec<u8> {
    let list = CertList::Certificates(vec![signer(3).certificate().der().to_vec()]);
    let picture = Picture { kind: "PNG".to_owned(), data: vec![7; 20_000], width: 42, height: 42 };
    let new = NewSeal {
        es_id: "32000020260001",
        vid: "BENCH",
        kind: 1,
        name: "测试厅",
        cert_list: &list,
        created: time(2026),
        valid_start: time(2026),
        valid_end: time(2030),
        picture: &picture,
    };
    make_seal(&new, &signer(2)).expect("a seal")
}

#[divan::bench]
fn sm2_sign(bencher: Bencher) {
    let key = key(3);
    bencher.bench(|| key.sign(black_box(&MESSAGE)));
}

#[divan::bench]
fn sm2_verify(bencher: Bencher) {
    let key = key(3);
    let signature = key.sign(&MESSAGE);
    bencher.bench(|| assert!(key.public_key().verify(black_box(&MESSAGE), &signature)));
}

#[divan::bench]
fn sm2_encrypt(bencher: Bencher) {
    let key = key(3);
    bencher.bench(|| encrypt(key.public_key(), black_box(&MESSAGE), &mut |bytes| bytes.fill(9)));
}

#[divan::bench]
fn sm2_decrypt(bencher: Bencher) {
    let key = key(3);
    let sealed = encrypt(key.public_key(), &MESSAGE, &mut |bytes| bytes.fill(9)).expect("a ciphertext");
    bencher.bench(|| key.decrypt(black_box(&sealed)).expect("it opens"));
}

#[divan::bench]
fn sm3_of_a_megabyte(bencher: Bencher) {
    let bytes = vec![0x5a; 1 << 20];
    bencher.counter(BytesCount::new(bytes.len())).bench(|| sm3(black_box(&bytes)));
}

#[divan::bench]
fn certificate_parse(bencher: Bencher) {
    let certificate = certificate(3, false);
    bencher.bench(|| Certificate::parse(black_box(certificate.der())).expect("a certificate"));
}

/// Four signatures: seal, maker's and signer's certificates, and the document's own.
#[divan::bench]
fn seal_signature_verify_first(bencher: Bencher) {
    let (bytes, trust) = (signed(), trust());
    bencher.bench(|| verify(black_box(&bytes), &trust, None));
}

/// One signature: the others are remembered.
#[divan::bench]
fn seal_signature_verify_again(bencher: Bencher) {
    let (bytes, trust, memory) = (signed(), trust(), Memory::new(100));
    bencher.bench(|| verify(black_box(&bytes), &trust, Some(&memory)));
}

#[divan::bench]
fn seal_signature_make(bencher: Bencher) {
    let (seal, signer) = (seal(), signer(3));
    bencher.bench(|| make_signature(black_box(&seal), time(2027), &sm3(XML), PATH, &signer).expect("signed"));
}

fn signed() -> Vec<u8> {
    make_signature(&seal(), time(2027), &sm3(XML), PATH, &signer(3)).expect("signed")
}

fn verify(bytes: &[u8], trust: &Trust, memory: Option<&Memory>) {
    let seal_status = &|_: &Seal, _: Time| SealStatus::Valid;
    let context = Context { trust, now: time(2028), making: false, seal_status, memory };
    let signature = SealSignature::parse(bytes, &Limits::default()).expect("it parses");
    assert!(ses::check(&signature, XML, PATH, &context).ok());
}
