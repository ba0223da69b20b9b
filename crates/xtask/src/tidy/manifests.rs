//! Cargo's files: who depends on whom, under which licence, from where.

use super::Finding;
use super::tree::File;
use toml::{Table, Value};

/// Our crates by the name of their folder, each with those of ours it may depend on. What tests use is
/// another matter.
const CRATES: &[(&str, &[&str])] = &[
    ("norms", &[]),
    ("base", &[]),
    ("db", &["base"]),
    ("ofd", &[]),
    ("domain", &["base", "db", "norms", "ofd"]),
    ("web", &["base", "domain", "norms", "ofd"]),
    ("server", &["base", "db", "domain", "norms", "ofd", "web"]),
    ("xtask", &[]),
];

const LICENCE: &str = "Apache-2.0";
/// Spelt in two pieces: a lock file names the registry, our own texts do not.
const CRATES_IO: &str = concat!("registry+https://github.com/rust-lang/crates", ".io-index");

fn manifests(files: &[File]) -> impl Iterator<Item = (&File, Table)> {
    let all = files.iter().filter(|file| file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml"));
    all.filter_map(|file| Some((file, file.text.parse::<Table>().ok()?)))
}

fn line_with(file: &File, text: &str) -> usize {
    file.lines().find(|(_, line)| line.contains(text)).map_or(1, |(line, _)| line)
}

pub fn crate_edges(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, manifest) in manifests(files) {
        let Some(folder) = file.path.strip_prefix("crates/").and_then(|p| p.strip_suffix("/Cargo.toml"))
        else {
            continue;
        };
        // A workspace of its own inside a crate (its fuzz targets): nothing of the product depends on it.
        if folder.contains('/') {
            continue;
        }
        let Some((_, allowed)) = CRATES.iter().find(|known| known.0 == folder) else {
            let message =
                format!("Crate `{folder}` has no place in the order. Add it to CRATES in {}.", file!());
            found.push(Finding::new(file, 1, "crate-edges", message));
            continue;
        };
        let needs = manifest.get("dependencies").and_then(Value::as_table);
        for name in needs.into_iter().flat_map(Table::keys) {
            let ours = name.strip_prefix("yiwang-").unwrap_or(name);
            if CRATES.iter().any(|known| known.0 == ours) && !allowed.contains(&ours) {
                let message = format!(
                    "`{folder}` depends on `{ours}`; it may depend on {allowed:?} (architecture §1)."
                );
                found.push(Finding::new(file, line_with(file, name), "crate-edges", message));
            }
        }
    }
    found
}

pub fn licences(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, manifest) in manifests(files) {
        let package =
            manifest.get("package").or_else(|| manifest.get("workspace").and_then(|w| w.get("package")));
        let right = match package.and_then(|package| package.get("license")) {
            Some(Value::String(licence)) => licence == LICENCE,
            Some(Value::Table(from)) => from.get("workspace") == Some(&Value::Boolean(true)),
            _ => false,
        };
        if !right {
            let message = format!("The licence is not {LICENCE}. Write `license.workspace = true`.");
            found.push(Finding::new(file, line_with(file, "license"), "licence", message));
        }
    }
    found
}

/// A clone builds from the public registry alone: no mirror, no fork, no folder elsewhere.
pub fn registries(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        let forbidden: &[&str] = match file.path.as_str() {
            path if path == "Cargo.lock" || path.ends_with("/Cargo.lock") => &[],
            ".cargo/config.toml" => &["[source", "[registr", "registry", "replace-with", "proxy", "paths"],
            path if path.ends_with("Cargo.toml") => &["registry =", "registry-index", "git =", "[patch"],
            _ => continue,
        };
        for (line, text) in file.lines() {
            let foreign =
                text.strip_prefix("source = ").is_some_and(|source| source.trim_matches('"') != CRATES_IO);
            if foreign || forbidden.iter().any(|word| text.trim_start().contains(word)) {
                let message =
                    "Not from the public registry. Settings of one machine belong into its own Cargo home.";
                found.push(Finding::new(file, line, "registry", message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_dependency_against_the_order_is_found() {
        let text = "[package]\n[dependencies]\ndb = { workspace = true }\n";
        assert_eq!(said(crate_edges, "crates/web/Cargo.toml", text), ["3: crate-edges"]);
        assert!(said(crate_edges, "crates/domain/Cargo.toml", text).is_empty());
        let of_tests = "[package]\n[dev-dependencies]\ndb = { workspace = true }\n";
        assert!(said(crate_edges, "crates/web/Cargo.toml", of_tests).is_empty());
        assert_eq!(said(crate_edges, "crates/new/Cargo.toml", ""), ["1: crate-edges"]);
        assert!(said(crate_edges, "crates/web/fuzz/Cargo.toml", text).is_empty());
    }

    #[test]
    fn another_licence_is_found() {
        assert_eq!(said(licences, "crates/a/Cargo.toml", "[package]\nlicense = \"MIT\"\n"), ["2: licence"]);
        assert_eq!(said(licences, "crates/a/Cargo.toml", "[package]\n"), ["1: licence"]);
        assert!(said(licences, "crates/a/Cargo.toml", "[package]\nlicense.workspace = true\n").is_empty());
        assert!(said(licences, "Cargo.toml", "[workspace.package]\nlicense = \"Apache-2.0\"\n").is_empty());
    }

    #[test]
    fn another_registry_is_found() {
        let mirror = "[[package]]\nsource = \"registry+https://mirror.example/index\"\n";
        assert_eq!(said(registries, "Cargo.lock", mirror), ["2: registry"]);
        assert_eq!(said(registries, "crates/a/fuzz/Cargo.lock", mirror), ["2: registry"]);
        assert!(said(registries, "Cargo.lock", &format!("source = \"{CRATES_IO}\"\n")).is_empty());
        assert_eq!(said(registries, ".cargo/config.toml", "[source.crates-io]\n"), ["1: registry"]);
        assert_eq!(said(registries, "crates/a/Cargo.toml", "a = { git = \"x\" }\n"), ["1: registry"]);
    }
}
