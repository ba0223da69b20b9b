//! Background work: the journal's chain, silent cases, a changed catalogue, the registry of organisations,
//! seals, stock, searches that found nothing.
//!
//! Each job is idempotent and shallow: it calls one verb. Several processes may run them on one database.

use crate::{demo, registry, world};
use domain::World;
use domain::casework::{
    FILE_REMOVAL, FileStore, accept_silent_cases, lapse_owed, lapse_supplements, remove_file,
};
use domain::certs::stock;
use domain::evidence;
use domain::identity::Actor;
use domain::{journal, seals};
use norms::Day;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

const SEAL: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(600);
const CATALOGUE: Duration = Duration::from_secs(1);
/// Seals that were approved and not made, for example because the process ended in between.
const MAKING: Duration = Duration::from_secs(30);
/// Some seals each second, so that a demonstration hardly slows down those who look at it. Each time the font
/// is read, so fewer at once would cost more in all.
const DEMONSTRATION: Duration = Duration::from_secs(1);
const BODIES_AT_ONCE: usize = 8;
const REVOCATIONS: Duration = Duration::from_secs(3600);
/// How soon a revocation stands in the list beside the data, whichever process made it.
const LIST: Duration = Duration::from_secs(1);
const QUEUE: Duration = Duration::from_secs(1);
/// A worker that has not finished by then is taken to be dead; another goes on where it was.
const LEASE: base::Millis = 10 * 60 * 1000;
const CLOCK: Duration = Duration::from_secs(1);
const TIDY: Duration = Duration::from_secs(60);

/// Runs until told to stop.
pub async fn run(
    world: Arc<World>,
    app: web::App,
    data: PathBuf,
    mut source: Option<registry::Source>,
    mut stop: watch::Receiver<bool>,
) {
    let mut seal = every(SEAL);
    let mut silence = every(SILENCE);
    let mut catalogue = every(CATALOGUE);
    let mut tidy = every(TIDY);
    let mut making = every(MAKING);
    let mut revocations = every(REVOCATIONS);
    let mut list = every(LIST);
    let mut listed = None;
    let mut demonstration = every(DEMONSTRATION);
    let mut bodies_left = app.settings.demo.is_some();
    let mut queue = every(QUEUE);
    let mut clock = every(CLOCK);
    let mut astray = 0;
    let mut seen = Seen { sequence: world.catalogue.load().sequence, day: legal_day(&world) };
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = seal.tick() => tell("seal", seal_all(&world).await),
            _ = silence.tick() => {
                tell("silence", accept_silent_cases(&world.cx(Actor::System)).await.map(drop));
                tell("owed", lapse_owed(&world.cx(Actor::System)).await.map(drop));
                tell("supplements", lapse_supplements(&world.cx(Actor::System)).await.map(drop));
            }
            _ = catalogue.tick() => tell("catalogue", follow_catalogue(&world, &mut seen).await),
            _ = making.tick() => tell("making", seals::make_waiting(&world.cx(Actor::System), 50).await.map(drop)),
            _ = revocations.tick() => tell("revocations", refresh_revocations(&world, &data).await),
            _ = list.tick() => tell("list", world::follow_revocations(&world, &data, &mut listed).await),
            _ = demonstration.tick(), if bodies_left => tell("demonstration", seal_bodies(&world, &mut bodies_left).await),
            _ = tidy.tick() => {
                app.forget_idle_peers();
                if let Some(source) = &mut source {
                    tell("registry", source.follow(&world).await);
                }
                tell("misses", app.keep_misses().await);
            }
            _ = clock.tick() => watch_clock(&world, &mut astray),
            _ = queue.tick() => tell("queue", work_queue(&world, &app.files).await),
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    // A job that took long is not made up for: the next round does all that is due anyway.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A clock that was set under a running installation is not followed (`base::SystemClock`); somebody has to mend it.
fn watch_clock(world: &World, known: &mut base::Millis) {
    let astray = world.clock.astray();
    // By seconds: it is looked at a little later each time.
    if (astray / 1000 - *known / 1000).abs() > 1 {
        match astray / 1000 {
            0 => tracing::warn!("the machine's clock is right again"),
            seconds => tracing::error!(
                seconds,
                "the machine's clock was set and is not believed; time goes on as before. Set it right, or restart"
            ),
        }
        *known = astray;
    }
}

fn tell(job: &'static str, outcome: base::Result<()>) {
    match outcome {
        Ok(()) => metrics::counter!("yiwang_job_runs_total", "job" => job).increment(1),
        Err(error) => {
            metrics::counter!("yiwang_job_failures_total", "job" => job).increment(1);
            tracing::error!(job, %error, "a background job failed");
        }
    }
}

async fn seal_all(world: &Arc<World>) -> base::Result<()> {
    let cx = world.cx(Actor::System);
    while world.db.write(async |tx| journal::seal_batch(tx, &cx).await).await?.is_some() {}
    while world.db.write(async |tx| evidence::sign_batches(tx, &cx).await).await? > 0 {}
    Ok(())
}

/// The list before it grows old, and what lies beside the data, foreign authorities among it.
async fn refresh_revocations(world: &Arc<World>, data: &Path) -> base::Result<()> {
    let cx = world.cx(Actor::System);
    world.db.write(async |tx| seals::refresh_revocations(tx, &cx).await).await?;
    world::publish_authority(world, data).await.map_err(base::Error::bug)
}

async fn seal_bodies(world: &Arc<World>, left: &mut bool) -> base::Result<()> {
    *left = demo::seal_more(world, BODIES_AT_ONCE).await?;
    // Whoever measures waits for it.
    metrics::gauge!("yiwang_demonstration_unfinished").set(f64::from(u8::from(*left)));
    Ok(())
}

/// Does the jobs that are due, one after the other.
async fn work_queue(world: &Arc<World>, files: &FileStore) -> base::Result<()> {
    loop {
        let now = world.clock.now();
        let Some(job) = world.db.write(async |tx| db::jobs::claim(tx, now, LEASE).await).await? else {
            return Ok(());
        };
        let outcome = work(world, files, &job).await;
        let now = world.clock.now();
        match &outcome {
            Ok(()) => world.db.write(async |tx| db::jobs::complete(tx, &job, now).await).await?,
            Err(error) => {
                let text = error.to_string();
                world.db.write(async |tx| db::jobs::fail(tx, &job, &text, now).await).await?;
            }
        }
        outcome?;
    }
}

async fn work(world: &Arc<World>, files: &FileStore, job: &db::jobs::Job) -> base::Result<()> {
    match job.kind.as_str() {
        FILE_REMOVAL => remove_file(&world.cx(Actor::System), files, &job.payload).await,
        stock::JOB => stock::work_import(&world.cx(Actor::System), job.payload.parse()?).await,
        kind => Err(base::Error::bug(format!("nobody does jobs of kind {kind}"))),
    }
}

/// What the catalogue in memory was read for.
struct Seen {
    /// The newest event of the journal.
    sequence: i64,
    day: Day,
}

fn legal_day(world: &World) -> Day {
    Day::from_millis_shanghai(world.clock.now())
}

/// Another process may have published: the catalogue follows the journal within a second. And a version that
/// was published for a day to come is in force when that day begins.
async fn follow_catalogue(world: &Arc<World>, seen: &mut Seen) -> base::Result<()> {
    let (latest, changed) =
        world.db.read(async |tx| journal::catalogue_news(tx, seen.sequence).await).await?;
    let today = legal_day(world);
    if changed || today != seen.day {
        world::refresh(world).await?;
    }
    *seen = Seen { sequence: latest, day: today };
    Ok(())
}
