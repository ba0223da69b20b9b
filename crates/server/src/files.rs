//! Reading a file that somebody names on the command line.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// The bytes of a file, never more than `most`: a device without an end is too large like any other.
pub fn read(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let told = |error: Error| told(path, &error);
    let file = File::open(path).map_err(told)?;
    if file.metadata().map_err(told)?.is_dir() {
        return Err(format!("{} 是文件夹，请给出一个文件", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() > most {
        return Err(format!("{} 太大：最多 {} MB", path.display(), most >> 20));
    }
    Ok(bytes)
}

fn told(path: &Path, error: &Error) -> String {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound => format!("找不到文件 {path}"),
        ErrorKind::PermissionDenied => format!("没有权限读取 {path}"),
        _ => format!("读不出 {path}（系统错误 {}）", error.raw_os_error().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_larger_than_asked_for_is_read_whatever_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, [1; 1000]).unwrap();
        assert_eq!(read(&file, 1000).unwrap().len(), 1000);
        assert!(read(&file, 999).unwrap_err().contains("太大"));
        assert!(read(Path::new("/dev/zero"), 5 << 20).unwrap_err().contains("最多 5 MB"));
        assert!(read(folder.path(), 10).unwrap_err().contains("是文件夹"));
        assert!(read(&folder.path().join("b"), 10).unwrap_err().starts_with("找不到文件"));
    }
}
