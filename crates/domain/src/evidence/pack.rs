//! An archive while it is put together, within its limits.

use super::contents::{FILES, LIMITS};
use base::{Error, Result};
use ofd::package::Package;

/// Files so far. Nothing leaves us that our own check would refuse to open.
#[derive(Default)]
pub(super) struct Pack {
    package: Package,
    bytes: usize,
}

impl Pack {
    /// Refused with `evidence.too_large` when the archive would go beyond its limits.
    pub fn put(&mut self, path: &str, content: Vec<u8>) -> Result<()> {
        self.bytes = self.bytes.saturating_add(content.len());
        let most = self.package.paths().count() >= LIMITS.files;
        if most || content.len() > LIMITS.file_bytes || self.bytes > LIMITS.total_bytes {
            let message = format!(
                "这个办件的文书和文件加起来超过了证据包的上限（共 {} MB，单个文件 {} MB），不能导出成一个证据包。\
                 请联系系统管理员分别提供",
                LIMITS.total_bytes >> 20,
                LIMITS.file_bytes >> 20
            );
            return Err(Error::refused("evidence.too_large", message));
        }
        self.package.put(path, content).map_err(|fault| Error::Bug(fault.into()))
    }

    /// Names and contents, in the order of the names.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.package.paths().map(|path| (path, self.package.get(path).unwrap_or_default()))
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.package.to_bytes_storing(&|name| name.starts_with(FILES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_kept_and_what_is_within_them_opens_again() {
        let mut pack = Pack::default();
        pack.put("files/plan.pdf", vec![b' '; 9 << 20]).unwrap();
        let bytes = pack.into_bytes();
        let opened = Package::open(&bytes, &LIMITS).unwrap();
        assert_eq!(opened.get("files/plan.pdf").map(<[u8]>::len), Some(9 << 20));

        let mut pack = Pack::default();
        let one = pack.put("files/a.pdf", vec![0; LIMITS.file_bytes + 1]).unwrap_err();
        assert_eq!(one.code(), "evidence.too_large");
        let mut pack = Pack { package: Package::default(), bytes: LIMITS.total_bytes };
        assert_eq!(pack.put("files/a.pdf", vec![0]).unwrap_err().code(), "evidence.too_large");
        let mut pack = Pack::default();
        for number in 0..LIMITS.files {
            pack.put(&format!("files/{number}.pdf"), vec![0]).unwrap();
        }
        assert_eq!(pack.put("files/more.pdf", vec![0]).unwrap_err().code(), "evidence.too_large");
    }
}
