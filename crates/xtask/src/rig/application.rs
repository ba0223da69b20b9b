//! Applications that any form accepts: answers by the type of each question, materials on paper.

use super::{Client, Result, Server, client, said};
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A simple item of a citizen: one office, no upload.
const ITEM: &str = "flexible-pension-enrolment";
/// More of the kind. A case number counts 99,999 cases of one item of one body in a day, a ticket 999,999 of one
/// city: whoever measures for long spreads the cases over the province.
const ITEMS: [&str; 3] = [ITEM, "resident-medical-insurance", "old-age-allowance"];

/// What is sent, many times under different keys: for each of some items and bodies a filled form. A key always
/// goes with the same one, so that it can be sent again.
#[derive(Debug, Clone)]
pub struct Application {
    forms: Vec<String>,
}

/// What came back for a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub case: String,
    pub number: String,
    pub repeated: bool,
}

impl Application {
    /// Reads the form from the interface and fills it in. It is sent once: a measurement of refusals would
    /// be none.
    pub async fn prepare(server: &Server, token: &str) -> Result<Application> {
        let mut client = server.client().await?;
        let guide = client.json("GET", &format!("/api/v1/items/{ITEM}"), token, None).await?;
        let application = Application { forms: vec![fill(&guide)?.to_string()] };
        application.submit(&mut client, token, "rig-first-application").await?;
        Ok(application)
    }

    /// Several items, each at the body of every county. Each item is sent once.
    pub async fn prepare_everywhere(server: &Server, token: &str) -> Result<Application> {
        let mut client = server.client().await?;
        let divisions = client.json("GET", "/api/v1/divisions", token, None).await?;
        let rows = divisions["rows"].as_array().ok_or("no rows of divisions")?;
        let is_county = |row: &&Value| row["level"] == "county" && row["statutory"] == true;
        let counties: Vec<&str> =
            rows.iter().filter(is_county).filter_map(|row| row["code"].as_str()).collect();
        let mut forms = Vec::new();
        for item in ITEMS {
            for county in &counties {
                let path = format!("/api/v1/items/{item}?division={county}");
                forms.push(fill(&client.json("GET", &path, token, None).await?)?.to_string());
            }
            let last = Application { forms: forms.last().cloned().into_iter().collect() };
            last.submit(&mut client, token, &format!("rig-first-{item}")).await?;
        }
        Ok(Application { forms })
    }

    /// The bytes of one submission under this key.
    pub fn request(&self, token: &str, key: &str) -> Vec<u8> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let form = &self.forms[hasher.finish() as usize % self.forms.len()];
        let bearer = format!("Bearer {token}");
        let headers = [
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
            ("idempotency-key", key),
        ];
        client::request("POST", "/api/v1/cases", &headers, form.as_bytes())
    }

    pub async fn submit(&self, client: &mut Client, token: &str, key: &str) -> Result<Receipt> {
        let answer = client.send(&self.request(token, key)).await.map_err(said("a submission"))?;
        receipt(answer.status, &answer.json()).ok_or_else(|| {
            format!("the submission was answered {} {}", answer.status, String::from_utf8_lossy(&answer.body))
        })
    }
}

/// The receipt in an answer; none when it is a refusal.
pub fn receipt(status: u16, body: &Value) -> Option<Receipt> {
    if status >= 300 {
        return None;
    }
    let text = |key: &str| body[key].as_str().map(str::to_owned);
    Some(Receipt { case: text("id")?, number: text("number")?, repeated: body["repeated"].as_bool()? })
}

fn fill(guide: &Value) -> Result<Value> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let fields: Vec<Value> = list(guide, "pages").iter().flat_map(|page| list(page, "fields")).collect();
    let mut answers = Map::new();
    for field in &fields {
        let key = field["element"].as_str().ok_or("a question without element")?;
        answers.insert(key.to_owned(), json!([answer(field)?]));
    }
    let paper = |material: &Value| json!({ "key": material["key"], "way": "paper" });
    let materials: Vec<Value> = list(guide, "materials").iter().map(paper).collect();
    Ok(json!({ "item": guide["code"], "answers": answers, "materials": materials }))
}

/// Something the check of this type accepts. Persons are synthetic, like everybody in the demonstration.
fn answer(field: &Value) -> Result<String> {
    if let Some(option) = field["options"].as_array().and_then(|options| options.first()) {
        return option.as_str().map(str::to_owned).ok_or_else(|| "an option that is no text".into());
    }
    let text = match field["type"].as_str().unwrap_or_default() {
        "citizen_number" => "320102199001019998",
        "credit_code" => "91320102MA0XX00151",
        "phone" => "13800138001",
        "date" if field["earliest"] == "today" => "2099-12-31",
        "date" => "2026-01-15",
        "number" => "1",
        "amount" => "1.00",
        "address" => "南京市玄武区梅园新村街道（演示地址）11号",
        "text" | "textarea" => "演示",
        other => return Err(format!("no answer for a question of type {other:?}")),
    };
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_gets_an_answer_and_every_material_a_way() {
        let guide = json!({
            "code": "x",
            "pages": [{ "fields": [
                { "element": "a", "type": "text", "options": [] },
                { "element": "b", "type": "radio", "options": ["是", "否"] },
            ] }],
            "materials": [{ "key": "m", "name": "材料" }],
        });
        let body = fill(&guide).unwrap();
        assert_eq!(body["answers"], json!({ "a": ["演示"], "b": ["是"] }));
        assert_eq!(body["materials"], json!([{ "key": "m", "way": "paper" }]));
        assert!(answer(&json!({ "type": "hologram" })).is_err());
    }

    #[test]
    fn a_refusal_is_no_receipt() {
        let body = json!({ "id": "7", "number": "n", "repeated": true });
        assert_eq!(
            receipt(201, &body),
            Some(Receipt { case: "7".into(), number: "n".into(), repeated: true })
        );
        assert_eq!(receipt(503, &body), None);
    }
}
