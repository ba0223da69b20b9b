//! The texts of `data/`, wherever they come from.

use super::LoadError;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Texts by path inside `data/`, with `/` between folders: `items/food-business-licence.toml`.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: BTreeMap<String, String>,
}

impl Sources {
    /// From texts somebody else holds, such as those embedded in the program.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Sources {
        let slashes = |path: String| path.replace('\\', "/");
        Sources { files: files.into_iter().map(|(path, text)| (slashes(path), text)).collect() }
    }

    /// Every `.toml` file of a folder, of its `items` and of its `layouts` folder.
    pub fn from_dir(folder: &Path) -> io::Result<Sources> {
        let mut files = BTreeMap::new();
        for inner in ["", "items/", "layouts/"] {
            for entry in std::fs::read_dir(folder.join(inner))? {
                let path = entry?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if path.is_file() && name.ends_with(".toml") {
                    files.insert(format!("{inner}{name}"), std::fs::read_to_string(&path)?);
                }
            }
        }
        Ok(Sources { files })
    }

    /// Puts a text in the place of a file.
    pub fn replace(&mut self, path: &str, text: impl Into<String>) {
        self.files.insert(path.to_owned(), text.into());
    }

    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Paths and texts of the base items, in order of path.
    pub(super) fn items(&self) -> impl Iterator<Item = (&str, &str)> {
        self.folder("items/")
    }

    /// Paths and texts of the `.toml` files in a folder such as `layouts/`, in order of path.
    pub fn folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let within = move |path: &str| path.starts_with(folder) && path.ends_with(".toml");
        self.files
            .iter()
            .filter(move |(path, _)| within(path))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// A file that must be there, with its path as it is stored.
    pub(super) fn file(&self, path: &str) -> Result<(&str, &str), LoadError> {
        self.files.get_key_value(path).map(|(path, text)| (path.as_str(), text.as_str())).ok_or_else(|| {
            LoadError {
                file: path.to_owned(),
                line: 1,
                rule: "missing_file".to_owned(),
                message: "缺少这个文件".to_owned(),
            }
        })
    }
}
