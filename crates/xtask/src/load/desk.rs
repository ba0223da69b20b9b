//! The desk's list in a database of real size.

use super::drive::{Next, drive};
use super::series::Series;
use super::{Bench, Engine, references};
use crate::rig::application::Application;
use crate::rig::client::json_request;
use crate::rig::{Place, Result, Rows, Server, people, said};
use std::sync::Arc;

const CONNECTIONS: usize = 32;
const REFERENCE_SECONDS: f64 = 2.0;

pub async fn measure(bench: &mut Bench, sizes: &[u64]) -> Result<()> {
    for engine in bench.engines() {
        let name = format!("desk_{}", engine.name().to_lowercase());
        let place = Place::new(&bench.room, &bench.disk, *engine, bench.cluster.as_ref(), &name).await?;
        let body = one_case(&place).await?;
        let mut filled = 0;
        for cases in sizes {
            fill(&place, filled, cases.saturating_sub(filled)).await?;
            filled = *cases;
            one_size(bench, *engine, &place, &body, *cases).await?;
        }
    }
    Ok(())
}

/// Starts a fresh installation, submits the case all others are copies of, and stops it again. Gives the
/// body that handles it.
async fn one_case(place: &Place) -> Result<String> {
    let server = Server::start(place).await?;
    server.at_rest().await?;
    let tokens = people::citizens(&server).await?;
    let application = Application::prepare(&server, &tokens[0]).await?;
    application.submit(&mut server.client().await?, &tokens[0], "desk-template").await?;
    let rows = Rows::of(&server);
    server.stop().await?;
    let found = rows.query("SELECT body FROM casework_case WHERE idempotency = 'desk-template'").await?;
    found.into_iter().flatten().next().ok_or_else(|| "the template case is not in the database".into())
}

/// Copies of one case: 97 in 100 are done, the others wait in the queues; one in ten belongs to the body
/// of the original, the others to forty more. Written into the database of a stopped server, because no
/// product needs a door for a million cases at once.
async fn fill(place: &Place, from: u64, more: u64) -> Result<()> {
    let rows = match &place.url {
        Some(url) => Rows::Postgres(url.clone()),
        None => Rows::Sqlite(place.folder.join("yiwang.db")),
    };
    let (first, last) = (from + 1, from + more);
    let series = match &rows {
        Rows::Sqlite(_) => format!(
            "(WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)"
        ),
        Rows::Postgres(_) => format!("(SELECT i::BIGINT AS i FROM generate_series({first}, {last}) AS s(i))"),
    };
    rows.execute(&FILL.replace("{series}", &series).replace("{due}", &due_days()?)).await?;
    rows.execute("ANALYZE").await
}

/// What waits is due between three days ago and a week from now.
fn due_days() -> Result<String> {
    let calendar = rusqlite::Connection::open_in_memory().map_err(said("dates"))?;
    let mut choice = String::from("CASE n.i / 10 % 11");
    for days in 0..11 {
        let sql = format!("SELECT date('now', '{} days')", days - 3);
        let day: String = calendar.query_row(&sql, [], |row| row.get(0)).map_err(said("dates"))?;
        choice.push_str(&format!(" WHEN {days} THEN '{day}'"));
    }
    Ok(choice + " END")
}

