//! Materials that come after the acceptance, in the browser without a script and through the interface.

mod common;

use axum::body::Body;
use common::{Answer, Caller, TestApp};
use domain::casework::{CaseId, Way, accept, submit};
use domain::identity::PostKind;
use domain::testing::FOOD;
use serde_json::json;

/// The citizen's food licence without the rules, accepted.
async fn accepted(app: &TestApp, key: &str) -> CaseId {
    app.certificate(&format!("{key}-licence")).await;
    let mut submission = app.town.submission(FOOD, key);
    submission.materials.iter_mut().find(|material| material.key == "rules").unwrap().way = Way::Later;
    let case = submit(&app.town.cx(&app.town.citizen), submission).await.expect("a submission").case;
    let clerk = app.town.cx(&app.town.market(PostKind::Clerk));
    let accepted = app.town.world.db.write(async |tx| accept(tx, &clerk, case, None).await);
    accepted.await.expect("accepted");
    case
}

async fn hand_in(app: &TestApp, caller: &Caller, case: CaseId, version: i64, content: &str) -> Answer {
    hand_in_files(app, caller, case, version, &[], &[("制度.pdf", content)]).await
}

/// `kept` is what the form held of an earlier try.
async fn hand_in_files(
    app: &TestApp,
    caller: &Caller,
    case: CaseId,
    version: i64,
    kept: &[String],
    files: &[(&str, &str)],
) -> Answer {
    let part = "--x\r\ncontent-disposition: form-data; name=";
    let text = |name: &str, value: &str| format!("{part}\"{name}\"\r\n\r\n{value}\r\n");
    let mut body = text("csrf", &caller.csrf) + &text("version", &version.to_string());
    body.extend(kept.iter().map(|value| text("kept.rules", value)));
    body.extend(files.iter().map(|(name, content)| {
        format!("{part}\"material.rules\"; filename=\"{name}\"\r\n\r\n{content}\r\n")
    }));
    let media = [("content-type", "multipart/form-data; boundary=x")];
    let path = format!("/cases/{case}/owed/rules");
    app.send(caller, "POST", &path, &media, Body::from(body + "--x--\r\n")).await
}

async fn version(app: &TestApp, caller: &Caller, case: CaseId) -> i64 {
    let read = app.api(caller, "GET", &format!("/api/v1/cases/{case}"), &json!({})).await;
    read.json()["version"].as_i64().expect("a version")
}

