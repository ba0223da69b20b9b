//! The JSON interface from log-in to certificate, as a program meets it.

mod common;

use axum::body::Body;
use common::{Answer, TestApp};
use domain::identity::PostKind;
use domain::testing::{FOOD, HOME, PASSWORD, REGISTRATION, sample};
use serde_json::{Value, json};

/// The answers a guide asks for, made from its own form schema.
fn answers(app: &TestApp, guide: &Value) -> Value {
    let catalogue = app.town.world.catalogue.load();
    let mut answers = serde_json::Map::new();
    let fields =
        guide["pages"].as_array().unwrap().iter().flat_map(|page| page["fields"].as_array().unwrap());
    for field in fields.filter(|field| field["required"] == true || !field["required_if"].is_null()) {
        let key = field["element"].as_str().unwrap();
        answers.insert(key.to_owned(), json!(sample(catalogue.element(key).unwrap())));
    }
    Value::Object(answers)
}

async fn file_case(app: &TestApp, who: &common::Caller, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    app.send(who, "POST", "/api/v1/cases", &headers, Body::from(body.to_string())).await
}

#[tokio::test]
async fn a_program_applies_and_gets_a_certificate() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let guide = app.get(&citizen, &format!("/api/v1/items/{REGISTRATION}?division={HOME}")).await.json();
    assert_eq!(guide["code"].as_str().unwrap().len(), 33);
    assert_eq!(
        app.get(&citizen, &format!("/api/v1/items/{}", guide["code"].as_str().unwrap())).await.json(),
        guide
    );
    let uploads = guide["materials"].as_array().unwrap().iter();
    let paper = uploads.filter(|m| m["satisfied_by"] == "document" || m["satisfied_by"] == "resource");
    let materials: Vec<Value> = paper.map(|m| json!({ "key": m["key"], "way": "paper" })).collect();
    let body = json!({ "item": guide["code"], "answers": answers(&app, &guide), "materials": materials });

    let filed = file_case(&app, &citizen, "api-first-case", &body).await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let receipt = filed.json();
    assert_eq!(filed.location(), format!("/api/v1/cases/{}", receipt["id"].as_str().unwrap()));
    let again = file_case(&app, &citizen, "api-first-case", &body).await;
    assert_eq!((again.status.as_u16(), again.json()["repeated"].clone()), (200, json!(true)));
    assert_eq!(again.json()["id"], receipt["id"]);
    let other = file_case(&app, &citizen, "api-first-case", &json!({ "item": guide["code"] })).await;
    assert_eq!(other.json()["code"], "casework.key_reused");
    assert_eq!(file_case(&app, &citizen, "", &body).await.json()["code"], "casework.idempotency_key");

    let clerk = app.clerk().await;
    let ticket = receipt["ticket"].as_str().unwrap();
    let seen = app.get(&clerk, &format!("/api/v1/cases/{ticket}")).await.json();
    assert_eq!(seen["applicant"]["code"], "320***********9998");
    assert!(seen["query_password"].is_null() && !seen.to_string().contains("320102199001019998"));
    let path = format!("/api/v1/cases/{ticket}/decision");
    let stale = app.api(&clerk, "POST", &path, &json!({ "granted": true, "version": 99 })).await;
    assert_eq!((stale.status.as_u16(), stale.json()["code"].clone()), (409, json!("conflict")));
    let decided =
        app.api(&clerk, "POST", &path, &json!({ "granted": true, "version": seen["version"] })).await.json();
    let identifier = decided["certificate"]["identifier"].as_str().unwrap().to_owned();

    let own = app.get(&citizen, filed.location()).await.json();
    assert_eq!((own["state"].clone(), own["outcome"].clone()), (json!("delivered"), json!("granted")));
    assert_eq!(own["applicant"]["code"], "320102199001019998");
    assert!(own["timeline"].as_array().unwrap().iter().any(|event| event["kind"] == "casework.granted"));
    assert_eq!(app.get(&citizen, "/api/v1/cases").await.json()["total"], 1);
    assert_eq!(app.get(&citizen, "/api/v1/certificates").await.json()["rows"][0]["identifier"], identifier);
    let check =
        app.get(&app.visitor(), &format!("/api/v1/certificates/{identifier}/verification")).await.json();
    assert_eq!(check["status"], "valid");
    let asked = json!({ "number": ticket, "password": receipt["query_password"] });
    assert_eq!(
        app.api(&app.visitor(), "POST", "/api/v1/progress", &asked).await.json()["state"],
        "delivered"
    );

    let rating = format!("{}/rating", filed.location());
    assert_eq!(app.get(&citizen, &rating).await.json()["state"], "open");
    assert_eq!(app.api(&citizen, "POST", &rating, &json!({ "grade": 1 })).await.status, 201);
    assert_eq!(
        app.api(&citizen, "POST", &rating, &json!({ "grade": 1 })).await.json()["code"],
        "feedback.already_rated"
    );
}

