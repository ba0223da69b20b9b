//! Somebody in front of a browser: she reads words, presses what is written on buttons, fills what labels ask.

use super::driver::Driver;
use super::wire::{Traffic, complaints};
use super::{Look, Site, moment, scratch};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use std::path::Path;

/// Tries of [`moment`] before something that should be there is missed: ten seconds.
const PATIENCE: usize = 200;

pub struct Person {
    client: Client,
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
        person
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
        let body = json!({ "cmd": command, "params": parameters });
        self.client
            .issue_cmd(Extra { path: "goog/cdp/execute", body })
            .await
            .expect("chromedriver speaks DevTools")
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.client.issue_cmd(Extra { path: "se/log", body: json!({ "type": kind }) }).await;
        entries.expect("chromedriver keeps logs").as_array().cloned().unwrap_or_default()
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
        self.client.goto(&url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
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

    /// Clicks and waits until another page has come.
    pub async fn click(&self, element: Element) {
        let page = self.client.find(Locator::Css("html")).await.expect("a page is open");
        self.tap(&element).await;
        self.wait_for_another(&page).await;
    }

    /// A click where the page stays.
    pub async fn tap(&self, element: &Element) {
        self.show(element).await;
        if let Err(error) = element.click().await {
            self.fail(&format!("cannot click: {error}")).await;
        }
    }

    /// The pages scroll smoothly; chromedriver would aim where the element still is not.
    async fn show(&self, element: &Element) {
        let argument = serde_json::to_value(element).expect("an element is a reference");
        let scroll = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })";
        let _ = self.client.execute(scroll, vec![argument]).await;
    }

    async fn wait_for_another(&self, page: &Element) {
        for _ in 0..PATIENCE {
            if page.tag_name().await.is_err() && self.is_loaded().await {
                return;
            }
            moment().await;
        }
        self.fail("no other page came").await;
    }

    /// Until scripts and pictures are there, the page may still move under the pointer.
    async fn is_loaded(&self) -> bool {
        let state = self.client.execute("return document.readyState", Vec::new()).await;
        state.is_ok_and(|state| state == "complete")
    }

    /// The page that is open, to notice later that another one came.
    pub async fn act_and_wait(&self, act: impl Future<Output = ()>) {
        let page = self.client.find(Locator::Css("html")).await.expect("a page is open");
        act.await;
        self.wait_for_another(&page).await;
    }

    pub async fn follow(&self, words: &str) {
        let link = self.find(&format!("//a[starts-with(normalize-space(.), '{words}')]")).await;
        self.click(link).await;
    }

    pub async fn button(&self, words: &str) -> Element {
        self.find(&format!("//button[starts-with(normalize-space(.), '{words}')]")).await
    }

    pub async fn press(&self, words: &str) {
        self.click(self.button(words).await).await;
    }

    /// The control a label belongs to.
    pub async fn control(&self, label: &str) -> Element {
        self.labelled(&format!("//label[starts-with(normalize-space(.), '{label}')]")).await
    }

    async fn labelled(&self, xpath: &str) -> Element {
        for _ in 0..PATIENCE {
            for found in self.all(xpath).await {
                if let Ok(Some(id)) = found.attr("for").await
                    && let Ok(control) = self.client.find(Locator::Id(&id)).await
                    && control.is_displayed().await.unwrap_or(false)
                {
                    return control;
                }
            }
            moment().await;
        }
        self.fail(&format!("no control belongs to a label at {xpath}")).await
    }

    pub async fn fill(&self, label: &str, value: &str) {
        self.retype(self.control(label).await, value).await;
    }

    async fn retype(&self, control: Element, value: &str) {
        let typed: Result<(), CmdError> = async {
            control.clear().await?;
            control.send_keys(value).await
        }
        .await;
        if let Err(error) = typed {
            self.fail(&format!("cannot type {value}: {error}")).await;
        }
    }

    pub async fn value(&self, label: &str) -> String {
        self.control(label).await.prop("value").await.ok().flatten().unwrap_or_default()
    }

    /// Year, month and day of a question.
    pub async fn fill_date(&self, question: &str, parts: [&str; 3]) {
        for (at, part) in parts.iter().enumerate() {
            let xpath = format!("({}//input)[{}]", fieldset(question), at + 1);
            self.retype(self.find(&xpath).await, part).await;
        }
    }

    /// What stands in the box before 年, 月 or 日.
    pub async fn date_part(&self, question: &str, part: &str) -> String {
        let input = format!("{}//label[contains(., '{part}')]//input", fieldset(question));
        self.find(&input).await.prop("value").await.ok().flatten().unwrap_or_default()
    }

    pub async fn select(&self, label: &str, option: &str) {
        if let Err(error) = self.control(label).await.select_by_label(option).await {
            self.fail(&format!("cannot select {option}: {error}")).await;
        }
    }

    /// One answer of a question with several.
    pub async fn choose(&self, question: &str, answer: &str) {
        let label = format!("{}//label[starts-with(normalize-space(.), '{answer}')]", fieldset(question));
        self.set(self.labelled(&label).await).await;
    }

    pub async fn tick(&self, words: &str) {
        self.set(self.control(words).await).await;
    }

    async fn set(&self, control: Element) {
        self.tap(&control).await;
        if !control.is_selected().await.unwrap_or(false) {
            self.fail("the choice was not taken").await;
        }
    }

    pub async fn attach(&self, label: &str, file: &Path) {
        let control = self.control(label).await;
        control.send_keys(&file.display().to_string()).await.unwrap_or_else(|e| panic!("{label}: {e}"));
    }

    /// Keys pressed on the page, wherever the focus is.
    pub async fn keys(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
            })
            .collect();
        self.perform(json!({ "type": "key", "id": "keyboard", "actions": actions })).await;
    }

    /// Two presses of the mouse button as fast as the machine can.
    pub async fn double_click(&self, element: &Element) {
        self.show(element).await;
        let (down, up) =
            (json!({ "type": "pointerDown", "button": 0 }), json!({ "type": "pointerUp", "button": 0 }));
        let origin = json!({ "element-6066-11e4-a52e-4f735466cecf": element.element_id().as_ref() });
        let there = json!({ "type": "pointerMove", "duration": 0, "origin": origin, "x": 0, "y": 0 });
        self.perform(json!({ "type": "pointer", "id": "mouse", "actions": [there, down, up, down, up] }))
            .await;
    }

    async fn perform(&self, device: Value) {
        let done =
            self.client.issue_cmd(Extra { path: "actions", body: json!({ "actions": [device] }) }).await;
        done.unwrap_or_else(|e| panic!("actions: {e}"));
    }
}

fn fieldset(question: &str) -> String {
    format!("//fieldset[legend[starts-with(normalize-space(.), '{question}')]]")
}
