//! The master key: made at the first start, kept beside the data, readable by the owner alone.

use base::crypt::{hex, unhex};
use base::{OsRng, Rng};
use db::private;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const FILE: &str = "master.key";

/// The key of a data folder whose database was begun with one: another made in its place would only hide that it
/// is gone.
pub fn find(folder: &Path) -> Result<[u8; 32], String> {
    let missing = || {
        format!(
            "找不到主密钥 {}，而数据库已经用它加密过。请从备份恢复这个文件，或设置 YIWANG_MASTER_KEY",
            folder.join(FILE).display()
        )
    };
    given(folder)?.ok_or_else(missing)
}

/// The same for a database without data, for which a key is made.
pub fn find_or_make(folder: &Path) -> Result<[u8; 32], String> {
    if let Some(key) = given(folder)? {
        return Ok(key);
    }
    private::create_folder(folder).map_err(|e| format!("不能建立数据文件夹 {}：{e}", folder.display()))?;
    make(&folder.join(FILE))
}

/// `YIWANG_MASTER_KEY` (64 hexadecimal digits) replaces the file where a secret store hands keys to processes.
fn given(folder: &Path) -> Result<Option<[u8; 32]>, String> {
    if let Ok(text) = std::env::var("YIWANG_MASTER_KEY") {
        return parse(&text).map(Some).ok_or_else(|| "YIWANG_MASTER_KEY 应为64个十六进制数字".to_owned());
    }
    let path = folder.join(FILE);
    if path.exists() { read(&path).map(Some) } else { Ok(None) }
}

fn read(path: &Path) -> Result<[u8; 32], String> {
    let unreadable = |e| format!("读不到主密钥 {}：{e}", path.display());
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    if open_to_others(path).map_err(unreadable)? {
        tracing::warn!(
            file = %path.display(),
            "other accounts of this machine can read the master key; take their rights away (chmod 600)"
        );
    }
    parse(text.trim()).ok_or_else(|| format!("{} 不是主密钥，请从备份恢复", path.display()))
}

fn open_to_others(path: &Path) -> std::io::Result<bool> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

fn parse(text: &str) -> Option<[u8; 32]> {
    unhex(text)?.try_into().ok()
}

fn make(path: &Path) -> Result<[u8; 32], String> {
    let mut key = [0; 32];
    OsRng.fill(&mut key);
    // Whole or not at all: half a key would stop every later start. Two processes may begin at once, and the one
    // that is late must not replace the key the other already uses.
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut file = private::file().create(true).truncate(true).open(&beside)?;
        file.write_all(hex(&key).as_bytes())?;
        file.sync_all()?;
        let placed = std::fs::hard_link(&beside, path);
        std::fs::remove_file(&beside)?;
        placed?;
        std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    match write() {
        Ok(()) => Ok(key),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => read(path),
        Err(e) => Err(format!("不能写主密钥 {}：{e}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_key_is_never_replaced_and_a_new_one_is_the_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert!(find(&data).unwrap_err().contains("从备份恢复"));
        assert!(!data.exists(), "looking for a key makes nothing");
        let key = find_or_make(&data).unwrap();
        assert_eq!((find(&data).unwrap(), find_or_make(&data).unwrap()), (key, key));
        let file = data.join(FILE);
        assert!(!open_to_others(&file).unwrap() && !open_to_others(&data).unwrap());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(open_to_others(&file).unwrap());
    }
}
