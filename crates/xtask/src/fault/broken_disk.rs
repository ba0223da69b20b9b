//! A disk that fails to flush, a disk that is full, a folder that is taken.

use super::examine::{PREFIX, examine};
use super::writers::{Desk, Writers, repeat};
use crate::rig::application::Application;
use crate::rig::client::{json_request, request};
use crate::rig::disk::Fault;
use crate::rig::{Disk, Engine, Place, Result, Room, Rows, Server, now, people, said, server};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const CLIENTS: usize = 16;
const BUSY_FOR: Duration = Duration::from_millis(500);

/// A server on a disk that can be broken, and people who submit.
struct Scene {
    server: Server,
    desk: Arc<Desk>,
    disk: Disk,
    place: Place,
    // Last: everything else lives in there.
    _room: Room,
}

impl Scene {
    async fn new() -> Result<Scene> {
        let room = Room::new()?;
        let disk = Disk::new(&room)?;
        let place = Place { faults: true, ..Place::new(&room, &disk, Engine::Sqlite, None, "broken").await? };
        let server = Server::start(&place).await?;
        let tokens = people::citizens(&server).await?;
        let application = Application::prepare(&server, &tokens[0]).await?;
        Ok(Scene { server, desk: Desk::new(application, tokens), disk, place, _room: room })
    }

    fn write(&self, round: &str) -> Writers {
        Writers::start(&self.desk, self.server.port, CLIENTS, &format!("{PREFIX}{round}"))
    }

    /// Starts anew on a sound disk, sends everything open again, and holds the ledger against the tables.
    async fn settle(mut self) -> Result<usize> {
        self.disk.repair()?;
        if self.server.ended_within(Duration::from_millis(10)).await?.is_some() {
            self.server = Server::start(&self.place).await?;
        }
        repeat(&self.desk, self.server.port, 5).await?;
        let rows = Rows::of(&self.server);
        self.server.stop().await?;
        let cases = examine(&rows, &self.desk.ledger).await?;
        server::verify_journal(&self.place)?;
        Ok(cases)
    }
}

/// Row 3: after a flush that failed nothing is acknowledged, the process stops within a second, and the
/// next start finds everything that was.
pub async fn fsync_fails() -> Result<()> {
    let mut scene = Scene::new().await?;
    let writers = scene.write("fsync");
    tokio::time::sleep(BUSY_FOR).await;
    scene.disk.break_it(Fault::Sync)?;
    let broken = now();
    let ended = scene.server.ended_within(Duration::from_secs(1)).await?;
    let took = broken.elapsed();
    let status = ended.ok_or("the process still runs a second after a flush failed")?;
    writers.end().await?;
    if status.success() {
        return Err("the process ended as if nothing had happened".into());
    }
    // A flush that was under way when the disk broke was a good one, and its answers are on their way.
    let late = scene.desk.ledger.acknowledged_after(broken + Duration::from_millis(50));
    if late > 0 {
        return Err(format!("{late} submissions were acknowledged after the disk had failed"));
    }
    let (acknowledged, open) = (scene.desk.ledger.acknowledged_count(), scene.desk.ledger.open().len());
    let cases = scene.settle().await?;
    println!(
        "fsync fails: stopped after {} ms, {acknowledged} acknowledged before, {open} open; after the restart {cases} \
         cases, 0 lost, 0 doubled, 0 half",
        took.as_millis()
    );
    Ok(())
}

/// Row 4: reads are all served, writes are refused at once, and work resumes when there is room again.
pub async fn gets_full() -> Result<()> {
    let mut scene = Scene::new().await?;
    let writers = scene.write("full");
    tokio::time::sleep(BUSY_FOR).await;
    scene.disk.break_it(Fault::Full)?;
    // What was being committed may still be acknowledged.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let full = now();
    let reads = read_for(&scene, Duration::from_secs(2)).await?;
    let late = scene.desk.ledger.acknowledged_after(full);
    let (refused, slowest) = (&scene.desk.busy, &scene.desk.slowest_refusal_ms);
    let (refused, slowest) = (refused.load(Ordering::Relaxed), slowest.load(Ordering::Relaxed));
    if late > 0 || refused == 0 {
        return Err(format!("on a full disk {late} submissions were acknowledged and {refused} refused"));
    }
    if let Some(status) = scene.server.ended_within(Duration::from_millis(10)).await? {
        return Err(format!("a full disk ended the server: {status}"));
    }
    scene.disk.repair()?;
    let repaired = now();
    while scene.desk.ledger.acknowledged_after(repaired) == 0 {
        if repaired.elapsed() > Duration::from_secs(10) {
            // What a writer has to say is the better explanation.
            writers.stop().await.map_err(|why| format!("{why}\n{}", scene.server.log()))?;
            let log = scene.server.log();
            return Err(format!("nothing was acknowledged in 10 s after there was room again\n{log}"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let resumed = repaired.elapsed();
    tokio::time::sleep(BUSY_FOR).await;
    writers.stop().await?;
    let cases = scene.settle().await?;
    println!(
        "disk full: {reads} reads served, {refused} writes refused within {slowest} ms, resumed after {} ms; {cases} \
         cases, 0 lost, 0 doubled, 0 half",
        resumed.as_millis()
    );
    if slowest > 100 { Err(format!("a refusal took {slowest} ms, at most 100")) } else { Ok(()) }
}

/// Reads as a visitor and as a citizen; every one must be served.
async fn read_for(scene: &Scene, length: Duration) -> Result<usize> {
    let mut client = scene.server.client().await?;
    let token = &scene.desk.tokens[0];
    let asks = [
        request("GET", "/", &[], b""),
        request("GET", "/items", &[], b""),
        json_request("GET", "/api/v1/cases", token, &[], None),
    ];
    let (begun, mut served) = (now(), 0);
    while begun.elapsed() < length {
        let answer = client.send(&asks[served % asks.len()]).await.map_err(said("a read on a full disk"))?;
        if answer.status != 200 {
            return Err(format!("a read on a full disk was answered {}", answer.status));
        }
        served += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(served)
}

/// Row 26: the second process says why and ends within a second; the first does not notice.
pub async fn second_process() -> Result<()> {
    let scene = Scene::new().await?;
    let begun = now();
    let mut command = server::command(&scene.place)?;
    command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    let child = command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn();
    let mut child = child.map_err(said("the second server"))?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(said("wait"))? {
            break status;
        }
        if begun.elapsed() > Duration::from_secs(1) {
            child.kill().and_then(|()| child.wait()).map_err(said("kill"))?;
            return Err("a second process on the same data folder was not refused within a second".into());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    };
    if status.success() {
        return Err("a second process on the same data folder ended without an error".into());
    }
    let token = &scene.desk.tokens[0];
    scene.desk.application.submit(&mut scene.server.client().await?, token, "after-the-second").await?;
    println!("second process: refused after {} ms", begun.elapsed().as_millis());
    scene.server.stop().await.map(drop)
}
