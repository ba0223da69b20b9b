//! One temporary PostgreSQL cluster for all test processes of this workspace and user.
//!
//! The first test that needs it makes and starts it, under a file lock; the others find it running. It is
//! fast and forgetful (`fsync=off`), and a cluster that does not answer is thrown away and made anew.
//! `YIWANG_TEST_PG` names another server instead.

use super::folder_with;
use base::crypt::{hex, sm3};
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tokio::sync::OnceCell;

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 400
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 1GB
autovacuum_naptime = 10min
max_locks_per_transaction = 512
";

/// The address of the cluster for tests, started when it is not running. Panics with a sentence that says
/// what is missing.
pub async fn postgres_url() -> String {
    static URL: OnceCell<String> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(|| match std::env::var("YIWANG_TEST_PG") {
            Ok(url) => Ok(url),
            Err(_) => Cluster::find().and_then(|cluster| cluster.running()),
        });
        let started = started.await.expect("starting the cluster does not panic");
        started.unwrap_or_else(|why| panic!("no PostgreSQL for tests: {why}"))
    };
    URL.get_or_init(start).await.clone()
}

/// Stops the cluster, when there is one, and removes it.
pub fn stop_cluster() -> Result<(), String> {
    let cluster = Cluster::find()?;
    let _lock = cluster.lock()?;
    cluster.discard()
}

struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// Whom the server runs as, when that is not us: it refuses to be root.
    user: Option<(u32, u32)>,
}

impl Cluster {
    fn find() -> Result<Cluster, String> {
        let uid = std::fs::metadata("/proc/self").map_err(said("/proc/self"))?.uid();
        let workspace = hex(&sm3(env!("CARGO_MANIFEST_DIR").as_bytes()));
        let folder = std::env::temp_dir().join(format!("yiwang-pg-{uid}-{}", &workspace[..8]));
        let user = if uid == 0 { Some(postgres_user()?) } else { None };
        Ok(Cluster { folder, programs: programs()?, user })
    }

    fn lock(&self) -> Result<File, String> {
        let path = self.folder.with_extension("lock");
        let file = File::create(&path).map_err(said(&path.display().to_string()))?;
        file.lock().map_err(said("lock"))?;
        Ok(file)
    }

    fn running(&self) -> Result<String, String> {
        let _lock = self.lock()?;
        if let Ok(port) = std::fs::read_to_string(self.folder.join("port"))
            && let Ok(port) = port.parse::<u16>()
            && self.control(&["status"]).is_ok()
            && TcpStream::connect(("127.0.0.1", port)).is_ok()
        {
            return Ok(url(port));
        }
        self.discard()?;
        self.create()
    }

    fn create(&self) -> Result<String, String> {
        std::fs::create_dir_all(&self.folder).map_err(said("create the cluster's folder"))?;
        std::fs::set_permissions(&self.folder, PermissionsExt::from_mode(0o755))
            .map_err(said("permissions"))?;
        if let Some((uid, gid)) = self.user {
            chown(&self.folder, Some(uid), Some(gid)).map_err(said("chown"))?;
        }
        let data = self.data();
        self.run("initdb", &["-D", &data, "-U", "yiwang", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"])?;
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .map_err(said("a free port"))?
            .port();
        let settings =
            format!("{SETTINGS}port = {port}\nunix_socket_directories = '{}'\n", self.folder.display());
        let file = Path::new(&data).join("postgresql.auto.conf");
        std::fs::write(&file, settings).map_err(said("postgresql.auto.conf"))?;
        if let Some((uid, gid)) = self.user {
            chown(&file, Some(uid), Some(gid)).map_err(said("chown"))?;
        }
        let log = self.folder.join("log").display().to_string();
        self.control(&["start", "-w", "-l", &log])
            .map_err(|why| format!("{why}\n{}", std::fs::read_to_string(&log).unwrap_or_default()))?;
        std::fs::write(self.folder.join("port"), port.to_string()).map_err(said("port"))?;
        Ok(url(port))
    }

    fn discard(&self) -> Result<(), String> {
        if self.folder.exists() {
            if self.control(&["status"]).is_ok() {
                self.control(&["stop", "-m", "immediate", "-w"])?;
            }
            std::fs::remove_dir_all(&self.folder).map_err(said("remove the cluster"))?;
        }
        Ok(())
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn control(&self, arguments: &[&str]) -> Result<(), String> {
        let data = self.data();
        self.run("pg_ctl", &[&["-D", &data, "-s"], arguments].concat())
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let errors = tempfile::tempfile().map_err(said("a temporary file"))?;
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        // A file and not a pipe: the server inherits it, and a pipe would end only with the server.
        command.stderr(errors.try_clone().map_err(said("a temporary file"))?);
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        let status = command.status().map_err(said(program))?;
        if status.success() {
            return Ok(());
        }
        let mut words = String::new();
        let _ = std::io::Seek::rewind(&mut &errors)
            .and_then(|()| std::io::Read::read_to_string(&mut &errors, &mut words));
        Err(format!("{program} {arguments:?}: {status} {words}"))
    }
}

fn url(port: u16) -> String {
    format!("postgres://yiwang@127.0.0.1:{port}/postgres")
}

/// Runs a text on a connection of its own, from a thread without a runtime.
pub(super) fn run_once(url: &str, sql: &str) -> Result<(), String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
        let (client, connection) = connected.map_err(|e| e.to_string())?;
        let connection = tokio::spawn(connection);
        let done = client.batch_execute(sql).await.map_err(|e| format!("{e:?}"));
        drop(client);
        let _ = connection.await;
        done
    })
}

fn programs() -> Result<PathBuf, String> {
    let mut installed: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    installed.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folder_with("pg_ctl", installed.into_iter().rev().chain(std::env::split_paths(&path))).ok_or_else(|| {
        "initdb and pg_ctl are neither under /usr/lib/postgresql/*/bin nor in PATH. Install the server \
         (Debian: apt-get install postgresql), or name a running one in YIWANG_TEST_PG."
            .to_owned()
    })
}

fn postgres_user() -> Result<(u32, u32), String> {
    let users = std::fs::read_to_string("/etc/passwd").map_err(said("/etc/passwd"))?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut fields =
        line.ok_or("we are root, and there is no user postgres to run the server as")?.split(':').skip(2);
    let mut number = || fields.next().and_then(|field| field.parse().ok());
    number().zip(number()).ok_or_else(|| "the line of postgres in /etc/passwd has no numbers".to_owned())
}

fn said(what: &str) -> impl Fn(std::io::Error) -> String {
    move |error| format!("{what}: {error}")
}
