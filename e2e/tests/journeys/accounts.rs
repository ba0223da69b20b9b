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

/// Opened by one administrator, activated by herself, given a post by another administrator.
#[tokio::test]
async fn a_new_clerk_activates_her_account_and_comes_to_her_desk() {
    let site = Site::start().await;
    let system = staff::at_desk(&site, "admin-system").await;
    system.follow("开户").await;
    system.fill("账号名", "market-clerk-two").await;
    system.fill("姓名", "演示·新受理员").await;
    system.press("开户").await;
    system.sees("离开这一页就看不到了").await;
    let link = system.read("//*[@id='activation']").await;
    // From pages that are everybody's the way back to her office stays in sight.
    system.follow("账户和安全").await;
    system.sees("修改密码").await;
    system.click(system.find("//nav//a[normalize-space(.)='管理']").await).await;
    system.sees("您是系统管理员").await;
    system.leave().await;

    let clerk = Person::visit(&site, Look::ELDER_PHONE).await;
    clerk.open(&link).await;
    clerk.sees("演示·新受理员").await;
    let secret = clerk.read("//p/code[string-length(normalize-space(.)) > 20]").await;
    clerk.fill("应用里显示的6位数字", "000000").await;
    clerk.fill("新密码", SECRET).await;
    clerk.fill("再输一次密码", SECRET).await;
    clerk.press("激活").await;
    assert!(clerk.title().await.starts_with("错误："), "a wrong code activates nothing");
    let first = code_of(&clerk, &secret).await;
    clerk.fill("应用里显示的6位数字", &first).await;
    clerk.fill("新密码", SECRET).await;
    clerk.fill("再输一次密码", SECRET).await;
    clerk.press("激活").await;
    clerk.sees("账户已激活，请登录").await;
    clerk.troubles().await;
    // The link was good once.
    clerk.open(&link).await;
    clerk.does_not_see("绑定动态验证码").await;
    clerk.troubles().await;

    let security = staff::at_desk(&site, "admin-security").await;
    security.open("/admin/accounts?login=market-clerk-two").await;
    security.follow("market-clerk-two").await;
    security.sees("还没有岗位").await;
    security.select("区划", "南京市玄武区").await;
    security.select("部门", "市场监管").await;
    security.choose("岗位", "受理岗").await;
    security.press("分配").await;
    security.sees("岗位已分配").await;
    security.leave().await;

    clerk.open("/login").await;
    enter(&clerk, "market-clerk-two").await;
    let mut code = code_of(&clerk, &secret).await;
    // A code works once: the one of the activation is spent.
    while code == first {
        crate::harness::moment().await;
        code = code_of(&clerk, &secret).await;
    }
    clerk.fill("动态验证码", &code).await;
    clerk.press("继续").await;
    clerk.open("/desk").await;
    clerk.sees("待受理办件").await;
    clerk.sees("南京市玄武区市场监督管理局").await;
    clerk.leave().await;
    site.assert_quiet();
}

/// What an authenticator app shows for this secret now (RFC 6238).
async fn code_of(person: &Person, secret: &str) -> String {
    let source = "const done = arguments[arguments.length - 1]; (async () => { \
        const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bytes = []; let bits = ''; \
        for (const letter of arguments[0].replace(/\\s/g, '')) bits += letters.indexOf(letter).toString(2).padStart(5, '0'); \
        for (let at = 0; at + 8 <= bits.length; at += 8) bytes.push(parseInt(bits.slice(at, at + 8), 2)); \
        const key = await crypto.subtle.importKey('raw', new Uint8Array(bytes), { name: 'HMAC', hash: 'SHA-1' }, false, ['sign']); \
        const step = new DataView(new ArrayBuffer(8)); step.setUint32(4, Math.floor(Date.now() / 30000)); \
        const sum = new DataView(await crypto.subtle.sign('HMAC', key, step.buffer)), at = sum.getUint8(19) & 15; \
        done(String((sum.getUint32(at) & 0x7fffffff) % 1000000).padStart(6, '0')); })();";
    let code = person.script_async(source, vec![serde_json::json!(secret)]).await;
    code.as_str().expect("six digits").to_owned()
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
