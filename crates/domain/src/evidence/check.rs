//! Checking an archive off line.

use super::contents::{BatchRow, EVENTS, EventRow, FILES, FORMAT, MANIFEST, Manifest, PROOF, SIGNATURE};
use super::proof;
use crate::documents::{sentence, told, told_reason};
use base::crypt::{hex, sm3};
use ofd::package::Package;
use ofd::signed_data::SignedData;
use ofd::verdict::{Context, Severity};
use ofd::x509::{Certificate, Crl, Trust};
use ofd::{Fault, Limits, verify};
use serde::de::DeserializeOwned;
use std::collections::HashSet;

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// Stable, for programs: `FILE_CHANGED`, `HEAD_SIGNATURE` …
    pub code: &'static str,
    pub standing: Standing,
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Holds,
    /// Worth knowing; nothing is wrong.
    Note,
    /// Nothing is wrong, and the proof that belongs here is not there yet.
    Unproven,
    Fails,
}

impl Finding {
    pub(super) fn good(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Holds, what: what.into() }
    }

    pub(super) fn note(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Note, what: what.into() }
    }

    pub(super) fn unproven(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Unproven, what: what.into() }
    }

    pub(super) fn bad(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Fails, what: what.into() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ArchiveCheck {
    pub case_number: String,
    pub findings: Vec<Finding>,
}

/// What all findings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Holds,
    /// Nothing was changed, but some events have no proof yet: less is proven than could be.
    Unproven,
    Fails,
}

impl ArchiveCheck {
    pub fn verdict(&self) -> Verdict {
        let any = |standing| self.findings.iter().any(|finding| finding.standing == standing);
        match (any(Standing::Fails), any(Standing::Unproven)) {
            (true, _) => Verdict::Fails,
            (false, true) => Verdict::Unproven,
            (false, false) => Verdict::Holds,
        }
    }
}

/// Whether these bytes look like an archive: a package with a manifest of ours.
pub fn is_archive(package: &Package) -> bool {
    package.get(MANIFEST).is_some()
}

/// Every finding about an archive. A fault only when its list of files cannot be read.
pub fn check(package: &Package, limits: &Limits, context: &Context<'_>) -> Result<ArchiveCheck, Fault> {
    let manifest: Manifest = json(package, MANIFEST)?;
    if manifest.format != FORMAT {
        return Err(Fault::new("evidence.format", manifest.format));
    }
    // Certificates that travel along lead to a root; they are none. Lists of revoked ones are signed by whom they
    // concern.
    let trust = with_certificates(package, context.trust);
    let context = &Context { trust: &trust, ..*context };
    let mut findings = vec![signature(package, &manifest, context)];
    findings.extend(files(package, &manifest));
    let mut rows = Vec::new();
    match (json::<Vec<EventRow>>(package, EVENTS), json::<Vec<BatchRow>>(package, PROOF)) {
        (Ok(events), Ok(batches)) => {
            findings.extend(proof::check(&events, &batches, &manifest.platform, context.trust));
            rows = events;
        }
        (events, batches) => {
            let faults = [events.err(), batches.err()].into_iter().flatten();
            findings.extend(faults.map(|fault| Finding::bad("JOURNAL_UNREADABLE", told(&fault))));
        }
    }
    findings.extend(documents(package, &rows, limits, context));
    Ok(ArchiveCheck { case_number: manifest.case_number, findings })
}

fn with_certificates(package: &Package, trust: &Trust) -> Trust {
    let inside = package.paths().filter(|path| path.starts_with("certificates/"));
    let parsed = inside.filter_map(|path| Certificate::parse(package.get(path)?).ok());
    let mut trust = trust.clone();
    trust.intermediates.extend(parsed.take(MOST_CERTIFICATES));
    let lists = package.paths().filter(|path| path.starts_with("certificates/") && path.ends_with(".crl"));
    let lists = lists.filter_map(|path| Crl::parse(package.get(path)?).ok());
    trust.crls.extend(lists.take(MOST_CERTIFICATES));
    trust
}

/// A chain is short; more would only cost time.
const MOST_CERTIFICATES: usize = 32;

fn json<T: DeserializeOwned>(package: &Package, path: &'static str) -> Result<T, Fault> {
    let bytes = package.get(path).ok_or_else(|| Fault::new("evidence.missing", path))?;
    serde_json::from_slice(bytes).map_err(|_| Fault::new("evidence.json", path))
}

