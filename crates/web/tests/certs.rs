//! Certificates in use: the show code, grants, the desk's library, as browsers meet them.

mod common;

use common::{Answer, TestApp};
use domain::identity::PostKind;
use domain::testing::{ELSEWHERE, HOME, PASSWORD};

fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let from = page.find(start).unwrap_or_else(|| panic!("no {start} in {page}")) + start.len();
    &page[from..from + page[from..].find(end).expect("an end")]
}

fn version(page: &Answer) -> String {
    between(&page.body, "name=\"version\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn a_shown_certificate_is_scanned_once_and_the_holder_reads_by_whom() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let (_, identifier) = app.certificate("shown-in-browser").await;
    let page = app.get(&citizen, &format!("/me/certificates/{identifier}/show")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("http-equiv=\"refresh\""),
        "without a script the page asks for a new code itself"
    );
    assert!(page.body.contains("输入亮证码"), "a way for cameras that fail: {}", page.body);
    let typed = between(&page.body, "data-code>", "<").to_owned();
    let code = format!("/api/v1/certificates/{identifier}/show-codes");
    let made = app.api(&citizen, "POST", &code, &serde_json::json!({})).await.json();
    let path = format!("/show/{}", made["token"].as_str().unwrap());
    assert!(app.get(&app.visitor(), &path).await.location().starts_with("/login"));

    let seen = app.get(&clerk, &path).await;
    assert!(seen.status == 200 && seen.body.contains("证照是真的，现在有效"));
    let again = app.get(&clerk, &path).await;
    assert!(again.status == 422 && again.body.contains("已经被扫过"));
    assert!(app.get(&app.visitor(), "/show").await.location().starts_with("/login"));
    let wrong = app.post(&clerk, "/show", &[("code", "ABCD")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("href=\"#code\"") && wrong.body.contains("ABCD"));
    let seen = app.post(&clerk, "/show", &[("code", typed.as_str())]).await;
    assert!(seen.status == 200 && seen.body.contains("证照是真的，现在有效"), "{}", seen.body);
    assert_eq!(app.post(&clerk, "/show", &[("code", typed.as_str())]).await.status, 422, "once");
    let page = app.get(&citizen, &format!("/me/certificates/{identifier}/show")).await;
    assert!(page.body.contains("刚才有人扫码") && page.body.contains("演示·clerk"));
    let log = app.get(&citizen, "/me/uses").await;
    assert!(log.body.contains("扫亮证码") && log.body.contains("演示·clerk"));
}

#[tokio::test]
async fn a_grant_goes_from_the_holder_to_one_use_at_the_named_body() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let there = app.staff("there", ELSEWHERE, PostKind::Clerk).await;
    let (_, identifier) = app.certificate("granted-in-browser").await;
    let at = format!("/me/certificates/{identifier}/grant");
    let body = app.town.item_in(domain::testing::REGISTRATION, ELSEWHERE).body.clone();
    let day = app.town.cx(&app.town.citizen).today().plus(10);
    let (y, m, d) = (day.year().to_string(), day.month().to_string(), day.day().to_string());
    let fill = |password: &'static str, body: &'static str| {
        vec![
            ("body", body),
            ("purpose", "办理贷款"),
            ("valid_until_on_y", Box::leak(y.clone().into_boxed_str()) as &str),
            ("valid_until_on_m", Box::leak(m.clone().into_boxed_str())),
            ("valid_until_on_d", Box::leak(d.clone().into_boxed_str())),
            ("password", password),
        ]
    };
    let name: &'static str = Box::leak(body.name.clone().into_boxed_str());
    let nothing = app.post(&citizen, &at, &[("body", ""), ("purpose", " "), ("password", "")]).await;
    let missing =
        ["请填写授权给哪个单位", "请填写用来做什么", "请输入登录密码", "请写完整的日期", "有 4 处需要改正"];
    assert_eq!(nothing.status, 422);
    for words in missing {
        assert!(nothing.body.contains(words), "{words} at once with the others: {}", nothing.body);
    }
    let wrong = app.post(&citizen, &at, &fill("wrong", name)).await;
    assert!(wrong.status == 422 && wrong.body.contains("密码不对") && wrong.body.contains("办理贷款"));
    let part = app.post(&citizen, &at, &fill(PASSWORD, "市场监督管理局")).await;
    assert!(part.status == 422 && part.body.contains("请写单位全称"), "{}", part.body);
    let made = app.post(&citizen, &at, &fill(PASSWORD, name)).await;
    assert_eq!(made.location(), "/me/grants?done=granted");

    let list = app.get(&there, "/desk/grants").await;
    let using = format!("/desk/grants/{}/use", between(&list.body, "action=\"/desk/grants/", "/use"));
    assert!(
        list.body.contains("只能用于：办理贷款") && !list.body.contains("name=\"purpose\""),
        "{}",
        list.body
    );
    // Whatever purpose is sent along, that of the holder stands.
    let used = app.post(&there, &using, &[("purpose", "转卖信息")]).await;
    assert!(used.status == 200 && used.body.contains("演示"), "{}", used.body);
    assert_eq!(app.post(&there, &using, &[]).await.status, 422);
    let mine = app.get(&citizen, "/me/grants").await;
    assert!(mine.body.contains("已使用") && !mine.body.contains("/revocation"));
    let log = app.get(&citizen, "/me/uses").await;
    assert!(log.body.contains("办理贷款") && !log.body.contains("转卖信息"), "{}", log.body);
}

#[tokio::test]
async fn the_desk_suspends_and_everybody_sees_it_at_once() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let (_, identifier) = app.certificate("suspended-at-desk").await;
    let at = format!("/desk/certificates/{identifier}");
    let found = app.get(&approver, &format!("/desk/certificates?q={identifier}")).await;
    assert!(found.body.contains(&at));
    let before = app.get(&approver, &at).await;
    assert!(
        before.body.contains("/step-up?return=") && !before.body.contains(&format!("{at}/status")),
        "no act without a second factor: {}",
        before.body
    );
    app.step_up(&approver, &at).await;
    let page = app.get(&approver, &at).await;
    let (status, version) = (format!("{at}/status"), version(&page));
    let none =
        app.post(&approver, &status, &[("version", &version), ("act", "suspend"), ("reason", "")]).await;
    assert!(none.status == 422 && none.body.contains("href=\"#act-reason\""), "{}", none.body);
    let act = [("version", version.as_str()), ("act", "suspend"), ("reason", "正在核查")];
    // She thought about it for too long: what she typed is still there after the second factor.
    app.town.clock.advance(domain::identity::STEP_UP_FOR + 1);
    let kept = app.post(&approver, &status, &act).await;
    assert!(kept.status == 422 && kept.body.contains("正在核查") && kept.body.contains("target=\"_blank\""));
    assert!(kept.body.contains("value=\"suspend\" checked"), "{}", kept.body);
    app.step_up(&approver, &at).await;
    assert_eq!(app.post(&approver, &status, &act).await.location(), format!("{at}?done=changed"));
    let late = app.post(&approver, &status, &act).await;
    assert!(late.status == 409 && late.body.contains("别人已经办理过"));
    let public = app.get(&app.visitor(), &format!("/verify?identifier={identifier}")).await;
    assert!(public.body.contains("现在不能使用：暂扣"));
    let citizen = app.citizen().await;
    assert_eq!(app.get(&citizen, &format!("/me/certificates/{identifier}/show")).await.status, 422);
}

