//! Seals, seal signatures, signed messages, certificates, revocation lists, keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ofd::ses::{Seal, SealSignature};
use ofd::signed_data::SignedData;
use ofd::sm2::{PrivateKey, PublicKey, Signature};
use ofd::verdict::{Context, SealStatus};
use ofd::x509::{Certificate, Crl, Trust};
use ofd::{Limits, Time};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    let _ = Seal::parse(bytes, &limits);
    if let Ok(signature) = SealSignature::parse(bytes, &limits) {
        let status = |_: &Seal, _: Time| SealStatus::Unknown;
        let trust = Trust::default();
        let now = ofd_fuzz::NOW;
        let context = Context { trust: &trust, now, making: false, seal_status: &status, memory: None };
        let findings = ofd::ses::check(&signature, b"x", "/Doc_0/Signs/Sign_0/Signature.xml", &context);
        assert!(!findings.ok(), "nothing is trusted, so something must be found");
    }
    if let Ok(signed) = SignedData::parse(bytes) {
        let _ = signed.verify_over(&[0; 32], None);
    }
    let _ = Certificate::parse(bytes);
    let _ = Crl::parse(bytes);
    let _ = PublicKey::from_sec1(bytes);
    if let Ok(key) = PrivateKey::from_bytes(&[7; 32]) {
        let _ = key.decrypt(bytes);
    }
    if let Ok(signature) = Signature::from_either(bytes) {
        assert_eq!(Signature::from_der(&signature.to_der()).map(|s| s.to_raw()), Ok(signature.to_raw()));
    }
});
