//! Two programs in turns: whether a change is a gain, on a machine whose other guests come and go between two runs.

use super::submit::Load;
use super::{Bench, Engine, Series, pages};
use crate::rig::{Place, Result};
use std::path::Path;

pub async fn measure(bench: &mut Bench, before: &Path) -> Result<()> {
    for engine in bench.engines() {
        let (old, new) =
            (place(bench, *engine, "before", Some(before)).await?, place(bench, *engine, "now", None).await?);
        // Both at once: each waits for its demonstration.
        let loads = tokio::try_join!(Load::at(bench, *engine, &old), Load::at(bench, *engine, &new))?;
        let loads = [loads.0, loads.1];
        submissions(bench, *engine, &loads).await?;
        for (name, ask) in pages::all() {
            let mut both = [Series::default(), Series::default()];
            for _ in 0..bench.settings.rounds {
                for (load, series) in loads.iter().zip(&mut both) {
                    series.push(pages::round(bench, &load.server, &ask).await?.per_cpu_second());
                }
            }
            tell(bench, &format!("page {name}, {}", engine.name()), "1/CPU-s", &both);
        }
    }
    Ok(())
}

async fn place(bench: &Bench, engine: Engine, name: &str, program: Option<&Path>) -> Result<Place> {
    let place = Place::new(&bench.room, &bench.disk, engine, bench.cluster.as_ref(), name).await?;
    Ok(Place { program: program.map(Path::to_owned), ..place })
}

async fn submissions(bench: &mut Bench, engine: Engine, loads: &[Load; 2]) -> Result<()> {
    let (mut rate, mut cpu) =
        ([Series::default(), Series::default()], [Series::default(), Series::default()]);
    for round in 0..bench.settings.rounds {
        for (at, load) in loads.iter().enumerate() {
            let outcome =
                load.round(bench, engine, &format!("turn{round}"), bench.length()).await?.all_done()?;
            rate[at].push(outcome.per_second());
            cpu[at].push(outcome.per_cpu_second());
        }
    }
    tell(bench, &format!("submissions a second, {}", engine.name()), "1/s", &rate);
    tell(bench, &format!("submissions, {}", engine.name()), "1/CPU-s", &cpu);
    Ok(())
}

/// Round by round: what came right after each other is compared.
fn tell(bench: &mut Bench, name: &str, unit: &str, [before, now]: &[Series; 2]) {
    let gain = now.over(before);
    println!("{name}: {:.0} before, {:.0} now, {:.3}", before.median(), now.median(), gain.median());
    bench.report.row(&format!("{name}, before"), unit, before, "");
    bench.report.row(&format!("{name}, now"), unit, now, "");
    bench.report.row(&format!("{name}, now ÷ before"), "ratio", &gain, "");
}