#[tokio::test]
async fn an_act_on_a_certificate_is_read_over_before_it_is_done_and_its_holder_is_told() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let citizen = app.citizen().await;
    let (_, identifier) = app.certificate("revoked-at-desk").await;
    let at = format!("/desk/certificates/{identifier}");
    app.step_up(&approver, &at).await;
    let page = app.get(&approver, &at).await;
    assert!(page.body.contains("name=\"stage\" value=\"preview\""), "no button acts at once: {}", page.body);
    let (status, version) = (format!("{at}/status"), version(&page));
    let typed = [("version", version.as_str()), ("act", "revoke"), ("reason", "处罚决定〔2026〕9号")];
    let with = |stage: &'static str| [typed[0], typed[1], typed[2], ("stage", stage)];
    let asked = app.post(&approver, &status, &with("preview")).await;
    assert_eq!(asked.status, 200);
    for words in ["核对：吊销", "不能恢复", "《行政处罚法》第九条", "处罚决定〔2026〕9号", "确认吊销"]
    {
        assert!(asked.body.contains(words), "{words}: {}", asked.body);
    }
    let whose = between(&page.body, "<dt>持证人</dt><dd>", "</dd>");
    assert!(asked.body.contains(&format!("<dt>持证人</dt><dd>{whose}</dd>")), "whose it is");
    assert!(!app.get(&citizen, "/me").await.body.contains("被吊销"), "looking does nothing");
    let public = format!("/verify?identifier={identifier}");
    assert!(!app.get(&app.visitor(), &public).await.body.contains("现在不能使用"));
    let nothing = [typed[0], typed[1], ("reason", ""), ("stage", "preview")];
    let nothing = app.post(&approver, &status, &nothing).await;
    assert!(nothing.status == 422 && nothing.body.contains("href=\"#act-reason\""), "{}", nothing.body);
    let back = app.post(&approver, &status, &with("change")).await;
    assert!(
        back.status == 200
            && back.body.contains("value=\"revoke\" checked")
            && back.body.contains("处罚决定〔2026〕9号"),
        "{}",
        back.body
    );
    assert_eq!(app.post(&approver, &status, &typed).await.location(), format!("{at}?done=changed"));
    assert!(app.get(&app.visitor(), &public).await.body.contains("现在不能使用：吊销"));
    let space = app.get(&citizen, "/me").await.body;
    for words in ["被吊销", "处罚决定〔2026〕9号", "陈述、申辩", "行政复议"] {
        assert!(space.contains(words), "{words}: {space}");
    }
    assert!(space.contains(&format!("href=\"/me/certificates/{identifier}\">“")), "{space}");
    assert!(!app.get(&app.neighbour().await, "/me").await.body.contains("被吊销"));
    let late = app.post(&approver, &status, &with("preview")).await;
    assert_eq!(late.status, 409, "somebody was quicker");
}

