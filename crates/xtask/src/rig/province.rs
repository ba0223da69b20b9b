//! The demonstration province as it is once its first minutes are over: founded, at rest, and stopped.

use super::server::{Place, Server};
use super::{Result, said};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Founds it in a folder, for many to work on copies.
pub async fn found(folder: PathBuf) -> Result<()> {
    let place =
        Place { folder, url: None, disk: None, faults: false, end: None, program: None, clock: false };
    let server = Server::start(&place).await?;
    server.at_rest().await?;
    match server.stop().await? {
        status if status.success() => Ok(()),
        status => Err(format!("the server ended with {status}")),
    }
}

/// A copy to work on.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    match Command::new("cp").arg("-a").args([from, to]).status().map_err(said("cp"))? {
        status if status.success() => Ok(()),
        _ => Err(format!("{} cannot be copied", from.display())),
    }
}
