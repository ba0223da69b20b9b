//! All findings about the seals and signatures of a package (GB/T 38540, GB/T 33190 §18).
//!
//! Each signature is checked over the bytes as they came. A signature protects the files it refers to, itself
//! and its value; whatever no sound signature protects is listed, because a reader would show it under the
//! seal all the same.

mod read;
mod references;
mod stamps;

#[cfg(test)]
mod tests;

pub use stamps::{DrawnSeal, stamps_of};

use crate::entrance::{self, Body};
use crate::package::Package;
use crate::ses::{self, Picture, Seal, SealSignature};
use crate::sign::Stamp;
use crate::signed_data::{self, SignedData};
use crate::verdict::{Code, Context, Finding, Mark, Report, Severity, Steps};
use crate::{Limits, Result, Time};
use read::{Listed, Written};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// With a seal (SES_Signature).
    Seal,
    /// Without (GB/T 35275).
    Sign,
}

/// One signature of the package.
#[derive(Debug, Clone)]
pub struct SignatureReport {
    pub id: String,
    pub kind: Kind,
    /// Empty for a signature without a seal, or one that could not be read.
    pub seal_name: String,
    pub es_id: String,
    /// Common name of the signer's certificate.
    pub signer: String,
    pub time: Option<Time>,
    /// Where it is drawn.
    pub stamps: Vec<Stamp>,
    /// What is drawn: the picture inside the signed seal, never the loose file beside it.
    pub picture: Option<Picture>,
    /// In the norm's order; empty when every check that could be made holds.
    pub findings: Vec<Finding>,
    /// The steps that were taken.
    pub done: Steps,
}

impl SignatureReport {
    pub fn ok(&self) -> bool {
        self.findings.iter().all(|finding| finding.code.severity() == Severity::Warning)
    }

    /// The steps of the norm that concern this kind of signature, each with how it stands.
    pub fn steps(&self) -> impl Iterator<Item = (Code, Mark)> + '_ {
        let codes: &[Code] = match self.kind {
            Kind::Seal => &Code::ALL,
            Kind::Sign => &Code::WITHOUT_SEAL,
        };
        codes.iter().map(|code| (*code, self.done.mark(*code, &self.findings)))
    }
}

#[derive(Debug, Clone)]
pub struct Verification {
    pub signatures: Vec<SignatureReport>,
    /// Files that no sound signature protects. Empty without any signature: then there is nothing to protect.
    pub unprotected: Vec<String>,
}

impl Verification {
    /// At least one signature, every one of them sound, and no file left out.
    pub fn ok(&self) -> bool {
        !self.signatures.is_empty()
            && self.signatures.iter().all(SignatureReport::ok)
            && self.unprotected.is_empty()
    }

    /// Names of all codes found, each once, in the norm's order; `UNPROTECTED` and `NO_SIGNATURE` beside them.
    pub fn codes(&self) -> Vec<&'static str> {
        let codes: BTreeSet<Code> =
            self.signatures.iter().flat_map(|s| &s.findings).map(|finding| finding.code).collect();
        let mut names: Vec<&'static str> = codes.into_iter().map(Code::name).collect();
        if self.signatures.is_empty() {
            names.push("NO_SIGNATURE");
        }
        if !self.unprotected.is_empty() {
            names.push("UNPROTECTED");
        }
        names
    }
}

/// Opens a package and checks it. A fault only when it is no package; everything else is a finding.
pub fn verify(bytes: &[u8], limits: &Limits, context: &Context<'_>) -> Result<Verification> {
    verify_package(&Package::open(bytes, limits)?, limits, context)
}

/// As [`verify`], for a package that is open already.
pub fn verify_package(package: &Package, limits: &Limits, context: &Context<'_>) -> Result<Verification> {
    let mut signatures = Vec::new();
    let mut protected = BTreeSet::new();
    for body in entrance::bodies(package, limits)? {
        // The list itself stays open for further signatures.
        protected.extend(body.signatures.clone());
        let rows = read::listed(package, &body, limits)?;
        for (number, listed) in rows.iter().enumerate() {
            let (mut report, covers) = one(package, &body, listed, limits, context);
            report.findings.extend(in_list(&rows, number, &covers));
            if report.findings.iter().all(|finding| !breaks(finding.code)) {
                protected.extend(covers);
            }
            signatures.push(report);
        }
    }
    let left_out = |path: &&str| !signatures.is_empty() && !protected.contains(*path);
    let unprotected = package.paths().filter(left_out).map(str::to_owned).collect();
    Ok(Verification { signatures, unprotected })
}

/// A signature with such a finding protects nothing. One whose signer is not trusted still shows what it
/// covers: the report says the rest.
fn breaks(code: Code) -> bool {
    matches!(code, Code::BadFormat | Code::SignInvalid | Code::SignXmlChanged)
}