#[tokio::test]
async fn a_way_is_shown_to_those_who_may_go_it() {
    let app = TestApp::new().await;
    let tab = "href=\"/desk/imports\"";
    let clerk = app.clerk().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    assert!(app.get(&approver, "/desk/certificates").await.body.contains(tab));
    assert!(!app.get(&clerk, "/desk/certificates").await.body.contains(tab));
    let mine = "href=\"/me/certificates\"";
    for (caller, seen) in [(app.visitor(), true), (app.citizen().await, true), (clerk, false)] {
        assert_eq!(app.get(&caller, "/").await.body.contains(mine), seen, "{}", caller.name);
    }
    let limited = app.limited_agent().await;
    assert!(!app.get(&limited, "/").await.body.contains(mine));
    let space = app.get(&limited, "/me").await.body;
    assert!(
        space.contains("我的办件") && !space.contains("我的证照") && !space.contains("用证授权"),
        "{space}"
    );
    assert!(app.get(&app.agent().await, "/me").await.body.contains("我的证照"));
}

#[tokio::test]
async fn a_new_version_is_named_by_the_old_one_and_numbers_show_only_with_a_reason() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let (_, identifier) = app.certificate("remade-at-desk").await;
    let at = format!("/desk/certificates/{identifier}");
    app.step_up(&approver, &at).await;
    let page = app.get(&approver, &at).await;
    let version = version(&page);
    let fields = [
        ("version", version.as_str()),
        ("kind", "change"),
        ("fields.scope", "餐饮服务"),
        ("reason", "申请人来件"),
    ];
    let never = [
        ("version", version.as_str()),
        ("kind", "renew"),
        ("valid_until_on_y", "2031"),
        ("valid_until_on_m", "2"),
        ("valid_until_on_d", "30"),
        ("reason", "申请人来件"),
    ];
    let never = app.post(&approver, &format!("{at}/version"), &never).await;
    assert!(never.status == 422 && never.body.contains("href=\"#valid_until_on\""), "{}", never.body);
    assert!(never.body.contains("没有这个日期"), "three boxes make the day: {}", never.body);
    let made = app.post(&approver, &format!("{at}/version"), &fields).await;
    let new = made.location().trim_end_matches("?done=remade").rsplit('/').next().unwrap().to_owned();
    assert!(new.contains(".002."), "{}: {}", made.status, made.body);
    let public = app.get(&app.visitor(), &format!("/verify?identifier={identifier}")).await;
    assert!(public.body.contains("已被替代") && public.body.contains(&new));
    let shown = app.post(&approver, &format!("{at}/holder"), &[("reason", "来电核对")]).await;
    assert_eq!(shown.status, 200);
    let none = app.post(&approver, &format!("{at}/holder"), &[("reason", "")]).await;
    assert!(none.status == 422 && none.body.contains("show-reason"));
}

