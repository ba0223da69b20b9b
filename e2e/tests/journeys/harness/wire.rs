//! What the browser sent, received and complained about, from its own logs.

use serde_json::Value;
use std::collections::HashMap;

/// One request with what came back.
#[derive(Debug, Default, Clone)]
pub struct Request {
    pub url: String,
    /// Document, Stylesheet, Script, Image, Manifest, Fetch …
    pub kind: String,
    pub status: u64,
    /// Head and body as they went over the wire.
    pub bytes: u64,
}

#[derive(Debug, Default)]
pub struct Traffic {
    pub requests: Vec<Request>,
}

impl Traffic {
    /// Reads the entries of chromedriver's performance log.
    pub fn read(entries: &[Value]) -> Traffic {
        let mut order = Vec::new();
        let mut requests: HashMap<String, Request> = HashMap::new();
        for entry in entries {
            let Some(message) =
                entry["message"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
            else {
                continue;
            };
            let (method, params) =
                (message["message"]["method"].as_str().unwrap_or_default(), &message["message"]["params"]);
            let id = params["requestId"].as_str().unwrap_or_default().to_owned();
            match method {
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str().unwrap_or_default().to_owned();
                    let kind = params["type"].as_str().unwrap_or_default().to_owned();
                    order.push(id.clone());
                    requests.insert(id, Request { url, kind, ..Request::default() });
                }
                "Network.responseReceived" => {
                    if let Some(request) = requests.get_mut(&id) {
                        request.status = params["response"]["status"].as_u64().unwrap_or_default();
                    }
                }
                "Network.loadingFinished" => {
                    if let Some(request) = requests.get_mut(&id) {
                        request.bytes = params["encodedDataLength"].as_f64().unwrap_or_default() as u64;
                    }
                }
                _ => {}
            }
        }
        // A redirect keeps its id: it is one entry here, under its last address.
        order.dedup();
        let mut seen = Vec::new();
        order.retain(|id| {
            !seen.contains(id) && {
                seen.push(id.clone());
                true
            }
        });
        Traffic { requests: order.iter().filter_map(|id| requests.get(id).cloned()).collect() }
    }

    /// Requests that left the site, and parts of pages that did not come.
    pub fn faults(&self, site: &str) -> Vec<String> {
        let elsewhere =
            |request: &&Request| !request.url.starts_with(site) && !request.url.starts_with("data:");
        let away = self
            .requests
            .iter()
            .filter(elsewhere)
            .map(|request| format!("request to another origin: {}", request.url));
        let missing = |request: &&Request| request.kind != "Document" && request.status >= 400;
        let broken = self.requests.iter().filter(missing).map(|r| format!("{} answered {}", r.url, r.status));
        away.chain(broken).collect()
    }
}

/// Complaints in the console. Pages that say no answer 4xx, which the browser notes although it is meant.
pub fn complaints(entries: &[Value]) -> Vec<String> {
    let meant = |entry: &&Value| {
        let text = entry["message"].as_str().unwrap_or_default();
        entry["source"] == "network" && text.contains("the server responded with a status of 4")
    };
    let bad = |entry: &&Value| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING"));
    let loud = entries.iter().filter(bad).filter(|entry| !meant(entry));
    loud.map(|entry| format!("console: {}", entry["message"].as_str().unwrap_or_default())).collect()
}
