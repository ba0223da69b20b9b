//! The product as a process: started, killed, stopped, watched.

use super::{Client, Cluster, Disk, End, Engine, Result, Room, client, free_port, now, said};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// A first start loads the whole catalogue; nothing here takes longer.
const START_WITHIN: Duration = Duration::from_secs(60);
const STOP_WITHIN: Duration = Duration::from_secs(20);
const REST_WITHIN: Duration = Duration::from_secs(600);

/// Where an installation keeps its things. It outlives the processes that serve it.
#[derive(Debug, Clone)]
pub struct Place {
    pub folder: PathBuf,
    pub url: Option<String>,
    pub disk: Option<Disk>,
    /// The disk is going to break.
    pub faults: bool,
    /// What is started here ends at a moment of its own, or has its moments counted.
    pub end: Option<End>,
    /// Another program than the one that was built last.
    pub program: Option<PathBuf>,
    /// Its time of day can be set ([`Disk::set_clock`]).
    pub clock: bool,
}

impl Place {
    /// A fresh installation on the modelled disk.
    pub async fn new(
        room: &Room,
        disk: &Disk,
        engine: Engine,
        cluster: Option<&Cluster>,
        name: &str,
    ) -> Result<Place> {
        let url = match (engine, cluster) {
            (Engine::Sqlite, _) => None,
            (Engine::Postgres, Some(cluster)) => Some(cluster.create_database(name).await?),
            (Engine::Postgres, None) => return Err("no PostgreSQL was started".into()),
        };
        Ok(Place {
            folder: room.path(name),
            url,
            disk: Some(disk.clone()),
            faults: false,
            program: None,
            end: None,
            clock: false,
        })
    }

    /// Where the server's words go. On a disk that gets full they cannot be written either, and that must
    /// not end anything.
    fn log(&self) -> PathBuf {
        if self.faults { self.folder.join("server.log") } else { self.folder.with_extension("log") }
    }
}

pub struct Server {
    child: Child,
    pub place: Place,
    pub port: u16,
    /// Health and metrics.
    pub admin_port: u16,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts the product and waits until it answers.
    pub async fn start(place: &Place) -> Result<Server> {
        let (mut server, begun) = Server::spawn(place)?;
        server.first_answer(begun).await.map_err(|why| format!("{why}\n{}", server.log()))?;
        server.started_in = begun.elapsed();
        Ok(server)
    }

    /// Starts a product that may end before it answers; none when it did.
    pub async fn start_doomed(place: &Place) -> Result<Option<Server>> {
        let (mut server, begun) = Server::spawn(place)?;
        match server.first_answer(begun).await {
            Ok(()) => {
                server.started_in = begun.elapsed();
                Ok(Some(server))
            }
            Err(why) => match server.ended_within(Duration::from_millis(10)).await? {
                Some(_) => Ok(None),
                None => Err(format!("{why}\n{}", server.log())),
            },
        }
    }

    fn spawn(place: &Place) -> Result<(Server, std::time::Instant)> {
        let (port, admin_port) = (free_port()?, free_port()?);
        let log = place.log();
        if place.faults {
            std::fs::create_dir_all(&place.folder).map_err(said(place.folder.display()))?;
        }
        let file = File::options().create(true).append(true).open(&log).map_err(said(log.display()))?;
        let mut command = command(place)?;
        command
            .args([
                "serve",
                "--listen",
                &format!("127.0.0.1:{port}"),
                "--admin-listen",
                &format!("127.0.0.1:{admin_port}"),
            ])
            .env("YIWANG_REQUESTS_PER_MINUTE", "1000000000")
            .env("YIWANG_GUESSES_PER_MINUTE", "1000000000")
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(said("the log"))?)
            .stderr(file);
        let begun = now();
        let child = command.spawn().map_err(said("the server"))?;
        Ok((Server { child, place: place.clone(), port, admin_port, started_in: Duration::ZERO }, begun))
    }

    async fn first_answer(&mut self, begun: std::time::Instant) -> Result<()> {
        let ask = client::request("GET", "/help", &[], b"");
        while begun.elapsed() < START_WITHIN {
            if let Ok(mut client) = Client::connect(self.port).await
                && client.send(&ask).await.is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("the server ended: {status}"));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(format!("the server gave no answer in {START_WITHIN:?}"))
    }

    /// Waits until the demonstration has all its seals: drawing them is work of the first minutes and of no
    /// figure.
    pub async fn at_rest(&self) -> Result<()> {
        let ask = client::request("GET", "/metrics", &[], b"");
        let begun = now();
        while begun.elapsed() < REST_WITHIN {
            let mut client = Client::connect(self.admin_port).await.map_err(said("connect"))?;
            let answer = client.send(&ask).await.map_err(said("metrics"))?;
            if String::from_utf8_lossy(&answer.body)
                .lines()
                .any(|line| line == "yiwang_demonstration_unfinished 0")
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Err(format!("the demonstration was not finished in {REST_WITHIN:?}"))
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it printed, all its starts together.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.place.log()).unwrap_or_default()
    }

    pub async fn client(&self) -> Result<Client> {
        Client::connect(self.port).await.map_err(said("connect"))
    }

    /// SIGKILL: it gets to do nothing more.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().map_err(said("kill"))?;
        self.child.wait().map(drop).map_err(said("wait"))
    }

    /// SIGTERM, and waits for the end.
    pub async fn stop(mut self) -> Result<ExitStatus> {
        let asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        asked.map_err(said("kill -TERM"))?;
        self.ended_within(STOP_WITHIN).await?.ok_or_else(|| "the server did not stop when asked to".into())
    }

    /// Its end, when that comes in time.
    pub async fn ended_within(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let begun = now();
        while begun.elapsed() < patience {
            if let Some(status) = self.child.try_wait().map_err(said("wait"))? {
                return Ok(Some(status));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(None)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The product's binary on a place and its disk, without a subcommand.
pub fn command(place: &Place) -> Result<Command> {
    let mut command = Command::new(place.program.clone().map_or_else(binary, Ok)?);
    // Settings of whoever runs this are not settings of what is measured.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("YIWANG_")) {
        command.env_remove(name);
    }
    command.arg("--data").arg(&place.folder);
    if let Some(url) = &place.url {
        command.args(["--database-url", url]);
    }
    match &place.disk {
        Some(disk) if place.faults => disk.under_with_faults(&mut command, &place.folder),
        Some(disk) => disk.under(&mut command, &place.folder),
        None => {}
    }
    if let (Some(disk), Some(end)) = (&place.disk, &place.end) {
        disk.ends(&mut command, end)?;
    }
    if let (Some(disk), true) = (&place.disk, place.clock) {
        disk.under_a_clock(&mut command);
    }
    Ok(command)
}

/// Checks the journal of a place nobody serves.
pub fn verify_journal(place: &Place) -> Result<()> {
    let output = command(place)?.args(["journal", "verify"]).output().map_err(said("journal verify"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "journal verify: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

/// `YIWANG_BIN`, or the release binary beside this one.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("YIWANG_BIN") {
        return Ok(path.into());
    }
    let own = std::env::current_exe().map_err(said("this program"))?;
    let target = own.parent().and_then(Path::parent).ok_or("this program is in no target folder")?;
    let binary = target.join("release/yiwang");
    if binary.is_file() {
        Ok(binary)
    } else {
        Err(format!("{}: build it with `cargo build --release -p yiwang`", binary.display()))
    }
}