/// A multipart form with a file, boundary `x`.
fn with_file(csrf_form: &str, fields: &[(&str, &str)], content: &[u8]) -> Vec<u8> {
    let csrf = between(csrf_form, "name=\"csrf\"\r\n\r\n", "\r\n");
    let part = "--x\r\ncontent-disposition: form-data; name=";
    let mut body = format!("{part}\"csrf\"\r\n\r\n{csrf}\r\n");
    for (name, value) in fields {
        body.push_str(&format!("{part}\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!("{part}\"file\"; filename=\"stock.xlsx\"\r\n\r\n"));
    [body.as_bytes(), content, b"\r\n--x--\r\n"].concat()
}

#[tokio::test]
async fn stock_goes_from_the_template_to_the_error_sheet() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let template = app.get(&approver, "/desk/import-template?type=food-business-licence").await;
    assert!(
        template.status == 200 && template.headers["content-disposition"].to_str().unwrap().contains(".xlsx")
    );
    let send = async |content: &[u8]| {
        let media = [("content-type", "multipart/form-data; boundary=x")];
        let fields = [("type", "food-business-licence")];
        let body = with_file(&approver.multipart(), &fields, content);
        app.send(&approver, "POST", "/desk/imports", &media, axum::body::Body::from(body)).await
    };
    let wrong = send(b"MZ no sheet").await;
    assert!(
        wrong.status == 422
            && wrong.body.contains("href=\"#file\"")
            && wrong.body.contains("不是 .xlsx 文件")
    );

    let import = app.import().await;
    let page = app.get(&approver, &format!("/desk/imports/{import}")).await;
    assert!(page.body.contains("已完成，共 1 行") && page.body.contains("不是电子证照标识"), "{}", page.body);
    assert!(!page.body.contains("http-equiv"), "a finished import is not asked for again");
    let errors = app.get(&approver, &format!("/desk/imports/{import}/errors")).await;
    assert!(
        errors.status == 200 && errors.headers["content-type"].to_str().unwrap().contains("spreadsheetml")
    );
    let listed = app.get(&approver, "/desk/imports").await;
    assert!(listed.body.contains("a.xlsx"));
}

#[tokio::test]
async fn programs_query_and_fetch_for_a_case_and_grants_work_through_the_api() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let (_, identifier) = app.certificate("shared-by-api").await;
    let mut submission = app.town.submission(domain::testing::FOOD, "api-food-case");
    submission
        .materials
        .push(domain::casework::GivenMaterial { key: "licence".into(), way: domain::casework::Way::Paper });
    let case = domain::casework::submit(&app.town.cx(&app.town.citizen), submission).await.unwrap();
    let asked = serde_json::json!({ "app": "业务系统", "case": case.number, "purpose": "核验",
        "holder_code": "320102199001019998", "holder_code_type": "111", "type_code": "business-licence" });
    let found = app.api(&clerk, "POST", "/api/v1/sharing/queries", &asked).await;
    assert_eq!(found.json()["rows"][0]["identifier"], identifier.as_str(), "{}", found.body);
    assert!(!found.body.contains("credit_code"), "a query tells no content");
    let fetch = serde_json::json!({ "app": "业务系统", "case": case.number, "purpose": "核验", "identifier": identifier });
    let full = app.api(&clerk, "POST", "/api/v1/sharing/fetches", &fetch).await;
    assert!(full.status == 200 && full.body.contains("credit_code"));
    let nameless = serde_json::json!({ "case": case.number, "purpose": "核验", "identifier": identifier });
    let nameless = app.api(&clerk, "POST", "/api/v1/sharing/fetches", &nameless).await;
    assert_eq!(nameless.json()["code"], "certs.app");
    let foreign = app.foreign_clerk().await;
    assert_eq!(app.api(&foreign, "POST", "/api/v1/sharing/fetches", &fetch).await.status, 404);

    let uses = app.get(&citizen, &format!("/api/v1/certificates/{identifier}/uses")).await;
    let ways: Vec<_> = uses.json()["rows"].as_array().unwrap().iter().map(|row| row["way"].clone()).collect();
    assert_eq!(ways, ["duty", "query"]);
    let code = format!("/api/v1/certificates/{identifier}/show-codes");
    let code = app.api(&citizen, "POST", &code, &serde_json::json!({})).await.json();
    let scan = serde_json::json!({ "token": code["token"] });
    assert_eq!(app.api(&clerk, "POST", "/api/v1/scans", &scan).await.status, 200);
    let again = app.api(&clerk, "POST", "/api/v1/scans", &scan).await;
    assert_eq!(again.json()["code"], "certs.show_used");
    let code = format!("/api/v1/certificates/{identifier}/show-codes");
    let code = app.api(&citizen, "POST", &code, &serde_json::json!({})).await.json();
    let typed = serde_json::json!({ "code": code["code"] });
    assert_eq!(app.api(&clerk, "POST", "/api/v1/scans", &typed).await.json()["identifier"], identifier);
}

