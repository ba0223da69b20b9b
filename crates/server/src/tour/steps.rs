//! The steps: register a business, be checked, rate, then open a restaurant on the strength of it.

use super::client::{Client, text};
use super::fill;
use crate::demo;
use crate::terminal::say;
use domain::documents::Kind;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

const HOME: &str = "320102";
pub(super) const REGISTRATION: &str = "individual-business-registration";
pub(super) const FOOD: &str = "food-business-licence";

pub(super) struct Tour<'a> {
    pub(super) base: &'a str,
    pub(super) out: &'a Path,
    steps: u32,
    /// Kinds of documents that were saved and verified.
    pub(super) kinds: HashSet<Kind>,
}

/// Walks the main job; gives the number of steps, or the first that did not hold.
pub fn walk(base: &str, out: &Path) -> Result<u32, String> {
    let mut tour = Tour { base, out, steps: 0, kinds: HashSet::new() };
    let citizen = tour.log_in("群众", "wang")?;
    let registered = tour.apply(&citizen, REGISTRATION, "registration")?;
    tour.progress(&registered)?;
    let clerk = tour.log_in("受理员", "market-clerk")?;
    let licence = tour.decide(&clerk, &registered, "registration")?;
    tour.verify(&licence)?;
    tour.documents(&citizen, &registered, "registration", &GRANTED)?;
    tour.rate(&citizen, &registered)?;
    let food = tour.apply(&citizen, FOOD, "food")?;
    tour.licence_was_reused(&citizen, &food, &licence)?;
    let case = text(&food, "id")?.to_owned();
    tour.act(&clerk, "受理", &case, "acceptance", &json!({}))?;
    let reviewer = tour.log_in("审查员", "market-reviewer")?;
    tour.review(&clerk, &reviewer, &case)?;
    let approver = tour.log_in("决定人", "market-approver")?;
    let permit = tour.decide(&approver, &food, "food")?;
    tour.verify(&permit)?;
    tour.documents(&citizen, &food, "food", &GRANTED)?;
    tour.annotated_copy(&citizen, &permit, "food")?;
    let ended = now();
    // What else a case can come to, while the journal of this one settles.
    tour.other_answers(&citizen, &Desk { clerk: &clerk, reviewer: &reviewer, approver: &approver })?;
    tour.stranger_sees_nothing(&case)?;
    nothing_left_out(&tour.kinds)?;
    tour.evidence(&citizen, &food, ended)?;
    Ok(tour.steps)
}

/// What a case that was granted leaves in the hands of its applicant.
const GRANTED: [Kind; 4] = [Kind::Receipt, Kind::Acceptance, Kind::Granted, Kind::Certificate];

/// Those who sit at the posts of the body.
pub(super) struct Desk<'a> {
    pub(super) clerk: &'a Client,
    pub(super) reviewer: &'a Client,
    pub(super) approver: &'a Client,
}

/// Every kind of document that a verb makes must have been made, saved and verified.
fn nothing_left_out(seen: &HashSet<Kind>) -> Result<(), String> {
    let missing = Kind::ALL.into_iter().filter(|kind| kind.is_handed_out() && !seen.contains(kind));
    match missing.map(Kind::name).collect::<Vec<_>>().join("、") {
        missing if missing.is_empty() => Ok(()),
        missing => Err(format!("巡检没有做出这些文书：{missing}")),
    }
}

fn log_in(base: &str, login: &str) -> Result<Client, String> {
    let account = demo::accounts().into_iter().find(|account| account.login == login);
    let account = account.ok_or_else(|| format!("演示账户里没有 {login}"))?;
    let secret = account.totp_secret.as_deref();
    let log_in = || {
        let code = secret.map(|secret| domain::identity::current_code(secret, now()));
        Client::log_in(base, login, &account.password, code)
    };
    match log_in() {
        // A code works once, and somebody has used this one: another tour, or a person in the browser.
        Err(refusal) if refusal.contains("identity.wrong_code") => {
            let step = domain::identity::CODE_STEP * 1000;
            let left = step - now() as u64 % step;
            say!("    {login} 的动态验证码刚用过，等 {} 秒换下一个", left.div_ceil(1000));
            std::thread::sleep(Duration::from_millis(left));
            log_in()
        }
        answer => answer,
    }
}

pub(super) fn now() -> base::Millis {
    base::Clock::now(&base::SystemClock::default())
}

/// Where a case stands, as the lines tell it: number, state, due day, the certificate it gave.
fn standing(case: &Value) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut told =
        format!("{} 编号 {}，{}", word(&case["ticket"]), word(&case["number"]), word(&case["state_name"]));
    if let Some(due) = case["clock"]["due_on"].as_str() {
        told.push_str(&format!("，期限 {due}"));
    }
    for certificate in case["certificates"].as_array().into_iter().flatten() {
        told.push_str(&format!("，{} {}", word(&certificate["type_name"]), word(&certificate["identifier"])));
    }
    told
}

