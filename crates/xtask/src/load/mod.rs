//! Load: what the product does per second, in figures that can be compared.
//!
//! A **reference** is a known program measured on the same machine in the same run; every figure is given
//! with its ratio to one (performance.md). Processor work is counted per processor second of the server,
//! durable work on the **modelled disk** for both engines alike. Each measure is taken in several
//! **rounds**; the table shows their median and their range.

mod desk;
pub mod drive;
mod pages;
mod references;
mod series;
mod sessions;
mod start;
mod submit;
mod turns;

pub use references::Reference;

use crate::rig::{Cluster, Disk, Engine, Engines, Result, Room, usage};
use series::{Report, Series};
use std::path::PathBuf;

#[derive(clap::Subcommand)]
pub enum Load {
    /// Durable submissions through HTTP, beside R1 and R2
    Submit(Settings),
    /// The desk's list, beside R3 and R5
    Desk {
        /// How many cases the database holds
        #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
        cases: Vec<u64>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Catalogue pages: time, weight, and R3
    Pages(Settings),
    /// From the start of the process to its first answer, and memory at rest
    Start(Settings),
    /// Log-ins, sessions renewed and looked up, beside the bare hash and R3
    Sessions(Settings),
    /// Submissions and pages of the program that was built last and of another one, in turns
    Turns {
        /// The other program: the one before a change
        #[arg(long)]
        before: PathBuf,
        #[command(flatten)]
        settings: Settings,
    },
    /// Everything, as one table for docs/performance.md
    All(Settings),
}

#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    #[arg(long, value_enum, default_value = "both")]
    pub engine: Engines,
    /// Clients that submit at once
    #[arg(long, default_value_t = 64)]
    pub clients: usize,
    /// Length of each measurement
    #[arg(long, default_value_t = 10.0)]
    pub seconds: f64,
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
}

/// What one run has around it.
struct Bench {
    settings: Settings,
    // Before the room: it lives in there and ends first.
    cluster: Option<Cluster>,
    disk: Disk,
    room: Room,
    report: Report,
}

impl Load {
    pub async fn run(self) -> Result<()> {
        let (settings, cases) = match &self {
            Load::Submit(settings)
            | Load::Pages(settings)
            | Load::Start(settings)
            | Load::Sessions(settings) => (settings.clone(), vec![]),
            Load::All(settings) => (settings.clone(), vec![100_000, 1_000_000]),
            Load::Turns { settings, .. } => (settings.clone(), vec![]),
            Load::Desk { cases, settings } => (settings.clone(), cases.clone()),
        };
        let room = Room::new()?;
        let disk = Disk::new(&room)?;
        let cluster = match settings.engine {
            // R2 is PostgreSQL's figure and stands beside submissions on SQLite too.
            Engines::Sqlite if !matches!(self, Load::Submit(_) | Load::All(_)) => None,
            _ => Some(Cluster::start(&room, &disk)?),
        };
        let mut bench = Bench { settings, cluster, disk, room, report: Report::default() };
        match self {
            Load::Submit(_) => submit::measure(&mut bench).await?,
            Load::Turns { before, .. } => turns::measure(&mut bench, &before).await?,
            Load::Desk { .. } => desk::measure(&mut bench, &cases).await?,
            Load::Pages(_) => pages::measure(&mut bench).await?,
            Load::Start(_) => start::measure(&mut bench).await?,
            Load::Sessions(_) => sessions::measure(&mut bench).await?,
            Load::All(_) => {
                bench.signatures();
                start::measure(&mut bench).await?;
                submit::measure(&mut bench).await?;
                pages::measure(&mut bench).await?;
                sessions::measure(&mut bench).await?;
                desk::measure(&mut bench, &cases).await?;
            }
        }
        println!("{}\n\n{}", heading(&bench.settings), bench.report.markdown());
        Ok(())
    }
}

fn heading(settings: &Settings) -> String {
    format!(
        "{}. Medians of {} rounds of {} s each; driver and server share the cores; data on tmpfs, each flush 1 ms.",
        usage::machine(),
        settings.rounds,
        settings.seconds
    )
}

impl Bench {
    fn engines(&self) -> &'static [Engine] {
        self.settings.engine.each()
    }

    /// Processes whose time counts as the server's.
    fn processes(&self, engine: Engine, server: u32) -> Result<Vec<u32>> {
        let mut processes = vec![server];
        if let (Engine::Postgres, Some(cluster)) = (engine, &self.cluster) {
            processes.push(cluster.pid()?);
        }
        Ok(processes)
    }

    /// R4, for whoever compares signatures.
    fn signatures(&mut self) {
        let (mut sign, mut verify) = (Series::default(), Series::default());
        for (made, checked) in (0..self.settings.rounds).filter_map(|_| references::sm2()) {
            sign.push(made);
            verify.push(checked);
        }
        self.report.row("R4: openssl SM2, sign", "1/CPU-s", &sign, "");
        self.report.row("R4: openssl SM2, verify", "1/CPU-s", &verify, "");
    }

    fn length(&self) -> std::time::Duration {
        std::time::Duration::from_secs_f64(self.settings.seconds)
    }
}
