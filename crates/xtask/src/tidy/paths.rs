//! Nothing in the repository knows the machine it was written on.

use super::Finding;
use super::tree::File;

/// Written in two halves, so that this file does not find itself.
const EVERYWHERE: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
const IN_PROGRAMS: [&str; 1] = [concat!("/tm", "p/")];

pub fn machine_paths(files: &[File]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in files {
        let is_program = !file.path.ends_with(".md") && !file.path.ends_with(".lock");
        for (line, text) in file.lines() {
            let programs = if is_program { &IN_PROGRAMS[..] } else { &[] };
            for path in EVERYWHERE.iter().chain(programs).filter(|path| names(text, path)) {
                let message = format!(
                    "`{path}` is a folder of one machine. Use a relative path, std::env::temp_dir or an argument."
                );
                found.push(Finding::new(file, line, "machine-path", message));
            }
        }
    }
    found
}

/// Whether the path stands there as the beginning of an absolute one.
fn names(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|c| {
            !c.is_alphanumeric() && !matches!(c, '/' | '.' | '-' | '_' | '}' | '~' | '*' | ':')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;
    use super::*;

    #[test]
    fn a_folder_of_one_machine_is_found() {
        for path in EVERYWHERE.iter().chain(&IN_PROGRAMS) {
            let text = format!("a\nconst X: &str = \"{path}x\";\n");
            assert_eq!(said(machine_paths, "crates/a/src/b.rs", &text), ["2: machine-path"]);
        }
        let example = format!("yiwang tour --out {}x\n", IN_PROGRAMS[0]);
        assert!(said(machine_paths, "docs/a.md", &example).is_empty());
        let address = format!("https://example.gov.cn{}x\n", EVERYWHERE[0]);
        assert!(said(machine_paths, "docs/a.md", &address).is_empty());
    }
}
