//! Writers: clients that submit until the server is gone or they are told to stop.

use super::ledger::Ledger;
use crate::rig::application::{Application, receipt};
use crate::rig::{Client, Result, now, said};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

/// What all writers of one run share.
pub struct Desk {
    pub application: Application,
    pub tokens: Vec<String>,
    pub ledger: Ledger,
    stop: AtomicBool,
    /// Answers that the server is too busy, and the longest such took.
    pub busy: AtomicU64,
    pub slowest_refusal_ms: AtomicU64,
}

impl Desk {
    pub fn new(application: Application, tokens: Vec<String>) -> Arc<Desk> {
        Arc::new(Desk {
            application,
            tokens,
            ledger: Ledger::default(),
            stop: AtomicBool::new(false),
            busy: AtomicU64::new(0),
            slowest_refusal_ms: AtomicU64::new(0),
        })
    }

    /// Sends one key, and writes down what came of it. `Ok(false)`: the server was too busy.
    async fn send(&self, client: &mut Client, key: &str, account: usize) -> Result<bool, Ended> {
        let asked = now();
        let request = self.application.request(&self.tokens[account], key);
        let answer = client.send(&request).await.map_err(|_| Ended::Gone)?;
        match (receipt(answer.status, &answer.json()), answer.status) {
            (Some(receipt), _) => {
                self.ledger.acknowledged(key, receipt, now()).map_err(Ended::Wrong).map(|()| true)
            }
            (None, 503 | 507) => {
                self.busy.fetch_add(1, Ordering::Relaxed);
                let took = u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX);
                self.slowest_refusal_ms.fetch_max(took, Ordering::Relaxed);
                Ok(false)
            }
            (None, status) => {
                Err(Ended::Wrong(format!("{key}: {status} {}", String::from_utf8_lossy(&answer.body))))
            }
        }
    }
}

/// Why a writer stopped.
enum Ended {
    /// The connection broke, as it must when the server is killed.
    Gone,
    /// The server said something it must not say.
    Wrong(String),
}

/// Writers at work.
pub struct Writers {
    desk: Arc<Desk>,
    tasks: Vec<JoinHandle<Result<()>>>,
}

impl Writers {
    /// Keys begin with `round`, which must not have been used before.
    pub fn start(desk: &Arc<Desk>, port: u16, clients: usize, round: &str) -> Writers {
        desk.stop.store(false, Ordering::Relaxed);
        let task =
            |number: usize| tokio::spawn(write(Arc::clone(desk), port, number, format!("{round}-{number}")));
        Writers { desk: Arc::clone(desk), tasks: (0..clients).map(task).collect() }
    }

    /// Waits until the last of them has noticed that the server is gone.
    pub async fn end(self) -> Result<()> {
        for task in self.tasks {
            task.await.map_err(said("a writer"))??;
        }
        Ok(())
    }

    pub async fn stop(self) -> Result<()> {
        self.desk.stop.store(true, Ordering::Relaxed);
        self.end().await
    }
}

async fn write(desk: Arc<Desk>, port: u16, number: usize, prefix: String) -> Result<()> {
    let Ok(mut client) = Client::connect(port).await else { return Ok(()) };
    let account = number % desk.tokens.len();
    let mut sent = 0_u64;
    while !desk.stop.load(Ordering::Relaxed) {
        let key = format!("{prefix}-{sent}");
        sent += 1;
        desk.ledger.sent(&key, account);
        match desk.send(&mut client, &key, account).await {
            Ok(true) => {}
            // As a polite client would, so that a server in trouble is not also flooded.
            Ok(false) => tokio::time::sleep(Duration::from_millis(20)).await,
            Err(Ended::Gone) => return Ok(()),
            Err(Ended::Wrong(why)) => return Err(why),
        }
    }
    Ok(())
}

/// What sending again has shown.
#[derive(Debug, Default, Clone, Copy)]
pub struct Repeated {
    /// Keys nobody had an answer for.
    pub open: usize,
    /// Those of them whose case was there all the same.
    pub kept: usize,
}

impl std::ops::AddAssign for Repeated {
    fn add_assign(&mut self, more: Repeated) {
        self.open += more.open;
        self.kept += more.kept;
    }
}

/// Sends open keys again, and some acknowledged ones: afterwards every key chosen is acknowledged, and the
/// ledger has compared the receipts.
pub async fn repeat(desk: &Arc<Desk>, port: u16, nth: usize) -> Result<Repeated> {
    let open = desk.ledger.open();
    let keys = desk.ledger.to_repeat(nth);
    let parts: Vec<Vec<(String, usize)>> =
        (0..8).map(|n| keys.iter().skip(n).step_by(8).cloned().collect()).collect();
    let tasks: Vec<_> =
        parts.into_iter().map(|part| tokio::spawn(repeat_some(Arc::clone(desk), port, part))).collect();
    for task in tasks {
        task.await.map_err(said("a repetition"))??;
    }
    let entries = desk.ledger.entries();
    let receipts = open.iter().filter_map(|key| entries.get(key)?.acknowledged.as_ref());
    Ok(Repeated { open: open.len(), kept: receipts.filter(|(receipt, _)| receipt.repeated).count() })
}

async fn repeat_some(desk: Arc<Desk>, port: u16, keys: Vec<(String, usize)>) -> Result<()> {
    let mut client = Client::connect(port).await.map_err(said("connect"))?;
    for (key, account) in keys {
        let mut tries = 0;
        loop {
            match desk.send(&mut client, &key, account).await {
                Ok(true) => break,
                Ok(false) if tries < 50 => tokio::time::sleep(Duration::from_millis(20)).await,
                Ok(false) => return Err(format!("{key}: still too busy after {tries} tries")),
                Err(Ended::Gone) => return Err(format!("{key}: the connection broke, and nobody broke it")),
                Err(Ended::Wrong(why)) => return Err(why),
            }
            tries += 1;
        }
    }
    Ok(())
}
