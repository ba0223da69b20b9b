//! Materials in several files: photographed page by page, taken back one by one, read one by one.

mod common;

use axum::body::Body;
use common::{Answer, Caller, TestApp};
use domain::testing::REGISTRATION;
use serde_json::{Value, json};

/// The form of one material with these files: name and content.
async fn upload(app: &TestApp, who: &Caller, form: &str, files: &[(&str, &str)]) -> Answer {
    let part = "--x\r\ncontent-disposition: form-data; name=";
    let mut body = format!("{part}\"csrf\"\r\n\r\n{}\r\n", who.csrf);
    for (name, content) in files {
        body += &format!("{part}\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n");
    }
    let media = [("content-type", "multipart/form-data; boundary=x")];
    app.send(who, "POST", form, &media, Body::from(body + "--x--\r\n")).await
}

#[tokio::test]
async fn pages_are_uploaded_together_and_taken_back_one_by_one() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let begun = app.post(&citizen, &format!("/apply/{}", app.town.item(REGISTRATION).code), &[]).await;
    let draft = begun.location().split('/').nth(2).expect("a draft").to_owned();
    let materials = format!("/drafts/{draft}/materials");
    let form = format!("{materials}/identity/file");
    let page = async || app.get(&citizen, &materials).await.body;
    assert!(page().await.contains("multiple accept="), "several can be chosen");

    let two = [("第1页.pdf", "%PDF-1.4 one %%EOF"), ("第2页.pdf", "%PDF-1.4 two %%EOF")];
    assert_eq!(upload(&app, &citizen, &form, &two).await.status, 303);
    let three = [("第3页.pdf", "%PDF-1.4 three %%EOF"), ("病毒.pdf", "MZ"), ("空.pdf", "")];
    let partly = upload(&app, &citizen, &form, &three).await;
    assert_eq!(partly.status, 422);
    assert!(partly.body.contains("病毒.pdf") && partly.body.contains("空.pdf"), "{}", partly.body);
    for kept in ["<span>第1页.pdf</span>", "<span>第2页.pdf</span>", "<span>第3页.pdf</span>"] {
        assert!(partly.body.contains(kept), "what is right is kept: {kept}");
    }
    for nothing in [&[][..], &[("", "")][..]] {
        let none = upload(&app, &citizen, &form, nothing).await;
        assert!(none.status == 422 && none.body.contains("请先选择要上传的文件"), "{}", none.body);
    }
    assert_eq!(upload(&app, &app.neighbour().await, &form, &two).await.status, 404);

    let shown = page().await;
    let second = shown.split("name=\"file\" value=\"").nth(2).and_then(|rest| rest.split('"').next());
    let fields = [("way", "remove"), ("file", second.expect("a form for each file"))];
    let neighbour = app.neighbour().await;
    assert_eq!(app.post(&neighbour, &format!("{materials}/identity"), &fields).await.status, 404);
    assert_eq!(app.post(&citizen, &format!("{materials}/identity"), &fields).await.status, 303);
    let shown = page().await;
    assert!(
        shown.contains("第1页.pdf") && !shown.contains("第2页.pdf") && shown.contains("第3页.pdf"),
        "{shown}"
    );
    assert_eq!(app.post(&citizen, &format!("{materials}/identity"), &[("way", "remove")]).await.status, 303);
    assert!(!page().await.contains("第1页.pdf"), "all of them");
}

/// Uploads a page through the interface.
async fn put(app: &TestApp, who: &Caller, number: usize) -> Value {
    let code = &app.town.item(REGISTRATION).code;
    let path = format!("/api/v1/files?item={code}&material=premises&name=page{number}.pdf");
    let content = Body::from(format!("%PDF-1.4 page {number} %%EOF"));
    let kept = app.send(who, "POST", &path, &[], content).await.json();
    json!({ "digest": kept["digest"], "name": kept["name"] })
}

#[tokio::test]
async fn each_file_is_seen_and_saved_by_those_who_may_read_the_case() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let [one, two] = [put(&app, &citizen, 1).await, put(&app, &citizen, 2).await];
    let submission = app.town.submission(REGISTRATION, "unused");
    let others = submission.materials.iter().filter(|material| material.key != "premises");
    let mut materials: Vec<Value> =
        others.map(|material| json!({ "key": material.key, "way": "paper" })).collect();
    materials.push(json!({ "key": "premises", "way": "file", "digest": one["digest"], "name": one["name"],
        "further": [two] }));
    let body = json!({ "item": submission.item_code, "answers": submission.answers, "materials": materials });
    let headers = [("content-type", "application/json"), ("idempotency-key", "several-files")];
    let filed = app.send(&citizen, "POST", "/api/v1/cases", &headers, Body::from(body.to_string())).await;
    assert_eq!(filed.status, 201, "{}", filed.body);
    let case = filed.json()["id"].as_str().expect("an id").to_owned();

    let read = app.get(&citizen, &format!("/api/v1/cases/{case}")).await.json();
    let premises = read["materials"].as_array().unwrap().iter().find(|m| m["key"] == "premises").unwrap();
    assert_eq!((&premises["digest"], &premises["further"]), (&one["digest"], &json!([two])));

    let progress = app.get(&citizen, &format!("/cases/{case}")).await.body;
    let second = format!("/cases/{case}/files/premises.2");
    assert!(progress.contains(&format!("href=\"{second}\">下载 page2.pdf")), "{progress}");
    assert_eq!(app.get(&citizen, &second).await.body, "%PDF-1.4 page 2 %%EOF");
    assert_eq!(app.get(&app.neighbour().await, &second).await.status, 404);
    assert_eq!(app.get(&citizen, &format!("/cases/{case}/files/premises.3")).await.status, 404);

    let desk = app.get(&clerk, &format!("/desk/cases/{case}")).await.body;
    assert!(desk.contains("page1.pdf") && desk.contains("page2.pdf"), "{desk}");
    let look = app.get(&clerk, &format!("/desk/cases/{case}?look=premises.2")).await.body;
    assert!(look.contains(&format!("src=\"/desk/cases/{case}/files/premises.2#")), "{look}");
    assert_eq!(
        app.get(&clerk, &format!("/desk/cases/{case}/files/premises.2")).await.body,
        "%PDF-1.4 page 2 %%EOF"
    );
    let foreign = app.foreign_clerk().await;
    assert_eq!(app.get(&foreign, &format!("/desk/cases/{case}/files/premises.2")).await.status, 404);
}
