//! A PostgreSQL of ours, started from the installed server, durable as in production.

use super::{Disk, Result, Room, free_port, said};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
fsync = on
synchronous_commit = on
wal_sync_method = fdatasync
max_wal_size = 4GB
";

pub struct Cluster {
    data: PathBuf,
    log: PathBuf,
    programs: PathBuf,
    /// Whom the server runs as, when we are root: it refuses to be.
    user: Option<(u32, u32)>,
    disk: Disk,
    pub port: u16,
}

impl Cluster {
    pub fn start(room: &Room, disk: &Disk) -> Result<Cluster> {
        let data = room.path("postgres");
        std::fs::create_dir_all(&data).map_err(said(data.display()))?;
        let user = server_user()?;
        if let Some((uid, gid)) = user {
            chown(&data, Some(uid), Some(gid)).map_err(said("chown"))?;
        }
        let log = data.join("server.log");
        let cluster =
            Cluster { data, log, programs: programs()?, user, disk: disk.clone(), port: free_port()? };
        cluster.run("initdb", &["-U", "yiwang", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])?;
        let file = cluster.data.join("postgresql.auto.conf");
        std::fs::write(&file, format!("{SETTINGS}port = {}\n", cluster.port))
            .map_err(said(file.display()))?;
        cluster.start_again()?;
        Ok(cluster)
    }

    pub fn start_again(&self) -> Result<()> {
        let log = self.log.display().to_string();
        self.run("pg_ctl", &["start", "-s", "-w", "-t", "60", "-l", &log])
            .map_err(|why| format!("{why}\n{}", std::fs::read_to_string(&self.log).unwrap_or_default()))
    }

    /// As if the power had failed, except that nothing in the kernel is lost.
    pub fn stop_at_once(&self) -> Result<()> {
        self.run("pg_ctl", &["stop", "-s", "-m", "immediate", "-w", "-t", "60"])
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://yiwang@127.0.0.1:{}/{database}", self.port)
    }

    pub async fn create_database(&self, name: &str) -> Result<String> {
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), tokio_postgres::NoTls)
            .await
            .map_err(said("PostgreSQL"))?;
        let connection = tokio::spawn(connection);
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .map_err(said(format!("CREATE DATABASE {name}")))?;
        drop(client);
        let _ = connection.await;
        Ok(self.url(name))
    }

    /// The process all others descend from.
    pub fn pid(&self) -> Result<u32> {
        let file = self.data.join("postmaster.pid");
        let text = std::fs::read_to_string(&file).map_err(said(file.display()))?;
        text.lines().next().and_then(|line| line.parse().ok()).ok_or_else(|| "postmaster.pid is empty".into())
    }

    /// One of the programs that come with the server, with what it printed.
    pub fn tool(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let port = self.port.to_string();
        let mut command = Command::new(self.programs.join(program));
        command.args(["-h", "127.0.0.1", "-p", &port, "-U", "yiwang"]).args(arguments).stdin(Stdio::null());
        let output = command.output().map_err(said(program))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let errors = self.data.with_extension("errors");
        // A file and not a pipe: the server inherits it, and a pipe would end only with the server.
        let file = std::fs::File::create(&errors).map_err(said(errors.display()))?;
        let mut command = Command::new(self.programs.join(program));
        command.arg("-D").arg(&self.data).args(arguments);
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        self.disk.under(&mut command, &self.data);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        let status = command.status().map_err(said(program))?;
        match status.success() {
            true => Ok(()),
            false => {
                Err(format!("{program}: {status} {}", std::fs::read_to_string(&errors).unwrap_or_default()))
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.stop_at_once();
    }
}

/// The newest installed server.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates = folders.into_iter().rev().chain(std::env::split_paths(&path));
    candidates
        .find(|folder| folder.join("initdb").is_file() && folder.join("pgbench").is_file())
        .ok_or_else(|| "PostgreSQL is not installed (Debian: apt-get install postgresql)".into())
}

fn server_user() -> Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata("/proc/self").map_err(said("/proc/self"))?.uid() != 0 {
        return Ok(None);
    }
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).map_err(said("/etc/passwd"))?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut numbers =
        line.ok_or("we are root, and there is no user postgres to run the server as")?.split(':').skip(2);
    let mut number = || numbers.next().and_then(|field| field.parse().ok());
    Ok(number().zip(number()))
}
