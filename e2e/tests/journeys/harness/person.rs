//! Somebody in front of a browser: how she comes, looks, reads and leaves.

use super::driver::Driver;
use super::wire::{Traffic, complaints};
use super::{Look, Site, moment, scratch};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

/// Tries of [`moment`] before something that should be there is missed: ten seconds.
pub(super) const PATIENCE: usize = 200;

pub struct Person {
    pub(super) client: Client,
    site: String,
    look: Look,
    /// After the client, so that the session still has its driver when it ends.
    _driver: Driver,
}

/// A command of chromedriver that is not in the standard.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Person {
    /// Opens a browser for the first time and takes on the look, each the way a person would.
    pub async fn visit(site: &Site, look: Look) -> Person {
        let driver = Driver::start().await;
        let client = driver.browser(look).await;
        let person = Person { client, site: site.url.clone(), look, _driver: driver };
        person.resize(look).await;
        if !look.script {
            person.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        }
        person.open("/").await;
        if look.elder {
            person.press("长辈版").await;
        }
        person.assert_look().await;
        person
    }

    /// A look that silently was not taken on would let every page pass.
    async fn assert_look(&self) {
        let is_there = async |xpath: &str| !self.all(xpath).await.is_empty();
        // Only the script makes the search box a combobox, and only the switch makes the page an elder's.
        assert_eq!(is_there("//input[@name='q' and @role='combobox']").await, self.look.script, "script");
        assert_eq!(is_there("//html[contains(@class, 'elder')]").await, self.look.elder, "长辈版");
    }

    pub fn look(&self) -> Look {
        self.look
    }

    pub async fn resize(&self, look: Look) {
        let height = if look.is_narrow() { 640 } else { 900 };
        let size = json!({ "width": look.width, "height": height, "deviceScaleFactor": 1, "mobile": look.is_narrow() });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// The same person with another look, by the page's own switch where there is one.
    pub async fn change_look(&mut self, look: Look) {
        self.resize(look).await;
        if look.elder != self.look.elder {
            self.open("/").await;
            self.press(if look.elder { "长辈版" } else { "标准版" }).await;
        }
        self.look = look;
    }

    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// A command of the driver that its client does not know.
    pub(super) async fn command(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Extra { path, body }).await.unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        self.command("se/log", json!({ "type": kind })).await.as_array().cloned().unwrap_or_default()
    }

    /// What went over the wire since the last call.
    pub async fn traffic(&self) -> Traffic {
        Traffic::read(&self.log("performance").await)
    }

    /// What was wrong on the wire and in the console since the last call.
    pub async fn troubles(&self) -> Vec<String> {
        let mut found = self.traffic().await.faults(&self.site);
        found.extend(complaints(&self.log("browser").await));
        found
    }

    /// Closes the browser; a page of this journey that complained in secret fails it now.
    pub async fn leave(self) {
        let troubles = self.troubles().await;
        assert!(troubles.is_empty(), "{}", troubles.join("\n"));
        let _ = self.client.close().await;
    }

    pub async fn script(&self, source: &str) -> Value {
        self.client.execute(source, Vec::new()).await.unwrap_or_else(|e| panic!("script: {e}"))
    }

    pub async fn script_async(&self, source: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(source, arguments).await.unwrap_or_else(|e| panic!("script: {e}"))
    }

    pub async fn open(&self, path: &str) {
        let url = if path.starts_with("http") || path.starts_with("about:") {
            path.to_owned()
        } else {
            format!("{}{path}", self.site)
        };
        // The driver may take the end of the page before for that of this one.
        let go = async || self.client.goto(&url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
        self.act_and_wait(go()).await;
    }

    pub async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
    }

    pub async fn back(&self) {
        self.client.back().await.expect("the browser goes back");
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("a page is open");
        url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
    }

    pub async fn title(&self) -> String {
        self.client.title().await.unwrap_or_default()
    }

    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Stops the journey with everything needed to understand why.
    pub async fn fail(&self, message: &str) -> ! {
        let (path, title, text) = (self.path().await, self.title().await, self.text().await);
        let file = scratch("failures").join(format!("{}.png", path.replace(['/', '?', '&', '='], "_")));
        if let (Ok(picture), Ok(source)) = (self.client.screenshot().await, self.client.source().await) {
            let _ = std::fs::write(&file, picture);
            let _ = std::fs::write(file.with_extension("html"), source);
        }
        panic!(
            "{message}\n  page: {path} “{title}” ({})\n  picture: {}\n{text}",
            self.look.name(),
            file.display()
        );
    }

    /// The words must be on the page, readable.
    pub async fn sees(&self, words: &str) {
        for _ in 0..PATIENCE / 4 {
            if self.text().await.contains(words) {
                return;
            }
            moment().await;
        }
        self.fail(&format!("“{words}” is not on the page")).await;
    }

    pub async fn does_not_see(&self, words: &str) {
        if self.text().await.contains(words) {
            self.fail(&format!("“{words}” should not be on the page")).await;
        }
    }

    /// Elements at an XPath, shown or not.
    pub async fn all(&self, xpath: &str) -> Vec<Element> {
        self.client.find_all(Locator::XPath(xpath)).await.unwrap_or_default()
    }

    /// The first element at an XPath that can be seen.
    pub async fn find(&self, xpath: &str) -> Element {
        for _ in 0..PATIENCE {
            for element in self.all(xpath).await {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            moment().await;
        }
        let hidden = self.all(xpath).await.len();
        self.fail(&format!("nothing to be seen at {xpath}, {hidden} hidden")).await
    }

    pub async fn read(&self, xpath: &str) -> String {
        self.find(xpath).await.text().await.unwrap_or_default().trim().to_owned()
    }

    /// What stands beside a term of a list of terms.
    pub async fn beside(&self, term: &str) -> String {
        self.read(&format!("//dt[normalize-space(.)='{term}']/following-sibling::dd[1]")).await
    }
}
