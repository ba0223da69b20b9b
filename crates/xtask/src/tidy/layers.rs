//! Who may use whom inside `domain`, and that every folder says what it is.

use super::Finding;
use super::source::{Source, words};
use super::tree::File;

/// The modules of `domain` in dependency order, each with those it may call. News travels the other way
/// as journal events only.
const MODULES: &[(&str, &[&str])] = &[
    ("journal", &[]),
    ("identity", &["journal"]),
    ("catalog", &["journal", "identity"]),
    ("seals", &["journal", "identity", "catalog"]),
    ("documents", &["journal", "identity", "catalog", "seals"]),
    ("certs", &["journal", "identity", "catalog", "seals", "documents"]),
    ("casework", &["journal", "identity", "catalog", "seals", "documents", "certs"]),
    ("evidence", &["journal", "identity", "catalog", "seals", "documents", "certs", "casework"]),
    ("feedback", &["journal", "identity", "catalog", "casework"]),
    ("search", &["identity", "catalog"]),
];

const DOMAIN: &str = "crates/domain/src/";

pub fn module_docs(files: &[File]) -> Vec<Finding> {
    let roots = files.iter().filter(|file| {
        file.path.starts_with("crates/")
            && (file.path.ends_with("/mod.rs") || file.path.ends_with("/src/lib.rs"))
    });
    let silent = roots.filter(|file| !file.text.starts_with("//!") && !file.is_test());
    let message =
        "No `//!` at the top. Say what the nouns are, what always holds, and what is absent on purpose.";
    silent.map(|file| Finding::new(file, 1, "module-doc", message)).collect()
}

pub fn module_order(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.is_test()) {
        let Some(inside) = file.path.strip_prefix(DOMAIN) else { continue };
        let Some((folder, _)) = inside.split_once('/') else { continue };
        let Some((_, allowed)) = MODULES.iter().find(|module| module.0 == folder) else {
            let message =
                format!("Module `{folder}` has no place in the order. Add it to MODULES in {}.", file!());
            found.push(Finding::new(file, 1, "module-order", message));
            continue;
        };
        let source = Source::new(&file.text);
        for (at, used) in uses(&source.code) {
            let known = MODULES.iter().any(|module| module.0 == used);
            if known && used != folder && !allowed.contains(&used) && !source.in_test(at) {
                let message = format!(
                    "`{folder}` uses `{used}`; it may use {allowed:?}. Turn the call round, or let \
                     `{used}` follow the journal."
                );
                found.push(Finding::new(file, source.line(at), "module-order", message));
            }
        }
    }
    found
}

/// Every `crate::name`, also inside `crate::{…}`.
fn uses(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        let Some(rest) = code[at..].strip_prefix("crate::") else { continue };
        match rest.strip_prefix('{') {
            None => found.push((at, first_word(rest))),
            Some(group) => found.extend(members(group).into_iter().map(|name| (at, name))),
        }
    }
    found
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// First words of the outermost members of a group whose opening brace was taken off.
fn members(group: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => {
                found.push(first_word(&group[begin..at]));
                break;
            }
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                found.push(first_word(&group[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_module_without_a_word_about_itself_is_found() {
        assert_eq!(said(module_docs, "crates/a/src/b/mod.rs", "mod c;\n"), ["1: module-doc"]);
        assert!(said(module_docs, "crates/a/src/b/mod.rs", "//! What it is.\n").is_empty());
    }

    #[test]
    fn calls_go_to_the_left_only() {
        let upwards = "use crate::casework::Case;\n";
        assert_eq!(said(module_order, "crates/domain/src/journal/a.rs", upwards), ["1: module-order"]);
        assert!(said(module_order, "crates/domain/src/feedback/a.rs", upwards).is_empty());
        assert!(said(module_order, "crates/domain/src/cx.rs", upwards).is_empty());
        let group = "use base::Id;\nuse crate::{Cx, identity::{Actor, Role}, search::SearchIndex};\n";
        assert_eq!(said(module_order, "crates/domain/src/catalog/a.rs", group), ["2: module-order"]);
        let test = "#[cfg(test)]\nmod tests {\n use crate::casework::Case;\n}\n";
        assert!(said(module_order, "crates/domain/src/journal/a.rs", test).is_empty());
        assert_eq!(said(module_order, "crates/domain/src/bundles/a.rs", ""), ["1: module-order"]);
    }

    #[test]
    fn a_word_in_a_comment_is_no_use() {
        assert!(said(module_order, "crates/domain/src/journal/a.rs", "// crate::casework\n").is_empty());
    }
}
