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

/// String literals of `store.rs` files that begin as SQL does, and what their `select_…!` macros make.
fn statements(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(statements(&path));
        } else if path.ends_with("store.rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            found.extend(literals(&written_out(&text)).into_iter().map(|sql| (path.clone(), sql)));
        }
    }
    found
}

/// The source with each `select_…!("WHERE …")` written out: the head stands once, in the macro, whose own
/// text is taken away so that no head without its end is prepared in its place.
fn written_out(source: &str) -> String {
    let mut text = source.to_owned();
    while let Some(start) = text.find("macro_rules! select_") {
        let named = start + "macro_rules! ".len();
        let name = text[named..].split(' ').next().expect("a name").to_owned();
        let end = start + text[start..].find("\n}\n").expect("the end of a macro");
        let head = text[start..end].split('"').nth(1).expect("the head of its statements").to_owned();
        text.replace_range(start..end, "");
        let parts: Vec<&str> = text.split(&format!("{name}!(")).collect();
        let whole = |part: &&str| part.trim_start().strip_prefix('"').map(|rest| format!("\"{head}{rest}"));
        let written: Option<Vec<String>> = parts[1..].iter().map(whole).collect();
        let written = written.unwrap_or_else(|| panic!("{name} takes one literal"));
        assert!(written.len() > 1, "{name} serves several statements");
        text = format!("{}{}", parts[0], written.concat());
    }
    text
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

#[test]
fn statements_that_share_their_head_are_prepared_whole() {
    let source = "macro_rules! select_thing {\n    ($rest:literal) => {\n        concat!(\"SELECT a, \\\n b FROM t \", $rest)\n    };\n}\n\
                  one(select_thing!(\"WHERE a = $1\"));\ntwo(select_thing!(\n    \"WHERE b = $1\"\n));\n";
    assert_eq!(
        literals(&written_out(source)),
        ["SELECT a, b FROM t WHERE a = $1", "SELECT a, b FROM t WHERE b = $1"]
    );
}
