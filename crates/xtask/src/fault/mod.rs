//! Faults: what was acknowledged stays, whatever breaks (reliability.md §2, rows 1 to 4, 7, 8, 13, 26).
//!
//! **Writers** submit at full speed and keep a **ledger** of what they were told; then something breaks; then
//! the ledger is held against the interface and against the tables. An entry is *acknowledged* (a receipt
//! came) or *open* (the connection broke, or the server was too busy): an open one may be there or not, but
//! whole, once, and for good after it is sent again.

mod broken_disk;
mod clock;
mod crowd;
mod each_moment;
mod examine;
mod founding;
mod kill;
mod ledger;
mod writers;

use crate::rig::{Engines, Result};

#[derive(clap::Subcommand)]
pub enum Fault {
    /// The disk fails to flush: nothing is acknowledged afterwards, the process stops (row 3)
    Fsync,
    /// The disk is full: reads are served, writes refused, then it resumes (row 4)
    Full,
    /// The process ends, the power fails or the disk fails at each n-th flush: while founding an installation,
    /// starting, submitting, sealing (rows 1 to 3)
    Moments(Moments),
    /// The clock jumps by an hour and by 400 days, forwards and back, under the server and between its starts (row 7)
    Clock {
        #[arg(long, value_enum, default_value = "both")]
        engine: Engines,
    },
    /// Thousands of connections stay idle or send half a head: others are served, memory is bounded (row 13)
    Crowd {
        #[arg(long, default_value_t = 2_000)]
        connections: usize,
        /// The demonstration at rest, of `cargo xtask province`; else one is founded
        #[arg(long)]
        province: Option<std::path::PathBuf>,
    },
    /// A second process on the same data folder is refused (row 26)
    Twice,
}

#[derive(clap::Args)]
pub struct Moments {
    /// How many moments of the first start are tried, each way on each engine; 0 tries every one
    #[arg(long, default_value_t = 8)]
    founding: u64,
    /// How many moments of a working server are tried, each way on each engine
    #[arg(long, default_value_t = 24)]
    working: u64,
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Decides which moments are tried, and which writes a failing power spares
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, default_value_t = 16)]
    clients: usize,
}

#[derive(clap::Args)]
pub struct Kill {
    /// How many times the server is killed on each engine
    #[arg(long, default_value_t = 20)]
    kills: usize,
    /// How many times the database of PostgreSQL is stopped at once under load
    #[arg(long, default_value_t = 1)]
    database_stops: usize,
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Decides when the kills come
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, default_value_t = 32)]
    clients: usize,
}

impl Fault {
    pub async fn run(self) -> Result<()> {
        match self {
            Fault::Fsync => broken_disk::fsync_fails().await,
            Fault::Full => broken_disk::gets_full().await,
            Fault::Clock { engine } => clock::jumps(engine).await,
            Fault::Crowd { connections, province } => crowd::stands(connections, province).await,
            Fault::Moments(task) => each_moment::run(task).await,
            Fault::Twice => broken_disk::second_process().await,
        }
    }
}

impl Kill {
    pub async fn run(self) -> Result<()> {
        kill::run(self).await
    }
}

/// Deterministic numbers from a seed (splitmix64), so that a failed run can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % most
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_same_seed_throws_the_same() {
        let throw = |seed| {
            let mut dice = super::Dice(seed);
            (0..8).map(|_| dice.below(100)).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
    }
}
