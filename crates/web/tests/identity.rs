//! Registering, one's own account, the window, the administrators, and what happens when a session ends.

mod common;

use common::{Answer, TestApp, form_token};
use domain::identity::{PostKind, Role, current_code};
use domain::testing::{HOME, INSTANT, PASSWORD};
use yiwang_web::{Limits, Network, Proxies};

const SECRET: &str = "plum-rain-in-the-lane-7";
const NEW: &str = "320102198505050011";

fn registration<'a>(login: &'a str, number: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", "演示·赵新"),
        ("number", number),
        ("phone", "13800138009"),
        ("login", login),
        ("password", SECRET),
        ("again", SECRET),
        ("agreed", "yes"),
    ]
}

async fn enter(app: &TestApp, login: &str, password: &str) -> Answer {
    app.post(&app.visitor(), "/login", &[("login", login), ("password", password)]).await
}

/// The session's cookie of an answer.
fn session_of(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let own = cookies.filter_map(|cookie| cookie.strip_prefix("session="));
    own.map(|rest| rest.split(';').next().unwrap_or_default().to_owned()).next().unwrap_or_default()
}

/// Text between two marks of a page.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let from = page.find(start).unwrap_or_else(|| panic!("no {start} in {page}")) + start.len();
    &page[from..from + page[from..].find(end).expect("an end")]
}

#[tokio::test]
async fn asvs_6_3_8_registering_says_the_same_for_a_known_and_an_unknown_number() {
    let app = TestApp::new().await;
    let known = app.post(&app.visitor(), "/register", &registration("zhao-one", "320102199001019998")).await;
    let unknown = app.post(&app.visitor(), "/register", &registration("zhao-two", NEW)).await;
    for answer in [&known, &unknown] {
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/login?done=registered"));
    }
    assert_eq!(known.body, unknown.body);
    let entered = enter(&app, "zhao-one", SECRET).await;
    assert_eq!(entered.location(), "/me");

    // The one whose number it is reads it in her own account, and nothing about the other.
    let owner = app.get(&app.citizen().await, "/me/security").await;
    assert!(owner.body.contains("有人用您的身份证号注册了账户") && !owner.body.contains("zhao-one"));
    let other = app.get(&app.neighbour().await, "/me/security").await;
    assert!(!other.body.contains("有人用您的身份证号注册了账户"));
}

