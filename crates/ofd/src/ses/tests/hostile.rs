use super::*;
use crate::sample::{seal, signature};
use crate::sm2::Memory;
use proptest::prelude::*;

#[test]
fn a_cut_anywhere_is_refused() {
    let (whole, inner) = (signature(), seal());
    for end in 0..whole.len() {
        assert!(SealSignature::parse(&whole[..end], &Limits::default()).is_err(), "cut at {end}");
    }
    for end in 0..inner.len() {
        assert!(Seal::parse(&inner[..end], &Limits::default()).is_err(), "cut at {end}");
    }
}

#[test]
fn no_changed_bit_leaves_a_valid_signature() {
    let (whole, trust, memory) = (signature(), trust(), Memory::new(1000));
    let context = Context { memory: Some(&memory), ..context(&trust) };
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(parsed) = SealSignature::parse(&changed, &Limits::default()) else { continue };
        if !parsed.signed_by_signer(None) {
            continue; // a finding already: SIGN_INVALID
        }
        let found = check(&parsed, SIGNATURE_XML.as_bytes(), PATH, &context);
        assert!(!found.ok(), "bit {bit}");
    }
}

#[test]
fn limits_are_kept() {
    let tight = |depth, file_bytes| Limits { depth, file_bytes, ..Limits::default() };
    let parse =
        |limits| SealSignature::parse(&signature(), &limits).map(|_| ()).map_err(|fault| fault.reason);
    assert_eq!(parse(tight(3, 10_000)), Err("der.depth"));
    assert_eq!(parse(tight(64, 1_502)), Err("der.size"));
    assert_eq!(parse(tight(64, 1_503)), Ok(()));
}

#[test]
fn bytes_after_the_end_are_refused() {
    let long = [signature(), vec![0]].concat();
    assert_eq!(SealSignature::parse(&long, &Limits::default()).unwrap_err().reason, "der.trailing");
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes: Vec<u8>) {
        let _ = SealSignature::parse(&bytes, &Limits::default());
        let _ = Seal::parse(&bytes, &Limits::default());
    }

    #[test]
    fn pieces_moved_about_never_panic(from in 0usize..1503, to in 0usize..1503, length in 1usize..200) {
        let mut bytes = signature();
        let length = length.min(1503 - from).min(1503 - to);
        bytes.copy_within(from..from + length, to);
        let _ = SealSignature::parse(&bytes, &Limits::default());
    }
}
