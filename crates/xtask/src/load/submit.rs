//! Submissions: session, authorization, form, materials, number, row, journal, flush — through HTTP.

use super::drive::{Next, Outcome, drive};
use super::references;
use super::series::Series;
use super::{Bench, Engine};
use crate::rig::application::Application;
use crate::rig::{Place, Result, Server, people};
use std::sync::Arc;
use std::time::Duration;

/// Warm caches and prepared statements are the normal state of a server.
const WARM_UP: Duration = Duration::from_secs(2);
const REFERENCE_SECONDS: f64 = 3.0;

#[derive(Default)]
struct Figures {
    per_second: Series,
    per_cpu: Series,
    p50: Series,
    p99: Series,
}

impl Figures {
    fn push(&mut self, outcome: &Outcome) {
        self.per_second.push(outcome.per_second());
        self.per_cpu.push(outcome.per_cpu_second());
        self.p50.push(outcome.within(0.5));
        self.p99.push(outcome.within(0.99));
    }
}

pub async fn measure(bench: &mut Bench) -> Result<()> {
    let cluster = bench.cluster.as_ref().ok_or("R2 needs PostgreSQL")?;
    references::prepare_tpcb(cluster).await?;
    let mut loads = Vec::new();
    for engine in bench.engines() {
        loads.push((*engine, Load::prepare(bench, *engine).await?, Figures::default()));
    }
    let (mut r1, mut r2) = (Series::default(), Series::default());
    for round in 0..bench.settings.rounds {
        r1.push(references::flushes(&bench.room, &bench.disk, REFERENCE_SECONDS)?);
        let cluster = bench.cluster.as_ref().ok_or("R2 needs PostgreSQL")?;
        r2.push(references::tpcb(cluster, REFERENCE_SECONDS as u64)?);
        for (engine, load, figures) in &mut loads {
            let outcome =
                load.round(bench, *engine, &format!("r{round}"), bench.length()).await?.all_done()?;
            figures.push(&outcome);
        }
    }
    bench.report.row("R1: 4 KB write + fdatasync", "1/s", &r1, "");
    bench.report.row("R2: pgbench TPC-B, 32 clients", "1/s", &r2, "");
    for (engine, _, figures) in loads {
        tell(bench, engine, &figures, &r1, &r2);
    }
    Ok(())
}

fn tell(bench: &mut Bench, engine: Engine, figures: &Figures, r1: &Series, r2: &Series) {
    let name = format!("submissions, {} clients, {}", bench.settings.clients, engine.name());
    let sqlite = engine == Engine::Sqlite;
    let report = &mut bench.report;
    report.row(&name, "1/s", &figures.per_second, "");
    let goal = if sqlite { "≥ 4" } else { "≥ 1, moonshot 3" };
    report.row(&format!("{name} ÷ R2"), "ratio", &figures.per_second.over(r2), goal);
    report.row(
        &format!("{name} ÷ R1"),
        "ratio",
        &figures.per_second.over(r1),
        if sqlite { "≥ 13" } else { "" },
    );
    report.row(&format!("{name}, p50"), "ms", &figures.p50, "");
    report.row(&format!("{name}, p99"), "ms", &figures.p99, if sqlite { "≤ 25 (× flush time)" } else { "" });
    report.row(&format!("{name}, per processor second"), "1/CPU-s", &figures.per_cpu, "");
}

/// A server with people logged in and an application to send.
pub(super) struct Load {
    pub(super) server: Server,
    application: Application,
    tokens: Vec<String>,
}

impl Load {
    async fn prepare(bench: &Bench, engine: Engine) -> Result<Load> {
        let name = format!("submit_{}", engine.name().to_lowercase());
        let place = Place::new(&bench.room, &bench.disk, engine, bench.cluster.as_ref(), &name).await?;
        Load::at(bench, engine, &place).await
    }

    pub(super) async fn at(bench: &Bench, engine: Engine, place: &Place) -> Result<Load> {
        let server = Server::start(place).await?;
        server.at_rest().await?;
        let tokens = people::citizens(&server).await?;
        let application = Application::prepare_everywhere(&server, &tokens[0]).await?;
        let load = Load { server, application, tokens };
        load.round(bench, engine, "warm", WARM_UP).await?.all_done()?;
        Ok(load)
    }

    pub(super) async fn round(
        &self,
        bench: &Bench,
        engine: Engine,
        tag: &str,
        length: Duration,
    ) -> Result<Outcome> {
        let (application, tokens, tag) = (self.application.clone(), self.tokens.clone(), tag.to_owned());
        let next: Next = Arc::new(move |connection, sent| {
            application
                .request(&tokens[connection % tokens.len()], &format!("load-{tag}-{connection}-{sent}"))
        });
        let processes = bench.processes(engine, self.server.pid())?;
        drive(self.server.port, bench.settings.clients, length, &processes, next).await
    }
}
