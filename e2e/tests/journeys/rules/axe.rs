//! axe-core, fetched from the npm registry at test time and believed only under its pinned digest.

use crate::harness::{Person, scratch};
use serde_json::Value;
use sha2::{Digest, Sha512};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

const VERSION: &str = "4.14.1";
/// `npm view axe-core@4.14.1 dist.integrity`, in hex.
const SHA512: &str = "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b2\
                      14d36db85a2826965edfb3a0b9d546b5";

/// WCAG 2.0 to 2.2, A and AA, and what axe calls best practice.
const RUN: &str = "
const done = arguments[arguments.length - 1];
axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations'],
}).then(
  (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `axe ${rule.id}: ${rule.help} | ${node.target.join(' ')} | ${node.html.slice(0, 160)} | ${(node.any[0] || node.all[0] || node.none[0] || {}).message || ''}`))),
  (error) => done([`axe failed: ${error}`]),
);";

pub struct Axe {
    source: &'static str,
}

impl Axe {
    /// The source, from the cache in the target folder or from the registry.
    pub fn ready() -> Axe {
        static SOURCE: OnceLock<String> = OnceLock::new();
        Axe { source: SOURCE.get_or_init(|| fetch(&scratch("axe-core"))) }
    }

    /// Violations on the page as it is, one line each.
    pub async fn violations(&self, person: &Person) -> Vec<String> {
        person.script(self.source).await;
        let found = person.script_async(RUN, Vec::new()).await;
        let lines = found.as_array().cloned().unwrap_or_default();
        lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn fetch(folder: &Path) -> String {
    let archive = folder.join(format!("axe-core-{VERSION}.tgz"));
    if !archive.exists() {
        let npm = Command::new("npm")
            .args(["pack", "--silent", &format!("axe-core@{VERSION}")])
            .current_dir(folder)
            .output();
        let npm = npm.expect("npm is missing: apt-get install npm");
        assert!(npm.status.success(), "npm pack: {}", String::from_utf8_lossy(&npm.stderr));
    }
    let bytes = std::fs::read(&archive).expect("npm left the archive");
    let digest: String = Sha512::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != SHA512 {
        let _ = std::fs::remove_file(&archive);
        panic!("axe-core {VERSION} has the digest {digest}, not the pinned one");
    }
    let file = "package/axe.min.js";
    let tar = Command::new("tar").arg("-xOzf").arg(&archive).arg(file).output().expect("tar runs");
    assert!(tar.status.success(), "tar: {}", String::from_utf8_lossy(&tar.stderr));
    String::from_utf8(tar.stdout).expect("a script is text")
}
