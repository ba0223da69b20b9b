//! `yiwang tour`: the main job, and every other answer a body can give, through the public API, as an operator's
//! smoke test.
//!
//! Without `--base` it starts a server of its own on a fresh data folder and removes both afterwards; a folder named
//! with `--data` must be empty and stays.

mod answers;
mod client;
mod fill;
mod own_server;
mod papers;
mod steps;

use crate::config::Config;
use crate::terminal::say;
use crate::world::AUTHORITY;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct TourArguments {
    /// 正在运行的演示服务的网址；不给时自己启动服务，数据放在临时文件夹（用完即删）或 --data 指定的空文件夹 / address of a running demonstration, http://…
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// 保存回执、决定和证照的文件夹 / folder for receipts, decisions and certificates
    #[arg(long, value_name = "DIR", default_value = "yiwang-tour")]
    out: PathBuf,
}

/// Walks all steps; success only if every one of them held.
pub async fn run(config: Config, arguments: TourArguments) -> Result<ExitCode, String> {
    std::fs::create_dir_all(&arguments.out)
        .map_err(|e| format!("不能建立 {}：{e}", arguments.out.display()))?;
    let own = match &arguments.base {
        Some(_) => None,
        None => Some(own_server::start(&config).await?),
    };
    let base = arguments.base.or_else(|| own.as_ref().map(|server| server.base.clone())).unwrap_or_default();
    if !base.starts_with("http://") {
        return Err("请给出 http:// 开头的网址；使用 TLS 的部署请用它的内网地址".into());
    }
    let out = arguments.out.clone();
    let walked = tokio::task::spawn_blocking(move || steps::walk(base.trim_end_matches('/'), &out)).await;
    if let Some(server) = own {
        server.stop().await;
    }
    match walked.map_err(|e| e.to_string())? {
        Ok(steps) => {
            let out = arguments.out.display();
            say!("全部 {steps} 步成立，结果在 {out}");
            say!("离线验证：yiwang verify {out}/food-certificate.ofd --anchor {out}/{AUTHORITY}");
            say!("证据包：yiwang verify {out}/food-evidence.zip --anchor {out}/{AUTHORITY}");
            Ok(ExitCode::SUCCESS)
        }
        Err(message) => {
            say!("没有走完：{message}");
            Ok(ExitCode::FAILURE)
        }
    }
}
