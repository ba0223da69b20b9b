//! The time of day jumps under a working server and between its starts (row 7): no session, no term and no
//! identifier follows it, somebody is told, and a machine a day behind its own journal does not start.

use super::examine::{PREFIX, examine};
use super::writers::{Desk, Writers, repeat};
use crate::rig::application::Application;
use crate::rig::client::{json_request, request};
use crate::rig::{
    Client, Cluster, Disk, Engine, Engines, Place, Result, Room, Rows, Server, people, said, server,
};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const HOUR: i64 = 3600;
const DAYS_400: i64 = 400 * 24 * HOUR;
/// Forwards, back, and home again.
const JUMPS: [i64; 5] = [HOUR, -HOUR, DAYS_400, -DAYS_400, 0];
const BUSY_FOR: Duration = Duration::from_millis(400);
const CLIENTS: usize = 8;
const LONGEST_SESSION: i64 = 12 * HOUR * 1000;
/// The alarm rounds, and writers take their time.
const SLACK: i64 = 5;

pub async fn jumps(engines: Engines) -> Result<()> {
    for engine in engines.each() {
        let room = Room::new()?;
        let disk = Disk::new(&room)?;
        disk.set_clock(0)?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(&room, &disk)?),
        };
        let place = Place::new(&room, &disk, *engine, cluster.as_ref(), "clock").await?;
        let mut story = Story::begin(Place { clock: true, ..place }, disk).await?;
        story.while_it_runs().await?;
        story.set_back_between_starts().await?;
        story.examine().await?;
        story.does_not_start_a_day_behind().await?;
        story.starts_ahead().await?;
        println!(
            "{}: the clock jumped {} times under the server and 3 times between its starts; {} submissions, times and \
             identifiers in order, no session and no term longer, told each time",
            engine.name(),
            JUMPS.len(),
            story.desk.ledger.acknowledged_count()
        );
    }
    Ok(())
}

struct Story {
    server: Option<Server>,
    desk: Arc<Desk>,
    place: Place,
    disk: Disk,
    begun: i64,
}

impl Story {
    async fn begin(place: Place, disk: Disk) -> Result<Story> {
        let begun = true_time();
        let server = Server::start(&place).await?;
        let tokens = people::citizens(&server).await?;
        let application = Application::prepare(&server, &tokens[0]).await?;
        Ok(Story { server: Some(server), desk: Desk::new(application, tokens), place, disk, begun })
    }

    fn server(&self) -> Result<&Server> {
        self.server.as_ref().ok_or_else(|| "no server runs".into())
    }

    async fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(server) => server.stop().await.map(drop),
            None => Ok(()),
        }
    }

    async fn while_it_runs(&mut self) -> Result<()> {
        for (number, jump) in JUMPS.into_iter().enumerate() {
            let server = self.server()?;
            self.disk.set_clock(jump)?;
            let writers = Writers::start(&self.desk, server.port, CLIENTS, &format!("{PREFIX}jump-{number}"));
            tokio::time::sleep(BUSY_FOR).await;
            let before = self.desk.ledger.acknowledged_count();
            writers.stop().await?;
            if before == 0 {
                return Err(format!("nothing was acknowledged while the clock was {jump} s off"));
            }
            // Who was logged in stays so, and who logs in now gets no more time than others.
            self.is_open(server, 200, jump).await?;
            people::citizens(server).await?;
            self.alarm(server, jump).await?;
        }
        Ok(())
    }

    async fn is_open(&self, server: &Server, wanted: u16, jump: i64) -> Result<()> {
        let ask = json_request("GET", "/api/v1/cases", &self.desk.tokens[0], &[], None);
        let answer = server.client().await?.send(&ask).await.map_err(said("a look at one's cases"))?;
        match answer.status {
            status if status == wanted => Ok(()),
            status => {
                Err(format!("with the clock {jump} s off a session was answered {status}, not {wanted}"))
            }
        }
    }

    /// The machine's deviation stands among the metrics.
    async fn alarm(&self, server: &Server, wanted: i64) -> Result<()> {
        let mut client = Client::connect(server.admin_port).await.map_err(said("connect"))?;
        let answer = client.send(&request("GET", "/metrics", &[], b"")).await.map_err(said("metrics"))?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("yiwang_clock_astray_seconds "));
        let told: f64 = line.and_then(|told| told.trim().parse().ok()).ok_or("the metrics tell no clock")?;
        match (told - wanted as f64).abs() <= SLACK as f64 {
            true => Ok(()),
            false => Err(format!("the clock is {wanted} s off, and the metrics say {told}")),
        }
    }

    async fn set_back_between_starts(&mut self) -> Result<()> {
        self.stop().await?;
        self.disk.set_clock(-HOUR)?;
        let server = Server::start(&self.place).await?;
        self.alarm(&server, -HOUR).await?;
        self.is_open(&server, 200, -HOUR).await?;
        let writers = Writers::start(&self.desk, server.port, CLIENTS, &format!("{PREFIX}set-back"));
        tokio::time::sleep(BUSY_FOR).await;
        writers.stop().await?;
        people::citizens(&server).await?;
        repeat(&self.desk, server.port, 20).await?;
        self.server = Some(server);
        self.stop().await
    }

    async fn examine(&self) -> Result<()> {
        let rows = Rows::at(&self.place);
        let cases = examine(&rows, &self.desk.ledger).await?;
        server::verify_journal(&self.place)?;
        let (from, until) = (self.begun - SLACK * 1000, true_time() + SLACK * 1000);
        let none_of_these = [
            (
                "events whose time is not that of the true clock",
                format!("SELECT count(*) FROM journal_event WHERE at < {from} OR at > {until}"),
            ),
            // An act has the time of its beginning, and some last seconds on a busy machine.
            (
                "events whose time runs against their identifiers",
                "SELECT count(*) FROM (SELECT at, lag(at) OVER (ORDER BY id) AS before FROM journal_event) AS e \
                 WHERE at + 60000 < before"
                    .to_owned(),
            ),
            (
                "sessions that last longer than a session may",
                format!("SELECT count(*) FROM identity_session WHERE ends_at > {}", until + LONGEST_SESSION),
            ),
            (
                "due days but the one that all these cases must have",
                "SELECT count(DISTINCT due_on) - 1 FROM casework_case".to_owned(),
            ),
        ];
        for (what, sql) in none_of_these {
            match rows.number(&sql).await? {
                0 => {}
                count => {
                    return Err(format!("after the clock had jumped, among {cases} cases: {count} {what}"));
                }
            }
        }
        Ok(())
    }

    async fn does_not_start_a_day_behind(&self) -> Result<()> {
        self.disk.set_clock(-DAYS_400)?;
        let output = server::command(&self.place)?.arg("seed").output().map_err(said("yiwang seed"))?;
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match !output.status.success() && told.contains("时钟") {
            true => Ok(()),
            false => Err(format!("400 days behind its own journal it ended with {}: {told}", output.status)),
        }
    }

    /// A clock that is ahead ends sessions, it does not lengthen them.
    async fn starts_ahead(&mut self) -> Result<()> {
        self.disk.set_clock(DAYS_400)?;
        let server = Server::start(&self.place).await?;
        self.is_open(&server, 401, DAYS_400).await?;
        self.server = Some(server);
        self.stop().await
    }
}

#[allow(clippy::disallowed_methods, reason = "the clock the others are compared with")]
fn true_time() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
