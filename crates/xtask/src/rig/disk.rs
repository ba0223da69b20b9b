//! The modelled disk: data on tmpfs, each flush a fixed sleep, faults at will (`shim/disk.c`).

use super::{Result, Room, said};
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = include_str!("../../shim/disk.c");
/// What performance.md calls the modelled disk: each flush takes 1 ms.
pub const FLUSH_MICROS: u32 = 1000;

/// The compiled shim. Clones share its file in the room.
#[derive(Debug, Clone)]
pub struct Disk {
    library: PathBuf,
    fault: PathBuf,
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Flushing fails.
    Sync,
    /// No room left.
    Full,
}

impl Disk {
    pub fn new(room: &Room) -> Result<Disk> {
        let (source, library) = (room.path("disk.c"), room.path("disk.so"));
        std::fs::write(&source, SOURCE).map_err(said(source.display()))?;
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let built = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .output()
            .map_err(said(format!("the C compiler {compiler} (Debian: apt-get install gcc libc6-dev)")))?;
        if !built.status.success() {
            return Err(format!("{compiler} disk.c: {}", String::from_utf8_lossy(&built.stderr)));
        }
        Ok(Disk { library, fault: room.path("disk.fault") })
    }

    /// Puts a program on this disk; `folder` is what may get full.
    pub fn under(&self, command: &mut Command, folder: &Path) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("YIWANG_DISK_SYNC_MICROS", FLUSH_MICROS.to_string())
            .env("YIWANG_DISK_FOLDER", folder);
    }

    /// As [`Disk::under`], for a server whose disk is going to break. Looking for the fault costs a system
    /// call for each flush and write, so measurements do without.
    pub fn under_with_faults(&self, command: &mut Command, folder: &Path) {
        self.under(command, folder);
        command.env("YIWANG_DISK_FAULT", &self.fault);
    }

    /// Breaks the disk from this moment on.
    pub fn break_it(&self, fault: Fault) -> Result<()> {
        let word = match fault {
            Fault::Sync => "sync",
            Fault::Full => "full",
        };
        // Written beside and renamed, so that nobody reads half a word.
        let beside = self.fault.with_extension("new");
        std::fs::write(&beside, word).map_err(said("the fault"))?;
        std::fs::rename(&beside, &self.fault).map_err(said("the fault"))
    }

    pub fn repair(&self) -> Result<()> {
        match std::fs::remove_file(&self.fault) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(format!("the fault: {error}")),
            _ => Ok(()),
        }
    }
}