impl Tour<'_> {
    /// Does one step and prints it in a line: who, what, what came of it (number, due day and identifier where
    /// there are some), how long it took.
    #[allow(
        clippy::disallowed_methods,
        reason = "the tour is a boundary: it tells an operator how long things took"
    )]
    pub(super) fn step<T>(
        &mut self,
        who: &str,
        what: &str,
        act: impl FnOnce() -> Result<T, String>,
        tell: impl FnOnce(&T) -> String,
    ) -> Result<T, String> {
        let begun = Instant::now();
        let done = act().map_err(|message| format!("{who} {what}：{message}"))?;
        let taken = begun.elapsed().as_millis();
        self.steps += 1;
        say!("{:>2}. {who} {what}：{}（{taken} 毫秒）", self.steps, tell(&done));
        Ok(done)
    }

    fn log_in(&mut self, role: &str, login: &str) -> Result<Client, String> {
        let base = self.base;
        self.step(login, &format!("登录（{role}）"), || log_in(base, login), |_| "成功".to_owned())
    }

    /// Does something to a case, and tells how the case stands afterwards.
    pub(super) fn act(
        &mut self,
        actor: &Client,
        what: &str,
        case: &str,
        noun: &str,
        body: &Value,
    ) -> Result<Value, String> {
        let path = format!("/api/v1/cases/{case}");
        let act = || actor.post(&format!("{path}/{noun}"), body, &[]);
        self.step(&actor.who, what, act, |_| {
            actor.get(&path).map_or_else(|fault| fault, |case| standing(&case))
        })
    }

    fn save(&self, name: &str, value: &Value) -> Result<(), String> {
        let text = serde_json::to_string_pretty(value).map_err(|e| e.to_string())?;
        std::fs::write(self.out.join(name), text).map_err(|e| format!("不能保存 {name}：{e}"))
    }

    /// Reads the guide, fills the form, brings what is asked, submits twice with one key.
    pub(super) fn apply(&mut self, citizen: &Client, slug: &str, name: &str) -> Result<Value, String> {
        let path = format!("/api/v1/items/{slug}?division={HOME}");
        let guide = self.step(
            &citizen.who,
            "看办事指南",
            || citizen.get(&path),
            |g| {
                format!(
                    "{} {}，承诺 {}",
                    g["code"].as_str().unwrap_or_default(),
                    g["name"].as_str().unwrap_or_default(),
                    g["promised"]["words"].as_str().unwrap_or_default()
                )
            },
        )?;
        let answers = fill::answers(&guide);
        let materials = self.bring(citizen, &guide, &answers)?;
        let body = json!({ "item": guide["code"], "answers": answers, "materials": materials });
        let key = format!("tour-{name}-{}", now());
        let submit = || citizen.post("/api/v1/cases", &body, &[("Idempotency-Key", key.as_str())]);
        let told = |r: &Value| {
            format!(
                "{} 编号 {}，答复期限 {}",
                r["ticket"].as_str().unwrap_or_default(),
                r["number"].as_str().unwrap_or_default(),
                r["acceptance_due_on"].as_str().unwrap_or_default()
            )
        };
        let receipt = self.step(&citizen.who, "提交申请", submit, told)?;
        let again = self.step(&citizen.who, "重复提交得到同一张回执", submit, told)?;
        if again["number"] != receipt["number"] || again["repeated"] != true {
            return Err("重复提交没有得到同一张回执".into());
        }
        self.save(&format!("{name}-receipt.json"), &receipt)?;
        Ok(receipt)
    }

    fn bring(&mut self, citizen: &Client, guide: &Value, answers: &Value) -> Result<Vec<Value>, String> {
        let mut materials = Vec::new();
        let item = text(guide, "code")?;
        for material in guide["materials"].as_array().into_iter().flatten() {
            if !fill::needs_document(material, answers) {
                continue;
            }
            let key = text(material, "key")?;
            let path = format!("/api/v1/files?item={item}&material={key}&name=demo.pdf");
            let what = format!("上传“{}”", text(material, "name")?);
            let send = || citizen.send(&path, "application/pdf", fill::DOCUMENT, &[]);
            let told = |f: &Value| {
                format!("{item} {} 字节，摘要 {}", f["bytes"], f["digest"].as_str().unwrap_or_default())
            };
            let file = self.step(&citizen.who, &what, send, told)?;
            materials
                .push(json!({ "key": key, "way": "file", "digest": file["digest"], "name": file["name"] }));
        }
        Ok(materials)
    }

    fn progress(&mut self, receipt: &Value) -> Result<(), String> {
        let visitor = Client::visitor(self.base);
        let body = json!({ "number": receipt["ticket"], "password": receipt["query_password"] });
        let ask = || visitor.post("/api/v1/progress", &body, &[]);
        let number = text(receipt, "number")?;
        let told = |p: &Value| {
            let due = p["clock"]["due_on"].as_str().map(|due| format!("，期限 {due}")).unwrap_or_default();
            let (ticket, state) = (p["ticket"].as_str(), p["state_name"].as_str());
            format!("{} 编号 {number}，{}{due}", ticket.unwrap_or_default(), state.unwrap_or_default())
        };
        self.step(&visitor.who, "不登录查进度", ask, told).map(drop)
    }

    /// Grants what was applied for; gives the certificate.
    fn decide(&mut self, staff: &Client, receipt: &Value, name: &str) -> Result<Value, String> {
        let case = text(receipt, "id")?;
        let body = json!({ "granted": true, "reason": "符合法定条件" });
        let decided = self.act(staff, "决定准予并签发证照", case, "decision", &body)?;
        self.save(&format!("{name}-decision.json"), &decided)?;
        Ok(decided["certificate"].clone())
    }

    fn verify(&mut self, certificate: &Value) -> Result<(), String> {
        let identifier = text(certificate, "identifier")?;
        let visitor = Client::visitor(self.base);
        let path = format!("/api/v1/certificates/{identifier}/verification");
        let view = self.step(
            &visitor.who,
            "验证证照",
            || visitor.get(&path),
            |v| {
                format!(
                    "{identifier} {} {}",
                    v["type_name"].as_str().unwrap_or_default(),
                    v["status_name"].as_str().unwrap_or_default()
                )
            },
        )?;
        if view["status"] != "valid" {
            return Err(format!("证照状态不是有效：{view}"));
        }
        self.save(&format!("certificate-{identifier}.json"), &view)
    }

    fn rate(&mut self, citizen: &Client, receipt: &Value) -> Result<(), String> {
        let path = format!("/api/v1/cases/{}/rating", text(receipt, "id")?);
        let body = json!({ "grade": 1, "options": [], "words": "演示评价", "anonymous": false });
        let (ticket, number) = (text(receipt, "ticket")?, text(receipt, "number")?);
        let told =
            |r: &Value| format!("{ticket} 编号 {number}，{}", r["grade_name"].as_str().unwrap_or_default());
        self.step(&citizen.who, "评价", || citizen.post(&path, &body, &[]), told).map(drop)
    }

    fn licence_was_reused(&mut self, citizen: &Client, food: &Value, licence: &Value) -> Result<(), String> {
        let path = format!("/api/v1/cases/{}", text(food, "id")?);
        let told = |case: &Value| {
            format!("{}，取用 {}", standing(case), licence["identifier"].as_str().unwrap_or_default())
        };
        let case =
            self.step(&citizen.who, "看办件：营业执照自动取用，不用上传", || citizen.get(&path), told)?;
        let used = case["materials"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|m| m["identifier"] == licence["identifier"]);
        if used {
            Ok(())
        } else {
            Err(format!("食品经营许可没有用上刚取得的营业执照：{}", case["materials"]))
        }
    }

    /// Finishes every step, each by somebody at its post.
    pub(super) fn review(&mut self, clerk: &Client, reviewer: &Client, case: &str) -> Result<(), String> {
        for _ in 0..20 {
            let seen = reviewer.get(&format!("/api/v1/cases/{case}"))?;
            if seen["state"] != "review" {
                return Ok(());
            }
            let steps = seen["steps"].as_array().cloned().unwrap_or_default();
            let open = steps.iter().find(|step| step["open"] == true).ok_or("审查中却没有轮到的环节")?;
            let actor = if open["post"] == "clerk" { clerk } else { reviewer };
            let officers: &[&str] =
                if open["on_site"] == true { &["演示·钱文博", "演示·冯雅琴"] } else { &[] };
            let body = json!({
                "step": open["key"], "passed": true, "opinion": "材料齐全，符合条件", "checked": [],
                "officers": officers,
            });
            self.act(actor, text(open, "name")?, case, "reviews", &body)?;
        }
        Err("审查环节太多".into())
    }

    fn stranger_sees_nothing(&mut self, case: &str) -> Result<(), String> {
        let stranger = self.log_in("另一位群众", "li")?;
        let path = format!("/api/v1/cases/{case}");
        self.step(
            &stranger.who,
            "查不到别人的办件",
            || match stranger.get(&path) {
                Err(message) if message.contains("404") => Ok(()),
                other => Err(format!("应当是没有找到，却是 {other:?}")),
            },
            |()| format!("办件 {case}，没有找到"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_document_nobody_made_is_named() {
        let mut seen: HashSet<Kind> = Kind::ALL.into_iter().filter(|kind| kind.is_handed_out()).collect();
        assert_eq!(nothing_left_out(&seen), Ok(()));
        seen.remove(&Kind::WrongBody);
        assert!(nothing_left_out(&seen).is_err_and(|message| message.contains(Kind::WrongBody.name())));
    }
}