#[tokio::test]
async fn the_applicant_hands_in_and_the_desk_answers_in_the_browser() {
    let app = TestApp::new().await;
    let case = accepted(&app, "owed-browser").await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let page = app.get(&citizen, &format!("/cases/{case}")).await.body;
    assert!(page.contains("还有 1 份材料要补交") && page.contains("视为撤回申请"), "{page}");
    let space = app.get(&citizen, "/me").await.body;
    assert!(space.contains("补交材料：") && space.contains("去补交"), "the space says what waits");
    let form = format!("/cases/{case}/owed/rules");
    assert!(app.get(&citizen, &form).await.body.contains("食品安全"));
    assert_eq!(app.get(&app.neighbour().await, &form).await.status, 404);

    let at = version(&app, &citizen, case).await;
    let wrong = hand_in(&app, &citizen, case, at, "MZ no document").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("id=\"material-rules-error\""), "the error stands at the file");
    let done = hand_in(&app, &citizen, case, at, "%PDF-1.4 rules %%EOF").await;
    assert_eq!(done.location(), format!("/cases/{case}?done=owed"), "{}", done.body);
    assert!(app.get(&citizen, &format!("/cases/{case}")).await.body.contains("已交，等确认"));

    let desk = format!("/desk/cases/{case}");
    assert!(app.get(&clerk, &desk).await.body.contains("已补交，请确认"));
    let at = version(&app, &clerk, case).await.to_string();
    let answer = format!("{desk}/owed/rules");
    let silent = app.post(&clerk, &answer, &[("answer", "return"), ("version", &at)]).await;
    assert!(silent.status == 422 && silent.body.contains("id=\"owed-rules-reason-error\""), "why is asked");
    let returned = [("answer", "return"), ("reason", "缺少自查制度"), ("version", at.as_str())];
    assert!(app.post(&clerk, &answer, &returned).await.location().ends_with("done=owed-returned"));
    assert!(app.get(&citizen, &form).await.body.contains("缺少自查制度"));
    let at = version(&app, &citizen, case).await;
    assert_eq!(hand_in(&app, &citizen, case, at, "%PDF-1.4 better rules %%EOF").await.status, 303);
    let late = app.post(&clerk, &answer, &[("answer", "confirm"), ("version", "1")]).await;
    assert_eq!(late.status, 409, "somebody else was quicker");
    let at = version(&app, &clerk, case).await.to_string();
    let confirmed = app.post(&clerk, &answer, &[("answer", "confirm"), ("version", &at)]).await;
    assert!(confirmed.location().ends_with("done=owed-confirmed"));
    assert!(app.get(&citizen, &format!("/cases/{case}")).await.body.contains("已确认"));
    let file = app.get(&citizen, &format!("/cases/{case}/files/rules")).await;
    assert_eq!((file.status.as_u16(), file.body.as_str()), (200, "%PDF-1.4 better rules %%EOF"));
    seen_beside_the_answers(&app, &clerk, &desk).await;
    assert_eq!(file.headers["x-frame-options"], "DENY", "nowhere else");
    assert_eq!(app.get(&citizen, &format!("{desk}/files/rules")).await.status, 404);
    assert_eq!(app.get(&app.foreign_clerk().await, &format!("{desk}/files/rules")).await.status, 404);
}