#[tokio::test]
async fn wrong_registrations_name_every_field_and_keep_what_was_typed_but_passwords() {
    let app = TestApp::new().await;
    let mut wrong = registration("赵", "320102198505050012");
    wrong.retain(|(name, _)| *name != "agreed");
    let page = app.post(&app.visitor(), "/register", &wrong).await;
    assert_eq!(page.status, 422);
    for field in ["login", "number", "agreed"] {
        assert!(page.body.contains(&format!("href=\"#{field}\"")), "{field}");
        assert!(page.body.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(page.body.contains("value=\"演示·赵新\"") && page.body.contains("<title>错误："));
    assert!(!page.body.contains(SECRET), "a password is never sent back");
    let hostile = app.post(&app.visitor(), "/register", &[("name", "<script>alert(1)</script>")]).await;
    assert!(hostile.status == 422 && !hostile.body.contains("<script>alert"));
    let all: Vec<_> =
        wrong.iter().map(|(n, v)| if *n == "again" { (*n, "else") } else { (*n, *v) }).collect();
    let all = app.post(&app.visitor(), "/register", &all).await.body;
    for field in ["number", "again", "agreed"] {
        assert!(all.contains(&format!("id=\"{field}-error\"")), "{field}: said at once with the others");
    }
    let differ = [registration("zhao-two", NEW), vec![]].concat();
    let differ: Vec<_> =
        differ.into_iter().map(|(n, v)| if n == "again" { (n, "else") } else { (n, v) }).collect();
    assert!(app.post(&app.visitor(), "/register", &differ).await.body.contains("两次输入的密码不一样"));
    assert!(app.get(&app.visitor(), "/register/notice").await.body.contains("第十七条"));
}

#[tokio::test]
async fn the_window_raises_the_level_and_the_item_says_where_to_go() {
    let app = TestApp::new().await;
    app.post(&app.visitor(), "/register", &registration("zhao-new", NEW)).await;
    let entered = enter(&app, "zhao-new", SECRET).await;
    let zhao = app.with_session("zhao-new", &session_of(&entered)).await;
    let start = format!("/apply/{}", app.town.item(INSTANT).code);
    let low = app.get(&zhao, &start).await;
    assert!(low.body.contains("先做实名核验") && low.body.contains("您现在是1级"), "{}", low.body);
    assert!(!low.body.contains("已替您取得"), "nothing is fetched for whoever cannot apply: {}", low.body);

    let clerk = app.clerk().await;
    let page = app.get(&clerk, "/desk/identity").await;
    let body = app.town.market(PostKind::Clerk).staff().unwrap().posts[0].body.clone();
    assert!(page.status == 200 && page.body.contains(&body));
    let fields = [
        ("login", "zhao-new"),
        ("name", "演示·赵新"),
        ("number", NEW),
        ("document", "居民身份证"),
        ("body", body.as_str()),
    ];
    let unseen = app.post(&clerk, "/desk/identity", &fields).await;
    assert!(unseen.status == 422 && unseen.body.contains("compared-error"));
    let fields = [&fields[..], &[("compared", "yes")]].concat();
    let done = app.post(&clerk, "/desk/identity", &fields).await;
    assert_eq!(done.location(), "/desk/identity?done=yes", "{}", done.body);
    assert!(!app.get(&zhao, &start).await.body.contains("先做实名核验"));
    let foreign = app.post(&app.foreign_clerk().await, "/desk/identity", &fields).await;
    assert_eq!(foreign.status, 404, "another body's window is not hers");
}

#[tokio::test]
async fn a_password_is_changed_and_the_other_places_are_left() {
    let app = TestApp::new().await;
    let (here, there) = (app.citizen().await, app.citizen().await);
    let page = app.get(&here, "/me/security").await;
    assert!(page.body.contains("320***********9998") && page.body.contains("138****8001"));
    assert!(!page.body.contains("320102199001019998"), "masked");
    let wrong = [("current", "not-my-password-1"), ("new", SECRET), ("again", SECRET)];
    let answer = app.post(&here, "/me/security/password", &wrong).await;
    assert!(answer.status == 422 && answer.body.contains("id=\"current-error\""));
    let right = [("current", PASSWORD), ("new", SECRET), ("again", SECRET)];
    let answer = app.post(&here, "/me/security/password", &right).await;
    assert_eq!(answer.location(), "/me/security?done=password");
    assert_eq!(app.get(&here, "/me").await.status, 200);
    assert!(app.get(&there, "/me").await.location().starts_with("/login"), "the other session ended");
    assert_eq!(enter(&app, "wang", PASSWORD).await.status, 422);
    assert_eq!(enter(&app, "wang", SECRET).await.status, 303);
    let phone = [("phone", "13800138777"), ("password", SECRET)];
    assert_eq!(app.post(&here, "/me/security/phone", &phone).await.location(), "/me/security?done=phone");
    assert!(app.get(&here, "/me/security").await.body.contains("138****8777"));
    assert_eq!(app.post(&here, "/me/security/sessions", &[]).await.location(), "/me/security?done=sessions");
}

#[tokio::test]
async fn a_member_of_staff_is_made_by_three() {
    let app = TestApp::new().await;
    let (system, security) = (
        app.administrator("system", Role::System).await,
        app.administrator("security", Role::Security).await,
    );
    let opened = app.post(&system, "/admin/openings", &[("login", "zhou"), ("name", "演示·周立群")]).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let path = format!("/activation/{}", between(&opened.body, "/activation/", "<"));
    assert!(!app.get(&system, "/admin/openings").await.body.contains("/activation/"), "shown once");

    let page = app.get(&app.visitor(), &path).await;
    assert!(page.status == 200 && page.body.contains("<svg viewBox") && page.body.contains("演示·周立群"));
    let secret = unbase32(&between(&page.body, "<p><code>", "<").replace(' ', ""));
    let now = app.town.cx(&app.town.system).now;
    let wrong = [("password", SECRET), ("again", SECRET), ("code", "000000")];
    assert_eq!(app.post(&app.visitor(), &path, &wrong).await.status, 422);
    let code = current_code(&secret, now);
    let right = [("password", SECRET), ("again", SECRET), ("code", code.as_str())];
    let done = app.post(&app.visitor(), &path, &right).await;
    assert_eq!(done.location(), "/login?done=activated", "{}", done.body);
    assert_eq!(app.get(&app.visitor(), &path).await.status, 404, "a link works once");

    let none = app.get(&security, "/admin/accounts?login=zhoux").await.body;
    assert!(none.contains("没有这个账号") && !none.contains("<code>zhou</code>"));
    let list = app.get(&security, "/admin/accounts?login=zho").await.body;
    assert!(list.contains("共 1 个"), "found by how the login begins");
    let at = format!("/admin/accounts/{}", account_of(&list, "zhou"));
    let post = [("division", HOME), ("department", "market"), ("post", "clerk")];
    assert_eq!(app.post(&system, &format!("{at}/posts"), &post).await.status, 404, "not the opener");
    let nowhere = [("division", "320000"), ("department", "nothing"), ("post", "clerk")];
    assert_eq!(app.post(&security, &format!("{at}/posts"), &nowhere).await.status, 422);
    let granted = app.post(&security, &format!("{at}/posts"), &post).await;
    assert_eq!(granted.location(), format!("{at}?done=granted"));
    let page = app.get(&security, &at).await;
    assert!(page.body.contains("受理岗"));
    let body = between(&page.body, "name=\"body\" value=\"", "\"").to_owned();
    let gone = [("body", body.as_str()), ("post", "clerk")];
    assert_eq!(
        app.post(&security, &format!("{at}/posts/removal"), &gone).await.location(),
        format!("{at}?done=revoked")
    );
    assert_eq!(app.post(&security, &format!("{at}/posts/removal"), &gone).await.status, 404);

    // The audit administrator finds every step, and her export stands in the journal itself.
    let audit = app.administrator("audit", Role::Audit).await;
    let found = app.get(&audit, "/admin/journal?what=identity.&who=system").await.body;
    let row = |words: &str| format!("data-label=\"做了什么\">{words}</th>");
    assert!(found.contains(&row("开户")) && !found.contains(&row("分配岗位")));
    let found = app.get(&audit, "/admin/journal?what=identity.post_").await.body;
    assert!(
        found.contains(&row("分配岗位")) && found.contains(&row("收回岗位")) && !found.contains(&row("开户"))
    );
    let later = app.get(&audit, "/admin/journal?from=2030-01-01").await.body;
    assert!(later.contains("这一页没有记录"));
    let wrong = app.get(&audit, "/admin/journal?from=2026-02-30").await;
    assert!(
        wrong.status == 422 && !wrong.body.contains("data-label=\"做了什么\""),
        "no row that was not asked for"
    );
    let turned = app.get(&audit, "/admin/journal?from=2026-09-24&until=2026-09-23").await;
    assert!(turned.status == 422 && turned.body.contains("id=\"until-error\""), "{}", turned.body);
    let csv = app.post(&audit, "/admin/journal/export", &[("what", "identity.post_")]).await;
    assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert_eq!(csv.body.lines().count(), 3, "{}", csv.body);
    assert!(app.get(&audit, "/admin/journal").await.body.contains(&row("导出日志")));
    // From the number on that a file ended with.
    let newest = csv.body.lines().nth(1).unwrap().split('"').nth(1).unwrap();
    let older =
        app.post(&audit, "/admin/journal/export", &[("what", "identity.post_"), ("before", newest)]).await;
    assert!(older.body.lines().count() == 2 && !older.body.contains(newest), "{}", older.body);
    let wrong = app.post(&audit, "/admin/journal/export", &[("before", "十")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("id=\"before-error\""), "{}", wrong.body);
    // A log-in is told with whom it lets in, and no page shows an id.
    let entered = app.get(&audit, "/admin/journal?what=identity.account_activated").await.body;
    assert!(entered.contains("演示·周立群（zhou）"), "{entered}");
    assert_eq!(app.post(&system, "/admin/journal/export", &[]).await.status, 404);
}

fn account_of(list: &str, login: &str) -> String {
    let row = list.split("<tr>").find(|row| row.contains(&format!("<code>{login}</code>"))).expect("a row");
    between(row, "/admin/accounts/", "\"").trim_end_matches("/state").to_owned()
}

fn unbase32(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = text.chars().map(|c| format!("{:05b}", letters.find(c).expect("base32"))).collect();
    bits.as_bytes()
        .chunks_exact(8)
        .map(|b| u8::from_str_radix(std::str::from_utf8(b).unwrap(), 2).unwrap())
        .collect()
}

#[tokio::test]
async fn what_many_searched_in_vain_is_seen_without_numbers() {
    let app = TestApp::new().await;
    for query in ["龘靐齉", "龘靐齉", "龘靐齉", "13800138001", "13800138001", "13800138001"] {
        let path = format!("/search?q={query}");
        let path: String =
            path.chars().map(|c| if c.is_ascii() { c.to_string() } else { percent(c) }).collect();
        assert!(app.get(&app.visitor(), &path).await.body.contains("没有找到事项"), "{query}");
    }
    app.keep_misses().await;
    let system = app.administrator("system", Role::System).await;
    let page = app.get(&system, "/admin/searches").await;
    assert!(page.body.contains("龘靐齉") && !page.body.contains("13800138001"), "{}", page.body);
}

#[tokio::test]
async fn a_search_for_what_is_done_elsewhere_says_so() {
    let app = TestApp::new().await;
    let search = async |query: &str| {
        let query: String = query.chars().map(percent).collect();
        app.get(&app.visitor(), &format!("/search?q={query}")).await.body
    };
    let page = search("健康证").await;
    assert!(page.contains("没有叫“健康证”的事项，有 1 项提到"), "{page}");
    assert!(page.contains("办事指南里提到“健康证”的事项") && !page.contains("可以办</h2>"), "{page}");
    let page = search("结婚登记").await;
    assert!(page.contains("婚姻登记处") && page.contains("民法典第一千零四十九条"), "{page}");
    let page = search("投诉").await;
    assert!(page.contains("请拨打 12345") && page.contains("href=\"tel:12345\""), "{page}");
    let page = search("开饭店").await;
    assert!(page.contains("可以办</h2>") && !page.contains("不在这里办"), "{page}");
}

#[tokio::test]
async fn a_search_says_which_words_it_did_not_use() {
    let app = TestApp::new().await;
    let search = async |query: &str| {
        let query: String =
            query.chars().map(|c| if c == ' ' { "%20".to_owned() } else { percent(c) }).collect();
        app.get(&app.visitor(), &format!("/search?q={query}")).await.body
    };
    let page = search("食品 魑魅 qwzx").await;
    assert!(page.contains("没有用到“魑魅”“qwzx”：没有事项提到这些词"), "{page}");
    assert!(page.contains("/items/food-business-licence"), "what the other words find is shown");
    for used in ["食品", "开饭店", "魑魅"] {
        assert!(!search(used).await.contains("没有用到"), "{used}");
    }
}

fn percent(c: char) -> String {
    c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn what_was_typed_survives_the_end_of_the_session() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let start = format!("/apply/{}", app.town.item(INSTANT).code);
    let draft = app.post(&citizen, &start, &[]).await.location().to_owned();
    app.town.clock.advance(31 * 60_000);
    let typed = [("person.address", "南京市玄武区（演示地址）\"11\"号"), ("person.name", "演示·王小明")];
    let late = app.post(&citizen, &draft, &typed).await;
    assert_eq!(late.status, 401);
    assert!(late.body.contains("您刚才填的内容没有丢") && late.body.contains("name=\"kept\""));
    let kept =
        between(&late.body, "name=\"kept\" value=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
    assert!(!kept.contains("csrf="));

    let again =
        [("login", "wang"), ("password", PASSWORD), ("return", draft.as_str()), ("kept", kept.as_str())];
    let wrong = [again[0], ("password", "not-my-password-1"), again[2], again[3]];
    let refused = app.post(&app.visitor(), "/login", &wrong).await;
    assert!(
        refused.status == 422 && refused.body.contains("name=\"kept\""),
        "a wrong password loses nothing"
    );
    let resumed = app.post(&app.visitor(), "/login", &again).await;
    assert_eq!(resumed.status, 200);
    assert!(resumed.body.contains("接着提交") && resumed.body.contains(&format!("action=\"{draft}\"")));
    assert!(resumed.body.contains("南京市玄武区（演示地址）&#34;11&#34;号"), "{}", resumed.body);
    let token = session_of(&resumed);
    let now = app.with_session("wang", &token).await;
    assert!(form_token(&resumed.body).len() == 64, "the new session's token is in the form");
    let sent = app.post(&now, &draft, &typed).await;
    assert_eq!(sent.status, 422, "the form reaches its handler, which asks for what is missing");
    assert!(sent.body.contains("&#34;11&#34;号"));
}

#[tokio::test]
async fn a_session_says_when_it_ends_and_is_extended_by_its_owner_only() {
    let app = TestApp::new().await;
    let citizen = app.citizen().await;
    let page = app.get(&citizen, "/me").await;
    assert!(
        page.body.contains("data-session=\"1800\"") && page.body.contains("如果不再操作，登录 10:30 结束")
    );
    app.town.clock.advance(20 * 60_000);
    let back = app.post(&citizen, "/session/extension", &[("return", "/me")]).await;
    assert_eq!(back.location(), "/me");
    app.town.clock.advance(20 * 60_000);
    assert_eq!(app.get(&citizen, "/me").await.status, 200, "the idle time began anew");
    assert_eq!(app.post(&app.visitor(), "/session/extension", &[]).await.status, 401);
    let evil = app.post(&citizen, "/session/extension", &[("return", "//evil.example")]).await;
    assert_eq!(evil.location(), "/");
    assert!(!app.get(&app.visitor(), "/help").await.body.contains("data-session"));
}

#[tokio::test]
async fn asvs_4_1_3_a_forged_address_neither_escapes_nor_fills_the_limit() {
    let limits = Limits { requests_per_minute: 1_000_000, guesses_per_minute: 3 };
    let statuses = async |app: &TestApp, addresses: &[&str]| {
        let mut seen = Vec::new();
        for address in addresses {
            let form = format!("csrf={}&login=x&password=y", app.visitor_token());
            let headers =
                [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", *address)];
            seen.push(
                app.send(&app.visitor(), "POST", "/login", &headers, form.into()).await.status.as_u16(),
            );
        }
        seen
    };
    let five = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"];
    let nobody = TestApp::behind(limits, Proxies::default()).await;
    assert_eq!(statuses(&nobody, &five).await, [422, 422, 422, 429, 429], "headers are not believed");
    // In process the other end of the connection is 0.0.0.0: a proxy of ours when we say so.
    let trusted: Network = "0.0.0.0".parse().unwrap();
    let proxies = Proxies { trusted: vec![trusted], ..Proxies::default() };
    let ours = TestApp::behind(limits, proxies.clone()).await;
    assert_eq!(statuses(&ours, &five).await, [422; 5], "five clients, five counts");
    let forged =
        ["1.1.1.1, 203.0.113.9", "2.2.2.2, 203.0.113.9", "3.3.3.3, 203.0.113.9", "4.4.4.4, 203.0.113.9"];
    let ours = TestApp::behind(limits, proxies).await;
    assert_eq!(statuses(&ours, &forged).await, [422, 422, 422, 429], "what the client wrote on the left");
}

#[tokio::test]
async fn staff_are_found_by_name_and_the_disabled_are_not_reset() {
    let app = TestApp::new().await;
    let (system, security) = (
        app.administrator("system", Role::System).await,
        app.administrator("security", Role::Security).await,
    );
    for (login, name) in [("zhou", "演示·周立群"), ("qian", "演示·钱立本")] {
        app.post(&system, "/admin/openings", &[("login", login), ("name", name)]).await;
    }
    let find = |text: &str| format!("/admin/openings?find={}", text.chars().map(percent).collect::<String>());
    let found = app.get(&system, &find("立群")).await.body;
    assert!(found.contains("<code>zhou</code>") && !found.contains("<code>qian</code>"), "{found}");
    let none = app.get(&system, &find("立刻")).await.body;
    assert!(none.contains("没有这个账号或姓名"), "{none}");

    let list = app.get(&security, "/admin/accounts?login=zhou").await.body;
    let id = account_of(&list, "zhou");
    let state = format!("/admin/accounts/{id}/state");
    let fields = [("state", "disabled"), ("reason", "调离")];
    assert_eq!(app.post(&security, &state, &fields).await.status, 303);
    let again = app.post(&security, &state, &fields).await;
    assert!(again.status == 422 && again.body.contains("已经停用"), "{}", again.body);
    let found = app.get(&system, &find("立群")).await.body;
    assert!(found.contains("已停用") && !found.contains(&format!("/admin/openings/{id}\"")), "{found}");
    let reset = app.post(&system, &format!("/admin/openings/{id}"), &[]).await;
    assert_eq!(reset.status, 422);
    assert!(reset.body.contains("请先由安全管理员启用") && !reset.body.contains("/activation/"));
}

#[tokio::test]
async fn the_last_audit_administrator_is_kept_and_the_locked_are_let_in() {
    let app = TestApp::new().await;
    let security = app.administrator("security", Role::Security).await;
    app.administrator("audit", Role::Audit).await;
    let list = app.get(&security, "/admin/accounts?login=audit").await.body;
    let state = format!("/admin/accounts/{}/state", account_of(&list, "audit"));
    let refused = app.post(&security, &state, &[("state", "disabled"), ("reason", "离职")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("请先在服务器上另开一个审计管理员账户"), "{}", refused.body);

    let not_yet = app.post(&security, &state, &[("state", "unlocked"), ("reason", "核实")]).await;
    assert!(not_yet.status == 422 && not_yet.body.contains("没有暂停登录"), "{}", not_yet.body);
    assert!(!list.contains("value=\"unlocked\""));
    for _ in 0..5 {
        enter(&app, "audit", "wrong-password-1").await;
    }
    let list = app.get(&security, "/admin/accounts?login=audit").await.body;
    assert!(list.contains("暂停登录") && list.contains("value=\"unlocked\""), "{list}");
    let unlocked = app.post(&security, &state, &[("state", "unlocked"), ("reason", "核实")]).await;
    let at = unlocked.location().to_owned();
    assert!(app.get(&security, &at).await.body.contains("已解除暂停登录"), "{at}");
    assert!(!app.get(&security, "/admin/accounts?login=audit").await.body.contains("value=\"unlocked\""));
}
