//! Starting: to the first answer, anew and again; what the process holds at rest; what the binary weighs.

use super::Bench;
use super::series::Series;
use crate::rig::{Place, Result, Server, said, server, usage};
use std::time::Duration;

/// Long enough for the caches of a start to be given back.
const REST: Duration = Duration::from_secs(10);

pub async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines() {
        let (mut first, mut again, mut memory) = (Series::default(), Series::default(), Series::default());
        let mut places = Vec::new();
        for round in 0..bench.settings.rounds {
            let name = format!("start_{}_{round}", engine.name().to_lowercase());
            let place = Place::new(&bench.room, &bench.disk, *engine, bench.cluster.as_ref(), &name).await?;
            places.push(place.clone());
            let server = Server::start(&place).await?;
            first.push(server.started_in.as_secs_f64() * 1000.0);
            server.stop().await?;
            if round == 0 {
                let server = Server::start(&place).await?;
                server.at_rest().await?;
                server.stop().await?;
            }
            let server = Server::start(&places[0]).await?;
            again.push(server.started_in.as_secs_f64() * 1000.0);
            tokio::time::sleep(REST).await;
            memory.push(usage::own_memory(server.pid())?);
            server.stop().await?;
        }
        let name = engine.name();
        bench.report.row(&format!("first start with the whole catalogue, {name}"), "ms", &first, "");
        bench.report.row(&format!("start to first answer, {name}"), "ms", &again, "≤ 300");
        bench.report.row(&format!("memory at rest, {name}"), "MB", &memory, "≤ 60");
    }
    let binary = server::binary()?;
    let bytes = std::fs::metadata(&binary).map_err(said(binary.display()))?.len();
    bench.report.row("binary, stripped", "MB", &Series(vec![bytes as f64 / 1024.0 / 1024.0]), "≤ 40");
    Ok(())
}
