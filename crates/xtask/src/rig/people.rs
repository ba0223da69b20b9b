//! Logging in the people of the demonstration, with what the server prints about them.

use super::{Client, Result, Server};
use serde_json::json;
use std::time::{Duration, SystemTime};
use totp_rs::{Builder, Secret};

/// Citizens of sufficient assurance; each is one account that submits.
pub const CITIZENS: [&str; 4] = ["wang", "li", "chen", "zhou"];

/// Tokens of several citizens.
pub async fn citizens(server: &Server) -> Result<Vec<String>> {
    let password = password(&server.log())?;
    let mut client = server.client().await?;
    let mut tokens = Vec::new();
    for login in CITIZENS {
        tokens.push(begin(&mut client, json!({ "login": login, "password": password })).await?);
    }
    Ok(tokens)
}

/// Token of somebody who sits at the desk of a body: the first of the printed staff the body's list is
/// open to.
pub async fn clerk_of(server: &Server, body: &str) -> Result<String> {
    let log = server.log();
    let password = password(&log)?;
    let mut client = server.client().await?;
    for (login, secret) in staff(&log) {
        let code = current_code(&secret)?;
        let body_of = json!({ "login": login, "password": password, "code": code });
        let token = begin(&mut client, body_of).await?;
        let path = format!("/api/v1/desk/cases?body={body}&queue=clerk&page=1");
        if client.json("GET", &path, &token, None).await.is_ok() {
            return Ok(token);
        }
    }
    Err(format!("nobody of the demonstration sits at the desk of {body}"))
}

async fn begin(client: &mut Client, credentials: serde_json::Value) -> Result<String> {
    let begun = client.json("POST", "/api/v1/sessions", "", Some(&credentials)).await?;
    begun["token"].as_str().map(str::to_owned).ok_or_else(|| format!("no token in {begun}"))
}

/// From the line "演示账户（密码都是 …，均为合成数据）".
pub fn password(log: &str) -> Result<String> {
    let (_, rest) =
        log.split_once("密码都是 ").ok_or("the server printed no password of the demonstration")?;
    Ok(rest.chars().take_while(char::is_ascii_graphic).collect())
}

/// Logins with the secrets of their second factors. A server that started twice printed them twice.
fn staff(log: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in log.lines().filter(|line| line.contains("受理")) {
        let (Some(login), Some((_, secret))) =
            (line.split_whitespace().next(), line.split_once("验证器密钥 "))
        else {
            continue;
        };
        let pair = (login.to_owned(), secret.trim().to_owned());
        if !found.contains(&pair) {
            found.push(pair);
        }
    }
    found
}

#[allow(clippy::disallowed_methods, reason = "a code of this moment")]
fn current_code(secret: &str) -> Result<String> {
    let secret = Secret::try_from_base32(secret).map_err(|e| format!("a secret that is no base32: {e}"))?;
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Ok(Builder::new().with_secret(secret).build_noncompliant().generate(since.as_secs()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "一网已启动：http://127.0.0.1:1\n演示账户（密码都是 abc-1，均为合成数据）：\n  wang  演示·王小明（群众）\n  \
                       health-clerk             演示·玄武卫健受理员（受理岗）  验证器密钥 JBSWY3DP\n";

    #[test]
    fn the_log_tells_who_may_log_in() {
        assert_eq!(password(LOG), Ok("abc-1".into()));
        let twice = format!("{LOG}{LOG}");
        assert_eq!(staff(&twice), [("health-clerk".to_owned(), "JBSWY3DP".to_owned())]);
        assert!(current_code("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").is_ok_and(|code| code.len() == 6));
    }
}
