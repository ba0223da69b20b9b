//! Filling in and changing an application, in the browser without a script and through the interface.

mod common;

use axum::body::Body;
use common::{Answer, Caller, TestApp};
use domain::catalog::{Answers, visible_pages, wants};
use domain::testing::{FOOD, INSTANT, REGISTRATION, sample};
use serde_json::json;

const HINGE: &str = "trade.online_only";
const SHOP: &str = "实体店面";
const ONLINE: &str = "只在电商平台开网店";

/// What the page that asks `HINGE` sends when this was chosen, with everything it then must answer.
fn page_answers(app: &TestApp, number: usize, chosen: &str) -> Vec<(String, String)> {
    let item = app.town.item(REGISTRATION);
    let page = visible_pages(&item.base)[number - 1].clone();
    let catalogue = app.town.world.catalogue.load();
    let mut said: Answers = [(HINGE.to_owned(), vec![chosen.to_owned()])].into();
    let mut sent = Vec::new();
    for field in &page.fields {
        let asked = field.required || field.required_if.as_ref().is_some_and(|when| wants(when, &said));
        if asked && field.element != HINGE {
            let value = sample(catalogue.element(&field.element).expect("an element"));
            said.insert(field.element.clone(), vec![value.clone()]);
            sent.push((field.element.clone(), value));
        } else if field.element == HINGE {
            sent.push((HINGE.to_owned(), chosen.to_owned()));
        }
    }
    sent
}

async fn save(app: &TestApp, who: &Caller, at: &str, answers: &[(String, String)]) -> Answer {
    let mut fields: Vec<(&str, &str)> = Vec::new();
    let dates: Vec<(String, String)> = answers
        .iter()
        .filter(|(_, value)| value == "2026-09-01")
        .flat_map(|(key, _)| {
            [("_y", "2026"), ("_m", "9"), ("_d", "1")].map(|(p, v)| (format!("{key}{p}"), v.to_owned()))
        })
        .collect();
    fields.extend(
        answers.iter().filter(|(_, value)| value != "2026-09-01").map(|(k, v)| (k.as_str(), v.as_str())),
    );
    fields.extend(dates.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    app.post(who, at, &fields).await
}

#[tokio::test]
async fn whoever_changes_her_mind_goes_on() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let item = app.town.item(REGISTRATION);
    let begun = app.post(&citizen, &format!("/apply/{}", item.code), &[]).await;
    let draft = begun.location().split('/').nth(2).expect("a draft").to_owned();
    let pages = visible_pages(&item.base).len();
    let asks = |page: &&domain::catalog::FormPage| page.fields.iter().any(|field| field.element == HINGE);
    let hinge = 1 + visible_pages(&item.base).iter().position(asks).expect("it is asked");
    for number in 1..=pages {
        let at = format!("/drafts/{draft}/pages/{number}");
        let saved = save(&app, &citizen, &at, &page_answers(&app, number, ONLINE)).await;
        assert_eq!(saved.status, 303, "page {number}: {}", saved.body);
    }
    let check = format!("/drafts/{draft}/check");
    assert!(app.get(&citizen, &check).await.body.contains(ONLINE));
    let change = format!("/drafts/{draft}/pages/{hinge}?back=check");
    for chosen in [SHOP, ONLINE, SHOP] {
        let changed = save(&app, &citizen, &change, &page_answers(&app, hinge, chosen)).await;
        assert_eq!(changed.location(), check, "{chosen}: {}", changed.body);
    }
    let shown = app.get(&citizen, &check).await.body;
    assert!(
        shown.contains(SHOP) && !shown.contains("#trade-url"),
        "nothing is left of the other answer: {shown}"
    );
}

#[tokio::test]
async fn whoever_makes_a_letter_by_submitting_reads_all_of_it_where_she_agrees() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let item = app.town.item(REGISTRATION);
    let begun = app.post(&citizen, &format!("/apply/{}", item.code), &[]).await;
    let draft = begun.location().split('/').nth(2).expect("a draft").to_owned();
    let check = format!("/drafts/{draft}/check");
    let letter = &item.base.material("premises-promise").expect("a letter").letter;
    assert!(letter.len() > 2);
    for (building, read) in [("商业", false), ("住宅", true)] {
        for number in 1..=visible_pages(&item.base).len() {
            let mut answers = page_answers(&app, number, SHOP);
            answers.iter_mut().filter(|(key, _)| key == "place.build_use").for_each(|(_, value)| {
                building.clone_into(value);
            });
            let saved = save(&app, &citizen, &format!("/drafts/{draft}/pages/{number}"), &answers).await;
            assert_eq!(saved.status, 303, "page {number}: {}", saved.body);
        }
        let page = app.get(&citizen, &check).await.body;
        assert!(
            letter.iter().all(|paragraph| page.contains(paragraph.as_str()) == read),
            "{building}: {page}"
        );
    }
    let guide = app.get(&citizen, &format!("/api/v1/items/{}", item.code)).await.json();
    let told = guide["materials"].as_array().unwrap().iter().any(|m| m["letter"] == json!(letter));
    assert!(told, "programs show it too");
}

async fn file_case(app: &TestApp, who: &Caller, body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", "named-faults")];
    app.send(who, "POST", "/api/v1/cases", &headers, Body::from(body.to_owned())).await
}

