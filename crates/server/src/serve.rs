//! Serving: the portal on one address, health and metrics on another, background jobs beside them.

use crate::config::Config;
use crate::{demo, drain, jobs, monitor, registry, world};
use domain::casework::FileStore;
use norms::Day;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Opens the installation and serves until the process is asked to stop.
pub async fn serve(config: Config) -> Result<ExitCode, String> {
    tell_log();
    let world = world::open(&config).await?;
    let today = Day::from_millis_shanghai(world.clock.now());
    let registry = config.registry.clone().map(|path| registry::Source::open(path, today)).transpose()?;
    let app = web_app(&config, &world)?;
    let listener = bind(config.listen).await?;
    let monitor_listener = bind(config.admin_listen).await?;
    let _ = announce(&config, listener.local_addr().map_err(|e| e.to_string())?);
    let (stop, stopped) = watch::channel(false);
    let monitor = monitor::router(world.clone())?;
    let monitoring = tokio::spawn(axum::serve(monitor_listener, monitor).into_future());
    let working = tokio::spawn(jobs::run(world, app.clone(), config.data.clone(), registry, stopped));
    drain::serve(listener, web::app(app), asked_to_stop(), drain::Patience::default()).await;
    let _ = stop.send(true);
    let _ = working.await;
    monitoring.abort();
    Ok(ExitCode::SUCCESS)
}

pub fn web_app(config: &Config, world: &Arc<domain::World>) -> Result<web::App, String> {
    check_home(world, &config.home_division)?;
    let (keys, rng) = (world.keys.clone(), world.rng.clone());
    let files = FileStore::open(&config.data.join("files"), keys, rng).map_err(|e| e.to_string())?;
    tidy_files(files.clone(), world.clock.now());
    let settings = web::Settings {
        public_url: config.public_url.clone(),
        demo: config.demo.then(demo::accounts),
        home_division: config.home_division.clone(),
        limits: config.limits,
        proxies: config.proxies.clone(),
    };
    Ok(web::App::new(world.clone(), files, settings))
}

/// Visitors begin at home: a place nobody knows would show them an empty catalogue.
fn check_home(world: &domain::World, home: &str) -> Result<(), String> {
    match world.catalogue.load().division(home) {
        Some(_) => Ok(()),
        None => Err(format!(
            "没有区划“{home}”：--home-division 应为本省在用的6位区划代码，例如 320102（南京市玄武区）"
        )),
    }
}

/// Beside the work: files from before files were sealed are sealed in their place, in one walk, once; and what a
/// process that was killed left half written is removed.
fn tidy_files(files: FileStore, now: base::Millis) {
    tokio::task::spawn_blocking(move || {
        match files.seal_plain() {
            Ok(0) => {}
            Ok(sealed) => tracing::warn!(sealed, "files of an older version are encrypted now"),
            Err(error) => tracing::error!(%error, "files of an older version could not be encrypted"),
        }
        let now = Duration::from_millis(u64::try_from(now).unwrap_or_default());
        match files.remove_leftovers(UNIX_EPOCH + now.saturating_sub(LEFT_OVER)) {
            Ok(0) => {}
            Ok(removed) => tracing::warn!(removed, "half-written uploads of an earlier run are removed"),
            Err(error) => tracing::error!(%error, "half-written uploads could not be removed"),
        }
    });
}

/// An upload not written on for so long belongs to no process that lives.
const LEFT_OVER: Duration = Duration::from_secs(24 * 3600);

async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|e| format!("不能监听 {address}：{e}（换一个端口：--listen、--admin-listen）"))
}

/// Whoever reads this may have gone, with `yiwang | head -1` say: that stops no server.
fn announce(config: &Config, address: SocketAddr) -> std::io::Result<()> {
    let mut terminal = std::io::stdout();
    writeln!(terminal, "一网已启动：http://{address}")?;
    if config.demo {
        writeln!(terminal, "{}", demo::announce())?;
        if !address.ip().is_loopback() {
            writeln!(terminal, "注意：演示环境的密码是公开的，不要让外人访问这个地址。")?;
        }
    }
    Ok(())
}

/// Ctrl-C or SIGTERM.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}

fn tell_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("YIWANG_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // Never an error: a second call in one process keeps the first subscriber.
    // A log that cannot be written (a full disk) must not stop the work it tells about.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false)
        .try_init();
}
