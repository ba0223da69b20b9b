//! The process ends, the power fails or the disk fails at the n-th flush, for every way and one n after the other;
//! on PostgreSQL, where the product itself flushes next to nothing, at the n-th message to the database.

use super::examine::{PREFIX, examine};
use super::founding::{ends_at, spread, undisturbed};
use super::writers::{Desk, Writers, repeat};
use super::{Dice, Moments};
use crate::rig::application::Application;
use crate::rig::{
    Cluster, Disk, End, Engine, How, Place, Result, Room, Rows, Server, now, people, said, server,
};
use std::sync::Arc;
use std::time::Duration;

const SERVING_WITHIN: Duration = Duration::from_secs(3);
/// A moment comes within this time, or the server does nothing any more.
const COMES_WITHIN: Duration = Duration::from_secs(20);
const GIVES_UP_WITHIN: Duration = Duration::from_secs(3);
/// Every so many acknowledged submissions are sent again at the end; all of them are looked up in the tables.
const REPEAT_NTH: usize = 20;
/// Flushes of a start, its seals and its first submissions; messages of the same.
const WORKING: [(Engine, u64); 2] = [(Engine::Sqlite, 60), (Engine::Postgres, 1500)];

pub async fn run(task: Moments) -> Result<()> {
    let seed = task.seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("seed {seed}");
    for engine in task.engine.each() {
        let room = Room::new()?;
        let disk = Disk::new(&room)?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(&room, &disk)?),
        };
        let mut story =
            Story { engine: *engine, cluster, disk, dice: Dice(seed), clients: task.clients, ended: 0, room };
        story.founding(task.founding).await?;
        story.working(task.working).await?;
    }
    Ok(())
}

struct Story {
    engine: Engine,
    // Before the room: it lives in there and ends first.
    cluster: Option<Cluster>,
    disk: Disk,
    dice: Dice,
    clients: usize,
    /// How often something has ended so far.
    ended: u64,
    room: Room,
}