/// `substr` of a large sum is the zero padding both engines understand.
const FILL: &str = "INSERT INTO casework_case (id, area, number, ticket, item_code, item_version, base_version, \
     item_name, body, applicant_kind, applicant_id, applicant, applicant_masked, account_id, idempotency, request, \
     channel, answers, materials, state, queue, due_on, warn_on, facts, outcome, submitted_at, version) \
     SELECT t.id - (20000000 - n.i) * 2097152, t.area, \
     substr(t.number, 1, 36) || substr(CAST(10000000000 + n.i AS TEXT), 2), \
     'L' || substr(CAST(10000000000 + n.i AS TEXT), 2), t.item_code, t.item_version, t.base_version, t.item_name, \
     CASE WHEN n.i % 10 = 0 THEN t.body ELSE 'body-' || CAST(n.i % 41 AS TEXT) END, \
     t.applicant_kind, 1 + n.i % 50000, t.applicant, t.applicant_masked, t.account_id, \
     'desk-' || CAST(n.i AS TEXT), t.request, t.channel, t.answers, t.materials, \
     CASE WHEN n.i % 1000 < 970 THEN 'delivered' ELSE t.state END, \
     CASE WHEN n.i % 1000 < 970 THEN 'done' WHEN n.i % 1000 < 985 THEN 'clerk' WHEN n.i % 1000 < 992 THEN 'reviewer' \
     WHEN n.i % 1000 < 996 THEN 'approver' ELSE 'waiting' END, \
     {due}, t.warn_on, t.facts, t.outcome, t.submitted_at - (20000000 - n.i) * 60, 1 \
     FROM casework_case t CROSS JOIN {series} n WHERE t.idempotency = 'desk-template'";

#[derive(Default)]
struct Figures {
    r3: Series,
    r5: Series,
    list: Series,
    p99: Series,
    page: Series,
    page_p99: Series,
}

async fn one_size(bench: &mut Bench, engine: Engine, place: &Place, body: &str, cases: u64) -> Result<()> {
    let mut figures = Figures::default();
    if engine == Engine::Sqlite {
        for _ in 0..bench.settings.rounds {
            figures.r5.push(references::raw_list(&place.folder.join("yiwang.db"), body, REFERENCE_SECONDS)?);
        }
    }
    let server = Server::start(place).await?;
    let token = people::clerk_of(&server, body).await?;
    let api =
        json_request("GET", &format!("/api/v1/desk/cases?body={body}&queue=clerk&page=1"), &token, &[], None);
    let cookie = format!("session={token}");
    let page = crate::rig::client::request(
        "GET",
        &format!("/desk?body={body}&queue=clerk"),
        &[("cookie", &cookie)],
        b"",
    );
    let processes = bench.processes(engine, server.pid())?;
    for round in 0..=bench.settings.rounds {
        let list =
            drive(server.port, CONNECTIONS, bench.length(), &processes, again(&api)).await?.all_done()?;
        let whole =
            drive(server.port, CONNECTIONS, bench.length(), &processes, again(&page)).await?.all_done()?;
        // The first round warms up.
        if round > 0 {
            figures.r3.push(references::hello(REFERENCE_SECONDS).await?);
            figures.list.push(list.per_cpu_second());
            figures.p99.push(list.within(0.99));
            figures.page.push(whole.per_cpu_second());
            figures.page_p99.push(whole.within(0.99));
        }
    }
    server.stop().await?;
    tell(bench, engine, &figures, cases);
    Ok(())
}

fn again(request: &[u8]) -> Next {
    let request = request.to_vec();
    Arc::new(move |_, _| request.clone())
}

fn tell(bench: &mut Bench, engine: Engine, figures: &Figures, cases: u64) {
    let name = format!("desk list, {cases} cases, {}", engine.name());
    let report = &mut bench.report;
    report.row(&format!("{name}: R3 axum hello"), "1/CPU-s", &figures.r3, "");
    report.row(&format!("{name}: R5 raw rusqlite list"), "1/CPU-s", &figures.r5, "");
    report.row(&format!("{name}, JSON"), "1/CPU-s", &figures.list, "");
    report.row(&format!("{name}, JSON ÷ R3"), "ratio", &figures.list.over(&figures.r3), "≥ 0.07");
    report.row(&format!("{name}, JSON ÷ R5"), "ratio", &figures.list.over(&figures.r5), "≥ 0.4");
    report.row(&format!("{name}, JSON p99, 32 connections"), "ms", &figures.p99, "≤ 10");
    report.row(&format!("{name}, page"), "1/CPU-s", &figures.page, "");
    report.row(&format!("{name}, page p99, 32 connections"), "ms", &figures.page_p99, "≤ 50");
}
