//! The modelled disk: data on tmpfs, each flush a fixed sleep, faults at will (`shim/disk.c`); and a clock
//! that can be set under a running program (`shim/clock.c`).

use super::{Result, Room, said};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCES: [(&str, &str); 2] =
    [("disk.c", include_str!("../../shim/disk.c")), ("clock.c", include_str!("../../shim/clock.c"))];
/// What performance.md calls the modelled disk: each flush takes 1 ms.
pub const FLUSH_MICROS: u32 = 1000;

/// The compiled shim. Clones share its file in the room.
#[derive(Debug, Clone)]
pub struct Disk {
    library: PathBuf,
    fault: PathBuf,
    count: PathBuf,
    ahead: PathBuf,
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Flushing fails.
    Sync,
    /// No room left.
    Full,
}

/// How a program ends when its moment comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// SIGKILL as it comes.
    Before,
    /// SIGKILL when it is over and nobody has heard of it yet.
    After,
    /// The power fails: what was not flushed is gone.
    Power,
    /// The power fails, and chance decides which writes had reached the disk.
    Torn,
    /// The program is left alive; from now on no flush succeeds.
    Fail,
}

impl How {
    pub fn word(self) -> &'static str {
        match self {
            How::Before => "before",
            How::After => "after",
            How::Power => "power",
            How::Torn => "torn",
            How::Fail => "fail",
        }
    }
}

/// A **moment** is a flush, or, with a port, a message to that port of the loopback.
#[derive(Debug, Clone, Default)]
pub struct End {
    pub at: Option<(u64, How)>,
    pub port: Option<u16>,
    pub seed: u64,
    /// Flushes do nothing.
    pub lies: bool,
}

impl Disk {
    pub fn new(room: &Room) -> Result<Disk> {
        let library = room.path("disk.so");
        let mut sources = Vec::new();
        for (name, text) in SOURCES {
            let source = room.path(name);
            std::fs::write(&source, text).map_err(said(source.display()))?;
            sources.push(source);
        }
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let built = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .args(&sources)
            .arg("-ldl")
            .output()
            .map_err(said(format!("the C compiler {compiler} (Debian: apt-get install gcc libc6-dev)")))?;
        if !built.status.success() {
            return Err(format!("{compiler}: {}", String::from_utf8_lossy(&built.stderr)));
        }
        Ok(Disk {
            library,
            fault: room.path("disk.fault"),
            count: room.path("disk.count"),
            ahead: room.path("clock.ahead"),
        })
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

    /// A program that is going to end at a chosen moment, or whose moments are only counted.
    pub fn ends(&self, command: &mut Command, end: &End) -> Result<()> {
        std::fs::write(&self.count, [0; 8]).map_err(said("the count of moments"))?;
        command.env("YIWANG_END_COUNT", &self.count);
        if let Some(port) = end.port {
            command.env("YIWANG_END_PORT", port.to_string());
        }
        if let Some((at, how)) = end.at {
            command
                .env("YIWANG_END_AT", at.to_string())
                .env("YIWANG_END_HOW", how.word())
                .env("YIWANG_END_SEED", end.seed.to_string());
        }
        if end.lies {
            command.env("YIWANG_END_LIES", "1");
        }
        Ok(())
    }

    /// How many moments the last program under [`Disk::ends`] has had.
    pub fn moments(&self) -> Result<u64> {
        let bytes = std::fs::read(&self.count).map_err(said("the count of moments"))?;
        let bytes = bytes.try_into().map_err(|_| "the count of moments is no number")?;
        Ok(u64::from_ne_bytes(bytes))
    }

    /// A program whose time of day is what [`Disk::set_clock`] makes it.
    pub fn under_a_clock(&self, command: &mut Command) {
        command.env("YIWANG_CLOCK_AHEAD", &self.ahead);
    }

    /// By how many seconds the time of day is wrong from this moment on. Written in place: programs have it mapped.
    pub fn set_clock(&self, seconds: i64) -> Result<()> {
        let file = std::fs::File::options().create(true).truncate(false).write(true).open(&self.ahead);
        let written = file.and_then(|file| file.write_all_at(&(seconds * 1000).to_ne_bytes(), 0));
        written.map_err(said("the clock"))
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
