//! The complete sample of standards.md §5.7: read, verified, made again, broken.

mod by_hand;
mod hostile;
mod making;
mod sample;
mod stamps;
mod versions;

use super::*;
use crate::sample::{PATH, SIGNATURE_XML, time, trust};
use crate::verdict::{Code, Context, Mark, Report, SealStatus};
use crate::x509::Trust;
use crate::{Limits, Time};

fn parse(bytes: &[u8]) -> SealSignature {
    SealSignature::parse(bytes, &Limits::default()).unwrap()
}

fn now() -> Time {
    time("20270101000000Z")
}

fn context(trust: &Trust) -> Context<'_> {
    let seal_status = &|_: &Seal, _: Time| SealStatus::Valid;
    Context { trust, now: now(), making: false, seal_status, memory: None }
}

/// The codes found about a signature over the sample's document, at its place.
fn codes(bytes: &[u8]) -> Vec<Code> {
    codes_in(bytes, &context(&trust()))
}

fn codes_in(bytes: &[u8], context: &Context<'_>) -> Vec<Code> {
    let found = check(&parse(bytes), SIGNATURE_XML.as_bytes(), PATH, context);
    found.findings().iter().map(|finding| finding.code).collect()
}

/// Replaces the only occurrence, or the last of several.
fn replace_last(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).rposition(|window| window == old).expect("what is to be replaced");
    let mut changed = bytes.to_vec();
    changed[at..at + old.len()].copy_from_slice(new);
    changed
}