/// The signature under the list of files: by the platform, not by anybody who holds a trusted certificate.
fn signature(package: &Package, manifest: &Manifest, context: &Context<'_>) -> Finding {
    let (Some(list), Some(signed)) = (package.get(MANIFEST), package.get(SIGNATURE)) else {
        return Finding::bad("MANIFEST_SIGNATURE", "文件清单没有签名");
    };
    match signer_of(signed, list, &manifest.platform, context) {
        Ok(signer) => Finding::good("MANIFEST_SIGNATURE", format!("文件清单的签名有效，{signer}")),
        Err(why) => Finding::bad("MANIFEST_SIGNATURE", format!("文件清单的签名不能采信：{why}")),
    }
}

fn signer_of(signed: &[u8], list: &[u8], platform: &str, context: &Context<'_>) -> Result<String, String> {
    let signed = SignedData::parse(signed).map_err(|fault| told(&fault))?;
    let signer = signed.verify_over(&sm3(list), None).map_err(|fault| told(&fault))?;
    let at = signed.signing_time().unwrap_or(context.now);
    context.trust.check(signer, at).map_err(|reason| told_reason(reason.name()).unwrap_or_default())?;
    match proof::signs_for(signer, platform) {
        true => Ok(signer.common_name().to_owned()),
        false => Err(format!("签名人“{}”不是平台", signer.common_name())),
    }
}

/// Files against the list: changed, missing, not listed.
fn files(package: &Package, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed: HashSet<&str> = [MANIFEST, SIGNATURE].into();
    let mut whole = 0;
    for file in &manifest.files {
        let path = &file.path;
        listed.insert(path);
        match package.get(path) {
            None => findings.push(Finding::bad("FILE_MISSING", format!("缺少清单里的文件 {path}"))),
            Some(bytes) if bytes.len() != file.bytes || hex(&sm3(bytes)) != file.sm3 => {
                findings.push(Finding::bad("FILE_CHANGED", format!("文件 {path} 和清单不符，被改动过")))
            }
            Some(_) => whole += 1,
        }
    }
    let stray = package.paths().filter(|path| !listed.contains(path));
    findings.extend(stray.map(|path| Finding::bad("FILE_UNLISTED", format!("文件 {path} 不在清单里"))));
    findings.push(Finding::good("FILES_WHOLE", format!("{whole} 个文件与清单一致")));
    findings
}

/// Each document of ours: its seals, and that the journal knew it when it was made. What the applicant handed in
/// may be an OFD of anybody.
fn documents(package: &Package, events: &[EventRow], limits: &Limits, context: &Context<'_>) -> Vec<Finding> {
    let made: HashSet<String> =
        events.iter().filter(|row| row.kind == "documents.made").filter_map(digest).collect();
    let mut findings = Vec::new();
    let ours = |path: &&str| path.ends_with(".ofd") && !path.starts_with(FILES);
    for path in package.paths().filter(ours) {
        let bytes = package.get(path).unwrap_or_default();
        if !made.contains(&hex(&sm3(bytes))) {
            findings.push(Finding::bad("DOCUMENT_UNKNOWN", format!("{path}：日志里没有这份文书")));
        }
        let checked = verify::verify(bytes, limits, context);
        findings.extend(checked.iter().flat_map(|report| remarks(path, report)));
        findings.push(match checked {
            Ok(report) if report.ok() => Finding::good("DOCUMENT_SEALED", format!("{path}：签章有效")),
            Ok(report) => Finding::bad("DOCUMENT_SEAL", format!("{path}：{}", reasons(&report))),
            Err(fault) => Finding::bad("DOCUMENT_FORMAT", format!("{path}：{}", told(&fault))),
        });
    }
    findings
}

/// Why the seals of a document do not hold.
fn reasons(report: &verify::Verification) -> String {
    let found = report.signatures.iter().flat_map(|signature| &signature.findings);
    let wrong = found.filter(|finding| finding.code.severity() == Severity::Error);
    let mut reasons: Vec<String> =
        wrong.map(|finding| format!("{}（{}）", sentence(finding), finding.code)).collect();
    if report.signatures.is_empty() {
        reasons.push("没有签章".to_owned());
    }
    if !report.unprotected.is_empty() {
        reasons.push(format!("{} 不在签名保护范围内", report.unprotected.join("、")));
    }
    reasons.join("；")
}

/// What is worth knowing and spoils nothing.
fn remarks(path: &str, report: &verify::Verification) -> Vec<Finding> {
    let found = report.signatures.iter().flat_map(|signature| &signature.findings);
    let warnings = found.filter(|finding| finding.code.severity() == Severity::Warning);
    warnings
        .map(|finding| Finding::note(finding.code.name(), format!("{path}：{}", sentence(finding))))
        .collect()
}

fn digest(row: &EventRow) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).ok()?;
    detail["digest"].as_str().map(str::to_owned)
}