/// A PDF stands in a frame of the desk's page, which nothing may frame; the file itself only we may.
async fn seen_beside_the_answers(app: &TestApp, clerk: &Caller, desk: &str) {
    let page = app.get(clerk, &format!("{desk}?look=rules")).await;
    let policy = |answer: &Answer| answer.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(page.body.contains(&format!("<iframe src=\"{desk}/files/rules#")), "{}", page.body);
    assert!(policy(&page).contains("frame-src 'self'") && policy(&page).ends_with("frame-ancestors 'none'"));
    assert!(!policy(&app.get(clerk, "/desk").await).contains("frame-src"), "this page alone");
    let file = app.get(clerk, &format!("{desk}/files/rules")).await;
    assert_eq!((file.status.as_u16(), file.body.as_str()), (200, "%PDF-1.4 better rules %%EOF"));
    assert_eq!(file.headers["content-disposition"], "inline");
    assert_eq!(file.headers["x-frame-options"], "SAMEORIGIN");
    let policy = policy(&file);
    assert!(
        policy.starts_with("default-src 'none'") && policy.ends_with("frame-ancestors 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("script-src"), "it runs nothing");
}

/// One wrong file of several costs nobody the others, and what is chosen next joins them.
#[tokio::test]
async fn files_that_were_right_wait_in_the_form_until_the_wrong_one_is_replaced() {
    let app = TestApp::new().await;
    let case = accepted(&app, "owed-several").await;
    let citizen = app.citizen().await;
    let at = version(&app, &citizen, case).await;
    let pages = [("第1页.pdf", "%PDF-1.4 one %%EOF"), ("第2页.pdf", "%PDF-1.4 two, cut off")];
    let wrong = hand_in_files(&app, &citizen, case, at, &[], &pages).await;
    assert!(wrong.status == 422 && wrong.body.contains("“第2页.pdf”：这个文件不完整"), "{}", wrong.body);
    let left = common::kept(&wrong.body, "rules");
    assert!(left.len() == 1 && left[0].ends_with(" 第1页.pdf"), "{left:?}");

    let word = [("第2页.docx", "PK\x03\x04")];
    let again = hand_in_files(&app, &citizen, case, at, &left, &word).await;
    assert!(again.status == 422 && again.body.contains("请另存为 PDF"), "{}", again.body);
    assert_eq!(common::kept(&again.body, "rules"), left, "a second wrong try loses nothing either");

    let page = [("第2页.pdf", "%PDF-1.4 two %%EOF")];
    assert_eq!(hand_in_files(&app, &citizen, case, at, &left, &page).await.status, 303);
    let path = format!("/api/v1/cases/{case}");
    let read = app.api(&citizen, "GET", &path, &json!({})).await.json();
    let rules = read["materials"].as_array().unwrap().iter().find(|m| m["key"] == "rules").unwrap().clone();
    assert_eq!(rules["name"], "第1页.pdf");
    assert_eq!(rules["further"][0]["name"], "第2页.pdf");
    assert!(app.get(&citizen, &format!("/cases/{case}")).await.body.contains("已交，等确认"));
}

/// What the form says it still holds is only believed of files that she has uploaded.
#[tokio::test]
async fn a_file_she_has_not_uploaded_is_not_handed_in_by_naming_it() {
    let app = TestApp::new().await;
    let case = accepted(&app, "owed-forged").await;
    let citizen = app.citizen().await;
    let at = version(&app, &citizen, case).await;
    let code = &app.town.item(FOOD).code;
    let path = format!("/api/v1/files?item={code}&material=rules&name=rules.pdf");
    let content = Body::from("%PDF-1.4 of the neighbour %%EOF");
    let uploaded = app.send(&app.neighbour().await, "POST", &path, &[], content).await;
    let of_another = uploaded.json()["digest"].as_str().expect("a digest").to_owned();
    for digest in ["a".repeat(64), of_another] {
        let forged = [format!("{digest} 别人的.pdf")];
        let refused = hand_in_files(&app, &citizen, case, at, &forged, &[]).await;
        assert!(refused.status == 422 && refused.body.contains("没有找到这个文件"), "{}", refused.body);
    }
}

#[tokio::test]
async fn a_program_hands_in_and_is_answered() {
    let app = TestApp::new().await;
    let case = accepted(&app, "owed-program").await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let path = format!("/api/v1/cases/{case}/owed/rules");
    let forged = json!({ "digest": "a".repeat(64), "name": "a.pdf" });
    let refused = app.api(&citizen, "POST", &path, &forged).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["code"].clone()),
        (422, json!("casework.file_unknown"))
    );
    assert_eq!(app.api(&citizen, "POST", &path, &json!({})).await.status, 200, "on paper");
    let again = app.api(&citizen, "POST", &path, &json!({})).await;
    assert_eq!(again.json()["code"], "casework.not_owed");
    let foreign = app.foreign_clerk().await;
    let answer = format!("{path}/answer");
    let yes = json!({ "confirmed": true });
    assert!(matches!(app.api(&foreign, "POST", &answer, &yes).await.status.as_u16(), 403 | 404));
    assert_eq!(app.api(&clerk, "POST", &answer, &yes).await.status, 200);
    let read = app.api(&citizen, "GET", &format!("/api/v1/cases/{case}"), &json!({})).await.json();
    let rules = read["materials"].as_array().unwrap().iter().find(|m| m["key"] == "rules").unwrap().clone();
    assert_eq!(rules["owed"], "confirmed");
}

#[tokio::test]
async fn a_damaged_file_is_refused_in_plain_words() {
    let app = TestApp::new().await;
    let case = accepted(&app, "owed-damaged").await;
    let citizen = app.citizen().await;
    let at = version(&app, &citizen, case).await;
    assert_eq!(hand_in(&app, &citizen, case, at, "%PDF-1.4 rules %%EOF").await.status, 303);
    app.damage_files();
    let refused = app.get(&citizen, &format!("/cases/{case}/files/rules")).await;
    assert!(refused.status == 422 && refused.body.contains("损坏"), "{} {}", refused.status, refused.body);
}