#[tokio::test]
async fn every_fault_of_a_program_has_its_field_and_chinese_words() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let code = app.town.item(FOOD).code.clone();
    let of = |answer: &Answer| {
        let fault = answer.json()["errors"][0].clone();
        (
            fault["code"].as_str().unwrap_or_default().to_owned(),
            fault["field"].clone(),
            fault["message"].clone(),
        )
    };
    for (body, field) in [
        (json!({}), "item"),
        (json!({ "item": code, "zzz": 1 }), "zzz"),
        (json!({ "item": code, "answers": { "trade.name": 7 } }), "answers.trade.name"),
        (json!({ "item": code, "materials": [{ "key": "x", "way": "odd" }] }), "materials[0].way"),
    ] {
        let (code, at, message) = of(&file_case(&app, &citizen, &body.to_string()).await);
        assert_eq!((code.as_str(), at), ("malformed", json!(field)), "{body}");
        let message = message.as_str().unwrap().replace(field, "");
        assert!(!message.contains("expected") && !message.contains("field"), "{message}");
    }
    let (code, at, _) = of(&app.get(&citizen, "/api/v1/cases?page=abc").await);
    assert_eq!((code.as_str(), at), ("malformed", json!("page")));
    let large = file_case(&app, &citizen, &format!("{{\"item\":\"{}\"}}", "x".repeat(1 << 20))).await;
    assert_eq!(of(&large).1, json!("body"));
    let body = json!({ "item": app.town.item(FOOD).code }).to_string();
    let headers = [("content-type", "application/json")];
    let without = app.send(&citizen, "POST", "/api/v1/cases", &headers, Body::from(body)).await;
    assert_eq!(of(&without).1, json!("Idempotency-Key"));
}

#[tokio::test]
async fn a_strange_file_does_not_use_up_the_supplement() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let case = app.case("strange-file").await.case;
    let notice = json!({ "missing": ["经营场所使用证明"], "due_on": "2026-10-20" });
    let at = format!("/api/v1/cases/{case}");
    for (due, field) in [("2026-02-30", "due_on"), ("2026-09-01", "due_on")] {
        let body = json!({ "missing": ["经营场所使用证明"], "due_on": due });
        let refused = app.api(&clerk, "POST", &format!("{at}/supplement-notice"), &body).await;
        assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.body);
    }
    assert_eq!(app.api(&clerk, "POST", &format!("{at}/supplement-notice"), &notice).await.status, 200);
    let version = app.get(&citizen, &at).await.json()["version"].to_string();
    let form = async |field: &str, paper: &str| {
        let part = "--x\r\ncontent-disposition: form-data; name=";
        let body = format!(
            "{part}\"csrf\"\r\n\r\n{}\r\n{part}\"version\"\r\n\r\n{version}\r\n{part}\"on_paper\"\r\n\r\n{paper}\r\n\
             {part}\"{field}\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.4 %%EOF\r\n--x--\r\n",
            citizen.csrf
        );
        let media = [("content-type", "multipart/form-data; boundary=x")];
        app.send(&citizen, "POST", &format!("/cases/{case}/supplement"), &media, Body::from(body)).await
    };
    let strange = form("material.zzz", "").await;
    assert!(strange.status == 422 && strange.body.contains("不是这个办件的材料"), "{}", strange.body);
    let nothing = app.api(&citizen, "POST", &format!("{at}/supplement"), &json!({})).await;
    assert_eq!(nothing.json()["errors"][0]["field"], "files", "{}", nothing.body);
    assert_eq!(app.get(&citizen, &at).await.json()["state"], "supplement_noticed");
    let paper = app.api(&citizen, "POST", &format!("{at}/supplement"), &json!({ "on_paper": true })).await;
    assert_eq!(paper.json()["state"], "submitted", "{}", paper.body);
}

#[tokio::test]
async fn what_was_written_once_stands_in_the_next_form_and_can_be_changed() {
    let app = TestApp::new().await;
    app.town.submit(&app.town.citizen, REGISTRATION, "written-once").await;
    let item = app.town.item(INSTANT);
    let asks = |page: &&domain::catalog::FormPage| page.fields.iter().any(|f| f.element == "person.address");
    let number = 1 + visible_pages(&item.base).iter().position(asks).expect("it is asked");
    let form_of = async |who: &Caller| {
        let begun = app.post(who, &format!("/apply/{}", item.code), &[]).await;
        let draft = begun.location().split('/').nth(2).expect("a draft").to_owned();
        app.get(who, &format!("/drafts/{draft}/pages/{number}")).await.body
    };
    let source = "来自：您2026年9月24日办理“个体工商户设立登记”时填写";
    let citizen = app.citizen().await;
    let form = form_of(&citizen).await;
    let at = form.find("id=\"person-address\"").expect("the field");
    let field: String = form[at..].chars().take(400).collect();
    assert!(field.contains("演示内容") && field.contains(source) && !field.contains("readonly"), "{field}");
    let start = app.get(&citizen, &format!("/apply/{}", item.code)).await.body;
    assert!(start.contains("您2026年9月24日办理"), "what is taken from where is said beforehand");
    assert!(!form_of(&app.neighbour().await).await.contains("您2026年"));
}
