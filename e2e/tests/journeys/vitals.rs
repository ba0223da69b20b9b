//! How pages feel on a slow phone: when the largest thing is there (LCP), whether anything jumps (CLS), how long
//! a touch waits for its answer (INP), what holds the page up. Printed for docs/performance.md; only what does not
//! depend on the machine's other work is asserted.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, WANG};
use serde_json::{Value, json};

/// ux: nothing may visibly jump.
const MOST_SHIFT: f64 = 0.02;
const ROUNDS: usize = 3;

/// 1.6 Mbit/s, 150 ms there and back, a sixth of this processor.
const NETWORK: (f64, f64) = (1.6e6, 150.0);
const SLOWER: u32 = 6;

/// Collected by the browser from the beginning of the page on.
const COLLECT: &str = r"
const done = arguments[arguments.length - 1];
const seen = { lcp: 0, cls: 0, inp: 0, held: 0 };
const watch = (options, take) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({ buffered: true, ...options });
watch({ type: 'largest-contentful-paint' }, (e) => { seen.lcp = Math.max(seen.lcp, e.startTime); });
watch({ type: 'layout-shift' }, (e) => { if (!e.hadRecentInput) seen.cls += e.value; });
watch({ type: 'event', durationThreshold: 16 }, (e) => { if (e.interactionId) seen.inp = Math.max(seen.inp, e.duration); });
watch({ type: 'longtask' }, (e) => { seen.held = Math.max(seen.held, e.duration); });
setTimeout(() => done(seen), 600);
";

#[derive(Default, Clone, Copy)]
struct Felt {
    lcp: f64,
    cls: f64,
    inp: f64,
    held: f64,
}

#[tokio::test]
#[ignore = "a measurement of minutes, run by hand: cargo test -p e2e vitals -- --ignored --nocapture"]
async fn pages_stand_still_on_a_slow_phone() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look { width: 360, ..Look::DESKTOP }).await;
    println!("| page | LCP ms | CLS | INP ms | longest task ms |\n|---|---:|---:|---:|---:|");
    let mut jumping = Vec::new();
    let first =
        [("home", "/"), ("search", "/search?q=开店"), ("guide", "/items/individual-business-registration")];
    for (name, path) in first {
        jumping.extend(look_at(&person, name, path).await);
    }
    citizen::find_guide(&person).await;
    citizen::start(&person, WANG).await;
    let questions = person.path().await;
    jumping.extend(look_at(&person, "question page", &questions).await);
    person.open(&questions).await;
    citizen::answer(&person, WANG).await;
    citizen::hand_in(&person, &site).await;
    citizen::check(&person, WANG).await;
    let receipt = citizen::submit(&person).await;
    jumping.extend(look_at(&person, "progress", &receipt.case).await);
    assert!(jumping.is_empty(), "{}", jumping.join("\n"));
    person.leave().await;
    site.assert_quiet();
}

/// The medians of some first visits; what jumped.
async fn look_at(person: &Person, name: &str, path: &str) -> Option<String> {
    let mut felt = Vec::new();
    for _ in 0..ROUNDS {
        person.devtools("Network.clearBrowserCache", json!({})).await;
        person.open("about:blank").await;
        slow(person, true).await;
        person.open(path).await;
        touch(person).await;
        let seen = person.script_async(COLLECT, Vec::new()).await;
        slow(person, false).await;
        let number = |key: &str| seen[key].as_f64().unwrap_or(f64::NAN);
        felt.push(Felt { lcp: number("lcp"), cls: number("cls"), inp: number("inp"), held: number("held") });
    }
    let median = |of: fn(&Felt) -> f64| {
        let mut values: Vec<f64> = felt.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let most = felt.iter().map(|felt| felt.cls).fold(0.0, f64::max);
    let (lcp, inp, held) = (median(|f| f.lcp), median(|f| f.inp), median(|f| f.held));
    // The browser tells of no interaction that took less than a frame.
    let inp = if inp > 0.0 { format!("{inp:.0}") } else { "under 16".to_owned() };
    println!("| {name} | {lcp:.0} | {most:.3} | {inp} | {held:.0} |");
    assert!(lcp > 0.0, "{path} was not measured");
    (most > MOST_SHIFT).then(|| format!("{path}: the page jumps by {most:.3}, at most {MOST_SHIFT}"))
}

/// A finger on the page's heading and on what it opens, and a letter in its first field.
async fn touch(person: &Person) {
    let heading = person.find("//h1").await;
    person.tap(&heading).await;
    for opens in person.all("//main//summary").await.into_iter().take(1) {
        if opens.is_displayed().await.unwrap_or(false) {
            person.tap(&opens).await;
        }
    }
    let fields = "//main//input[@type='text' or @type='search' or not(@type)] | //main//textarea";
    for field in person.all(fields).await {
        if field.is_displayed().await.unwrap_or(false) {
            field.send_keys("1").await.expect("a field can be filled");
            break;
        }
    }
}

async fn slow(person: &Person, slow: bool) {
    let (bits, milliseconds) = if slow { NETWORK } else { (-8.0, 0.0) };
    let bytes = bits / 8.0;
    let network: Value = json!({ "offline": false, "latency": milliseconds, "downloadThroughput": bytes, "uploadThroughput": bytes });
    person.devtools("Network.emulateNetworkConditions", network).await;
    let rate = if slow { SLOWER } else { 1 };
    person.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
}
