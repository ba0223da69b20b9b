//! Every statement of the product is prepared on both engines: a text that one of them does not understand,
//! or a column that does not exist, fails here and not at a desk.

use std::path::{Path, PathBuf};

#[tokio::test]
async fn every_statement_of_every_store_is_understood_by_both_engines() {
    let statements = statements(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    assert!(statements.len() > 60, "found only {}", statements.len());
    db::testing::both(yiwang_domain::MIGRATIONS, async |db| {
        for (file, sql) in &statements {
            let prepared = db.read(async |tx| tx.prepare(sql).await).await;
            prepared.unwrap_or_else(|error| panic!("{}: {error}\n{sql}", file.display()));
        }
    })
    .await;
}

/// String literals of `store.rs` files that begin as SQL does.
fn statements(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(statements(&path));
        } else if path.ends_with("store.rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            found.extend(literals(&text).into_iter().map(|sql| (path.clone(), sql)));
        }
    }
    found
}

fn literals(source: &str) -> Vec<String> {
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(start) = rest.find('"') {
        let body = &rest[start + 1..];
        let Some(end) = body.find('"') else { break };
        let joined: String = body[..end].split("\\\n").map(str::trim_start).collect();
        if verbs.iter().any(|verb| joined.starts_with(verb)) {
            found.push(joined);
        }
        rest = &body[end + 1..];
    }
    found
}
