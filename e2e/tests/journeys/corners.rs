//! Taking an application back, applying for a firm, without a network, and the description of the API.

use crate::harness::{Look, Person, Site, moment};
use crate::steps::citizen::{self, Shopkeeper, WANG};
use crate::steps::{licence, staff};

/// The agent of a firm, whose licence lies in the library already.
const AGENT: Shopkeeper = Shopkeeper {
    login: "agent",
    name: "演示·孙晓燕",
    number: "320102199207079988",
    phone: "13800138007",
    shop: "演示·金陵小厨餐饮有限公司",
};

#[tokio::test]
async fn an_application_is_taken_back_with_and_without_script() {
    for look in [Look::DESKTOP, Look::NO_SCRIPT] {
        let site = Site::start().await;
        let person = Person::visit(&site, look).await;
        let receipt = citizen::register_shop(&person, &site, WANG).await;
        person.open(&receipt.case).await;
        person.follow("撤回申请").await;
        person.sees("不能恢复").await;
        person.fill("为什么撤回", "租约没有谈成").await;
        person.press("撤回申请").await;
        person.sees("撤回").await;
        assert_eq!(person.path().await, receipt.case);
        // Once is enough: it cannot be taken back again, and the desk has nothing to do.
        person.open(&format!("{}/withdrawal", receipt.case)).await;
        person.sees("不能再撤回").await;
        let clerk = staff::at_desk(&site, "market-clerk").await;
        clerk.does_not_see(&receipt.ticket).await;
        clerk.leave().await;
        person.leave().await;
        site.assert_quiet();
    }
}

#[tokio::test]
async fn an_agent_applies_for_her_firm() {
    let site = Site::start().await;
    let agent = Person::visit(&site, Look::DESKTOP).await;
    agent.open("/login").await;
    citizen::log_in(&agent, AGENT.login).await;
    agent.follow("切换身份").await;
    agent.choose("您为谁办事", AGENT.shop).await;
    agent.press("继续").await;
    agent.sees(&format!("代表 {}", AGENT.shop)).await;
    let receipt = licence::apply(&agent, &site, AGENT).await;
    agent.open("/me").await;
    agent.sees(&receipt.ticket).await;

    // The firm's case is not the agent's own.
    agent.follow("切换身份").await;
    agent.choose("您为谁办事", "本人").await;
    agent.press("继续").await;
    agent.does_not_see(&receipt.ticket).await;
    agent.open(&receipt.case).await;
    agent.sees("没有找到").await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    staff::open_case(&clerk, &receipt).await;
    clerk.sees(AGENT.shop).await;
    agent.troubles().await; // The 404 above is in the console, as it should be.
    for person in [agent, clerk] {
        person.leave().await;
    }
    site.assert_quiet();
}

#[tokio::test]
async fn without_a_network_there_is_a_page_and_nothing_personal_was_kept() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    // A service worker needs a secure context: the browser's own name for this machine is one.
    let home = site.url.replace("127.0.0.1", "localhost");
    person.open(&format!("{home}/login")).await;
    citizen::log_in(&person, WANG.login).await;
    person.sees("我的空间").await;
    let ready =
        "const done = arguments[arguments.length - 1]; navigator.serviceWorker.ready.then(() => done(true));";
    person.script_async(ready, Vec::new()).await;
    person.reload().await;
    person.sees(WANG.name).await;
    let kept = "const done = arguments[arguments.length - 1]; (async () => { const found = []; \
        for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) \
        found.push(new URL(request.url).pathname); done(found); })();";
    let kept = person.script_async(kept, Vec::new()).await;
    let kept: Vec<&str> = kept.as_array().expect("a list").iter().filter_map(|path| path.as_str()).collect();
    assert!(kept.contains(&"/static/offline.html"), "{kept:?}");
    assert!(kept.iter().all(|path| path.starts_with("/static/")), "only files of the product: {kept:?}");

    drop_server(site).await;
    person.open(&format!("{home}/me")).await;
    person.sees("现在没有网络").await;
    person.sees("拨打 12345").await;
    person.does_not_see(WANG.name).await;
    person.troubles().await; // What cannot be fetched is in the console, as it should be.
    person.leave().await;
}

/// Nothing answers at the address any more.
async fn drop_server(site: Site) {
    site.assert_quiet();
    drop(site);
    moment().await;
}

#[tokio::test]
async fn the_description_of_the_api_is_shown_by_the_product_itself() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    person.open("/api/docs/").await;
    person.sees("/api/v1/cases").await;
    person.find("//*[contains(@class,'opblock')]").await;
    let foreign: Vec<String> =
        person.troubles().await.into_iter().filter(|line| line.contains("another origin")).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    person.leave().await;
    site.assert_quiet();
}
