//! What was filled in wrongly: asked for at the desk, corrected by the applicant, compared at the desk.

mod common;

use axum::body::Body;
use common::{Answer, Caller, TestApp};
use domain::casework::{GivenMaterial, Way, submit};
use domain::testing::FOOD;
use serde_json::json;

const MACHINE: &str = "food.machine";
const ADDRESS: &str = "place.address";
const PHONE: &str = "trade.contact_phone";

/// A licence applied for by the first citizen: no vending machines, everything on paper.
async fn food(app: &TestApp, key: &str) -> String {
    let mut submission = app.town.submission(FOOD, key);
    submission.answers.insert(MACHINE.into(), vec!["否".into()]);
    submission.answers.remove("food.machine_places");
    submission.materials.push(GivenMaterial { key: "licence".into(), way: Way::Paper });
    submit(&app.town.cx(&app.town.citizen), submission).await.expect("a case").case.to_string()
}

async fn version(app: &TestApp, who: &Caller, case: &str) -> String {
    app.get(who, &format!("/api/v1/cases/{case}")).await.json()["version"].to_string()
}

/// The form of the page, sent as a browser sends it.
async fn send(
    app: &TestApp,
    who: &Caller,
    case: &str,
    said: &[(&str, &str)],
    file: &[(&str, &str)],
) -> Answer {
    let version = version(app, who, case).await;
    let own = [("csrf", who.csrf.as_str()), ("version", version.as_str())];
    let mut body = String::new();
    for (name, value) in own.iter().chain(said) {
        body += &format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, content) in file {
        let head =
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"清单.pdf\"\r\n\r\n");
        body += &format!("{head}{content}\r\n");
    }
    let media = [("content-type", "multipart/form-data; boundary=x")];
    app.send(who, "POST", &format!("/cases/{case}/supplement"), &media, Body::from(body + "--x--\r\n")).await
}

async fn notice(app: &TestApp, clerk: &Caller, case: &str, fields: &[&str]) {
    let body = json!({ "missing": ["与租赁合同不一致"], "fields": fields, "due_on": "2026-10-20" });
    let told = app.api(clerk, "POST", &format!("/api/v1/cases/{case}/supplement-notice"), &body).await;
    assert_eq!(told.status, 200, "{}", told.body);
}

#[tokio::test]
async fn the_clerk_ticks_questions_and_they_stand_on_the_notice() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let case = food(&app, "ticked-questions").await;
    let at = format!("/desk/cases/{case}");
    let form = app.get(&clerk, &at).await.body;
    assert!(
        form.contains("name=\"fields\" value=\"place.address\"")
            && form.contains("<legend>经营场所</legend>")
    );
    assert!(!form.contains("value=\"food.machine_places\""), "what this case was not asked cannot be named");
    let version = version(&app, &clerk, &case).await;
    let due = [("due_on_y", "2026"), ("due_on_m", "10"), ("due_on_d", "20")];
    let notice = async |stage: &str, missing: &str, field: &str| {
        let fields =
            [("version", version.as_str()), ("stage", stage), ("missing", missing), ("fields", field)];
        let fields: Vec<_> = fields.into_iter().chain(due).collect();
        app.post(&clerk, &format!("{at}/supplement"), &fields).await
    };
    let wordless = notice("preview", "", ADDRESS).await;
    assert!(wordless.status == 422 && wordless.body.contains("href=\"#supplement-missing\""));
    let kept = "value=\"place.address\" checked";
    assert!(wordless.body.contains(kept) && wordless.body.contains("id=\"supplement-fields\" open"));
    let strange = notice("preview", "地址不对", "food.machine_places").await;
    assert!(
        strange.status == 422 && strange.body.contains("href=\"#supplement-fields\""),
        "{}",
        strange.body
    );
    let drawn = notice("preview", "地址与租赁合同不一致", ADDRESS).await;
    assert!(drawn.status == 200 && drawn.body.contains("name=\"fields\" value=\"place.address\""), "sent on");
    let done = notice("", "地址与租赁合同不一致", ADDRESS).await;
    assert_eq!(done.location(), format!("{at}?done=noticed"), "{}", done.body);
    for path in [format!("/cases/{case}"), format!("/cases/{case}/supplement")] {
        let page = app.get(&citizen, &path).await.body;
        assert!(page.contains("前补正 2 项") && page.contains("更正“经营场所地址”"), "{path}");
    }
}