#[tokio::test]
async fn a_copy_is_made_in_the_browser_and_its_file_tells_everybody_what_it_is() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let (_, identifier) = app.certificate("copied-in-browser").await;
    let at = format!("/me/certificates/{identifier}/copies");
    let day = app.town.cx(&app.town.citizen).today().plus(10);
    let (y, m, d) = (day.year().to_string(), day.month().to_string(), day.day().to_string());
    let fields = |purpose: &'static str| {
        let parts = [
            ("valid_until_on_y", y.as_str()),
            ("valid_until_on_m", m.as_str()),
            ("valid_until_on_d", d.as_str()),
        ];
        [&[("purpose", purpose), ("receiver", "南京样例银行")], &parts[..]].concat()
    };
    let silent = app.post(&citizen, &at, &fields("")).await;
    assert!(silent.status == 422 && silent.body.contains("href=\"#purpose\""), "{}", silent.body);
    assert!(silent.body.contains("value=\"南京样例银行\""), "what was typed is kept");
    let made = app.post(&citizen, &at, &fields("办理开户")).await;
    let document = made.location().to_owned();
    assert!(document.starts_with("/documents/"), "{}: {}", made.status, made.body);
    let page = app.get(&citizen, &document).await;
    for words in ["这是一份加注件", "只能用于：办理开户", "<svg", &at, "签章有效"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let list = app.get(&citizen, &at).await;
    assert!(list.body.contains(&document) && list.body.contains("提供给南京样例银行"), "{}", list.body);
    let pdf = app.get(&citizen, &format!("{document}/pdf")).await;
    assert!(pdf.status == 200 && pdf.body.starts_with("%PDF"));
    for stranger in [app.neighbour().await, app.clerk().await] {
        for path in [document.clone(), format!("{document}/ofd"), format!("/api/v1{document}/file")] {
            assert_eq!(app.get(&stranger, &path).await.status, 404, "{path} as {}", stranger.name);
        }
    }

    let id: base::Id = document.trim_start_matches("/documents/").parse().unwrap();
    let cx = app.town.cx(&app.town.citizen);
    let read = app.town.world.db.read(async |tx| domain::documents::open(tx, &cx, id).await).await;
    let content = read.unwrap().1;
    let visitor = app.visitor();
    let media = [("content-type", "multipart/form-data; boundary=x")];
    let check = async || {
        let body = with_file(&visitor.multipart(), &[], &content);
        app.send(&visitor, "POST", "/verify/file", &media, axum::body::Body::from(body)).await.body
    };
    let verify = async || {
        let body = axum::body::Body::from(content.clone());
        app.send(&visitor, "POST", "/api/v1/verifications", &[], body).await.json()
    };
    let checked = check().await;
    for words in ["签章有效，文件没有改动", "只能用于：办理开户", "文件的画面", "<svg", "第 1 页，共 1 页"]
    {
        assert!(checked.contains(words), "{words}: {checked}");
    }
    let told = verify().await;
    assert_eq!((&told["intact"], &told["annotation"]["over"]), (&true.into(), &false.into()));
    assert_eq!(told["annotation"]["valid_until_on"], day.to_string());
    app.town.clock.advance(11 * domain::testing::DAY);
    let checked = check().await;
    assert!(checked.contains("这份加注件已经过期") && checked.contains("不能再使用"), "{checked}");
    assert_eq!(verify().await["annotation"]["over"], true);
}