#[tokio::test]
async fn a_token_is_worth_what_its_owner_may() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let log_in = |body: Value| app_log_in(&app, body);
    let begun = log_in(json!({ "login": "wang", "password": PASSWORD })).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    assert!(begun.json()["ends_at"].as_i64().unwrap() > domain::testing::MORNING);
    assert_eq!(
        log_in(json!({ "login": "wang", "password": "x" })).await.json()["code"],
        "identity.wrong_credentials"
    );
    let unknown = log_in(json!({ "login": "wang", "password": PASSWORD, "admin": true })).await;
    assert_eq!(unknown.json()["code"], "malformed");
    let clerk = app.clerk().await;
    assert_eq!(
        log_in(json!({ "login": "clerk", "password": PASSWORD })).await.json()["code"],
        "identity.code_required"
    );
    let wrong = log_in(json!({ "login": "clerk", "password": PASSWORD, "code": "000000" })).await;
    assert_eq!(wrong.json()["code"], "identity.wrong_code");

    let nul = log_in(json!({ "login": "wa\u{0}ng", "password": PASSWORD })).await;
    assert_eq!((nul.status.as_u16(), nul.json()["code"].as_str()), (422, Some("text.characters")));
    let path = format!("/api/v1/cases/{}", "%00");
    assert_eq!(app.get(&app.citizen().await, &path).await.status, 404);

    let unknown = app.get(&visitor, "/api/v1/cases").await;
    assert_eq!(unknown.json()["code"], "unauthenticated");
    assert_eq!(unknown.headers["www-authenticate"], "Bearer");
    let token = begun.json()["token"].as_str().unwrap().to_owned();
    for (scheme, status) in [("bearer", 200), ("BEARER", 200), ("Basic", 401)] {
        let header = format!("{scheme} {token}");
        let headers = [("authorization", header.as_str())];
        let answer = app.send(&visitor, "GET", "/api/v1/cases", &headers, Body::empty()).await;
        assert_eq!(answer.status, status, "{scheme}");
    }
    assert_eq!(app.get(&clerk, "/api/v1/cases").await.status, 403);
    let citizen = app.citizen().await;
    assert_eq!(app.get(&citizen, "/api/v1/desk/cases").await.status, 403);
    let receipt = app.case("foreign-case").await;
    let neighbour = app.neighbour().await;
    for body in [json!({}), json!({ "grade": 1 })] {
        let path = format!("/api/v1/cases/{}/rating", receipt.case);
        assert_eq!(app.api(&neighbour, "POST", &path, &body).await.status, 404, "{body}");
    }
    assert_eq!(app.api(&citizen, "DELETE", "/api/v1/sessions/current", &json!({})).await.status, 204);
    assert_eq!(app.get(&citizen, "/api/v1/cases").await.status, 401);
}

async fn app_log_in(app: &TestApp, body: Value) -> Answer {
    app.api(&app.visitor(), "POST", "/api/v1/sessions", &body).await
}

#[tokio::test]
async fn a_program_acts_for_an_organisation() {
    let app = TestApp::new().await;
    let agent = app.agent().await;
    let path = "/api/v1/sessions/current/capacity";
    let own = app.api(&agent, "PUT", path, &json!({ "organisation": null })).await.json();
    assert!(own["acting_for"].is_null());
    let code = own["mandates"][0]["credit_code"].clone();
    let firm = app.api(&agent, "PUT", path, &json!({ "organisation": code })).await.json();
    assert_eq!(firm["acting_for"]["credit_code"], code);
    assert_eq!(
        app.api(&agent, "PUT", path, &json!({ "organisation": "91320102MA1XY2T8XJ" })).await.status,
        404
    );
}

