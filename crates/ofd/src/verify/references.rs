//! Step 11: every file against its reference.

use super::read::Written;
use crate::package::{Package, resolve};
use crate::sm2::{Memory, sm3};
use crate::verdict::{Code, Finding, Report};
use base64ct::{Base64, Encoding};
use std::collections::BTreeSet;

/// The digest as `CheckMethod` names it in real files.
const SM3: [&str; 2] = ["1.2.156.10197.1.401", "SM3"];

/// The step, and into `covers` the names of the files whose digest agrees.
pub(super) fn check(
    package: &Package,
    written: &Written<'_>,
    memory: Option<&Memory>,
    covers: &mut BTreeSet<String>,
) -> Report {
    let mut report = Report::default();
    report.take(Code::ContentChanged, None);
    report.add(findings(package, written, memory, covers));
    report
}

fn findings(
    package: &Package,
    written: &Written<'_>,
    memory: Option<&Memory>,
    covers: &mut BTreeSet<String>,
) -> Vec<Finding> {
    let changed = |detail: String| Finding::new(Code::ContentChanged, detail);
    if !SM3.iter().any(|name| name.eq_ignore_ascii_case(&written.check_method)) {
        return vec![changed(format!("DIGEST {}", written.check_method))];
    }
    if written.references.is_empty() {
        return vec![changed("NO_REFERENCES".to_owned())];
    }
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (file_ref, digest) in &written.references {
        let Some(name) = resolve(&written.directory, file_ref).filter(|_| is_plain(file_ref)) else {
            found.push(changed(format!("NOT_PLAIN {file_ref}")));
            continue;
        };
        if !seen.insert(name.clone()) {
            // Two digests for one file: each reader could believe another one.
            found.push(changed(format!("TWICE {name}")));
        }
        // Only the loose seal may be one that is known; to look for the others would be in vain.
        let memory = memory.filter(|_| written.seal.as_ref() == Some(&name));
        match package.get(&name) {
            None => found.push(changed(format!("MISSING {name}"))),
            Some(bytes) if matches(bytes, digest, memory) => {
                covers.insert(name);
            }
            Some(_) => found.push(changed(format!("CHANGED {name}"))),
        }
    }
    found
}

/// Without the detours that another reader may follow to another file.
fn is_plain(file_ref: &str) -> bool {
    let name = file_ref.strip_prefix('/').unwrap_or(file_ref);
    !name.contains('\\') && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn matches(bytes: &[u8], digest: &str, memory: Option<&Memory>) -> bool {
    let digest: String = digest.split_whitespace().collect();
    let own = memory.map_or_else(|| sm3(bytes), |memory| memory.sm3(bytes));
    Base64::decode_vec(&digest).is_ok_and(|digest| digest == own)
}
