//! Nothing but the keyboard: Tab, Enter, Space and letters, from the home page to the first question.

use crate::harness::{Look, Person, Site, moment};
use crate::rules::{Focus, focus};
use crate::steps::citizen::{self, PASSWORD, WANG};
use crate::steps::staff;

const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";
const SPACE: &str = " ";

/// More stops than any page has: reaching this is a trap, or the stop is not there.
const MOST: usize = 150;

#[tokio::test]
async fn the_first_question_is_reached_with_the_keyboard_alone() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    person.open("/").await;
    let first = tab(&person).await;
    assert_eq!(
        (first.tag.as_str(), first.words.as_str()),
        ("a", "跳到主要内容"),
        "the first stop is the skip link"
    );
    person.keys(ENTER).await;
    tab_to(&person, "搜索事项").await;
    person.keys("开店").await;
    tab_to(&person, "搜索").await;
    enter(&person).await;

    tab_to(&person, "个体工商户设立登记").await;
    enter(&person).await;
    tab_to(&person, "在线办理").await;
    enter(&person).await;
    tab_to(&person, "登录后申请").await;
    enter(&person).await;

    tab_to(&person, "账号").await;
    person.keys(WANG.login).await;
    tab_to(&person, "密码").await;
    person.keys(PASSWORD).await;
    tab_to_tag(&person, "button", "登录").await;
    person.act_and_wait(person.keys(SPACE)).await;
    person.sees(WANG.name).await;

    tab_to(&person, "开始填写").await;
    enter(&person).await;
    person.sees("第 1 步，共 5 步").await;
    tab_to(&person, "经营者姓名").await;
    person.keys(WANG.name).await;
    assert_eq!(person.value("经营者姓名").await, WANG.name);
    person.leave().await;
}

#[tokio::test]
async fn no_page_holds_the_keyboard_fast() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    for path in [
        "/",
        "/search?q=开店",
        "/items",
        "/items/individual-business-registration",
        "/login",
        "/progress",
        "/verify",
        "/register",
        "/help",
    ] {
        walk(&person, path).await;
    }
    person.leave().await;
}

/// The bar with the acts sticks to the bottom of the window and must not hide what has the focus (WCAG 2.4.11).
#[tokio::test]
async fn the_desk_is_walked_without_losing_sight_of_the_focus() {
    let site = Site::start().await;
    let citizen = Person::visit(&site, Look::DESKTOP).await;
    let receipt = citizen::register_shop(&citizen, &site, WANG).await;
    citizen.leave().await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    for path in ["/desk", "/desk/certificates", "/desk/fetches", "/desk/seals", "/me/security"] {
        walk(&clerk, path).await;
    }
    staff::open_case(&clerk, &receipt).await;
    walk(&clerk, &clerk.path().await).await;
    clerk.leave().await;
}

/// Every stop of a page is different and visible, and after the last one the keyboard is free again.
async fn walk(person: &Person, path: &str) {
    person.open(path).await;
    let mut stops: Vec<Focus> = Vec::new();
    for _ in 0..MOST {
        let stop = tab(person).await;
        // The focus went on to the browser, or came round to the first stop.
        if stop.tag.is_empty() || stops.first() == Some(&stop) {
            assert!(stops.len() > 5, "{path} has only {} stops", stops.len());
            return;
        }
        assert!(!stops.contains(&stop), "{path}: the focus comes back to “{}” before the end", stop.words);
        stops.push(stop);
    }
    panic!("{path}: {MOST} stops and no end");
}

async fn tab(person: &Person) -> Focus {
    person.keys(TAB).await;
    let mut stop = focus(person).await;
    // The window follows the focus with its next picture: what is not in sight yet may be in a moment.
    for _ in 0..20 {
        if stop.fault.is_empty() {
            break;
        }
        moment().await;
        stop = focus(person).await;
    }
    if !stop.fault.is_empty() {
        person
            .fail(&format!("focus on “{}” <{}> cannot be seen: {}", stop.words, stop.tag, stop.fault))
            .await;
    }
    stop
}

async fn tab_to(person: &Person, words: &str) {
    tab_to_tag(person, "", words).await;
}

async fn tab_to_tag(person: &Person, tag_name: &str, words: &str) {
    for _ in 0..MOST {
        let stop = tab(person).await;
        if stop.words.starts_with(words) && (tag_name.is_empty() || stop.tag == tag_name) {
            return;
        }
    }
    person.fail(&format!("Tab never reaches “{words}”")).await;
}

async fn enter(person: &Person) {
    person.act_and_wait(person.keys(ENTER)).await;
}
