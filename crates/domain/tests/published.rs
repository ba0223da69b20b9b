//! What installations keep by its number never changes under that number: a start refuses a migration or a layout
//! whose text is not the one it knows. `docs/published.golden` remembers what was given out.

use base::crypt::{hex, sm3};
use std::collections::BTreeMap;
use yiwang_domain::MIGRATIONS;
use yiwang_domain::catalog::Sources;

/// Kind and number, and what stands under them.
type Published = BTreeMap<(String, i64), String>;

#[test]
fn what_was_published_under_a_number_is_still_the_same() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/published.golden");
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let (mut known, now) = (read(&golden), current());
    if std::env::var_os("YIWANG_GOLDEN").is_some() {
        now.iter().for_each(|(key, text)| _ = known.entry(key.clone()).or_insert_with(|| text.clone()));
        std::fs::write(path, written(&known)).expect("docs can be written");
    }
    for ((kind, number), text) in &now {
        let was = known.get(&(kind.clone(), *number));
        let was = was.unwrap_or_else(|| {
            panic!("{kind} {number} is not in docs/published.golden: YIWANG_GOLDEN=1 adds it")
        });
        assert_eq!(
            was, text,
            "{kind} {number} was given out otherwise: give the new text a number of its own"
        );
    }
    for (kind, number) in known.keys() {
        match kind.as_str() {
            "migration" => {
                assert!(
                    now.contains_key(&(kind.clone(), *number)),
                    "migration {number} was given out and is gone"
                )
            }
            // Installations use the newest version they know.
            layout => {
                let newest = now.keys().rfind(|(file, _)| file == layout).map(|(_, version)| *version);
                assert!(
                    newest.is_none_or(|newest| newest >= *number),
                    "{layout} went back from version {number}"
                );
            }
        }
    }
}

fn current() -> Published {
    let digest = |text: &str| hex(&sm3(text.as_bytes())[..8]);
    let mut found = Published::new();
    for step in MIGRATIONS {
        let key = ("migration".to_owned(), i64::from(step.number));
        found.insert(key, format!("{} {}", digest(step.sql), step.name));
    }
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
    let sources = Sources::from_dir(data.as_ref()).expect("data/ can be read");
    for (file, text) in sources.folder("layouts/") {
        let layout: toml::Table = text.parse().expect("a layout");
        let version = layout["version"].as_integer().expect("a version");
        found.insert((file.to_owned(), version), digest(text));
    }
    found
}

/// A line each: kind, number, what stands under them.
fn read(golden: &str) -> Published {
    let line = |line: &str| {
        let (kind, rest) = line.split_once(' ')?;
        let (number, text) = rest.split_once(' ')?;
        Some(((kind.to_owned(), number.parse().ok()?), text.to_owned()))
    };
    golden.lines().map(|text| line(text).unwrap_or_else(|| panic!("docs/published.golden: {text}"))).collect()
}

fn written(known: &Published) -> String {
    known.iter().map(|((kind, number), text)| format!("{kind} {number} {text}\n")).collect()
}
