//! Durable verbs a second: `commit <folder or postgres url> [seconds]`.
//!
//! For figures that can be compared, put the folder on tmpfs and preload a shim that makes each fsync and
//! fdatasync sleep 1 ms (`performance.md`).

use base::{Clock, IdMaker, SystemClock};
use std::sync::Arc;
use std::time::{Duration, Instant};
use yiwang_db::{Db, Engine, Location, MIGRATION_SQL, Migration, Options, Tx, outbox, params};

const TABLES: &[Migration] = &[
    Migration { number: 1, name: "db", sql: MIGRATION_SQL },
    Migration {
        number: 2,
        name: "bench",
        sql: "CREATE TABLE bench_case (id {case_id}, area TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL{case_key});
              CREATE TABLE bench_event (id {id_key}, thing BIGINT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);",
    },
];
const CASE: &str = "INSERT INTO bench_case (id, area, state, version, body) VALUES ($1, $2, $3, $4, $5)";
const EVENT: &str = "INSERT INTO bench_event (id, thing, kind, body) VALUES ($1, $2, $3, $4)";
const FIND: &str = "SELECT state, version FROM bench_case WHERE id = $1 AND area = $2";
const SAVE: &str =
    "UPDATE bench_case SET state = $1, version = version + 1 WHERE id = $2 AND area = $3 AND version = $4";
const AREA: &str = "320102";

struct Bench {
    db: Db,
    ids: IdMaker,
    clock: SystemClock,
    body: String,
}

impl Bench {
    /// A case, its event, a message: three rows, about 1.5 KB.
    async fn submit(&self, tx: &mut Tx<'_>, pipelined: bool) -> base::Result<()> {
        let now = self.clock.now();
        let (case, event, news) = (self.ids.next(now), self.ids.next(now), self.ids.next(now));
        let case_row = params![case, AREA, "submitted", 1, &self.body];
        let event_row = params![event, case, "submitted", &self.body[..498]];
        let text = case.to_string();
        let news_row = params![news, "casework", &text, "{}", now];
        let rows: [(&'static str, &[_]); 3] =
            [(CASE, &case_row), (EVENT, &event_row), (outbox::APPEND, &news_row)];
        if pipelined {
            return tx.execute_all(&rows).await.map(drop);
        }
        for (sql, row) in rows {
            tx.execute(sql, row).await?;
        }
        Ok(())
    }

    /// Seven statements, each answered before the next: submission, look-up, change, event.
    async fn seven(&self, tx: &mut Tx<'_>, _: bool) -> base::Result<()> {
        self.submit(tx, false).await?;
        let now = self.clock.now();
        let (case, event) = (self.ids.next(now), self.ids.next(now));
        tx.execute(CASE, &params![case, AREA, "submitted", 1, "{}"]).await?;
        tx.first(FIND, &params![case, AREA], |row| row.int(1)).await?;
        tx.execute(SAVE, &params!["accepted", case, AREA, 1]).await?;
        tx.execute(EVENT, &params![event, case, "accepted", "{}"]).await.map(drop)
    }
}

#[derive(Clone, Copy)]
enum Verb {
    Three,
    ThreePipelined,
    Seven,
}

#[allow(clippy::disallowed_methods, reason = "a measurement")]
async fn round(bench: &Arc<Bench>, verb: Verb, callers: usize, length: Duration) {
    let (commits, start) = (bench.db.commits(), Instant::now());
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let bench = Arc::clone(bench);
            tokio::spawn(async move {
                let mut times = Vec::new();
                while start.elapsed() < length {
                    let begun = Instant::now();
                    let done = bench.db.write(async |tx| match verb {
                        Verb::Three => bench.submit(tx, false).await,
                        Verb::ThreePipelined => bench.submit(tx, true).await,
                        Verb::Seven => bench.seven(tx, false).await,
                    });
                    done.await.expect("a verb of the measurement");
                    times.push(begun.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("no task panics"));
    }
    let elapsed = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "{callers:4} callers {:8.0} verbs/s {:7.0} commits/s  p50 {:6.2} ms  p99 {:6.2} ms",
        times.len() as f64 / elapsed,
        (bench.db.commits() - commits) as f64 / elapsed,
        at(0.5),
        at(0.99),
    );
}

#[allow(clippy::disallowed_methods, reason = "a measurement")]
async fn reads(bench: &Arc<Bench>, length: Duration) {
    let some =
        bench.db.read(async |tx| tx.rows("SELECT id FROM bench_case LIMIT 1000", &[], |row| row.id(0)).await);
    let ids = some.await.expect("ids");
    let (start, mut done) = (Instant::now(), 0_u64);
    while start.elapsed() < length {
        for id in &ids {
            let found = bench.db.read(async |tx| tx.first(FIND, &params![id, AREA], |row| row.int(1)).await);
            assert!(found.await.expect("a read").is_some());
            done += 1;
        }
    }
    println!("   1 reader  {:8.0} point reads/s", done as f64 / start.elapsed().as_secs_f64());
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().expect("commit <folder or postgres url> [seconds]");
    let seconds = arguments.next().and_then(|s| s.parse().ok()).unwrap_or(3.0);
    let location =
        if place.contains("://") { Location::Postgres(place) } else { Location::Folder(place.into()) };
    let db = Db::open(Options { location, ..Options::default() }).await.expect("the database opens");
    db.migrate(TABLES).await.expect("the tables are made");
    let body = "办".repeat(330);
    let length = Duration::from_secs_f64(seconds);
    let bench = Arc::new(Bench { db, ids: IdMaker::new(1), clock: SystemClock::default(), body });
    let verbs: &[(&str, Verb)] = match bench.db.engine() {
        Engine::Sqlite => &[("three rows", Verb::Three), ("seven statements", Verb::Seven)],
        Engine::Postgres => &[
            ("three rows", Verb::Three),
            ("three rows, pipelined", Verb::ThreePipelined),
            ("seven statements", Verb::Seven),
        ],
    };
    for (name, verb) in verbs {
        println!("{name}");
        for callers in [1, 8, 32, 64, 256] {
            round(&bench, *verb, callers, length).await;
        }
    }
    reads(&bench, length).await;
}
