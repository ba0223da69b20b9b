//! References: known programs on the same machine in the same minute, so that a figure says something
//! about the product and not about the neighbours of the machine (performance.md).

use super::drive::{Next, drive};
use crate::rig::{Cluster, Disk, Result, Room, free_port, now, said, usage};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Hidden subcommands: a reference that must be measured as a process of its own.
#[derive(clap::Subcommand)]
pub enum Reference {
    /// R1: 4 KB writes, each flushed, for so many seconds; prints how many a second
    Disk { file: std::path::PathBuf, seconds: f64 },
    /// Password hashes as the product makes them, for so many seconds; prints how many a processor second
    Argon2 { seconds: f64 },
    /// R3: the smallest axum server
    Hello { port: u16 },
}

impl Reference {
    pub async fn run(self) -> Result<()> {
        match self {
            Reference::Disk { file, seconds } => {
                write_and_flush(&file, seconds).map_err(said(file.display()))
            }
            Reference::Argon2 { seconds } => hash_passwords(seconds),
            Reference::Hello { port } => {
                let hello = axum::Router::new().route("/", axum::routing::get(async || "Hello, World!"));
                let listener =
                    tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(said("listen"))?;
                axum::serve(listener, hello).await.map_err(said("hello"))
            }
        }
    }
}

fn write_and_flush(file: &Path, seconds: f64) -> std::io::Result<()> {
    let mut target = std::fs::File::create(file)?;
    let block = [0x79; 4096];
    let (begun, mut count) = (now(), 0_u64);
    while begun.elapsed().as_secs_f64() < seconds {
        target.write_all(&block)?;
        target.sync_data()?;
        count += 1;
    }
    println!("{}", count as f64 / begun.elapsed().as_secs_f64());
    Ok(())
}

/// argon2id with 19 MiB and two passes, two at once as in the product: threads of one core share its caches.
fn hash_passwords(seconds: f64) -> Result<()> {
    let own = std::process::id();
    let (begun, cpu) = (now(), usage::cpu_seconds(own));
    let threads = [(); 2].map(|()| std::thread::spawn(move || hash_until(begun, seconds)));
    let mut count = 0;
    for thread in threads {
        count += thread.join().map_err(|_| "argon2: a thread ended early")??;
    }
    println!("{}", f64::from(count) / (usage::cpu_seconds(own) - cpu));
    Ok(())
}

fn hash_until(begun: std::time::Instant, seconds: f64) -> Result<u32> {
    let parameters = argon2::Params::new(19 * 1024, 2, 1, None).map_err(said("argon2"))?;
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, parameters);
    let mut count = 0;
    while begun.elapsed().as_secs_f64() < seconds {
        let mut hash = [0; 32];
        hasher.hash_password_into(b"a password", &[7; 16], &mut hash).map_err(said("argon2"))?;
        std::hint::black_box(hash);
        count += 1;
    }
    Ok(count)
}

/// The bare hash, a processor second.
pub fn argon2(seconds: f64) -> Result<f64> {
    let output = own("argon2")?.arg(seconds.to_string()).output().map_err(said("the argon2 reference"))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().map_err(said(format!("the argon2 reference printed {text:?}")))
}

/// R1: 4 KB write + fdatasync on the modelled disk, a second.
pub fn flushes(room: &Room, disk: &Disk, seconds: f64) -> Result<f64> {
    let file = room.path("reference.disk");
    let mut command = own("disk")?;
    command.arg(&file).arg(seconds.to_string());
    disk.under(&mut command, &file);
    let output = command.output().map_err(said("the disk reference"))?;
    let _ = std::fs::remove_file(&file);
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().map_err(said(format!("the disk reference printed {text:?}")))
}

/// Prepares R2 once for each cluster.
pub async fn prepare_tpcb(cluster: &Cluster) -> Result<()> {
    cluster.create_database("tpcb").await?;
    cluster.tool("pgbench", &["-i", "-q", "-s", "32", "tpcb"]).map(drop)
}

/// R2: pgbench TPC-B with 32 clients, transactions a second.
pub fn tpcb(cluster: &Cluster, seconds: u64) -> Result<f64> {
    let printed =
        cluster.tool("pgbench", &["-n", "-c", "32", "-j", "2", "-T", &seconds.max(1).to_string(), "tpcb"])?;
    let line = printed.lines().find_map(|line| line.strip_prefix("tps = "));
    let tps = line.and_then(|line| line.split_whitespace().next()).and_then(|tps| tps.parse().ok());
    tps.ok_or_else(|| format!("pgbench printed no tps:\n{printed}"))
}

/// R3: the smallest axum server with 32 connections, answers per processor second of the server.
pub async fn hello(seconds: f64) -> Result<f64> {
    let port = free_port()?;
    let child = own("hello")?.arg(port.to_string()).stdin(Stdio::null()).spawn().map_err(said("hello"))?;
    let child = Ended(child);
    let begun = now();
    while crate::rig::Client::connect(port).await.is_err() {
        if begun.elapsed() > Duration::from_secs(5) {
            return Err("the hello server does not listen".into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let request = crate::rig::client::request("GET", "/", &[], b"");
    let next: Next = Arc::new(move |_, _| request.clone());
    let outcome =
        drive(port, 32, Duration::from_secs_f64(seconds), &[child.0.id()], next).await?.all_done()?;
    Ok(outcome.per_cpu_second())
}

/// Kills what it holds when it goes out of scope.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// R4: SM2 signatures made and checked per processor second by the installed OpenSSL; none when it has no
/// SM2.
pub fn sm2() -> Option<(f64, f64)> {
    let output = Command::new("openssl").args(["speed", "-seconds", "2", "sm2"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().rev().find(|line| line.contains("SM2"))?;
    let mut numbers = line.split_whitespace().rev().map(str::parse::<f64>);
    let (verify, sign) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some((sign, verify))
}

const LIST: &str = "SELECT id, ticket, item_name, applicant_masked, state, due_on, warn_on, submitted_at \
     FROM casework_case WHERE body = ?1 AND queue = ?2 ORDER BY due_on, id LIMIT 21";

/// R5: the desk's list of 20 rows read with rusqlite and nothing around it, per processor second. Reads
/// the file of a server that is not running.
pub fn raw_list(file: &Path, body: &str, seconds: f64) -> Result<f64> {
    let connection = rusqlite::Connection::open(file).map_err(said(file.display()))?;
    connection.execute_batch("PRAGMA cache_size=-8192; PRAGMA mmap_size=0").map_err(said("PRAGMA"))?;
    let mut statement = connection.prepare(LIST).map_err(said(LIST))?;
    let (begun, cpu, mut lists) = (now(), usage::cpu_seconds(std::process::id()), 0_u64);
    while begun.elapsed().as_secs_f64() < seconds {
        for _ in 0..50 {
            let rows = statement.query_map([body, "clerk"], |row| {
                Ok((row.get::<_, i64>(0)?, texts(row)?, row.get::<_, i64>(7)?))
            });
            let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(said(LIST))?;
            if rows.is_empty() {
                return Err("the reference list is empty".into());
            }
            lists += 1;
        }
    }
    Ok(lists as f64 / (usage::cpu_seconds(std::process::id()) - cpu))
}

fn texts(row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<String>> {
    (1..7).map(|at| row.get(at)).collect()
}

fn own(name: &str) -> Result<Command> {
    let program = std::env::current_exe().map_err(said("this program"))?;
    let mut command = Command::new(program);
    command.args(["reference", name]);
    Ok(command)
}
