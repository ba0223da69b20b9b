//! The files of the repository, read once.

use std::path::Path;

/// One text file. `path` is relative to the root, with `/`.
#[derive(Debug, Clone)]
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whole files of tests: no limits of length, and any module may be used.
    pub fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let folders = ["/tests/", "/benches/", "/examples/"];
        name == "tests.rs" || name.ends_with("_tests.rs") || folders.iter().any(|f| self.path.contains(f))
    }

    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Everything below the root that is text and not made by a build. Hidden folders other than those with
/// our own settings are not ours.
pub fn read(root: &Path) -> std::io::Result<Vec<File>> {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

const NOT_OURS: [&str; 4] = ["target", "yiwang-data", "node_modules", ".git"];

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        // `.git` is a file where a working copy is one of several.
        if NOT_OURS.contains(&&*name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(root, &path, files)?;
            continue;
        }
        // What is not UTF-8 is an image; there is nothing to read in it.
        let Ok(text) = String::from_utf8(std::fs::read(&path)?) else { continue };
        let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if !path.ends_with(".orig") {
            files.push(File { path, text });
        }
    }
    Ok(())
}