#[tokio::test]
async fn programs_get_files_and_copies_for_a_case_and_under_a_grant() {
    let app = TestApp::new().await;
    let (citizen, clerk) = (app.citizen().await, app.clerk().await);
    let (_, identifier) = app.certificate("files-by-api").await;
    let mut submission = app.town.submission(domain::testing::FOOD, "api-file-case");
    submission
        .materials
        .push(domain::casework::GivenMaterial { key: "licence".into(), way: domain::casework::Way::Paper });
    let case = domain::casework::submit(&app.town.cx(&app.town.citizen), submission).await.unwrap();
    let until = app.town.cx(&app.town.citizen).today().plus(20).to_string();
    let asked = serde_json::json!({ "app": "业务系统", "case": case.number, "purpose": "核验主体资格",
        "identifier": identifier });
    let file = app.api(&clerk, "POST", "/api/v1/sharing/files", &asked).await;
    assert!(file.status == 200 && file.body.starts_with("PK"), "{}", file.body);
    assert_eq!(file.headers["content-type"], "application/ofd");
    let mut wanted = asked.clone();
    let undated = app.api(&clerk, "POST", "/api/v1/sharing/copies", &wanted).await;
    assert_eq!(undated.json()["errors"][0]["field"], "valid_until_on");
    for (day, code) in [("2199-01-01", "certs.copy_term"), ("2999-01-01", "form.date")] {
        wanted["valid_until_on"] = day.into();
        let endless =
            app.api(&clerk, "POST", "/api/v1/sharing/copies", &wanted).await.json()["errors"][0].clone();
        assert_eq!(
            (&endless["code"], &endless["field"]),
            (&code.into(), &"valid_until_on".into()),
            "{endless}"
        );
    }
    wanted["valid_until_on"] = until.clone().into();
    let copy = app.api(&clerk, "POST", "/api/v1/sharing/copies", &wanted).await;
    assert!(copy.status == 200 && copy.body.starts_with("PK"), "{}", copy.body);
    let again = copy.headers["location"].to_str().unwrap();
    assert_eq!(app.get(&clerk, again).await.status, 200);
    let foreign = app.foreign_clerk().await;
    assert_eq!(app.get(&foreign, again).await.status, 404);
    for path in ["/api/v1/sharing/files", "/api/v1/sharing/copies"] {
        let body = if path.ends_with("files") { &asked } else { &wanted };
        assert_eq!(app.api(&foreign, "POST", path, body).await.status, 404, "{path}");
        assert_eq!(app.api(&citizen, "POST", path, body).await.status, 403, "{path}");
        assert_eq!(app.api(&app.visitor(), "POST", path, body).await.status, 401, "{path}");
    }
    // The desk takes one with a button, and lands on its page.
    let form =
        [("case", case.number.as_str()), ("purpose", "核验"), ("identifier", &identifier), ("copy", "yes")];
    let taken = app.post(&clerk, "/desk/fetches", &form).await;
    assert!(app.get(&clerk, taken.location()).await.body.contains("这是一份加注件"), "{}", taken.body);

    let grant = app.grant("grant-by-api").await;
    let using = format!("/api/v1/grants/{grant}/use");
    let other = serde_json::json!({ "app": "银行", "purpose": "转卖信息" });
    assert_eq!(app.api(&clerk, "POST", &using, &other).await.json()["code"], "malformed");
    let used = app.api(&clerk, "POST", &using, &serde_json::json!({ "app": "银行" })).await.json();
    let document = used["copy"]["document"].as_str().unwrap_or_else(|| panic!("{used}"));
    assert!(used["identifier"].is_string() && used["copy"]["purpose"] == "办理贷款");
    assert_eq!(app.get(&clerk, &format!("/api/v1/documents/{document}/file")).await.status, 200);

    let listed = app.get(&citizen, &format!("/api/v1/certificates/{identifier}/copies")).await.json();
    assert_eq!(listed["rows"].as_array().unwrap().len(), 2, "{listed}");
    let uses = app.get(&citizen, &format!("/api/v1/certificates/{identifier}/uses")).await.json();
    let ways: Vec<_> = uses["rows"].as_array().unwrap().iter().map(|row| row["way"].clone()).collect();
    assert_eq!(ways, ["copy", "copy", "file"]);
}

