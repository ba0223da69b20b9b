//! Files to upload: small, and truly of their kind, for the product looks at the content.

use crate::harness::Site;
use std::path::PathBuf;

/// A white point.
const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58,
    126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 248, 15, 0, 1, 1, 1, 0, 177, 56, 246, 20, 0, 0,
    0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

fn write(site: &Site, name: &str, content: &[u8]) -> PathBuf {
    let path = site.folder().join(name);
    std::fs::write(&path, content).expect("a temporary file");
    path
}

/// Whatever content is given.
pub fn of(site: &Site, name: &str, content: &[u8]) -> PathBuf {
    write(site, name, content)
}

pub fn picture(site: &Site, name: &str) -> PathBuf {
    write(site, name, PNG)
}

/// Plain text that calls itself something else, or nothing the product takes.
pub fn text(site: &Site, name: &str) -> PathBuf {
    write(site, name, "只是文字".as_bytes())
}
