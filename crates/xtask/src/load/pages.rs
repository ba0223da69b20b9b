//! Pages a visitor sees first: how long they take, how much they weigh.

use super::drive::{Next, Outcome, drive};
use super::series::Series;
use super::{Bench, references};
use crate::rig::client::request;
use crate::rig::{Client, Place, Result, Server, said};
use std::sync::Arc;

/// "Server time p95 ≤ 50 ms read at 100 concurrent on 2 cores" (ux §5).
const CONNECTIONS: usize = 100;

/// Name, address, coding and goal. Kept ones are asked for as every browser asks, compressed; the others plain, so that
/// the figure is of rendering and not of deflate, and one of them as a browser does that is logged in. Of lists and guides
/// that are not kept whole the frame is rendered and the main part is the kept one; log-in and search render everything.
const PAGES: [(&str, &str, &str, &str); 9] = [
    ("home, kept", "/", "gzip", KEPT),
    ("list, kept", "/items", "gzip", KEPT),
    ("guide, kept", "/items/food-business-licence", "gzip", KEPT),
    ("guide, own frame", "/items/food-business-licence?{long}", "identity", RENDERED),
    ("list, own frame", "/items?{long}", "identity", RENDERED),
    ("list, own frame, compressed", "/items?{long}", "gzip", ""),
    ("log-in, rendered", "/login", "identity", ""),
    ("search, rendered", "/search?q=%E9%A3%9F%E5%93%81%E7%BB%8F%E8%90%A5", "identity", ""),
    ("styles", "/static/yiwang.css", "gzip", ""),
];
/// Goals of pages of the catalogue.
const KEPT: &str = "≥ 0.6";
const RENDERED: &str = "≥ 0.4";
/// Pages of addresses as long as this are not kept whole.
const LONG: usize = 320;

pub async fn measure(bench: &mut Bench) -> Result<()> {
    let engine = bench.engines()[0];
    let place = Place::new(&bench.room, &bench.disk, engine, bench.cluster.as_ref(), "pages").await?;
    let server = Server::start(&place).await?;
    server.at_rest().await?;
    let mut all = Series::default();
    for (name, path, coding, goal) in PAGES {
        let path = written(path);
        let ask = asked(&path, coding);
        let (mut r3, mut rate, mut p95) = (Series::default(), Series::default(), Series::default());
        for _ in 0..bench.settings.rounds {
            // Right before each round: the neighbours of a machine come and go within a minute.
            r3.push(references::hello(1.0).await?);
            let outcome = round(bench, &server, &ask).await?;
            rate.push(outcome.per_cpu_second());
            p95.push(outcome.within(0.95));
        }
        bench.report.row(&format!("page {name}"), "1/CPU-s", &rate, "");
        bench.report.row(&format!("page {name} ÷ R3"), "ratio", &rate.over(&r3), goal);
        bench.report.row(&format!("page {name}, p95, {CONNECTIONS} connections"), "ms", &p95, "≤ 50");
        weigh(bench, &server, name, &path).await?;
        all.0.extend(r3.0);
    }
    bench.report.row("R3: axum hello, 32 connections, before each of these", "1/CPU-s", &all, "");
    Ok(())
}

fn written(path: &str) -> String {
    path.replace("{long}", &"x".repeat(LONG))
}

fn asked(path: &str, coding: &str) -> Vec<u8> {
    let visitor = ("cookie", "visitor=00112233445566778899aabbccddeeff");
    request("GET", path, &[visitor, ("accept-encoding", coding)], b"")
}

/// Names of all pages, and how each is asked for.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
    PAGES.iter().map(|(name, path, coding, _)| (*name, asked(&written(path), coding)))
}

pub(super) async fn round(bench: &Bench, server: &Server, ask: &[u8]) -> Result<Outcome> {
    let ask = ask.to_owned();
    let next: Next = Arc::new(move |_, _| ask.clone());
    drive(server.port, CONNECTIONS, bench.length(), &[server.pid()], next).await?.all_done()
}

/// What a first visit downloads, compressed.
async fn weigh(bench: &mut Bench, server: &Server, name: &str, path: &str) -> Result<()> {
    let mut client = server.client().await?;
    let html = get(&mut client, path, "gzip").await?;
    let plain = String::from_utf8_lossy(&get(&mut client, path, "identity").await?).into_owned();
    let mut all = html.len();
    let assets = assets(&plain);
    for asset in &assets {
        all += get(&mut client, asset, "gzip").await?.len();
    }
    let kilobytes = |bytes: usize| Series(vec![bytes as f64 / 1024.0]);
    bench.report.row(&format!("page {name}, HTML over the wire"), "KB", &kilobytes(html.len()), "≤ 20");
    bench.report.row(&format!("page {name}, first visit over the wire"), "KB", &kilobytes(all), "≤ 60");
    bench.report.row(&format!("page {name}, requests"), "", &Series(vec![1.0 + assets.len() as f64]), "≤ 8");
    Ok(())
}

async fn get(client: &mut Client, path: &str, coding: &str) -> Result<Vec<u8>> {
    let answer =
        client.send(&request("GET", path, &[("accept-encoding", coding)], b"")).await.map_err(said(path))?;
    if answer.status == 200 { Ok(answer.body) } else { Err(format!("{path}: {}", answer.status)) }
}

/// What the page makes a browser fetch at once: styles, scripts, the icon and images.
fn assets(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in
        html.split('<').filter(|tag| ["link ", "script ", "img "].iter().any(|name| tag.starts_with(name)))
    {
        // The touch icon is for those who put the page on their home screen.
        let wanted = !tag.contains("apple-touch-icon");
        let address = ["href=\"", "src=\""].iter().find_map(|name| tag.split_once(name));
        let Some((address, _)) = address.and_then(|(_, rest)| rest.split_once('"')) else { continue };
        if wanted && address.starts_with("/static/") && !found.iter().any(|known| known == address) {
            found.push(address.replace("&amp;", "&"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn assets_are_what_a_browser_fetches() {
        let html = "<link rel=\"stylesheet\" href=\"/static/a.css?v=1\"><link rel=\"apple-touch-icon\" href=\"/static/i.png\">\
                    <script src=\"/static/a.js\" defer></script><a href=\"/static/no.pdf\">x</a><img src=\"/static/m.svg\">";
        assert_eq!(super::assets(html), ["/static/a.css?v=1", "/static/a.js", "/static/m.svg"]);
    }
}
