//! Chores of this repository: tidy rules, load measurements, faults.

mod fault;
mod load;
mod rig;
mod tidy;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Rules of this repository that neither the compiler nor clippy knows
    Tidy,
    /// Measure the product, or kill it under load
    #[command(subcommand)]
    Load(Load),
    /// Break the disk under the product
    #[command(subcommand)]
    Fault(fault::Fault),
    /// Found the demonstration and wait until it is at rest, for others to work on copies of its folder
    Province { folder: PathBuf },
    #[command(subcommand, hide = true)]
    Reference(load::Reference),
}

#[derive(Subcommand)]
enum Load {
    #[command(flatten)]
    Measure(load::Load),
    /// Kill the server under load, many times, and prove that nothing acknowledged was lost
    Kill(fault::Kill),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<(), String> {
    match task {
        Task::Tidy => tidy::run(&root()),
        // The reference server gets all cores, as the product does.
        Task::Reference(reference) => runtime(true)?.block_on(reference.run()),
        // The driver keeps to one core, so that the server has the other.
        Task::Load(Load::Measure(load)) => runtime(false)?.block_on(load.run()),
        Task::Load(Load::Kill(kill)) => runtime(false)?.block_on(kill.run()),
        Task::Province { folder } => runtime(false)?.block_on(rig::province::found(folder)),
        Task::Fault(fault) => runtime(false)?.block_on(fault.run()),
    }
}

fn runtime(all_cores: bool) -> Result<tokio::runtime::Runtime, String> {
    let mut builder = match all_cores {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    builder.enable_all().build().map_err(|e| format!("the runtime: {e}"))
}

/// The folder of the workspace.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
