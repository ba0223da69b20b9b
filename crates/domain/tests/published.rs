//! What installations keep by its number never changes under that number: a start refuses a migration or a layout
//! whose text is not the one it knows. `docs/published.golden` remembers what was given out.

use base::crypt::{hex, sm3};
use yiwang_domain::MIGRATIONS;
use yiwang_domain::catalog::Sources;

#[test]
fn what_was_published_under_a_number_is_still_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/published.golden");
    let mut golden = std::fs::read_to_string(path).unwrap_or_default();
    let known = golden.clone();
    let mut missing = Vec::new();
    for (name, digest) in published() {
        match known.lines().find_map(|line| line.strip_prefix(&format!("{name} "))) {
            Some(was) => {
                assert_eq!(
                    was, digest,
                    "{name} was given out with another text: give the new one a number of its own"
                )
            }
            None => missing.push(format!("{name} {digest}\n")),
        }
    }
    if std::env::var_os("YIWANG_GOLDEN").is_some() {
        golden.extend(missing.drain(..));
        std::fs::write(path, golden).expect("docs can be written");
    }
    assert!(missing.is_empty(), "not in docs/published.golden (YIWANG_GOLDEN=1 adds it): {missing:#?}");
}

/// Name with number, and digest.
fn published() -> Vec<(String, String)> {
    let digest = |text: &str| hex(&sm3(text.as_bytes())[..8]);
    let mut found: Vec<_> = MIGRATIONS
        .iter()
        .map(|step| (format!("migration {} {}", step.number, step.name), digest(step.sql)))
        .collect();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    let sources = Sources::from_dir(data.as_ref()).expect("data/ can be read");
    for (file, text) in sources.folder("layouts/") {
        let layout: toml::Table = text.parse().expect("a layout");
        let version = layout["version"].as_integer().expect("a version");
        found.push((format!("{file} {version}"), digest(text)));
    }
    found
}
