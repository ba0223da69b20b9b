//! One running installation: the real binary on a fresh data folder.

use super::{answers, bound, free_port, moment};
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

pub struct Site {
    process: Child,
    folder: TempDir,
    pub url: String,
}

impl Site {
    /// Starts the demonstration province and waits until it answers.
    ///
    /// A new one draws its seals for minutes, beside every journey. `E2E_PROVINCE` names the data of one that has
    /// them (`cargo xtask province`); each journey works on a copy.
    pub async fn start() -> Site {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if let Some(province) = std::env::var_os("E2E_PROVINCE") {
            copy(Path::new(&province), &folder.path().join("data"));
        }
        let (port, monitor) = (free_port(), free_port());
        let log = File::create(log_of(&folder)).expect("a log file");
        let mut command = bound(binary());
        // Settings of the developer's shell must not reach the journeys.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("YIWANG_")) {
            command.env_remove(name);
        }
        let process = command
            .env("YIWANG_DATA", folder.path().join("data"))
            .env("YIWANG_LISTEN", format!("127.0.0.1:{port}"))
            .env("YIWANG_ADMIN_LISTEN", format!("127.0.0.1:{monitor}"))
            // Several sessions of one machine act faster than the people the limits are made for.
            .env("YIWANG_REQUESTS_PER_MINUTE", "100000")
            .env("YIWANG_GUESSES_PER_MINUTE", "10000")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut site = Site { process, folder, url: format!("http://127.0.0.1:{port}") };
        site.wait_for(port).await;
        site
    }

    async fn wait_for(&mut self, port: u16) {
        for _ in 0..1200 {
            if answers(port) {
                return;
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("yiwang ended at its start ({status}):\n{}", self.log());
            }
            moment().await;
        }
        panic!("yiwang does not answer after a minute:\n{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(log_of(&self.folder)).unwrap_or_default()
    }

    /// A folder for files that people upload.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The end of a journey: nothing may have gone wrong behind the pages either.
    pub fn assert_quiet(&self) {
        let log = self.log();
        let loud: Vec<&str> =
            log.lines().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
        assert!(loud.is_empty(), "the server logged errors:\n{}", loud.join("\n"));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("log of the server:\n{}", self.log());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status().expect("cp runs");
    assert!(done.success(), "{} cannot be copied", from.display());
}

fn log_of(folder: &TempDir) -> PathBuf {
    folder.path().join("server.log")
}

/// The program to try: `YIWANG_BIN`, or the release build of this workspace, made once.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match std::env::var_os("YIWANG_BIN") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// Cargo itself says where the binary is, whatever the target folder.
fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", "yiwang", "--message-format=json-render-diagnostics"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "yiwang does not build");
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let path = messages
        .filter(|m| m["target"]["name"] == "yiwang")
        .find_map(|m| Some(m["executable"].as_str()?.to_owned()));
    PathBuf::from(path.expect("cargo names the executable"))
}
