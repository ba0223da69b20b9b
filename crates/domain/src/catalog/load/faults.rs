//! The mistakes found so far.

use super::LoadError;
use super::document::Document;
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Faults {
    pub errors: Vec<LoadError>,
    warnings: Vec<LoadError>,
}

impl Faults {
    /// Reports a mistake at `path` (see [`Document::line`]).
    pub fn say(&mut self, document: &Document<'_>, path: &str, rule: &str, message: impl Into<String>) {
        self.errors.push(fault(document, path, rule, message.into()));
    }

    pub fn warn(&mut self, document: &Document<'_>, path: &str, rule: &str, message: impl Into<String>) {
        self.warnings.push(fault(document, path, rule, message.into()));
    }

    /// Reports unless `known`.
    pub fn unless(
        &mut self,
        known: bool,
        document: &Document<'_>,
        path: &str,
        rule: &str,
        message: impl Into<String>,
    ) {
        if !known {
            self.say(document, path, rule, message);
        }
    }

    /// Reports every key that stands twice. `path_of` leads to the key at a position.
    pub fn duplicates<'k>(
        &mut self,
        document: &Document<'_>,
        keys: impl Iterator<Item = &'k str>,
        path_of: impl Fn(usize) -> String,
    ) {
        let mut seen = HashMap::new();
        for (position, key) in keys.enumerate() {
            if let Some(first) = seen.insert(key, position) {
                let line = document.line(&path_of(first));
                let message = format!("“{key}”在第 {line} 行已经有了");
                self.say(document, &path_of(position), "duplicate_key", message);
            }
        }
    }

    /// The warnings, when there are no errors. Both in order of file and line, each once.
    pub fn finish(mut self) -> Result<Vec<LoadError>, Vec<LoadError>> {
        for list in [&mut self.errors, &mut self.warnings] {
            list.sort_by(|a, b| {
                (&a.file, a.line, &a.rule, &a.message).cmp(&(&b.file, b.line, &b.rule, &b.message))
            });
            list.dedup();
        }
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(self.errors) }
    }
}

fn fault(document: &Document<'_>, path: &str, rule: &str, message: String) -> LoadError {
    LoadError { file: document.file.to_owned(), line: document.line(path), rule: rule.to_owned(), message }
}