impl Story {
    /// On PostgreSQL the machine that loses its power is another one.
    fn ways(&self) -> &'static [How] {
        match self.engine {
            Engine::Sqlite => &[How::Before, How::After, How::Power, How::Torn, How::Fail],
            Engine::Postgres => &[How::Before, How::After],
        }
    }

    fn end(&mut self, at: u64, how: How) -> End {
        let port = self.cluster.as_ref().map(|cluster| cluster.port);
        End { at: Some((at, how)), port, seed: self.dice.below(u64::MAX), lies: false }
    }

    async fn place(&self, name: &str) -> Result<Place> {
        Place::new(&self.room, &self.disk, self.engine, self.cluster.as_ref(), name).await
    }

    async fn founding(&mut self, wanted: u64) -> Result<()> {
        let port = self.cluster.as_ref().map(|cluster| cluster.port);
        let undisturbed = undisturbed(&self.place("undisturbed").await?, port).await?;
        let mut tried = 0;
        for how in self.ways() {
            for at in spread(undisturbed.moments, wanted, &mut self.dice) {
                let name = format!("founding_{}_{at}", how.word());
                let place = self.place(&name).await?;
                let end = self.end(at, *how);
                ends_at(&place, end, &undisturbed).await.map_err(|why| {
                    let told =
                        std::fs::read_to_string(place.folder.with_extension("log")).unwrap_or_default();
                    format!("{why}\n{told}")
                })?;
                std::fs::remove_dir_all(&place.folder).map_err(said(place.folder.display()))?;
                tried += 1;
            }
        }
        println!(
            "{}: the first start has {} moments; ended at {tried} of them ({} ways), and the next start completed \
             each",
            self.engine.name(),
            undisturbed.moments,
            self.ways().len()
        );
        Ok(())
    }

    async fn working(&mut self, wanted: u64) -> Result<()> {
        let place = self.place("working").await?;
        let server = Server::start(&place).await?;
        let tokens = people::citizens(&server).await?;
        let application = Application::prepare(&server, &tokens[0]).await?;
        let desk = Desk::new(application, tokens);
        server.kill()?;
        let most = WORKING.iter().find(|(engine, _)| *engine == self.engine).map_or(60, |(_, most)| *most);
        let (mut slowest, mut while_starting) = (Duration::ZERO, 0);
        for how in self.ways() {
            for at in spread(most, wanted, &mut self.dice) {
                let end = self.end(at, *how);
                let what = format!("a working server, {} at moment {at}", how.word());
                let started = self.one(&place, end, &desk).await.map_err(said(&what))?;
                while_starting += usize::from(started.is_none());
                slowest = slowest.max(started.unwrap_or_default());
            }
        }
        if slowest > SERVING_WITHIN {
            return Err(format!("serving again only after {slowest:?}"));
        }
        if self.engine == Engine::Sqlite {
            self.a_disk_that_lies(&place, &desk).await?;
        }
        let server = Server::start(&place).await?;
        let repeated = repeat(&desk, server.port, REPEAT_NTH).await?;
        server.stop().await?;
        let cases = examine(&Rows::at(&place), &desk.ledger).await?;
        server::verify_journal(&place)?;
        println!(
            "{}: ended {} times, {while_starting} of them while starting; {cases} cases, {} were open at the end and {} \
             of these had been kept: 0 lost, 0 doubled, 0 half; serving again within {} ms",
            self.engine.name(),
            self.ended,
            repeated.open,
            repeated.kept,
            slowest.as_millis()
        );
        Ok(())
    }

    /// Starts, submits until the end comes, and looks at what is left. Gives the time of the start, none when
    /// the end came before the first answer.
    async fn one(&mut self, place: &Place, end: End, desk: &Arc<Desk>) -> Result<Option<Duration>> {
        let how = end.at.map(|(_, how)| how);
        let doomed = Place { end: Some(end), ..place.clone() };
        let started = match Server::start_doomed(&doomed).await? {
            None => None,
            Some(mut server) => {
                self.submit_until_it_ends(&mut server, how, desk).await?;
                Some(server.started_in)
            }
        };
        self.ended += 1;
        let rows = Rows::copied(place, &self.room.path("look"))?;
        examine(&rows, &desk.ledger).await?;
        Ok(started)
    }

    async fn submit_until_it_ends(
        &self,
        server: &mut Server,
        how: Option<How>,
        desk: &Arc<Desk>,
    ) -> Result<()> {
        let writers = Writers::start(desk, server.port, self.clients, &format!("{PREFIX}{}", self.ended));
        let failing = match how {
            Some(How::Fail) => Some(self.wait_for_the_failure(server).await?),
            _ => None,
        };
        let patience = if failing.is_some() { GIVES_UP_WITHIN } else { COMES_WITHIN };
        let ended = server.ended_within(patience).await?;
        let Some(status) = ended else {
            let _ = writers.stop().await;
            return Err(format!("the server still runs after {patience:?}\n{}", server.log()));
        };
        writers.end().await?;
        // What was flushed before is acknowledged, and those answers are on their way.
        let late =
            failing.map_or(0, |failing| desk.ledger.acknowledged_after(failing + Duration::from_millis(50)));
        match (status.success(), late) {
            (true, _) => Err("the server ended as if nothing had happened".into()),
            (false, 0) => Ok(()),
            (false, late) => Err(format!("{late} submissions were acknowledged after the disk had failed")),
        }
    }

    /// The instant at which the disk began to fail, as seen from here.
    async fn wait_for_the_failure(&self, server: &mut Server) -> Result<std::time::Instant> {
        let at = server.place.end.as_ref().and_then(|end| end.at).map_or(0, |(at, _)| at);
        let begun = now();
        while self.disk.moments()? < at {
            if server.ended_within(Duration::ZERO).await?.is_some() {
                break;
            }
            if begun.elapsed() > COMES_WITHIN {
                return Err("the moment did not come".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(now())
    }

    /// The counter-test: when flushes do nothing and the power fails, acknowledged work must be missing, or these
    /// tests would see nothing.
    async fn a_disk_that_lies(&mut self, place: &Place, desk: &Arc<Desk>) -> Result<()> {
        let sound = self.room.path("before-the-lie");
        copy_folder(&place.folder, &sound)?;
        let known = desk.ledger.entries().clone();
        let end = End { lies: true, ..self.end(40, How::Power) };
        let outcome = self.one(place, end, desk).await;
        std::fs::remove_dir_all(&place.folder).map_err(said(place.folder.display()))?;
        std::fs::rename(&sound, &place.folder).map_err(said(sound.display()))?;
        *desk.ledger.entries() = known;
        match outcome {
            Err(why) if why.contains("and lost") => {
                println!("SQLite: on a disk that lies about its flushes the loss was seen");
                Ok(())
            }
            Err(why) => Err(format!("on a disk that lies: {why}")),
            Ok(_) => {
                Err("a disk that lies about its flushes lost nothing: these tests would see no loss".into())
            }
        }
    }
}

fn copy_folder(from: &std::path::Path, into: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(into).map_err(said(into.display()))?;
    for entry in std::fs::read_dir(from).map_err(said(from.display()))? {
        let path = entry.map_err(said(from.display()))?.path();
        let target = into.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map_err(said(path.display()))?;
        }
    }
    Ok(())
}
