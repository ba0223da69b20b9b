//! The interface's description knows types by their names alone: of two with one name it keeps the last, and says
//! of the other's answers what is not so.

use super::Finding;
use super::tree::File;
use std::collections::BTreeMap;

pub fn names(files: &[File]) -> Vec<Finding> {
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("crates/web/src/")) {
        for (line, name) in described(file) {
            match known.get(name) {
                Some(place) => {
                    let message = format!(
                        "the interface describes another `{name}` already ({place}). Give one of them a name that says \
                         more, here and in the description."
                    );
                    found.push(Finding::new(file, line, "schema-name", message));
                }
                None => _ = known.insert(name, format!("{}:{line}", file.path)),
            }
        }
    }
    found
}

/// Types that derive `ToSchema`, by line.
fn described(file: &File) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut derived = false;
    for (line, text) in file.lines() {
        let text = text.trim_start();
        derived |= text.starts_with("#[derive(") && text.contains("ToSchema");
        let mut words =
            text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        let is_type = !text.starts_with("//") && words.any(|word| matches!(word, "struct" | "enum"));
        if let (true, true, Some(name)) = (derived, is_type, words.next()) {
            found.push((line, name));
            derived = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_given_twice_is_found() {
        let type_of = |name: &str| {
            format!("#[derive(Serialize, ToSchema)]\n/// A struct of ours.\npub(crate) struct {name} {{\n")
        };
        let other = "#[derive(Debug)]\nstruct Found {\n";
        let files = [
            File::new("crates/web/src/api/a.rs", &type_of("Found")),
            File::new(
                "crates/web/src/api/b.rs",
                &format!("{other}{}{}", type_of("Found<'a>"), type_of("Other")),
            ),
        ];
        let found: Vec<_> = names(&files).into_iter().map(|f| (f.path, f.line, f.rule)).collect();
        assert_eq!(found, [("crates/web/src/api/b.rs".to_owned(), 5, "schema-name")]);
    }
}
