//! chromedriver and the browser behind it: one pair for each person, gone when she leaves.

use super::{Look, answers, bound, free_port, moment};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const CHROMEDRIVER: &str = "/usr/bin/chromedriver";
const CHROMIUM: &str = "/usr/bin/chromium";

pub struct Driver {
    process: Child,
    port: u16,
    profile: TempDir,
}

impl Driver {
    pub async fn start() -> Driver {
        for program in [CHROMEDRIVER, CHROMIUM] {
            assert!(
                Path::new(program).exists(),
                "{program} is missing: apt-get install chromium chromium-driver fonts-noto-cjk"
            );
        }
        let port = free_port();
        let process = bound(Path::new(CHROMEDRIVER))
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let driver = Driver { process, port, profile: tempfile::tempdir().expect("a temporary folder") };
        for _ in 0..400 {
            if answers(port) {
                return driver;
            }
            moment().await;
        }
        panic!("chromedriver does not answer on port {port}");
    }

    /// A new browser with an empty profile: a first visit.
    pub async fn browser(&self, look: Look) -> Client {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let size = format!("--window-size={},900", look.width.max(500));
        let options = json!({
            "binary": CHROMIUM,
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--lang=zh-CN", profile, size,
                // The browser ends when the pipe to its driver breaks; a port would keep it alone alive.
                "--remote-debugging-pipe",
            ],
            // The browser's own first page would load beside ours: two seconds of a processor, and words of its own
            // in the console.
            "prefs": { "session": { "restore_on_startup": 4, "startup_urls": ["about:blank"] } },
            "perfLoggingPrefs": { "enableNetwork": true, "enablePage": false },
        });
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL", "performance": "ALL" }));
        let url = format!("http://127.0.0.1:{}", self.port);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities).connect(&url).await.expect("chromium starts")
    }

    /// chromedriver ends its browser too when asked over HTTP; a signal would leave the browser running.
    fn shut_down(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        )?;
        stream.read_to_end(&mut Vec::new()).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.shut_down();
        for _ in 0..100 {
            if let Ok(Some(_)) = self.process.try_wait() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
