//! Seals through pages and API: ordered, approved with a second factor, stopped, authorised, looked at.

mod common;

use common::{Answer, Caller, TestApp};
use domain::identity::{self, AccountKind, Actor, Credentials, NewAccount, NewPost, PostKind, current_code};
use domain::testing::{HOME, PASSWORD, REGISTRATION};
use serde_json::json;

/// Staff of the home body whose app is at hand.
struct Member {
    caller: Caller,
    account: String,
    secret: Vec<u8>,
}

async fn member(app: &TestApp, login: &'static str, post: PostKind) -> Member {
    let cx = app.town.cx(&Actor::System);
    let secret = identity::new_secret(cx.rng());
    let body = app.town.item(REGISTRATION).body.credit_code.clone();
    let new = NewAccount {
        login: login.into(),
        kind: AccountKind::Staff,
        name: format!("演示·{login}"),
        person: None,
        role: None,
        assurance: 4,
        password: identity::hash_password(cx.rng(), PASSWORD).await.expect("a hash"),
        totp_secret: Some(secret.clone()),
        posts: vec![NewPost { body, division: HOME.into(), post }],
    };
    let opened = app.town.world.db.write(async |tx| identity::create_account(tx, &cx, new).await);
    let account = opened.await.expect("an account").to_string();
    let cx = app.town.cx(&Actor::Visitor);
    let waiting = identity::log_in(&cx, Credentials { login, password: PASSWORD }).await.expect("a log-in");
    let code = current_code(&secret, cx.now);
    let full = identity::confirm_code(&cx, &waiting.token, &code).await.expect("a session");
    Member { caller: app.caller(login, full.token).await, account, secret }
}