#[tokio::test]
async fn the_desk_and_the_catalogue_are_open_to_programs() {
    let app = TestApp::new().await;
    let receipt = app.case("on-the-desk").await;
    let clerk = app.clerk().await;
    let body = app.town.item(REGISTRATION).body.credit_code.clone();
    let desk = app.get(&clerk, &format!("/api/v1/desk/cases?body={body}&queue=clerk")).await.json();
    assert_eq!(
        (desk["rows"][0]["id"].clone(), desk["more"].clone()),
        (json!(receipt.case.to_string()), json!(false))
    );
    assert_eq!(desk["counts"][0], json!({ "queue": "clerk", "cases": 1 }));
    assert_eq!(app.get(&clerk, "/api/v1/desk/cases?body=other&queue=clerk").await.status, 404);
    let odd = app.get(&clerk, "/api/v1/desk/cases?body=other&queue=clerk&order=upwards").await;
    assert_eq!((odd.status.as_u16(), odd.json()["code"].clone()), (422, json!("casework.order")));

    let visitor = app.visitor();
    let counties = app.get(&visitor, "/api/v1/divisions?parent=320100").await.json();
    assert!(counties["rows"].as_array().unwrap().iter().any(|row| row["full_name"] == "南京市玄武区"));
    let found = app.get(&visitor, "/api/v1/search?q=kaifandian&division=320102").await.json();
    assert!(found["total"].as_i64().unwrap() >= 0);
    let items = app.get(&visitor, "/api/v1/items?q=%E5%BC%80%E9%A5%AD%E5%BA%97").await.json();
    assert_eq!(items["rows"][0]["slug"], FOOD, "{items}");
    let food_and_nonsense = "/api/v1/search?q=%E9%A3%9F%E5%93%81%20qwzx";
    let told = app.get(&visitor, food_and_nonsense).await.json();
    assert_eq!((&told["left_out"], &told["rows"][0]["slug"]), (&json!(["qwzx"]), &json!(FOOD)));
    assert_eq!(found["left_out"], json!([]));
    assert_eq!(app.get(&visitor, "/api/v1/items?side=nobody").await.json()["code"], "catalog.side");
    assert_eq!(app.get(&visitor, "/api/v1/items/nothing").await.status, 404);
}

#[tokio::test]
async fn a_file_is_kept_for_the_material_that_accepts_it() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let item = app.town.item(FOOD).code.clone();
    let put = async |material: &str, name: &str, content: &'static [u8]| {
        let path = format!("/api/v1/files?item={item}&material={material}&name={name}");
        app.send(
            &citizen,
            "POST",
            &path,
            &[("content-type", "application/octet-stream")],
            Body::from(content),
        )
        .await
    };
    let kept = put("layout", "a.pdf", b"%PDF-1.7 sample %%EOF").await;
    assert_eq!((kept.status.as_u16(), kept.json()["media"].clone()), (201, json!("application/pdf")));
    assert_eq!(put("layout", "a.pdf", b"MZ").await.json()["code"], "file.type");
    assert_eq!(put("nothing", "a.pdf", b"%PDF-1.7 %%EOF").await.status, 404);
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    assert_eq!(app.send(&reviewer, "POST", "/api/v1/files", &[], Body::empty()).await.status, 403);
}

#[tokio::test]
async fn the_document_and_its_viewer_are_served() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert_eq!(app.get(&visitor, "/api/openapi.json").await.json()["openapi"], "3.1.0");
    assert_eq!(app.get(&visitor, "/api/docs").await.location(), "/api/docs/");
    let viewer = app.get(&visitor, "/api/docs/").await;
    assert!(viewer.status == 200 && viewer.body.contains("swagger-ui"));
    assert!(!viewer.body.contains("<script>"), "our policy forbids inline scripts");
    assert!(app.get(&visitor, "/api/docs/swagger-initializer.js").await.body.contains("/api/openapi.json"));
    assert_eq!(app.get(&visitor, "/api/docs/swagger-ui-bundle.js").await.status, 200);
}

/// A program whose place in the list is broken would read from the beginning for ever.
#[tokio::test]
async fn a_broken_cursor_is_refused_and_does_not_begin_anew() {
    let app = TestApp::new().await;
    let approver = app.staff("directory-approver", HOME, PostKind::Approver).await;
    let body = app.town.item(REGISTRATION).body.credit_code.clone();
    let path = format!("/api/v1/directory?body={body}");
    assert_eq!(app.get(&approver, &path).await.status, 200);
    for wrong in ["after=x", "after=-1", "after=99999999999999999999", "size=-1"] {
        let answer = app.get(&approver, &format!("{path}&{wrong}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (422, Some("malformed")),
            "{wrong}"
        );
    }
}
