//! Checking an archive off line.

use super::contents::{BatchRow, EVENTS, EventRow, FORMAT, MANIFEST, Manifest, PROOF, SIGNATURE};
use super::proof;
use crate::documents::sentence;
use base::crypt::{hex, sm3};
use ofd::package::Package;
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
    /// Nothing wrong, but less is proven than could be.
    Note,
    Fails,
}

impl Finding {
    pub(super) fn good(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Holds, what: what.into() }
    }

    pub(super) fn note(code: &'static str, what: impl Into<String>) -> Finding {
        Finding { code, standing: Standing::Note, what: what.into() }
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

impl ArchiveCheck {
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.standing != Standing::Fails)
    }
}

/// Whether these bytes look like an archive: a package with a manifest of ours.
pub fn is_archive(package: &Package) -> bool {
    package.get(MANIFEST).is_some()
}

/// Every finding about an archive. A fault only when it cannot be read at all.
pub fn check(package: &Package, limits: &Limits, context: &Context<'_>) -> Result<ArchiveCheck, Fault> {
    let manifest: Manifest = json(package, MANIFEST)?;
    if manifest.format != FORMAT {
        return Err(Fault::new("evidence.format", manifest.format));
    }
    // Certificates that travel along lead to a root; they are none. Lists of revoked ones are signed by whom they
    // concern.
    let trust = with_certificates(package, context.trust);
    let context = &Context { trust: &trust, ..*context };
    let mut findings = vec![signature(package, context)];
    findings.extend(files(package, &manifest));
    let events: Vec<EventRow> = json(package, EVENTS)?;
    let batches: Vec<BatchRow> = json(package, PROOF)?;
    findings.extend(proof::check(&events, &batches, context.trust));
    findings.extend(documents(package, &events, limits, context));
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
    serde_json::from_slice(bytes).map_err(|error| Fault::new("evidence.json", format!("{path}: {error}")))
}

/// The signature under the list of files.
fn signature(package: &Package, context: &Context<'_>) -> Finding {
    let (Some(manifest), Some(signed)) = (package.get(MANIFEST), package.get(SIGNATURE)) else {
        return Finding::bad("MANIFEST_SIGNATURE", "文件清单没有签名");
    };
    match super::archive::verify_signature(signed, manifest, context) {
        Ok(signer) => Finding::good("MANIFEST_SIGNATURE", format!("文件清单的签名有效，{signer}")),
        Err(why) => Finding::bad("MANIFEST_SIGNATURE", format!("文件清单的签名：{why}")),
    }
}

/// Files against the list: changed, missing, not listed.
fn files(package: &Package, manifest: &Manifest) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut listed: HashSet<&str> = [MANIFEST, SIGNATURE].into();
    let mut whole = 0;
    for file in &manifest.files {
        listed.insert(&file.path);
        match package.get(&file.path) {
            None => findings.push(Finding::bad("FILE_MISSING", &file.path)),
            Some(bytes) if bytes.len() != file.bytes || hex(&sm3(bytes)) != file.sm3 => {
                findings.push(Finding::bad("FILE_CHANGED", &file.path))
            }
            Some(_) => whole += 1,
        }
    }
    let stray = package.paths().filter(|path| !listed.contains(path));
    findings.extend(stray.map(|path| Finding::bad("FILE_UNLISTED", path)));
    findings.push(Finding::good("FILES_WHOLE", format!("{whole} 个文件与清单一致")));
    findings
}

/// Each document: its seals, and that the journal knew it when it was made.
fn documents(package: &Package, events: &[EventRow], limits: &Limits, context: &Context<'_>) -> Vec<Finding> {
    let made: HashSet<String> =
        events.iter().filter(|row| row.kind == "documents.made").filter_map(digest).collect();
    let mut findings = Vec::new();
    for path in package.paths().filter(|path| path.ends_with(".ofd")) {
        let bytes = package.get(path).unwrap_or_default();
        if !made.contains(&hex(&sm3(bytes))) {
            findings.push(Finding::bad("DOCUMENT_UNKNOWN", format!("{path}：日志里没有这份文书")));
        }
        let checked = verify::verify(bytes, limits, context);
        findings.extend(checked.iter().flat_map(|report| remarks(path, report)));
        findings.push(match checked {
            Ok(report) if report.ok() => Finding::good("DOCUMENT_SEALED", format!("{path}：签章有效")),
            Ok(report) => Finding::bad("DOCUMENT_SEAL", format!("{path}：{}", report.codes().join("、"))),
            Err(fault) => Finding::bad("DOCUMENT_FORMAT", format!("{path}：{fault}")),
        });
    }
    findings
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