#[tokio::test]
async fn stock_goes_through_the_api_from_the_template_to_the_error_sheet() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let foreign = app.staff("foreign-approver", ELSEWHERE, PostKind::Approver).await;
    let body = app.town.item(domain::testing::FOOD).body.credit_code.clone();
    let template = app.get(&approver, "/api/v1/import-template?type=food-business-licence").await;
    assert!(template.status == 200 && template.body.starts_with("PK"));
    let send = async |caller: &common::Caller, kind: &str, content: &[u8]| {
        let path = format!("/api/v1/imports?body={body}&type={kind}&name=stock.xlsx");
        app.send(caller, "POST", &path, &[], axum::body::Body::from(content.to_vec())).await
    };
    let wrong = send(&approver, "food-business-licence", b"MZ no sheet").await;
    assert_eq!(wrong.json()["errors"][0]["field"], "file", "{}", wrong.body);
    let unknown = send(&approver, "business-licence-of-mars", b"PK").await;
    assert_eq!(unknown.json()["code"], "stock.type");

    let catalogue = app.town.world.catalogue.load();
    let kind = catalogue.certificate_type("food-business-licence").unwrap();
    let row = domain::certs::stock::WrongRow {
        number: 2,
        cells: vec!["x".into(); domain::certs::stock::columns(kind).len()],
        faults: Vec::new(),
    };
    let content = domain::certs::stock::error_sheet(kind, &[row]).unwrap();
    assert_eq!(send(&foreign, &kind.key, &content).await.status, 404);
    assert_eq!(send(&app.clerk().await, &kind.key, &content).await.status, 403);
    assert_eq!(send(&app.visitor(), &kind.key, &content).await.status, 401);
    let begun = send(&approver, &kind.key, &content).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let id: base::Id = begun.json()["id"].as_str().unwrap().parse().unwrap();
    let at = format!("/api/v1/imports/{id}");
    let waiting = app.get(&approver, &at).await.json();
    assert_eq!((waiting["done"].as_i64(), waiting["ended_at"].as_i64()), (Some(0), Some(0)));
    domain::certs::stock::work_import(&app.town.cx(&domain::identity::Actor::System), id).await.unwrap();
    let over = app.get(&approver, &at).await.json();
    assert_eq!((over["done"].as_i64(), over["wrong"].as_i64()), (Some(1), Some(1)));
    assert!(over["ended_at"].as_i64() > Some(0) && over["faults"].to_string().contains("不是电子证照标识"));
    let errors = app.get(&approver, &format!("{at}/errors")).await;
    assert!(errors.status == 200 && errors.body.starts_with("PK"));
    let listed = app.get(&approver, &format!("/api/v1/imports?body={body}")).await.json();
    assert_eq!(listed["rows"][0]["id"], id.to_string());
    for path in [at.clone(), format!("{at}/errors"), format!("/api/v1/imports?body={body}")] {
        assert_eq!(app.get(&foreign, &path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_an_address_must_say_is_asked_for() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let body = app.town.item(domain::testing::FOOD).body.credit_code.clone();
    for (path, field) in [
        ("/api/v1/library?q=1".to_owned(), "body"),
        (format!("/api/v1/library?body={body}"), "q"),
        ("/api/v1/imports".to_owned(), "body"),
        ("/api/v1/import-template".to_owned(), "type"),
        ("/api/v1/directory".to_owned(), "body"),
        ("/api/v1/desk/cases?queue=clerk".to_owned(), "body"),
        (format!("/api/v1/desk/cases?body={body}"), "queue"),
    ] {
        let refused = app.get(&approver, &path).await;
        let said = refused.json()["errors"][0]["field"].clone();
        assert_eq!((refused.status.as_u16(), said), (422, field.into()), "{path}: {}", refused.body);
    }
    let foreign = app.get(&approver, "/api/v1/library?body=91320102MA0XX00151&q=1").await;
    assert_eq!(foreign.status, 404, "not hers, as if it were not there: {}", foreign.body);
    let citizen = app.citizen().await;
    let item = app.town.item(domain::testing::FOOD).code.clone();
    let file = async |query: &str| {
        let media = [("content-type", "application/octet-stream")];
        let path = format!("/api/v1/files?{query}");
        app.send(&citizen, "POST", &path, &media, axum::body::Body::from("%PDF-1.4 %%EOF")).await
    };
    for (query, field) in [
        ("material=form&name=a.pdf".to_owned(), "item"),
        (format!("item={item}&name=a.pdf"), "material"),
        (format!("item={item}&material=form"), "name"),
    ] {
        let refused = file(&query).await;
        assert_eq!(refused.json()["errors"][0]["field"], field, "{query}: {}", refused.body);
    }
}

#[tokio::test]
async fn programs_give_a_second_factor_before_they_change_a_certificate() {
    let app = TestApp::new().await;
    let approver = app.staff("approver", HOME, PostKind::Approver).await;
    let (case, identifier) = app.certificate("changed-by-api").await;
    let status = format!("/api/v1/library/{identifier}/status");
    let versions = format!("/api/v1/library/{identifier}/versions");
    let suspend = serde_json::json!({ "act": "suspend", "reason": "正在核查" });
    let change = serde_json::json!({ "kind": "change", "reason": "来件", "fields": { "scope": "餐饮" } });
    let evidence = format!("/api/v1/cases/{case}/evidence");
    for (path, body) in [(&status, &suspend), (&versions, &change), (&evidence, &serde_json::json!({}))] {
        let early = app.api(&approver, "POST", path, body).await;
        assert_eq!(early.json()["code"], "identity.step_up_needed", "{path}: {}", early.body);
    }
    let led = app.post(&approver, &format!("/cases/{case}/evidence"), &[]).await;
    assert_eq!(led.location(), format!("/step-up?return=/desk/cases/{case}"));
    let page = app.get(&approver, &format!("/desk/cases/{case}")).await;
    assert!(
        page.body.contains("验证身份后下载证据包") && !page.body.contains("/evidence\""),
        "{}",
        page.body
    );
    app.step_up(&approver, &format!("/desk/cases/{case}")).await;
    let page = app.get(&approver, &format!("/desk/cases/{case}")).await;
    assert!(page.body.contains("/evidence\""), "{}", page.body);
    let archive = app.api(&approver, "POST", &evidence, &serde_json::json!({})).await;
    assert!(archive.status == 200 && archive.body.starts_with("PK"));
    let field = async |path: &str, body: serde_json::Value| {
        let refused = app.api(&approver, "POST", path, &body).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        refused.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
    };
    let unknown = serde_json::json!({ "kind": "change", "reason": "来件", "fields": { "colour": "红" } });
    assert_eq!(field(&versions, unknown).await, "fields.colour", "as the request names it");
    let body = app.town.item(domain::testing::FOOD).body.credit_code.clone();
    let transfer = serde_json::json!({ "body": body, "supersedes": "没有的标识", "reason": "迁入" });
    assert_eq!(field("/api/v1/library/transfers", transfer).await, "supersedes");
    let made = app.api(&approver, "POST", &versions, &change).await.json();
    assert!(made["identifier"].as_str().unwrap().contains(".002."), "{made}");
    let citizen = app.citizen().await;
    assert_eq!(app.api(&citizen, "POST", &evidence, &serde_json::json!({})).await.status, 200, "her own");
}

#[tokio::test]
async fn a_file_of_a_revoked_certificate_is_shown_with_what_became_of_it() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let (_, identifier) = app.certificate("revoked-file").await;
    let to_file = app.get(&citizen, &format!("/me/certificates/{identifier}/file")).await;
    let document = to_file.location().to_owned();
    let page = app.get(&citizen, &document).await;
    assert!(page.body.contains("notice--ok") && !page.body.contains("现在不能使用"), "{}", page.body);
    let id: base::Id = document.trim_start_matches("/documents/").parse().unwrap();
    let cx = app.town.cx(&app.town.citizen);
    let read = app.town.world.db.read(async |tx| domain::documents::open(tx, &cx, id).await).await;
    let content = read.unwrap().1;

    let manager = app.town.stepped_up(&app.town.market(PostKind::Approver));
    let cx = app.town.cx(&manager);
    let revoke = app.town.world.db.write(async |tx| {
        let act = domain::certs::Act::Revoke;
        domain::certs::change_status(tx, &cx, &identifier, act, "依据处罚决定", None).await
    });
    revoke.await.unwrap();
    let page = app.get(&citizen, &document).await;
    assert!(page.status == 200 && page.body.contains("这张证照现在不能使用：吊销"), "{}", page.body);
    assert!(page.body.contains("签章有效") && !page.body.contains("notice--ok"), "no green heading");

    let visitor = app.visitor();
    let media = [("content-type", "multipart/form-data; boundary=x")];
    let body = with_file(&visitor.multipart(), &[], &content);
    let checked = app.send(&visitor, "POST", "/verify/file", &media, axum::body::Body::from(body)).await.body;
    assert!(checked.contains("这张证照现在不能使用：吊销") && !checked.contains("notice--ok"), "{checked}");
    let body = axum::body::Body::from(content);
    let told = app.send(&visitor, "POST", "/api/v1/verifications", &[], body).await.json();
    assert_eq!((&told["intact"], &told["certificate"]["counts"]), (&true.into(), &false.into()), "{told}");
    assert_eq!(told["certificate"]["status"], "revoked");
}
