//! A folder in memory, gone when this is.

use super::{Result, said};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Room {
    folder: PathBuf,
}

impl Room {
    pub fn new() -> Result<Room> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("yiwang-rig-{}-{number}", std::process::id()));
        // A folder of that name can only be what a killed run with the same process number left behind.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(said(folder.display()))?;
        // PostgreSQL may run as another user and has to pass through.
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755))
            .map_err(said(folder.display()))?;
        Ok(Room { folder })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}