/// The seals on a package, for asking a register before verifying. Unreadable ones are left out: verifying finds
/// them.
pub fn seals(package: &Package, limits: &Limits) -> Vec<Seal> {
    let mut found = Vec::new();
    for body in entrance::bodies(package, limits).unwrap_or_default() {
        for listed in read::listed(package, &body, limits).unwrap_or_default() {
            let value = read::written(package, &listed, limits).ok().and_then(|written| written.value);
            let signature = value.and_then(|value| SealSignature::parse(package.get(&value)?, limits).ok());
            found.extend(signature.map(|signature| signature.seal().clone()));
        }
    }
    found
}

/// The list is the one file nobody protects: a signature in it twice, or one that this signature protects and
/// the list has lost.
fn in_list(rows: &[Listed], number: usize, covers: &BTreeSet<String>) -> Vec<Finding> {
    let twice = rows[..number].iter().any(|row| row.file == rows[number].file);
    let twice = twice.then(|| Finding::new(Code::BadFormat, "LISTED_TWICE"));
    let signature = |path: &&String| path.ends_with("/Signature.xml");
    let lost = covers.iter().filter(signature).filter(|path| rows.iter().all(|row| row.file != **path));
    let lost = lost.map(|path| Finding::new(Code::ContentChanged, format!("NOT_LISTED {path}")));
    twice.into_iter().chain(lost).collect()
}

/// Checks one signature; gives the names of the files it covers.
fn one(
    package: &Package,
    body: &Body,
    listed: &Listed,
    limits: &Limits,
    context: &Context<'_>,
) -> (SignatureReport, BTreeSet<String>) {
    let mut report = SignatureReport {
        id: listed.id.clone(),
        kind: listed.kind,
        seal_name: String::new(),
        es_id: String::new(),
        signer: String::new(),
        time: None,
        stamps: Vec::new(),
        picture: None,
        findings: Vec::new(),
        done: Steps::default(),
    };
    let mut covers = BTreeSet::new();
    let mut found = Report::default();
    match read::written(package, listed, limits) {
        Ok(written) => {
            let pages = entrance::page_ids(package, body, limits).unwrap_or_default();
            report.stamps = written.stamps(&pages);
            found.add(written.faults.iter().cloned());
            found.join(value(package, listed, &written, limits, context, &mut report));
            found.join(references::check(package, &written, context.memory, &mut covers));
            covers.extend(written.value.clone());
            covers.insert(listed.file.clone());
        }
        Err(fault) => found.add([fault.into()]),
    }
    report.findings = found.findings().to_vec();
    report.done = found.done();
    (report, covers)
}

/// The signature value: all but the references.
fn value(
    package: &Package,
    listed: &Listed,
    written: &Written<'_>,
    limits: &Limits,
    context: &Context<'_>,
    report: &mut SignatureReport,
) -> Report {
    let unreadable = |finding: Finding| {
        let mut report = Report::default();
        report.add([finding]);
        report
    };
    let Some(bytes) = written.value.as_deref().and_then(|file| package.get(file)) else {
        return unreadable(Finding::new(Code::BadFormat, "NO_VALUE"));
    };
    match listed.kind {
        Kind::Seal => match SealSignature::parse(bytes, limits) {
            Ok(signature) => sealed(package, listed, written, &signature, context, report),
            Err(fault) => unreadable(fault.into()),
        },
        Kind::Sign => match SignedData::parse(bytes) {
            Ok(data) => {
                report.time = data.signing_time().or(written.time);
                report.signer =
                    data.signer().map(|signer| signer.common_name().to_owned()).unwrap_or_default();
                // Without any time the certificate is judged as of now.
                signed_data::check(&data, written.bytes, report.time.unwrap_or(context.now), context)
            }
            Err(fault) => unreadable(fault.into()),
        },
    }
}

fn sealed(
    package: &Package,
    listed: &Listed,
    written: &Written<'_>,
    signature: &SealSignature,
    context: &Context<'_>,
    report: &mut SignatureReport,
) -> Report {
    let seal = signature.seal();
    report.seal_name = seal.name().to_owned();
    report.es_id = seal.es_id().to_owned();
    report.signer = signature.signer().common_name().to_owned();
    report.time = Some(signature.time());
    report.picture = Some(seal.picture().clone());
    let mut found = ses::check(signature, written.bytes, &format!("/{}", listed.file), context);
    let loose = written.seal.as_deref().and_then(|file| package.get(file));
    if loose.is_some_and(|loose| loose != seal.der()) {
        // A reader that draws the loose file would show another seal than the one that signed.
        found.add([Finding::new(Code::SealForged, written.seal.clone().unwrap_or_default())]);
    }
    found
}
