//! Names of files in the package, and how a file names another (`ST_Loc`, GB/T 33190 §7.3).

use crate::{Fault, Result};

/// Longer names are nobody's.
const LONGEST: usize = 512;

/// Refuses a name that could leave the package or be read as another one.
pub(super) fn check(name: &str) -> Result<()> {
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let sound = !name.is_empty()
        && name.len() <= LONGEST
        && !name.contains(odd)
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if sound { Ok(()) } else { Err(Fault::new("zip.name", format!("{:?}", name.get(..80).unwrap_or(name)))) }
}

/// As file systems without case see the name: two such names are one file for some readers.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// `Doc_0/Pages` for `Doc_0/Pages/Page_0.xml`; empty for a file at the root.
pub fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The name in the package that `loc` means when written in a file of `directory`. Absolute locations begin
/// at the root. `None` when it leaves the package.
pub fn resolve(directory: &str, loc: &str) -> Option<String> {
    let loc = loc.trim().replace('\\', "/");
    let mut parts: Vec<&str> = if loc.starts_with('/') { vec![] } else { directory.split('/').collect() };
    parts.retain(|part| !part.is_empty());
    for part in loc.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_relative_or_from_the_root() {
        assert_eq!(resolve("Doc_0", "Pages/Page_0/Content.xml").unwrap(), "Doc_0/Pages/Page_0/Content.xml");
        assert_eq!(resolve("Doc_0/Pages", "../Res/a.png").unwrap(), "Doc_0/Res/a.png");
        assert_eq!(resolve("Doc_0", "/Doc_1/./Document.xml").unwrap(), "Doc_1/Document.xml");
        assert_eq!(resolve("", "Doc_0\\Document.xml").unwrap(), "Doc_0/Document.xml");
    }

    #[test]
    fn no_location_leaves_the_package() {
        assert_eq!(resolve("Doc_0", "../../etc/passwd"), None);
        assert_eq!(resolve("", ".."), None);
        assert_eq!(resolve("Doc_0", ".."), None);
    }

    #[test]
    fn names_that_leave_or_mislead_are_refused() {
        let long = "a".repeat(513);
        for name in ["", "/a", "a/", "a//b", "./a", "a/../b", "..", "a\\b", "a\0b", "C:/a", "a\nb", &long] {
            assert_eq!(check(name).unwrap_err().reason, "zip.name", "{name:?}");
        }
        assert!(check("Doc_0/附件/材料 1.pdf").is_ok());
    }
}
