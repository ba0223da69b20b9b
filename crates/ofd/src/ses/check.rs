//! Everything that can be wrong with a seal and with a seal signature (GB/T 38540; standards.md §5.3).

use super::{Seal, SealSignature, Signed, time_stamp};
use crate::Time;
use crate::sm2::sm3;
use crate::verdict::{Code, Context, Finding, Report, SealStatus};
use crate::x509::Purpose;

/// Steps 1 to 10, 12 and 13, all of them. The references of `Signature.xml` (step 11) are the package's; bytes that
/// did not parse (step 1) are [`Finding::from`] the fault.
pub fn check(
    signature: &SealSignature,
    signature_xml: &[u8],
    path_in_package: &str,
    context: &Context<'_>,
) -> Report {
    let mut report = check_signature(signature, context);
    let changed = signature.data_hash() != sm3(signature_xml);
    report.take(Code::SignXmlChanged, changed.then(String::new));
    let elsewhere = signature.property() != path_in_package;
    report.take(Code::PathDiffers, elsewhere.then(|| signature.property().to_owned()));
    report
}

/// As [`check`], for a value without its package: `Signature.xml`, its place and the content are not there to be
/// compared.
pub fn check_signature(signature: &SealSignature, context: &Context<'_>) -> Report {
    let mut report = Report::default();
    report.take(Code::BadFormat, None);
    steps_of_seal(signature.seal(), signature.time(), context, &mut report);
    report.take(Code::BadVersion, signature.version_fault());
    steps_of_signature(signature, context, &mut report);
    stamp(signature.time_stamp.as_deref(), &signature.signed, context, &mut report);
    report
}

/// Steps 1 to 6 and 13 for a seal that signed nothing yet, as if it signed now.
pub fn check_seal(seal: &Seal, context: &Context<'_>) -> Report {
    let mut report = Report::default();
    report.take(Code::BadFormat, None);
    steps_of_seal(seal, context.now, context, &mut report);
    report
}

/// Steps 2 to 6, and the seal's own time stamp.
fn steps_of_seal(seal: &Seal, used: Time, context: &Context<'_>, report: &mut Report) {
    let memory = context.memory;
    report.take(Code::BadVersion, seal.version_fault());
    let known = memory.is_some_and(|memory| memory.knows(seal.der()));
    let made = known || seal.signed_by_maker(memory);
    report.take(Code::SealForged, (!made).then(|| seal.es_id().to_owned()));
    let trusted = context.trust.check_for(seal.maker(), Purpose::Sign, seal.created(), memory);
    report.take(Code::MakerUntrusted, trusted.err().map(|reason| reason.name().to_owned()));
    if let Some(memory) = memory.filter(|_| !known && made && trusted.is_ok()) {
        memory.keep(seal.der());
    }
    let contains = |time| seal.valid_start() <= time && time <= seal.valid_end();
    let expired = !contains(used) || (context.making && !contains(context.now));
    let period = || format!("{} - {}", seal.valid_start().beijing(), seal.valid_end().beijing());
    report.take(Code::SealExpired, expired.then(period));
    match (context.seal_status)(seal, used) {
        // Of a seal that no register knows, nobody can say that it was not revoked.
        SealStatus::Unknown => {}
        SealStatus::Valid => report.take(Code::SealRevoked, None),
        status @ (SealStatus::Suspended | SealStatus::Revoked) => {
            report.take(Code::SealRevoked, Some(status.name().to_owned()));
        }
    }
    stamp(seal.time_stamp.as_deref(), &seal.signed, context, report);
}

/// Steps 7 to 9.
fn steps_of_signature(signature: &SealSignature, context: &Context<'_>, report: &mut Report) {
    let signer = signature.signer();
    let trusted = context.trust.check_for(signer, Purpose::Sign, signature.time(), context.memory);
    let name = || signer.common_name().to_owned();
    // nobody fills the memory with keys that lead nowhere
    let signed = signature.signed_by_signer(context.memory.filter(|_| trusted.is_ok()));
    report.take(Code::SignInvalid, (!signed).then(name));
    let listed = signature.seal().cert_list().contains(signer);
    report.take(Code::SignerNotInSeal, (!listed).then(name));
    report.take(Code::SignerUntrusted, trusted.err().map(|reason| reason.name().to_owned()));
    // Of a signer who is not trusted, nobody asks the lists.
    if trusted.is_ok() {
        report.take(Code::RevocationUnknown, Finding::about_revocations(signer, context));
    }
}

/// Step 13: without a stamp there is nothing that could be wrong.
fn stamp(token: Option<&[u8]>, signed: &Signed, context: &Context<'_>, report: &mut Report) {
    let wrong = token.and_then(|token| time_stamp::check(token, &signed.value, context).err());
    report.take(Code::TimeInvalid, wrong);
}
