//! Logging in, renewing a session, looking one up: beside the bare hash and the bare server.

use super::drive::{Next, drive};
use super::series::Series;
use super::{Bench, Engine, references};
use crate::rig::client::{json_request, request};
use crate::rig::{Client, Place, Result, Server, people, said};
use serde_json::json;
use std::sync::Arc;

const CONNECTIONS: usize = 32;
const REFERENCE_SECONDS: f64 = 2.0;

#[derive(Default)]
struct Figures {
    hash: Series,
    r3: Series,
    login: Series,
    renewal: Series,
    look_up: Series,
}

pub async fn measure(bench: &mut Bench) -> Result<()> {
    for engine in bench.engines() {
        let name = format!("sessions_{}", engine.name().to_lowercase());
        let place = Place::new(&bench.room, &bench.disk, *engine, bench.cluster.as_ref(), &name).await?;
        let server = Server::start(&place).await?;
        server.at_rest().await?;
        let processes = bench.processes(*engine, server.pid())?;
        let (logins, renewals, look_ups) = asks(&server).await?;
        let mut figures = Figures::default();
        let drive = async |next: &Next| {
            let outcome = drive(server.port, CONNECTIONS, bench.length(), &processes, Arc::clone(next))
                .await?
                .all_done()?;
            Ok::<f64, String>(outcome.per_cpu_second())
        };
        for _ in 0..bench.settings.rounds {
            figures.hash.push(references::argon2(REFERENCE_SECONDS)?);
            figures.login.push(drive(&logins).await?);
            figures.r3.push(references::hello(REFERENCE_SECONDS).await?);
            figures.renewal.push(drive(&renewals).await?);
            figures.look_up.push(drive(&look_ups).await?);
        }
        server.stop().await?;
        tell(bench, *engine, &figures);
    }
    Ok(())
}

/// Log-ins with a password; sessions of which each connection has its own, renewed and looked up.
async fn asks(server: &Server) -> Result<(Next, Next, Next)> {
    let password = people::password(&server.log())?;
    let login = move |connection: usize, _| {
        let login = people::CITIZENS[connection % people::CITIZENS.len()];
        let body = json!({ "login": login, "password": password });
        json_request("POST", "/api/v1/sessions", "", &[], Some(&body))
    };
    let mut client = server.client().await?;
    let (mut renewals, mut look_ups) = (Vec::new(), Vec::new());
    for connection in 0..CONNECTIONS {
        let answer = client.send(&login(connection, 0)).await.map_err(said("a log-in"))?;
        let body = answer.json();
        let token = body["token"].as_str().ok_or_else(|| format!("no token in {body}"))?;
        let cookie = format!("session={token}");
        let form = format!("csrf={}", csrf(&mut client, &cookie).await?);
        let headers = [
            ("cookie", cookie.as_str()),
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        renewals.push(request("POST", "/session/extension", &headers, form.as_bytes()));
        look_ups.push(json_request("GET", "/api/v1/grants", token, &[], None));
    }
    let each =
        |requests: Vec<Vec<u8>>| -> Next { Arc::new(move |connection, _| requests[connection].clone()) };
    Ok((Arc::new(login), each(renewals), each(look_ups)))
}

/// What a form of this session must carry; any page with a form has it.
async fn csrf(client: &mut Client, cookie: &str) -> Result<String> {
    let answer = client.send(&request("GET", "/me/capacity", &[("cookie", cookie)], b"")).await;
    let page = String::from_utf8_lossy(&answer.map_err(said("a page with a form"))?.body).into_owned();
    let rest = page.split_once("name=\"csrf\" value=\"").map(|(_, rest)| rest.to_owned());
    rest.and_then(|rest| rest.split('"').next().map(str::to_owned))
        .ok_or_else(|| "the page has no form".into())
}

fn tell(bench: &mut Bench, engine: Engine, figures: &Figures) {
    let name = engine.name();
    let report = &mut bench.report;
    report.row(&format!("sessions, {name}: bare argon2id, 19 MiB, two passes"), "1/CPU-s", &figures.hash, "");
    report.row(&format!("sessions, {name}: R3 axum hello"), "1/CPU-s", &figures.r3, "");
    report.row(&format!("log-in by password, {name}"), "1/CPU-s", &figures.login, "");
    let ratio = figures.login.over(&figures.hash);
    report.row(&format!("log-in by password, {name} ÷ bare hash"), "ratio", &ratio, "≥ 0.9");
    report.row(&format!("session renewed, {name}"), "1/CPU-s", &figures.renewal, "");
    let ratio = figures.renewal.over(&figures.r3);
    report.row(&format!("session renewed, {name} ÷ R3"), "ratio", &ratio, "≥ 0.03");
    report.row(&format!("session looked up, {name}"), "1/CPU-s", &figures.look_up, "");
    let ratio = figures.look_up.over(&figures.r3);
    report.row(&format!("session looked up, {name} ÷ R3"), "ratio", &ratio, "");
}
