//! Claiming an organisation and giving mandates, in the browser without a script and through the interface.

mod common;

use common::{FIRM, FIRM_NAME, TestApp};
use domain::identity::{self, Actor, PostKind, Registered};
use domain::testing::{FOOD, HOME, PASSWORD};
use serde_json::json;

const SHOP: &str = "92320102MA0XX0031K";
const SHOP_NAME: &str = "演示·玄武便民理发店";

async fn registry_knows_the_shop(app: &TestApp) {
    let cx = app.town.cx(&Actor::System);
    let told = Registered {
        credit_code: norms::CreditCode::parse(SHOP).unwrap(),
        name: SHOP_NAME.into(),
        kind: "个体工商户".into(),
        address: "演示地址3号".into(),
        active: true,
        leader: "演示·王小明".into(),
        leader_number: norms::CitizenNumber::parse("320102199001019998", cx.today()).unwrap(),
        told_on: cx.today(),
        synthetic: true,
    };
    let batch = std::slice::from_ref(&told);
    let taken = app.town.world.db.write(async |tx| identity::take_registry(tx, &cx, "演示", batch).await);
    taken.await.unwrap();
}

#[tokio::test]
async fn a_representative_claims_her_firm_in_the_browser() {
    let app = TestApp::new().await;
    registry_knows_the_shop(&app).await;
    let citizen = app.citizen().await;
    let wrong = [("credit_code", "92320102MA0XX00311"), ("name", SHOP_NAME), ("kind", "个体工商户")];
    let refused = app.post(&citizen, "/me/organisations", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"credit_code-error\""), "the error stands at its field");
    assert!(
        refused.body.contains("value=\"92320102MA0XX00311\"") && refused.body.contains(SHOP_NAME),
        "kept"
    );
    let stranger = [("credit_code", SHOP), ("name", SHOP_NAME), ("kind", "个体工商户")];
    let other = app.post(&app.neighbour().await, "/me/organisations", &stranger).await;
    assert!(other.status == 422 && other.body.contains("与登记机关的数据不一致"));

    let done = app.post(&citizen, "/me/organisations", &stranger).await;
    assert_eq!(done.location(), "/me/organisations?done=settled");
    let page = app.get(&citizen, done.location()).await.body;
    assert!(page.contains(SHOP_NAME) && page.contains("法定代表人"));
    let capacity = app.get(&citizen, "/me/capacity").await.body;
    assert!(capacity.contains(SHOP_NAME) && capacity.contains("您是它的法定代表人"));
}

#[tokio::test]
async fn a_window_confirms_what_the_registry_does_not_know() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let claim = [("credit_code", SHOP), ("name", SHOP_NAME), ("kind", "个体工商户")];
    let waits = app.post(&citizen, "/me/organisations", &claim).await;
    assert_eq!(waits.location(), "/me/organisations?done=waits");
    assert!(app.get(&citizen, waits.location()).await.body.contains("待核对"));
    let clerk = app.clerk().await;
    let body = app.town.item(FOOD).body.credit_code.clone();
    let mut given = vec![
        ("login", "wang"),
        ("credit_code", SHOP),
        ("name", SHOP_NAME),
        ("address", "演示地址3号"),
        ("document", "营业执照"),
        ("body", body.as_str()),
    ];
    let unseen = app.post(&clerk, "/desk/organisations", &given).await;
    assert!(unseen.status == 422 && unseen.body.contains("id=\"compared-error\""));
    given.push(("compared", "yes"));
    assert_eq!(
        app.post(&clerk, "/desk/organisations", &given).await.location(),
        "/desk/organisations?done=yes"
    );
    let page = app.get(&citizen, "/me/organisations").await.body;
    assert!(page.contains(SHOP_NAME) && !page.contains("待核对"));
    let reviewer = app.staff("reviewer", HOME, PostKind::Reviewer).await;
    assert!(matches!(app.post(&reviewer, "/desk/organisations", &given).await.status.as_u16(), 403 | 404));
}

