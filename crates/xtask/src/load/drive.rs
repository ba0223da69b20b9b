//! Driving a server: many connections, one request at a time on each, as fast as answers come.

use super::series::share;
use crate::rig::{Client, Result, now, said, usage};
use std::sync::Arc;
use std::time::Duration;

/// Writes the next request of a connection: its number, and how many it sent before.
pub type Next = Arc<dyn Fn(usize, u64) -> Vec<u8> + Send + Sync>;

#[derive(Debug, Default)]
pub struct Outcome {
    pub seconds: f64,
    /// Answered below 300.
    pub done: u64,
    /// Answered 300 and above.
    pub refused: u64,
    /// Processor seconds of the server's processes meanwhile.
    pub server_cpu: f64,
    micros: Vec<u32>,
    pub last_refusal: String,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.seconds
    }

    pub fn per_cpu_second(&self) -> f64 {
        self.done as f64 / self.server_cpu
    }

    /// Milliseconds within which this share of the answers came.
    pub fn within(&self, part: f64) -> f64 {
        share(&self.micros, part) / 1000.0
    }

    /// A measurement of refusals is none.
    pub fn all_done(self) -> Result<Outcome> {
        match (self.done, self.refused) {
            (0, _) => Err(format!("nothing was answered; last refusal: {}", self.last_refusal)),
            (_, 0) => Ok(self),
            (_, refused) => {
                Err(format!("{refused} requests were refused, the last with {}", self.last_refusal))
            }
        }
    }
}

/// Sends for `length`, and counts what `processes` use meanwhile.
pub async fn drive(
    port: u16,
    connections: usize,
    length: Duration,
    processes: &[u32],
    next: Next,
) -> Result<Outcome> {
    let cpu = || processes.iter().map(|pid| usage::cpu_seconds(*pid)).sum::<f64>();
    let (begun, cpu_before) = (now(), cpu());
    let tasks: Vec<_> = (0..connections)
        .map(|connection| tokio::spawn(one(port, connection, begun, length, Arc::clone(&next))))
        .collect();
    let mut all = Outcome::default();
    for task in tasks {
        let part = task.await.map_err(said("a connection"))??;
        all.done += part.done;
        all.refused += part.refused;
        all.micros.extend(part.micros);
        if part.refused > 0 {
            all.last_refusal = part.last_refusal;
        }
    }
    all.seconds = begun.elapsed().as_secs_f64();
    all.server_cpu = cpu() - cpu_before;
    all.micros.sort_unstable();
    Ok(all)
}

async fn one(
    port: u16,
    connection: usize,
    begun: std::time::Instant,
    length: Duration,
    next: Next,
) -> Result<Outcome> {
    let mut client = Client::connect(port).await.map_err(said("connect"))?;
    let mut outcome = Outcome::default();
    let mut sent = 0;
    while begun.elapsed() < length {
        let request = next(connection, sent);
        sent += 1;
        let asked = now();
        let answer = client.send(&request).await.map_err(said("a request under load"))?;
        outcome.micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        if answer.status < 300 {
            outcome.done += 1;
        } else {
            outcome.refused += 1;
            outcome.last_refusal = format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
    }
    Ok(outcome)
}
