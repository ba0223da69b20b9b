//! SIGKILL at random moments under load, many times; on PostgreSQL also the database itself (rows 1, 8).

use super::examine::{PREFIX, examine};
use super::writers::{Desk, Repeated, Writers, repeat};
use super::{Dice, Kill};
use crate::rig::application::Application;
use crate::rig::{Cluster, Disk, Engine, Place, Result, Room, Rows, Server, now, people, server};
use std::sync::Arc;
use std::time::Duration;

const SERVING_WITHIN: Duration = Duration::from_secs(3);
const BACK_WITHIN: Duration = Duration::from_secs(5);
/// Every so many acknowledged submissions are sent again; all of them are looked up in the tables.
const REPEAT_NTH: usize = 20;

pub async fn run(task: Kill) -> Result<()> {
    let seed = task.seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}");
    for engine in task.engine.each() {
        let room = Room::new()?;
        let disk = Disk::new(&room)?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(&room, &disk)?),
        };
        let place = Place::new(&room, &disk, *engine, cluster.as_ref(), "kill").await?;
        let story = Story { place, clients: task.clients, dice: Dice(seed) };
        story
            .run(*engine, task.kills, cluster.as_ref().map(|cluster| (cluster, task.database_stops)))
            .await?;
    }
    Ok(())
}

struct Story {
    place: Place,
    clients: usize,
    dice: Dice,
}

impl Story {
    async fn run(mut self, engine: Engine, kills: usize, cluster: Option<(&Cluster, usize)>) -> Result<()> {
        self.killed_while_seeding().await?;
        let mut server = Server::start(&self.place).await?;
        let tokens = people::citizens(&server).await?;
        let application = Application::prepare(&server, &tokens[0]).await?;
        let desk = Desk::new(application, tokens);
        let (mut slowest, mut repeated) = (Duration::ZERO, Repeated::default());
        for kill in 0..kills {
            let writers = Writers::start(&desk, server.port, self.clients, &format!("{PREFIX}{kill}"));
            tokio::time::sleep(Duration::from_millis(20 + self.dice.below(600))).await;
            server.kill()?;
            writers.end().await?;
            server = Server::start(&self.place).await?;
            slowest = slowest.max(server.started_in);
            if server.started_in > SERVING_WITHIN {
                return Err(format!("kill {kill}: serving again only after {:?}", server.started_in));
            }
            repeated += repeat(&desk, server.port, REPEAT_NTH).await?;
        }
        if let Some((cluster, stops)) = cluster {
            for stop in 0..stops {
                self.database_killed(&desk, &server, cluster, stop).await?;
            }
        }
        let rows = Rows::of(&server);
        server.kill()?;
        let cases = examine(&rows, &desk.ledger).await?;
        server::verify_journal(&self.place)?;
        println!(
            "{}: {kills} kills, {cases} cases, of which {} were under way when the server died ({} of these had been \
             kept): 0 lost, 0 doubled, 0 half; serving again within {} ms",
            engine.name(),
            repeated.open,
            repeated.kept,
            slowest.as_millis()
        );
        Ok(())
    }

    /// The first start writes the catalogue: it too may be killed, and the next one carries on.
    async fn killed_while_seeding(&mut self) -> Result<()> {
        let mut command = server::command(&self.place)?;
        let quiet = std::process::Stdio::null;
        let child = command.arg("seed").stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
        let mut child = child.map_err(|e| format!("seed: {e}"))?;
        tokio::time::sleep(Duration::from_millis(self.dice.below(400))).await;
        child.kill().and_then(|()| child.wait()).map(drop).map_err(|e| format!("kill seed: {e}"))
    }

    /// The database stops at once and comes back while clients submit: the same server process carries on.
    async fn database_killed(
        &mut self,
        desk: &Arc<Desk>,
        server: &Server,
        cluster: &Cluster,
        stop: usize,
    ) -> Result<()> {
        let writers = Writers::start(desk, server.port, self.clients, &format!("{PREFIX}database-{stop}"));
        tokio::time::sleep(Duration::from_millis(200 + self.dice.below(400))).await;
        let before = desk.ledger.acknowledged_count();
        // These calls hold up the writers for their length, as they share this thread; the server they do not.
        cluster.stop_at_once()?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.start_again()?;
        let begun = now();
        let stopped_at = desk.ledger.acknowledged_count();
        while desk.ledger.acknowledged_count() == stopped_at {
            if begun.elapsed() > BACK_WITHIN {
                return Err(format!(
                    "nothing was acknowledged within {BACK_WITHIN:?} after the database came back"
                ));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let back = begun.elapsed();
        tokio::time::sleep(Duration::from_millis(300)).await;
        writers.stop().await?;
        let repeated = repeat(desk, server.port, REPEAT_NTH).await?;
        println!(
            "PostgreSQL stopped at once under load: the next acknowledgement {} ms after it was back; {} submissions \
             had no answer, {} of these had been kept, {} more were filed",
            back.as_millis(),
            repeated.open,
            repeated.kept,
            desk.ledger.acknowledged_count() - before
        );
        Ok(())
    }
}
