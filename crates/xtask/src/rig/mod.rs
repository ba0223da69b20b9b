//! The rig: everything a measurement or a fault needs around the product.
//!
//! A **room** is a folder in memory that is gone afterwards; a **disk** is a preloaded library that gives
//! files in it the pace, or the faults, of a real disk; a **server** is the product as a process of its
//! own; a **cluster** is a PostgreSQL of ours. Everything listens on loopback, everything started here is
//! ended here by its own handle, and every wait has an end. Absent on purpose: the product's crates. The
//! rig sees what a stranger sees: the command line, HTTP, and the tables.

pub mod application;
pub mod client;
pub mod cluster;
pub mod disk;
pub mod people;
pub mod province;
pub mod room;
pub mod rows;
pub mod server;
pub mod usage;

pub use client::Client;
pub use cluster::Cluster;
pub use disk::{Disk, End, How};
pub use room::Room;
pub use rows::Rows;
pub use server::{Place, Server};

/// What went wrong, as a sentence for whoever runs this.
pub type Result<T, E = String> = std::result::Result<T, E>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engines {
    Sqlite,
    Postgres,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
        }
    }
}

impl Engines {
    pub fn each(self) -> &'static [Engine] {
        match self {
            Engines::Sqlite => &[Engine::Sqlite],
            Engines::Postgres => &[Engine::Postgres],
            Engines::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

/// Adds what was being done to an error.
pub fn said<E: std::fmt::Display>(what: impl std::fmt::Display) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error}")
}

/// A port nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(said("a free port"))?;
    Ok(listener.local_addr().map_err(said("a free port"))?.port())
}

/// Measuring is what this program is for.
#[allow(clippy::disallowed_methods, reason = "a measurement")]
pub fn now() -> std::time::Instant {
    std::time::Instant::now()
}
