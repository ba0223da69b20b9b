//! The vectors of GB/T 32905, 32918.5 and RFC 8998, and what must not verify.

use super::*;
use crate::sample::{hex, key, to_hex};
use proptest::prelude::*;

const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
const K: &str = "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21";

impl PrivateKey {
    /// The signature with a given k, for vectors.
    pub(crate) fn sign_with_k(&self, message: &[u8], k: &[u8; 32]) -> Signature {
        let e = scalar(&self.public.digest(DEFAULT_ID, message));
        self.sign_with(&e, &Scalar::from_repr(FieldBytes::from(*k)).unwrap()).unwrap()
    }
}

fn k() -> [u8; 32] {
    hex(K).try_into().unwrap()
}

fn example() -> Signature {
    Signature::from_raw(
        &hex("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3\
              B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA")
        .try_into()
        .unwrap(),
    )
    .unwrap()
}

#[test]
fn sm3_gives_the_digests_of_the_norm() {
    let vectors: [(&[u8], &str); 4] = [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (&b"abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        (b"", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
        ("政务服务".as_bytes(), "7eb8abe23d523e9cd9c60b93a68eeb058ce2b20cb3e5423bcc9c61ab40cd8760"),
    ];
    for (message, digest) in vectors {
        assert_eq!(to_hex(&sm3(message)), digest);
    }
}

#[test]
fn hmac_sm3_gives_the_code_of_the_vector() {
    assert_eq!(
        to_hex(&hmac_sm3(b"key", b"The quick brown fox jumps over the lazy dog")),
        "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398"
    );
}

#[test]
fn the_example_of_the_norm_is_signed_with_its_k() {
    let key = key(D);
    assert_eq!(
        to_hex(&key.public_key().to_sec1()),
        "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
         ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    );
    assert_eq!(
        to_hex(&key.public.identity(DEFAULT_ID)),
        "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
    );
    assert_eq!(
        to_hex(&key.public.digest(DEFAULT_ID, b"message digest")),
        "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    );
    let signature = key.sign_with_k(b"message digest", &k());
    assert_eq!(signature, example());
    assert!(key.public_key().verify(b"message digest", &signature));
}

#[test]
fn the_example_in_der_is_the_one_of_the_norm() {
    let der = "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
               022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
    assert_eq!(to_hex(&example().to_der()), der);
    assert_eq!(Signature::from_der(&hex(der)).unwrap(), example());
    assert_eq!(Signature::from_either(&hex(der)).unwrap(), example());
    assert_eq!(Signature::from_either(&example().to_raw()).unwrap(), example());
}

#[test]
fn another_identity_verifies_and_the_default_one_does_not() {
    let key =
        PublicKey::from_sec1(&hex("0408D77AE04C01CC4C1104360DD8AF6B6F7DF334283D7C1A6AFD5652407B87BEE5\
         014E2A57C36C150D16324DC664E31E6432359609C4E79847A5B161C8C7364C8A"))
        .unwrap();
    let signature =
        Signature::from_either(&hex("d1dcccedd9fb785e0f67c16b7c52901625c0b69de9bca2144acc7be713cad2fc\
         f7d1eae6e3a157b36c65f672f738ca8b46298bf149a6510072c431b49cd88b1c"))
        .unwrap();
    assert!(key.verify_as(b"example@rustcrypto.org", b"testing", &signature));
    assert!(!key.verify(b"testing", &signature));
    assert!(!key.verify_as(&[b'x'; 8192], b"testing", &signature));
}

#[test]
fn signing_is_deterministic_and_agrees_with_the_library() {
    use ::sm2::dsa::signature::Signer as _;
    let key = key(D);
    let library = ::sm2::dsa::SigningKey::from_slice("1234567812345678", &hex(D)).unwrap();
    for message in [&b""[..], b"message digest", &[7; 1000]] {
        let theirs: ::sm2::dsa::Signature = library.sign(message);
        assert_eq!(key.sign(message).to_raw()[..], theirs.to_bytes()[..]);
    }
}

#[test]
fn the_example_of_encryption_is_made_and_read() {
    let key = key(D);
    let message = b"encryption standard";
    let mut fill = |bytes: &mut [u8]| bytes.copy_from_slice(&k());
    let raw = encrypt(key.public_key(), message, &mut fill).unwrap();
    let (c1, c3, c2) = (
        "04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
         e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0",
        "59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766",
        "21886ca989ca9c7d58087307ca93092d651efa",
    );
    // The norm's x begins with the byte 04; ours stands behind the 04 that says "uncompressed".
    assert_eq!(to_hex(&raw), format!("04{c1}{c3}{c2}"));
    assert_eq!(key.decrypt(&raw).unwrap(), message);
    assert_eq!(key.decrypt(&hex(&format!("04{c1}{c2}{c3}"))).unwrap(), message, "the old order");
    let der = encrypt_der(key.public_key(), message, &mut fill).unwrap();
    assert_eq!(key.decrypt(&der).unwrap(), message);
    // INTEGER x of 32 bytes: the leading 04 is part of the coordinate
    assert_eq!(to_hex(&der[2..36]), format!("0220{}", &c1[..64]));
}

#[test]
fn a_changed_ciphertext_does_not_open() {
    let key = key(D);
    let mut fill = |bytes: &mut [u8]| bytes.copy_from_slice(&k());
    for sealed in [
        encrypt(key.public_key(), b"one two three", &mut fill).unwrap(),
        encrypt_der(key.public_key(), b"one two three", &mut fill).unwrap(),
    ] {
        for bit in 0..sealed.len() * 8 {
            let mut broken = sealed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(key.decrypt(&broken).map_or(true, |clear| clear == b"one two three"), "bit {bit}");
        }
        for end in 0..sealed.len() {
            assert!(key.decrypt(&sealed[..end]).is_err());
        }
    }
}

#[test]
fn a_broken_random_source_is_refused() {
    let key = key(D);
    assert_eq!(encrypt(key.public_key(), b"x", &mut |_| {}).unwrap_err().reason, "sm2.random");
    assert_eq!(encrypt(key.public_key(), b"x", &mut |b| b.fill(0xff)).unwrap_err().reason, "sm2.random");
    assert_eq!(encrypt(key.public_key(), b"", &mut |b| b.fill(1)).unwrap_err().reason, "sm2.empty");
}

#[test]
fn keys_out_of_range_are_refused() {
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541";
    for digits in [format!("{:064}", 0), format!("{order}22"), format!("{order}23"), "f".repeat(64)] {
        let bytes = hex(&digits).try_into().unwrap();
        assert_eq!(PrivateKey::from_bytes(&bytes).unwrap_err().reason, "sm2.private_key");
    }
    assert!(PrivateKey::from_bytes(&hex(&format!("{order}21")).try_into().unwrap()).is_ok());
}

#[test]
fn points_off_the_curve_are_refused() {
    let good = key(D).public_key().to_sec1();
    let mut bad = good;
    bad[64] ^= 1;
    for bytes in [&bad[..], &good[..64], &[0], &[], &[4; 65]] {
        assert_eq!(PublicKey::from_sec1(bytes).unwrap_err().reason, "sm2.public_key");
    }
    let compressed = [&[2 + (good[64] & 1)], &good[1..33]].concat();
    assert_eq!(PublicKey::from_sec1(&compressed).unwrap().to_sec1(), good);
}

#[test]
fn signature_numbers_out_of_range_are_refused() {
    let order = hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    for half in [vec![0; 32], order, vec![0xff; 32]] {
        for raw in [[half.clone(), vec![1; 32]].concat(), [vec![1; 32], half].concat()] {
            assert_eq!(Signature::from_either(&raw).unwrap_err().reason, "sm2.signature");
        }
    }
    // 33 significant bytes
    let long = crate::asn1::write::sequence(&[
        &crate::asn1::write::unsigned(&[1; 33]),
        &crate::asn1::write::small(1),
    ]);
    assert_eq!(Signature::from_der(&long).unwrap_err().reason, "sm2.signature");
}

#[test]
fn a_number_whose_zero_byte_was_forgotten_is_read() {
    // INTEGERs with the top bit set and no zero byte before them, as some signers write
    let raw = example().to_raw();
    let der = [&[0x30, 68, 2, 32], &raw[..32], &[2, 32], &raw[32..]].concat();
    assert_eq!(Signature::from_either(&der).unwrap(), example());
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", key(D)).to_lowercase();
    assert!(!shown.contains("3945208f7b2144b1") && shown.contains("09f9df31"));
}

#[test]
fn memory_remembers_what_was_good_and_nothing_else() {
    let (key, memory) = (key(D), Memory::new(2));
    let sign = |message: &[u8]| key.sign(message);
    assert!(!memory.verify(key.public_key(), b"other", &sign(b"one")));
    assert!(memory.is_empty());
    assert!(memory.verify(key.public_key(), b"one", &sign(b"one")));
    assert!(memory.verify(key.public_key(), b"one", &sign(b"one")));
    assert_eq!(memory.len(), 1);
    assert!(!memory.verify(key.public_key(), b"two", &sign(b"one")), "another message is another fact");
    let stranger = crate::sample::maker_key();
    assert!(!memory.verify(stranger.public_key(), b"one", &sign(b"one")), "so is another key");
    assert!(!memory.verify(key.public_key(), b"one", &example()), "so is another signature");
    for message in [&b"two"[..], b"three", b"four"] {
        assert!(memory.verify(key.public_key(), message, &sign(message)));
        assert!(memory.len() <= 2);
    }
    let forgetful = Memory::new(0);
    assert!(forgetful.verify(key.public_key(), b"one", &sign(b"one")) && forgetful.is_empty());
}

/// Kept bytes between others, as a seal stands in what is signed.
fn message(whole: &[u8]) -> (Vec<u8>, std::ops::Range<usize>) {
    ([b"before", whole, b"behind"].concat(), 6..6 + whole.len())
}

#[test]
fn what_is_verified_with_a_memory_is_what_is_verified_without() {
    let (key, memory, whole) = (key(D), Memory::new(10), vec![0x5a; 5000]);
    let (text, place) = message(&whole);
    let signature = key.sign(&text);
    memory.keep(&whole);
    // More often than it takes until the key has its table.
    for round in 0..20 {
        let agree = |text: &[u8], place, signature: &Signature| {
            let plain = key.public_key().verify(text, signature);
            let with = memory.verify_new(key.public_key(), text, place, signature);
            assert_eq!(with, plain, "round {round}");
            plain
        };
        assert!(agree(&text, place.clone(), &signature));
        assert!(!agree(&text, place.clone(), &example()), "another signature");
        for at in [0, 5, 6, 37, 2000, 4973, 4974, 5005, 5006, 5011] {
            let mut changed = text.clone();
            changed[at] ^= 1;
            assert!(!agree(&changed, place.clone(), &signature), "byte {at}");
            assert!(agree(&changed, place.clone(), &key.sign(&changed)), "byte {at}, signed so");
        }
        for shorter in [&text[..5011], &text[1..]] {
            assert!(!agree(shorter, 5..5005, &signature));
        }
    }
    let stranger = crate::sample::maker_key();
    assert!(!memory.verify_new(stranger.public_key(), &text, place, &signature), "another key");
    assert!(memory.is_empty(), "a signature that will not come again is no fact worth keeping");
    assert_eq!(memory.sizes(), (5000, 1));
}

#[test]
fn kept_bytes_are_known_whole_and_their_digest_is_theirs() {
    let memory = Memory::new(1);
    let whole: Vec<u8> = (0..5000u32).map(|at| at as u8).collect();
    memory.keep(&whole);
    assert!(memory.knows(&whole));
    for at in [0, 1, 2500, 4967, 4968, 4999] {
        let mut other = whole.clone();
        other[at] ^= 0x80;
        assert!(!memory.knows(&other), "byte {at}");
        assert_eq!(memory.sm3(&other), sm3(&other));
    }
    assert!(!memory.knows(&whole[1..]) && !memory.knows(&[]));
    for _ in 0..2 {
        assert_eq!(memory.sm3(&whole), sm3(&whole));
    }
}

#[test]
fn a_memory_holds_no_more_than_it_may() {
    let memory = Memory::new(1);
    let seal = |number: usize| [&number.to_be_bytes()[..], &vec![7; 30_000]].concat();
    for number in 0..200 {
        memory.keep(&seal(number));
        memory.knows(&seal(0));
    }
    assert!(memory.knows(&seal(0)) && memory.knows(&seal(199)), "what is used stays");
    assert!(!memory.knows(&seal(1)), "what is not gives way");
    memory.keep(&vec![7; 4 << 20]);
    assert!(memory.sizes().0 <= 2 << 20);
    let text = b"short";
    for number in 1..=40u8 {
        let key = PrivateKey::from_bytes(&[number; 32]).unwrap();
        let signature = key.sign(text);
        for _ in 0..20 {
            assert!(memory.verify_new(key.public_key(), text, 0..0, &signature));
        }
    }
    assert_eq!(memory.sizes().1, 32);
    let nothing = Memory::new(0);
    nothing.keep(&seal(0));
    assert!(!nothing.knows(&seal(0)));
}

/// GB/T 32918.2 §7.1, B5: r + s = n. The point is then s times the generator whoever signs, so without this
/// step anybody could sign in every name a digest that suits him.
#[test]
fn numbers_that_add_up_to_the_order_are_refused() {
    let s = Scalar::from(7u64);
    let r = -s;
    let e = r - point_x(&ProjectivePoint::mul_by_generator(&s));
    let signature = Signature::from_scalars(&r, &s).unwrap();
    let public = key(D).public_key().clone();
    let table = Table::new(public.key.to_projective());
    for table in [None, Some(&table)] {
        assert!(!public.verify_digest(&e.to_repr().into(), &signature, table));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_table_changes_no_verdict(d in any::<[u8; 32]>(), digest: [u8; 32], other: [u8; 32]) {
        let Ok(key) = PrivateKey::from_bytes(&d) else { return Ok(()) };
        let table = Table::new(key.public.key.to_projective());
        let signature = key.sign(&digest);
        let digest = key.public.digest(DEFAULT_ID, &digest);
        prop_assert!(key.public.verify_digest(&digest, &signature, Some(&table)));
        prop_assert!(!key.public.verify_digest(&other, &signature, Some(&table)));
    }

    #[test]
    fn signatures_round_trip_and_fit_only_their_message(d in any::<[u8; 32]>(), message: Vec<u8>, other: Vec<u8>) {
        let Ok(key) = PrivateKey::from_bytes(&d) else { return Ok(()) };
        let signature = key.sign(&message);
        prop_assert_eq!(Signature::from_either(&signature.to_der()).unwrap(), signature);
        prop_assert_eq!(Signature::from_either(&signature.to_raw()).unwrap(), signature);
        prop_assert!(key.public_key().verify(&message, &signature));
        prop_assert_eq!(key.public_key().verify(&other, &signature), other == message);
    }

    #[test]
    fn ciphertexts_round_trip(k in any::<[u8; 32]>(), message in proptest::collection::vec(any::<u8>(), 1..200)) {
        let key = key(D);
        let mut fill = |bytes: &mut [u8]| bytes.copy_from_slice(&k);
        let raw = encrypt(key.public_key(), &message, &mut fill).unwrap();
        prop_assert_eq!(key.decrypt(&raw).unwrap(), message.clone());
        let der = encrypt_der(key.public_key(), &message, &mut fill).unwrap();
        prop_assert_eq!(key.decrypt(&der).unwrap(), message);
    }

    #[test]
    fn foreign_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Signature::from_either(&bytes);
        let _ = PublicKey::from_sec1(&bytes);
        let _ = key(D).decrypt(&bytes);
    }
}
