//! Everything that can be wrong with a seal signature (GB/T 38540; standards.md §5.3).

use super::{SealSignature, Signed, time_stamp};
use crate::sm2::sm3;
use crate::verdict::{Code, Context, Finding, SealStatus};
use crate::x509::Purpose;

/// Steps 2 to 10, 12 and 13, all of them, in the order of the norm. The references of `Signature.xml` (step 11)
/// are the package's; bytes that did not parse (step 1) are [`Finding::from`] the fault.
pub fn check(
    signature: &SealSignature,
    signature_xml: &[u8],
    path_in_package: &str,
    context: &Context<'_>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    check_seal(signature, context, &mut found);
    check_signature(signature, signature_xml, context, &mut found);
    if signature.property() != path_in_package {
        found.push(Finding::new(Code::PathDiffers, signature.property()));
    }
    let stamps = [
        (&signature.seal().time_stamp, &signature.seal().signed),
        (&signature.time_stamp, &signature.signed),
    ];
    for (stamp, signed) in stamps {
        found.extend(stamp.as_ref().and_then(|stamp| check_stamp(stamp, signed, context)));
    }
    found
}

/// Steps 2 to 6.
fn check_seal(signature: &SealSignature, context: &Context<'_>, found: &mut Vec<Finding>) {
    let (seal, memory) = (signature.seal(), context.memory);
    for fault in [seal.version_fault(), signature.version_fault()].into_iter().flatten() {
        found.push(Finding::new(Code::BadVersion, fault));
    }
    let known = memory.is_some_and(|memory| memory.knows(seal.der()));
    let made = known || seal.signed_by_maker(memory);
    if !made {
        found.push(Finding::new(Code::SealForged, seal.es_id()));
    }
    let trusted = context.trust.check_for(seal.maker(), Purpose::Sign, seal.created(), memory);
    if let Err(reason) = trusted {
        found.push(Finding::new(Code::MakerUntrusted, reason.name()));
    }
    if let Some(memory) = memory.filter(|_| !known && made && trusted.is_ok()) {
        memory.keep(seal.der());
    }
    let contains = |time| seal.valid_start() <= time && time <= seal.valid_end();
    if !contains(signature.time()) || (context.making && !contains(context.now)) {
        let period = format!("{} - {}", seal.valid_start().beijing(), seal.valid_end().beijing());
        found.push(Finding::new(Code::SealExpired, period));
    }
    match (context.seal_status)(seal.es_id(), signature.time()) {
        SealStatus::Valid | SealStatus::Unknown => {}
        status @ (SealStatus::Suspended | SealStatus::Revoked) => {
            found.push(Finding::new(Code::SealRevoked, status.name()));
        }
    }
}

/// Steps 7 to 10.
fn check_signature(signature: &SealSignature, xml: &[u8], context: &Context<'_>, found: &mut Vec<Finding>) {
    let signer = signature.signer();
    let trusted = context.trust.check_for(signer, Purpose::Sign, signature.time(), context.memory);
    // nobody fills the memory with keys that lead nowhere
    if !signature.signed_by_signer(context.memory.filter(|_| trusted.is_ok())) {
        found.push(Finding::new(Code::SignInvalid, signer.common_name()));
    }
    if !signature.seal().cert_list().contains(signer) {
        found.push(Finding::new(Code::SignerNotInSeal, signer.common_name()));
    }
    match trusted {
        Err(reason) => found.push(Finding::new(Code::SignerUntrusted, reason.name())),
        Ok(()) => found.extend(Finding::about_revocations(signer, context)),
    }
    if signature.data_hash() != sm3(xml) {
        found.push(Finding::new(Code::SignXmlChanged, ""));
    }
}

/// Step 13.
fn check_stamp(stamp: &[u8], signed: &Signed, context: &Context<'_>) -> Option<Finding> {
    let reason = time_stamp::check(stamp, &signed.value, context).err()?;
    Some(Finding::new(Code::TimeInvalid, reason))
}
