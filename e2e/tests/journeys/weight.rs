//! What a first visit costs on the wire.

use crate::harness::{Look, Person, Site, Traffic};
use serde_json::json;

const KB: u64 = 1024;

/// (kind of request as Chromium names it, most bytes on the wire)
const BUDGET: [(&str, u64); 3] = [("Document", 20 * KB), ("Stylesheet", 16 * KB), ("Script", 10 * KB)];
const TOTAL: u64 = 60 * KB;
const REQUESTS: usize = 8;

#[tokio::test]
async fn a_first_visit_is_light() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    let mut faults = Vec::new();
    let pages = [
        "/",
        "/items",
        "/search?q=开店",
        "/items/individual-business-registration",
        "/login",
        "/halls",
        "/sitemap",
    ];
    for path in pages {
        person.devtools("Network.clearBrowserCache", json!({})).await;
        person.open("about:blank").await;
        person.traffic().await;
        person.open(path).await;
        faults.extend(weigh(path, &person.traffic().await));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    person.leave().await;
}

fn weigh(path: &str, traffic: &Traffic) -> Vec<String> {
    let requests: Vec<_> =
        traffic.requests.iter().filter(|request| request.url.starts_with("http")).collect();
    let sum = |kind: &str| {
        requests.iter().filter(|r| kind.is_empty() || r.kind == kind).map(|r| r.bytes).sum::<u64>()
    };
    println!(
        "{path}: {} requests, {} bytes: HTML {}, CSS {}, JS {}",
        requests.len(),
        sum(""),
        sum("Document"),
        sum("Stylesheet"),
        sum("Script")
    );
    let mut faults = Vec::new();
    assert!(sum("Document") > 0 && sum("Stylesheet") > 0, "{path} was not measured: {requests:?}");
    if requests.len() > REQUESTS {
        faults.push(format!("{path}: {} requests, at most {REQUESTS}", requests.len()));
    }
    for (kind, most) in BUDGET.into_iter().chain([("", TOTAL)]) {
        if sum(kind) > most {
            faults.push(format!("{path}: {kind} {} bytes, at most {most}", sum(kind)));
        }
    }
    faults
}