#[tokio::test]
async fn the_applicant_sees_what_she_answered_and_corrects_that_alone() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let case = food(&app, "corrected-on-the-page").await;
    notice(&app, &clerk, &case, &[ADDRESS, MACHINE, PHONE]).await;
    let page = app.get(&citizen, &format!("/cases/{case}/supplement")).await.body;
    assert!(
        page.contains("name=\"place.address\"") && page.contains("演示内容") && page.contains("13800138001")
    );
    assert!(page.contains("data-when=\"food.machine\"") && page.contains("“是否用自动售货设备”选“是”时填写"));
    assert!(!page.contains("name=\"trade.name\""), "nothing else");
    let said = |address, machine, places| {
        [(ADDRESS, address), (MACHINE, machine), ("food.machine_places", places), (PHONE, "13912345678")]
    };
    let forged = [&said("新街口8号", "否", "")[..], &[("trade.name", "别的名字")]].concat();
    let forged = send(&app, &citizen, &case, &forged, &[]).await;
    assert!(forged.status == 422 && forged.body.contains("没有要求更正“"), "{}", forged.body);
    let wrong = send(&app, &citizen, &case, &said("新街口8号", "是", ""), &[]).await;
    assert!(wrong.status == 422 && wrong.body.contains("id=\"food-machine_places-error\""), "{}", wrong.body);
    assert!(
        wrong.body.contains("value=\"新街口8号\"") || wrong.body.contains(">新街口8号<"),
        "what was typed stays"
    );
    let needed = send(&app, &citizen, &case, &said("新街口8号", "是", "车站"), &[]).await;
    assert!(needed.body.contains("id=\"material-machines-error\""), "a place to upload it: {}", needed.body);
    let file = [("material.machines", "%PDF-1.4 %%EOF")];
    let done = send(&app, &citizen, &case, &said("新街口8号", "是", "车站"), &file).await;
    assert_eq!(done.location(), format!("/cases/{case}"), "{}", done.body);

    let own = app.get(&citizen, &format!("/cases/{case}")).await.body;
    assert!(own.contains("更正了“联系电话”“经营场所地址”"), "{own}");
    let list = app.get(&clerk, "/desk").await.body;
    assert!(list.contains("<span class=\"tag\">已补正</span>"));
    let desk = app.get(&clerk, &format!("/desk/cases/{case}")).await.body;
    assert!(desk.contains("补正已交回") && desk.contains("2026年9月24日交回"));
    let from = desk.find("id=\"came-back\"").expect("what came back");
    let back: String = desk[from..].chars().take(2500).collect();
    for words in
        [">演示内容<", "<b>新街口8号</b>", "138****8001", "<b>139****5678</b>", "（未填写）", "自动售货设备"]
    {
        assert!(back.contains(words), "{words}: {back}");
    }
    assert!(!back.contains("13912345678"), "numbers are masked");
}

#[tokio::test]
async fn several_files_of_one_material_stay_when_the_rest_is_wrong() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let case = food(&app, "several-with-a-supplement").await;
    notice(&app, &clerk, &case, &[ADDRESS]).await;
    let two = [("material.rules", "%PDF-1.4 one %%EOF"), ("material.rules", "%PDF-1.4 two %%EOF")];
    let wrong = send(&app, &citizen, &case, &[(ADDRESS, "")], &two).await;
    assert_eq!(wrong.status, 422);
    let kept = common::kept(&wrong.body, "rules");
    assert_eq!(kept.len(), 2, "{}", wrong.body);
    let said: Vec<_> = [(ADDRESS, "新街口8号")]
        .into_iter()
        .chain(kept.iter().map(|kept| ("kept.rules", kept.as_str())))
        .collect();
    let done = send(&app, &citizen, &case, &said, &[]).await;
    assert_eq!(done.location(), format!("/cases/{case}"), "{}", done.body);
    let read = app.get(&citizen, &format!("/api/v1/cases/{case}")).await.json();
    let rules = read["materials"].as_array().unwrap().iter().find(|given| given["key"] == "rules").unwrap();
    assert!(rules["digest"].is_string() && rules["further"].as_array().unwrap().len() == 1, "{rules}");
}

#[tokio::test]
async fn programs_ask_correct_and_read_it_too() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let case = food(&app, "corrected-by-a-program").await;
    let at = format!("/api/v1/cases/{case}");
    let fault = |answer: &Answer| {
        let fault = answer.json()["errors"][0].clone();
        (answer.status.as_u16(), fault["code"].clone(), fault["field"].clone())
    };
    let body = json!({ "missing": ["地址不对"], "fields": ["zzz"], "due_on": "2026-10-20" });
    let strange = app.api(&clerk, "POST", &format!("{at}/supplement-notice"), &body).await;
    assert_eq!(fault(&strange), (422, json!("casework.field_not_asked"), json!("fields")));
    notice(&app, &clerk, &case, &[ADDRESS]).await;
    let asked = app.get(&citizen, &at).await.json();
    assert_eq!(asked["supplement"]["fields"], json!([ADDRESS]));
    let hand = async |body| app.api(&citizen, "POST", &format!("{at}/supplement"), &body).await;
    let other = hand(json!({ "answers": { "trade.name": "别的名字" } })).await;
    assert_eq!(fault(&other), (422, json!("casework.answer_not_asked"), json!("trade.name")));
    assert_eq!(other.headers["content-type"], "application/problem+json");
    assert_eq!(hand(json!({ "answers": { ADDRESS: "新街口8号" } })).await.json()["state"], "submitted");
    let seen = app.get(&clerk, &at).await.json();
    let corrected = json!([{ "element": ADDRESS, "earlier": ["演示内容"], "now": ["新街口8号"] }]);
    assert_eq!(seen["supplement"]["corrected"], corrected);
    assert_eq!(seen["supplement"]["handed_in_on"], "2026-09-24");
    let body = app.town.item(FOOD).body.credit_code.clone();
    let list = app.get(&clerk, &format!("/api/v1/desk/cases?body={body}&queue=clerk")).await.json();
    assert_eq!(list["rows"][0]["supplemented"], true, "{list}");
}
