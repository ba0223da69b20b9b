//! A data folder belongs to one process.

use crate::private;
use base::{Error, Result};
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

/// The lock on `yiwang.lock`, held as long as this lives; the system lets go of it when the process ends,
/// however it ends.
pub(super) struct Claim {
    _lock: File,
}

impl Claim {
    pub fn take(folder: &Path) -> Result<Claim> {
        let shown = folder.display();
        let unusable = |source: std::io::Error| {
            Error::refused("db.folder_unusable", format!("数据目录 {shown} 无法使用：{source}"))
        };
        private::create_folder(folder).map_err(unusable)?;
        let lock = private::file()
            .create(true)
            .truncate(false)
            .open(folder.join("yiwang.lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::refused(
                    "db.folder_in_use",
                    format!(
                        "数据目录 {shown} 正被另一个进程使用，本次启动已停止。请先停止该进程，或为本进程另选数据目录。"
                    ),
                ));
            }
            Err(TryLockError::Error(source)) => return Err(unusable(source)),
        }
        // Only for the person who wonders who holds it; the lock is what counts.
        let _ = lock.set_len(0).and_then(|()| writeln!(&lock, "{}", std::process::id()));
        Ok(Claim { _lock: lock })
    }
}
