//! Tidy: the rules of this repository that neither the compiler nor clippy knows.
//!
//! A **rule** is a function from the files to **findings**; a finding names its place, its rule, and what
//! to do. Each rule has a test that breaks it. Nothing here compiles or runs the product; a rule that
//! would need to is a test of the crate concerned.

mod assets;
mod contrast;
mod layers;
mod manifests;
mod paths;
mod schemas;
mod size;
mod source;
mod sql;
mod templates;
mod tree;

use std::fmt;
use std::path::Path;
use tree::File;

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    /// What is wrong and what to do, as sentences.
    pub message: String,
}

impl Finding {
    fn new(file: &File, line: usize, rule: &'static str, message: impl Into<String>) -> Finding {
        Finding { path: file.path.clone(), line, rule, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}", self.path, self.line, self.rule, self.message)
    }
}

type Rule = fn(&[File]) -> Vec<Finding>;

const RULES: &[Rule] = &[
    size::files,
    size::functions,
    size::templates,
    layers::module_docs,
    layers::module_order,
    manifests::crate_edges,
    manifests::licences,
    manifests::registries,
    paths::machine_paths,
    schemas::names,
    sql::home,
    templates::inline_code,
    assets::budgets,
    contrast::tokens,
];

/// Every finding, by file and line.
pub fn findings(root: &Path) -> std::io::Result<Vec<Finding>> {
    let files = tree::read(root)?;
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&files)).collect();
    found.sort();
    Ok(found)
}

/// Prints what breaks a rule; an error when anything does.
pub fn run(root: &Path) -> Result<(), String> {
    let found = findings(root).map_err(|e| format!("{}: {e}", root.display()))?;
    for finding in &found {
        println!("{finding}");
    }
    if !found.is_empty() {
        return Err(format!("tidy: {} findings", found.len()));
    }
    println!("tidy: {} rules, no finding", RULES.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let found = findings(&crate::root()).expect("the repository is readable");
        let text: Vec<String> = found.iter().map(Finding::to_string).collect();
        assert!(found.is_empty(), "\n{}", text.join("\n"));
    }

    /// For the tests of the rules: what a rule says about one file.
    pub(super) fn said(rule: Rule, path: &str, text: &str) -> Vec<String> {
        rule(&[File::new(path, text)]).iter().map(|f| format!("{}: {}", f.line, f.rule)).collect()
    }
}