#[tokio::test]
async fn a_mandate_is_given_seen_and_taken_back_in_the_browser() {
    let app = TestApp::new().await;
    let (boss, agent) = (app.representative().await, app.citizen().await);
    let code = app.town.item(FOOD).base.code.clone();
    let mut form = vec![
        ("name", "演示·王小明"),
        ("agent", "wang"),
        ("scope", "items"),
        ("valid_until_on_y", "2027"),
        ("valid_until_on_m", "3"),
        ("valid_until_on_d", "1"),
        ("password", PASSWORD),
    ];
    let empty = app.post(&boss, "/me/mandates", &[]).await.body;
    let summary: Vec<&str> =
        empty.split("<a href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let boxes = ["name", "agent", "scope", "valid_until_on_y", "password"];
    let at = |name: &&str| summary.iter().position(|field| field.starts_with(name.trim_end_matches("_y")));
    let places: Vec<Option<usize>> = boxes.iter().map(at).collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "all of it, from top to bottom: {summary:?}"
    );
    let nothing = app.post(&boss, "/me/mandates", &form).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.body.contains("请勾选可以办理的事项") && nothing.body.contains("value=\"2027\""), "kept");
    assert!(!nothing.body.contains(PASSWORD), "a password is never sent back");
    form.push(("items", &code));
    let given = app.post(&boss, "/me/mandates", &form).await;
    assert_eq!(given.location(), "/me/mandates?done=given", "{}", given.body);
    let page = app.get(&boss, given.location()).await.body;
    assert!(page.contains("演示·王小明") && page.contains("食品经营许可") && page.contains("授权了经办人"));

    // The agent sees it, acts under it, cannot hand it on, and is out at once when it is taken back.
    assert!(app.get(&agent, "/me/mandates").await.body.contains(FIRM_NAME));
    let firm = app.town.agent.person().unwrap().acting_for.as_ref().unwrap().organisation.to_string();
    app.post(&agent, "/me/capacity", &[("capacity", &firm)]).await;
    assert!(app.get(&agent, "/me").await.body.contains("代表 <b>"));
    assert_eq!(app.post(&agent, "/me/mandates", &form).await.status, 403);
    assert_eq!(app.get(&agent, "/me/mandates/new").await.status, 403);
    let id = page.split("/me/mandates/").find(|rest| rest.contains("/revocation")).unwrap();
    let revocation = format!("/me/mandates/{}/revocation", id.split('/').next().unwrap());
    assert_eq!(app.post(&agent, &revocation, &[]).await.status, 403);
    assert_eq!(app.post(&boss, &revocation, &[]).await.location(), "/me/mandates?done=revoked");
    assert!(!app.get(&agent, "/me").await.body.contains("代表 <b>"), "the open session has ended acting");
    assert!(app.get(&agent, "/me/mandates").await.body.contains("已撤销"));
}

#[tokio::test]
async fn a_program_claims_gives_and_renounces() {
    let app = TestApp::new().await;
    let (boss, agent) = (app.representative().await, app.citizen().await);
    let mine = app.api(&boss, "GET", "/api/v1/organisations", &json!({})).await.json();
    assert_eq!(mine["represented"][0]["credit_code"], FIRM);
    let claim = json!({ "credit_code": SHOP, "name": SHOP_NAME, "kind": "个体工商户" });
    let waits = app.api(&agent, "POST", "/api/v1/organisations", &claim).await;
    assert_eq!(waits.json()["state"], "waits");
    let again = app.api(&agent, "POST", "/api/v1/organisations", &claim).await;
    assert_eq!((again.status.as_u16(), again.json()["code"].clone()), (422, json!("identity.claim_waits")));

    let new = json!({ "agent": "320102199001019998", "name": "演示·王小明", "items": [],
        "valid_until_on": "2027-01-31", "password": PASSWORD });
    let given = app.api(&boss, "POST", "/api/v1/mandates", &new).await;
    assert_eq!(given.status, 201, "{}", given.body);
    let id = given.json()["mandate"].as_str().unwrap().to_owned();
    let listed = app.api(&boss, "GET", "/api/v1/mandates", &json!({})).await.json();
    assert_eq!(
        (&listed["rows"][0]["mandate"], &listed["rows"][0]["state"]),
        (&json!(id), &json!("in_force"))
    );
    let capacity = json!({ "organisation": FIRM });
    let acting = app.api(&agent, "PUT", "/api/v1/sessions/current/capacity", &capacity).await.json();
    assert_eq!(acting["acting_for"]["representative"], false);
    let onward = app.api(&agent, "POST", "/api/v1/mandates", &new).await;
    assert_eq!(onward.status, 403);
    // Laying it down is the person's own affair: she does it as herself.
    app.api(&agent, "PUT", "/api/v1/sessions/current/capacity", &json!({ "organisation": null })).await;
    let foreign = app
        .api(&app.neighbour().await, "POST", &format!("/api/v1/mandates/{id}/renunciation"), &json!({}))
        .await;
    assert_eq!(foreign.status, 404);
    let laid = app.api(&agent, "POST", &format!("/api/v1/mandates/{id}/renunciation"), &json!({})).await;
    assert_eq!(laid.status, 204);
    let over = app.api(&boss, "POST", &format!("/api/v1/mandates/{id}/revocation"), &json!({})).await;
    assert_eq!((over.status.as_u16(), over.json()["code"].clone()), (422, json!("identity.mandate_over")));
}
