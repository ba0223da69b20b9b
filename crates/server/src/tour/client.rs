//! A small client of the API: JSON in, JSON out, a refusal is an error with its code.

use serde_json::Value;
use std::time::Duration;

pub struct Client {
    base: String,
    agent: ureq::Agent,
    token: Option<String>,
    pub who: String,
}

impl Client {
    pub fn visitor(base: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Client { base: base.to_owned(), agent: config.into(), token: None, who: "访客".into() }
    }

    /// Logs in; staff give the code of their second factor.
    pub fn log_in(base: &str, login: &str, password: &str, code: Option<String>) -> Result<Client, String> {
        let mut client = Client::visitor(base);
        let mut body = serde_json::json!({ "login": login, "password": password });
        if let Some(code) = code {
            body["code"] = Value::String(code);
        }
        let session = client.post("/api/v1/sessions", &body, &[])?;
        client.token = Some(text(&session, "token")?.to_owned());
        client.who = login.to_owned();
        Ok(client)
    }

    pub fn get(&self, path: &str) -> Result<Value, String> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        answer(path, request.call().map_err(|e| format!("{path}：{e}"))?)
    }

    /// A file: its bytes as they come.
    pub fn fetch(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        bytes(path, request.call().map_err(|e| format!("{path}：{e}"))?)
    }

    /// A file that is made for asking.
    pub fn order(&self, path: &str) -> Result<Vec<u8>, String> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        bytes(path, request.send_empty().map_err(|e| format!("{path}：{e}"))?)
    }

    pub fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Result<Value, String> {
        self.send(path, "application/json", body.to_string().as_bytes(), headers)
    }

    pub fn send(
        &self,
        path: &str,
        media: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> Result<Value, String> {
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("Content-Type", media);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(path, request.send(body).map_err(|e| format!("{path}：{e}"))?)
    }
}

fn bytes(path: &str, mut response: ureq::http::Response<ureq::Body>) -> Result<Vec<u8>, String> {
    let status = response.status();
    let body = response.body_mut().read_to_vec().map_err(|e| format!("{path}：{e}"))?;
    if status.is_success() {
        Ok(body)
    } else {
        Err(format!("{path}：{status} {}", String::from_utf8_lossy(&body)))
    }
}

fn answer(path: &str, mut response: ureq::http::Response<ureq::Body>) -> Result<Value, String> {
    let status = response.status();
    let body = response.body_mut().read_to_string().map_err(|e| format!("{path}：{e}"))?;
    let value: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
    if status.is_success() {
        return Ok(value);
    }
    let code = value["code"].as_str().unwrap_or("-");
    let fields = value["errors"].as_array().cloned().unwrap_or_default();
    let fields: Vec<String> = fields.iter().map(|f| format!("{} {}", f["field"], f["message"])).collect();
    Err(format!(
        "{path}：{status} {code} {} {}",
        value["detail"].as_str().unwrap_or_default(),
        fields.join("；")
    ))
}

/// A text that must be there.
pub fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str, String> {
    value[key].as_str().ok_or_else(|| format!("答复里没有 {key}：{value}"))
}
