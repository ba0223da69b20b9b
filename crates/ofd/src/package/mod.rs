//! The package: a ZIP of named files, read within limits and written the same way each time.
//!
//! Own reader and writer over flate2 and crc32fast instead of crate `zip`: a seal protects files by name, so
//! every way in which two readers could see different files in the same bytes has to be refused, and a
//! general library does not look for them (local header against directory, gaps, names twice).

mod inflate;
mod path;
mod unzip;
mod zip;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use path::{directory_of, resolve};

use crate::{Limits, Result};

/// Named files. Names are as in the ZIP: `Doc_0/Document.xml`, without a leading slash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Package {
    files: BTreeMap<String, Vec<u8>>,
}

impl Package {
    /// Reads a ZIP.
    ///
    /// Errors name what was refused: `zip.size`, `zip.format`, `zip.zip64`, `zip.disks`, `zip.prefix`,
    /// `zip.trailing`, `zip.gap`, `zip.overlap`, `zip.mismatch`, `zip.encrypted`, `zip.method`, `zip.name`,
    /// `zip.duplicate`, `zip.link`, `zip.files`, `zip.file_size`, `zip.total_size`, `zip.ratio`,
    /// `zip.inflate`, `zip.checksum`.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Package> {
        Ok(Package { files: unzip::unzip(bytes, limits)? })
    }

    /// The file of that name; a leading slash (`ST_Loc` from the root of the package) may stand.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path.strip_prefix('/').unwrap_or(path)).map(Vec::as_slice)
    }

    /// Adds or replaces a file. Errors: `zip.name`, `zip.duplicate` when another name differs only in case.
    pub fn put(&mut self, path: &str, bytes: Vec<u8>) -> Result<()> {
        let name = path.strip_prefix('/').unwrap_or(path);
        path::check(name)?;
        if !self.files.contains_key(name) {
            let folded = path::folded(name);
            if self.files.keys().any(|other| path::folded(other) == folded) {
                return Err(crate::Fault::new("zip.duplicate", name));
            }
        }
        self.files.insert(name.to_owned(), bytes);
        Ok(())
    }

    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path.strip_prefix('/').unwrap_or(path))
    }

    /// Names in order, without a leading slash.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The ZIP: the same files give the same bytes. What packs better than a reader believes (`zip.ratio`) is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        zip::zip(&self.files, &|_| false)
    }

    /// The same, with the files of these names stored as they are: those of strangers, say, of which nobody knows
    /// how they pack.
    pub fn to_bytes_storing(&self, stored: &dyn Fn(&str) -> bool) -> Vec<u8> {
        zip::zip(&self.files, stored)
    }
}