/// Both second factors given just now: a code works once, so the clock goes on first.
async fn step_up(app: &TestApp, members: &[&Member]) {
    app.town.clock.advance(60_000);
    for member in members {
        let code = current_code(&member.secret, app.town.cx(&Actor::Visitor).now);
        let fields = [("code", code.as_str()), ("return", "/desk/seals")];
        let answer = app.post(&member.caller, "/step-up", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/desk/seals"), "{}", answer.body);
    }
}

async fn order(app: &TestApp, keeper: &Member, changes: &[(&str, &str)]) -> Answer {
    let body = app.town.item(REGISTRATION).body.credit_code.clone();
    let mut fields = vec![
        ("body", body.as_str()),
        ("category", "business"),
        ("title", "窗口专用章"),
        ("shape", "round"),
        ("purpose", "窗口收件凭证"),
        ("kinds", "receipt"),
        ("keepers", keeper.account.as_str()),
        ("valid_until_y", "2027"),
        ("valid_until_m", "9"),
        ("valid_until_d", "23"),
    ];
    for (name, value) in changes {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    app.post(&keeper.caller, "/desk/seals", &fields).await
}

fn id_in(location: &str) -> String {
    location.trim_start_matches("/desk/seals/").chars().take_while(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn a_seal_from_its_order_to_its_end_in_the_browser() {
    let app = TestApp::new().await;
    let keeper = member(&app, "seal-keeper", PostKind::Keeper).await;
    let approver = member(&app, "seal-approver", PostKind::Approver).await;
    let ordered = order(&app, &keeper, &[]).await;
    assert_eq!(ordered.status, 303, "{}", ordered.body);
    let id = id_in(ordered.location());
    let path = format!("/desk/seals/{id}");

    let before = app.get(&approver.caller, &path).await.body;
    assert!(
        before.contains("/step-up?return=") && !before.contains("/approval\""),
        "forms wait for the code"
    );
    let early = app
        .post(&approver.caller, &format!("{path}/approval"), &[("approved", "yes"), ("version", "1")])
        .await;
    assert!(early.body.contains("再次验证身份"));

    step_up(&app, &[&keeper, &approver]).await;
    let choice = app.post(&approver.caller, &format!("{path}/approval"), &[("version", "1")]).await;
    assert_eq!(choice.status, 422);
    assert!(choice.body.contains("id=\"approve-approved\"") && choice.body.contains("请选择批准或者不批准"));
    let approval = [("approved", "yes"), ("version", "1")];
    let approved = app.post(&approver.caller, &format!("{path}/approval"), &approval).await;
    assert_eq!(approved.location(), format!("{path}?done=made"), "{}", approved.body);

    let page = app.get(&keeper.caller, &path).await.body;
    for words in ["有效", "窗口专用章", "印章编号", "32010200000", "SERIALNUMBER=", "没有用印记录"]
    {
        assert!(page.contains(words), "{words}");
    }
    let picture = app.get(&keeper.caller, &format!("{path}/picture")).await;
    assert_eq!(picture.headers["content-type"], "image/png");

    let until =
        [("kinds", "receipt"), ("until_y", "2026"), ("until_m", "13"), ("until_d", "1"), ("reason", "收件")];
    let wrong = app.post(&keeper.caller, &format!("{path}/authorisations"), &until).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains("这个日期不存在") && wrong.body.contains("value=\"收件\""),
        "kept what was typed"
    );
    let until =
        [("kinds", "receipt"), ("until_y", "2026"), ("until_m", "12"), ("until_d", "1"), ("reason", "收件")];
    let given = app.post(&keeper.caller, &format!("{path}/authorisations"), &until).await;
    assert_eq!(given.location(), format!("{path}?done=authorised"), "{}", given.body);

    let late = app
        .post(&keeper.caller, &format!("{path}/revocation"), &[("reason", "换章"), ("version", "1")])
        .await;
    assert_eq!(late.status, 409, "the page was made before the approval");
    let revocation = [("reason", "换章"), ("version", "3")];
    let revoked = app.post(&keeper.caller, &format!("{path}/revocation"), &revocation).await;
    assert_eq!(revoked.location(), format!("{path}?done=revoked"), "{}", revoked.body);
    let page = app.get(&approver.caller, &path).await.body;
    assert!(page.contains("已注销") && page.contains("原因：换章") && !page.contains("/suspension\""));
    let list = app.get(&app.visitor(), "/seals/revocation-list").await;
    assert_eq!(list.headers["content-type"], "application/pkix-crl");
}

#[tokio::test]
async fn a_faulty_order_comes_back_with_its_faults_and_what_was_typed() {
    let app = TestApp::new().await;
    let keeper = member(&app, "seal-keeper", PostKind::Keeper).await;
    let changes =
        [("category", "business"), ("title", "好"), ("width_mm", "四十二"), ("valid_until_m", "14")];
    let refused = order(&app, &keeper, &changes).await;
    assert_eq!(refused.status, 422);
    for words in ["这个日期不存在", "请填写整数", "value=\"四十二\"", "窗口收件凭证"] {
        assert!(refused.body.contains(words), "{words}");
    }
    let changes = [("category", "business"), ("title", "好<script>"), ("width_mm", "99"), ("kinds", "poem")];
    let refused = order(&app, &keeper, &changes).await;
    for words in ["请填写章名", "38 到 60 毫米", "请至少选择一种", "好&#60;script&#62;"] {
        assert!(refused.body.contains(words), "{words}");
    }
    // The form offers no category that goes on no document; whoever sends one is told at the field.
    assert!(refused.body.contains("法定名称章") && !refused.body.contains("value=\"finance\""));
    assert!(refused.body.contains("maxlength=\"12\""));
    let far = [("title", "好得不能再好的行政审批专用章"), ("valid_until_y", "2999")];
    let refused = order(&app, &keeper, &[far[1]]).await.body;
    assert!(refused.contains("最长 10 年") && !refused.contains("这个日期不存在"), "{refused}");
    let refused = order(&app, &keeper, &[far[1], ("valid_until_m", "2"), ("valid_until_d", "30")]).await.body;
    assert!(refused.contains("这个日期不存在"), "{refused}");
    let refused = order(&app, &keeper, &[far[0]]).await.body;
    assert!(refused.contains("章名最多 12 字") && !refused.contains("请填写章名"), "{refused}");
    let refused = order(&app, &keeper, &[("category", "finance"), ("title", "")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("财务专用章不能盖在办件的文书和证照上"), "{}", refused.body);
}

#[tokio::test]
async fn programs_do_the_same_and_strangers_find_nothing() {
    let app = TestApp::new().await;
    let keeper = member(&app, "seal-keeper", PostKind::Keeper).await;
    let approver = member(&app, "seal-approver", PostKind::Approver).await;
    let body = app.town.item(REGISTRATION).body.credit_code.clone();
    let new = json!({
        "body": body, "category": "business", "title": "窗口专用章", "purpose": "收件", "kinds": ["receipt"],
        "keepers": [keeper.account], "valid_until": "2027-09-23",
    });
    let ordered = app.api(&keeper.caller, "POST", "/api/v1/seals", &new).await;
    assert_eq!(ordered.status, 201, "{}", ordered.body);
    let id = ordered.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/seals/{id}");
    let approval = json!({ "approved": true });
    let early = app.api(&approver.caller, "POST", &format!("{path}/approval"), &approval).await;
    assert_eq!(early.json()["code"], "identity.step_up_needed");
    app.town.clock.advance(60_000);
    let code = current_code(&approver.secret, app.town.cx(&Actor::Visitor).now);
    let stepped =
        app.api(&approver.caller, "POST", "/api/v1/sessions/current/step-up", &json!({ "code": code })).await;
    assert_eq!(stepped.status, 200);
    let approved = app.api(&approver.caller, "POST", &format!("{path}/approval"), &approval).await;
    assert_eq!(approved.json()["status"], "in_force", "{}", approved.body);

    let shown = app.get(&keeper.caller, &path).await.json();
    assert!(
        shown["certificate"]["subject"].as_str().is_some_and(|subject| subject.contains(&body)),
        "{shown}"
    );
    let listed = app.get(&keeper.caller, &format!("/api/v1/seals?body={body}")).await.json();
    assert_eq!(listed["rows"][0]["id"], id.as_str());
    assert_eq!(app.get(&keeper.caller, &format!("{path}/uses")).await.json()["total"], 0);
    assert_eq!(app.get(&app.foreign_clerk().await, &path).await.status, 404);
    assert_eq!(app.get(&app.citizen().await, &path).await.status, 404);
    assert_eq!(app.get(&app.visitor(), &path).await.status, 401);
    let strict = app.api(&keeper.caller, "POST", "/api/v1/seals", &json!({ "bdy": body })).await;
    assert_eq!(strict.json()["code"], "malformed");
}

#[tokio::test]
async fn a_keepers_desk_is_her_seals_and_step_up_is_for_staff() {
    let app = TestApp::new().await;
    let keeper = member(&app, "seal-keeper", PostKind::Keeper).await;
    assert_eq!(app.get(&keeper.caller, "/desk").await.location(), "/desk/seals");
    let list = app.get(&keeper.caller, "/desk/seals").await.body;
    assert!(list.contains("行政审批专用章") && list.contains("申请印章") && list.contains("有效"));
    let clerk = app.clerk().await;
    assert!(!app.get(&clerk, "/desk/seals").await.body.contains("申请印章"));
    assert_eq!(app.get(&app.citizen().await, "/step-up").await.status, 403);
    let wrong = app.post(&keeper.caller, "/step-up", &[("code", "12"), ("return", "//evil.example")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("id=\"code-error\"") && !wrong.body.contains("evil.example"));
}
