//! What a person does with a page: presses, types, chooses, uses keys and mouse.

use super::moment;
use super::person::{PATIENCE, Person};
use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::{Value, json};
use std::path::Path;

impl Person {
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

    /// In the middle of the window, where no bar covers it.
    async fn show(&self, element: &Element) {
        let argument = serde_json::to_value(element).expect("an element is a reference");
        let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
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

    /// Opens what is folded away.
    pub async fn unfold(&self, words: &str) {
        let summary = format!("//summary[starts-with(normalize-space(.), '{words}')]");
        self.tap(&self.find(&summary).await).await;
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

    /// Whether the page asks this now: its label is there to be read.
    pub async fn is_asked(&self, label: &str) -> bool {
        for found in self.all(&format!("//label[starts-with(normalize-space(.), '{label}')]")).await {
            if found.is_displayed().await.unwrap_or(false) {
                return true;
            }
        }
        false
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
        self.command("actions", json!({ "actions": [device] })).await;
    }
}

fn fieldset(question: &str) -> String {
    format!("//fieldset[legend[starts-with(normalize-space(.), '{question}')]]")
}
