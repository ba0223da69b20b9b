//! `yiwang`: one binary that is the portal, the desk, the API and the operator's tools.

mod accounts;
mod config;
mod connection;
mod demo;
mod drain;
mod files;
mod jobs;
mod journal;
mod master_key;
mod monitor;
mod ofd_tools;
mod registry;
mod seals;
mod serve;
mod terminal;
mod tour;
mod verify;
mod world;

use clap::{Parser, Subcommand};
use config::{Cli, Config};
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A request is some hundred small texts that live for a millisecond; the system's allocator took a fifth of it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Parser)]
#[command(
    name = "yiwang",
    version,
    about = "一网：政务服务一网通办平台 / open platform for online government services"
)]
struct Yiwang {
    #[command(flatten)]
    settings: Cli,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// 启动门户、工作台和接口（默认） / serve the portal, the desk and the API
    Serve,
    /// 建库并载入目录，不启动服务 / create the database and load the catalogue, then stop
    Seed,
    /// 走一遍主流程并保存结果；自己的服务用临时文件夹，或 --data 指定的空文件夹 / walk the main job through the API, on a server of its own (in a passing folder, or an empty one named with --data) or a running one
    Tour(tour::TourArguments),
    /// 日志链 / the journal
    #[command(subcommand)]
    Journal(JournalCommand),
    /// 离线验证 OFD、印章或证据包 / verify an OFD, a seal or an evidence archive off line
    Verify(verify::VerifyArguments),
    /// OFD 工具 / looking into OFD files
    #[command(subcommand)]
    Ofd(ofd_tools::OfdCommand),
    /// 电子印章的证书机构 / the authority behind e-seals
    #[command(subcommand)]
    Seals(seals::SealsCommand),
    /// 开通一个管理员账户，密码从标准输入读取 / open an administrator's account, password from standard input
    Administrator(accounts::AdministratorArguments),
}

#[derive(Subcommand)]
enum JournalCommand {
    /// 核对每一条记录和封存链 / check every row against the sealed chain
    Verify {
        /// 从别处抄下的链头，应当在链中 / a head written down elsewhere, which must be in the chain
        #[arg(long)]
        head: Option<String>,
    },
}

fn main() -> ExitCode {
    let arguments = Yiwang::parse();
    let outcome = Config::read(arguments.settings).and_then(|config| run(config, arguments.command));
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("yiwang: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(config: Config, command: Option<Command>) -> Result<ExitCode, String> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        match command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(config).await,
            Command::Seed => world::open(&config).await.map(|_| ExitCode::SUCCESS),
            Command::Tour(arguments) => tour::run(config, arguments).await,
            Command::Journal(JournalCommand::Verify { head }) => {
                journal::verify(&config, head.as_deref()).await
            }
            Command::Verify(arguments) => verify::run(&config, &arguments),
            Command::Ofd(command) => ofd_tools::run(&config, &command),
            Command::Seals(command) => seals::run(&config, command).await,
            Command::Administrator(arguments) => accounts::open_administrator(&config, arguments).await,
        }
    })
}
