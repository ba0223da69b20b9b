//! Opening one's own account, showing one's document, and how staff come to theirs.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, WANG};
use crate::steps::staff;

const SECRET: &str = "plum-rain-in-the-lane-7";
const NUMBER: &str = "320102198505050011";
const NAME: &str = "演示·赵新";

#[tokio::test]
async fn somebody_registers_shows_her_document_and_may_apply() {
    let site = Site::start().await;
    for (login, look) in [
        ("zhaoxin-one", Look::DESKTOP),
        ("zhaoxin-two", Look::NO_SCRIPT),
        ("zhaoxin-three", Look::ELDER_PHONE),
    ] {
        let person = Person::visit(&site, look).await;
        register(&person, login).await;
        person.sees("注册成功，请登录").await;
        enter(&person, login).await;
        let start = "/items/unemployment-registration";
        person.open(start).await;
        person.follow("在线办理").await;
        person.sees("实名核验").await;
        person.sees("您现在是1级").await;

        let clerk = staff::at_desk(&site, "market-clerk").await;
        clerk.follow("实名核验").await;
        clerk.fill("申请人的账号名", login).await;
        clerk.choose("证件种类", "居民身份证").await;
        clerk.fill("证件上的姓名", NAME).await;
        clerk.fill("证件上的身份证号", NUMBER).await;
        clerk.press("通过核验").await;
        clerk.sees("请先核对本人与证件照片").await;
        clerk.tick("我已核对").await;
        clerk.press("通过核验").await;
        clerk.sees("核验通过").await;
        clerk.leave().await;

        person.reload().await;
        person.press("开始填写").await;
        assert_eq!(person.value("姓名").await, NAME);
        person.open("/me/security").await;
        person.sees("4 级").await;
        person.sees("在窗口通过实名核验").await;
        person.does_not_see(NUMBER).await;
        person.leave().await;
    }
    site.assert_quiet();
}

async fn register(person: &Person, login: &str) {
    person.open("/login").await;
    person.follow("注册个人账户").await;
    person.fill("姓名", NAME).await;
    person.fill("身份证号", NUMBER).await;
    person.fill("手机号", "13800138009").await;
    person.fill("账号名", login).await;
    person.fill("密码", SECRET).await;
    person.fill("再输一次密码", SECRET).await;
    person.press("注册").await;
    // The box was not ticked: everything else is kept, the passwords are not.
    person.sees("请先看个人信息处理告知").await;
    assert_eq!(person.value("身份证号").await, NUMBER);
    person.fill("密码", SECRET).await;
    person.fill("再输一次密码", SECRET).await;
    person.tick("我已看过并同意").await;
    person.press("注册").await;
}

async fn enter(person: &Person, login: &str) {
    person.fill("账号", login).await;
    person.fill("密码", SECRET).await;
    person.press("登录").await;
}

#[tokio::test]
async fn what_was_typed_goes_through_a_new_log_in() {
    let site = Site::start().await;
    for look in [Look::DESKTOP, Look::NO_SCRIPT] {
        let (here, there) = (Person::visit(&site, look).await, Person::visit(&site, Look::DESKTOP).await);
        for person in [&here, &there] {
            person.open("/login").await;
            citizen::log_in(person, WANG.login).await;
        }
        here.open("/items/unemployment-registration").await;
        here.follow("在线办理").await;
        here.press(if look.script { "开始填写" } else { "重新填一份" }).await;
        here.fill("现住址", "南京市玄武区（演示地址）“11”号").await;
        // Her session ends elsewhere, as it would by time.
        there.open("/me/security").await;
        there.press("退出其他地方的登录").await;
        there.leave().await;

        here.press("保存并继续").await;
        here.sees("您刚才填的内容没有丢").await;
        citizen::log_in(&here, WANG.login).await;
        here.sees("南京市玄武区（演示地址）“11”号").await;
        here.press("接着提交").await;
        assert_eq!(here.value("现住址").await, "南京市玄武区（演示地址）“11”号");
        here.troubles().await; // The 401 of the form is in the console, as it should be.
        here.leave().await;
    }
    site.assert_quiet();
}

#[tokio::test]
async fn a_session_warns_before_it_ends_and_goes_on() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    // Twenty-eight minutes pass at once, the first time somebody waits for them.
    let hurry = "let waited = false; const wait = window.setTimeout; window.setTimeout = (what, time, ...rest) => { \
        if (time < 600000 || waited) return wait(what, time, ...rest); waited = true; return wait(what, 50); };";
    person.devtools("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({ "source": hurry })).await;
    person.open("/login").await;
    citizen::log_in(&person, WANG.login).await;
    person.sees("如果不再操作，登录").await;
    person.sees("登录快要结束了").await;
    let button = person.button("继续办理").await;
    person.tap(&button).await;
    for _ in 0..40 {
        if !person.text().await.contains("登录快要结束了") {
            break;
        }
        crate::harness::moment().await;
    }
    person.does_not_see("登录快要结束了").await;
    let left = person.script("return document.querySelector('[data-session]').dataset.session").await;
    assert!(left.as_str().and_then(|s| s.parse::<u32>().ok()).is_some_and(|s| s > 1700), "{left}");
    person.leave().await;

    let plain = Person::visit(&site, Look::NO_SCRIPT).await;
    plain.open("/login").await;
    citizen::log_in(&plain, WANG.login).await;
    plain.press("延长登录").await;
    plain.sees("如果不再操作，登录").await;
    plain.leave().await;
    site.assert_quiet();
}
