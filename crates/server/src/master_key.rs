//! The master key: made at the first start, kept beside the data, readable by the owner alone.

use base::crypt::{hex, unhex};
use base::{OsRng, Rng};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const FILE: &str = "master.key";

/// Reads the key of a data folder, or makes one. `YIWANG_MASTER_KEY` (64 hexadecimal digits) replaces the
/// file where a secret store hands keys to processes.
pub fn load(folder: &Path) -> Result<[u8; 32], String> {
    if let Ok(text) = std::env::var("YIWANG_MASTER_KEY") {
        return parse(&text).ok_or_else(|| "YIWANG_MASTER_KEY 应为64个十六进制数字".to_owned());
    }
    std::fs::create_dir_all(folder).map_err(|e| format!("不能建立数据文件夹 {}：{e}", folder.display()))?;
    let path = folder.join(FILE);
    if path.exists() { read(&path) } else { make(&path) }
}

fn read(path: &Path) -> Result<[u8; 32], String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("读不到主密钥 {}：{e}", path.display()))?;
    parse(text.trim()).ok_or_else(|| format!("{} 不是主密钥，请从备份恢复", path.display()))
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
        let mut file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
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
