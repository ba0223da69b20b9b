//! Showing a certificate face to face, and letting one office use it once.

use crate::harness::{Look, Person, Site, moment};
use crate::steps::citizen::{self, PASSWORD, WANG};
use crate::steps::staff;

/// Moments, of twenty a second, in which a code changes on its holder's screen, with something to spare.
const FRESH: usize = 40 * 20;
/// Moments after which a code is good for nothing.
const STALE: usize = 46 * 20;

#[tokio::test]
async fn a_code_changes_by_itself_and_a_picture_of_an_old_one_is_refused() {
    let site = Site::start().await;
    let holder = Person::visit(&site, Look::DESKTOP).await;
    let receipt = citizen::register_shop(&holder, &site, WANG).await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    staff::grant(&clerk, &receipt).await;
    holder.open("/me/certificates").await;
    holder.follow("看证照").await;
    let certificate = holder.path().await;

    holder.follow("亮证").await;
    let first = code(&holder).await;
    holder.script("window.still = true").await;
    enter(&clerk, &first).await;
    clerk.sees("证照是真的，现在有效").await;
    clerk.sees(WANG.shop).await;
    assert!(clerk.beside("成立日期").await.ends_with('日'), "a day reads as a day");
    // Somebody behind her has a picture of it: looked at once, it is spent.
    enter(&clerk, &first).await;
    clerk.sees("已经过期、用过").await;

    // The code on the holder's screen counts down and becomes another one; the page stays.
    let left = holder.read("//*[@data-left]").await.parse::<u32>().expect("seconds");
    assert!((1..=45).contains(&left), "{left} seconds");
    let second = next_code(&holder, &first).await;
    assert_eq!(holder.script("return window.still === true").await, true, "the page was not loaded again");
    holder.sees("刚才有人扫码").await;

    // Meanwhile she lets one office use it once.
    grant(&holder, &certificate).await;
    use_once(&clerk).await;
    holder.open("/me/uses").await;
    for words in ["办理经营场所备案", "亮证"] {
        holder.sees(words).await;
    }

    for _ in 0..STALE {
        moment().await;
    }
    enter(&clerk, &second).await;
    clerk.sees("已经过期、用过").await;
    clerk.troubles().await; // Refusals are in the console, as they should be.
    for person in [holder, clerk] {
        person.leave().await;
    }

    let plain = Person::visit(&site, Look::NO_SCRIPT).await;
    plain.open("/login").await;
    citizen::log_in(&plain, WANG.login).await;
    plain.open(&format!("{certificate}/show")).await;
    let old = code(&plain).await;
    plain.follow("换一个新码").await;
    assert_ne!(code(&plain).await, old, "a new code without script");
    plain.leave().await;
    site.assert_quiet();
}

/// Types a code, as one does whose camera fails.
async fn enter(person: &Person, code: &str) {
    person.open("/show").await;
    person.fill("亮证码", code).await;
    person.press("看证照").await;
}

/// What stands for the QR code, as it is written for those whose camera fails.
async fn code(person: &Person) -> String {
    let xpath = "//*[@data-code]";
    let element = person.all(xpath).await.into_iter().next();
    let Some(element) = element else { person.fail("no code on the page").await };
    element.prop("textContent").await.ok().flatten().unwrap_or_default().trim().to_owned()
}

/// The code that takes the place of an old one, without anybody doing anything.
async fn next_code(person: &Person, old: &str) -> String {
    for _ in 0..FRESH {
        let now = code(person).await;
        // A moment ago it may have been taken away under our eyes.
        if now != old && !now.is_empty() {
            return now;
        }
        moment().await;
    }
    person.fail("the code does not change by itself").await
}

async fn grant(holder: &Person, certificate: &str) {
    holder.open(certificate).await;
    holder.follow("给一个单位用一次").await;
    holder.fill("授权给哪个单位", "南京市玄武区市场监督管理局").await;
    holder.fill("用来做什么", "办理经营场所备案").await;
    holder.fill("登录密码", "not-the-password").await;
    holder.press("授权使用一次").await;
    assert!(holder.title().await.starts_with("错误："), "a wrong password grants nothing");
    assert_eq!(holder.value("用来做什么").await, "办理经营场所备案");
    holder.fill("登录密码", PASSWORD).await;
    holder.press("授权使用一次").await;
    holder.sees("已授权").await;
    holder.troubles().await;
}

async fn use_once(clerk: &Person) {
    clerk.open("/desk/grants").await;
    clerk.sees("办理经营场所备案").await;
    clerk.press("使用一次").await;
    clerk.sees(WANG.shop).await;
    clerk.open("/desk/grants").await;
    assert!(
        clerk.all("//button[starts-with(normalize-space(.), '使用一次')]").await.is_empty(),
        "once is once"
    );
}
