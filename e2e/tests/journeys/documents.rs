//! What the authority gives in writing: read on the page, kept, printed, and checked by somebody who has nothing
//! but the file.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, Receipt, WANG};
use crate::steps::{files, staff};
use serde_json::json;

#[tokio::test]
async fn a_decision_is_read_kept_printed_and_checked_by_a_stranger() {
    let site = Site::start().await;
    let citizen = Person::visit(&site, Look::DESKTOP).await;
    let receipt = granted(&site, &citizen).await;

    citizen.open(&receipt.case).await;
    for title in ["受理通知书", "准予行政许可决定书", "营业执照"] {
        citizen
            .find(&format!("//ul[contains(@class,'files')]/li[starts-with(normalize-space(.), '{title}')]"))
            .await;
    }
    read_document(&citizen, "准予行政许可决定书").await;
    citizen.sees("签章有效").await;
    for words in ["下载 OFD", "盖章信息"] {
        citizen.sees(words).await;
    }
    // The page itself is drawn: its words can be read, not only seen.
    let drawn = citizen.read("//figure[contains(@class,'sheet')]").await.replace(char::is_whitespace, "");
    assert!(drawn.contains("准予") && drawn.contains("王小明"), "{drawn}");
    let paper = fetch(&citizen, "/ofd").await;
    assert!(paper.starts_with(b"PK"), "an OFD is a package");
    assert!(fetch(&citizen, "/pdf").await.starts_with(b"%PDF"), "a PDF is a PDF");

    // On paper there is the document, and not what is only for the screen.
    citizen.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    citizen.does_not_see("盖章信息").await;
    citizen.does_not_see("需要帮助").await;
    citizen.find("//figure[contains(@class,'sheet')]//*[name()='svg']").await;
    citizen.devtools("Emulation.setEmulatedMedia", json!({ "media": "" })).await;
    citizen.button("打印").await;
    citizen.leave().await;

    // A stranger without script, with the file; then with one character of it changed.
    let stranger = Person::visit(&site, Look::NO_SCRIPT).await;
    check(&stranger, &files::of(&site, "decision.ofd", &paper)).await;
    stranger.sees("签章有效，文件没有改动").await;
    stranger.sees("南京市玄武区市场监督管理局").await;
    let mut spoilt = paper;
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 0x20;
    check(&stranger, &files::of(&site, "spoilt.ofd", &spoilt)).await;
    stranger.does_not_see("签章有效").await;
    stranger.troubles().await;
    stranger.leave().await;
    site.assert_quiet();
}

/// The receipt under seal is made when somebody wants it, also without script and on a small screen.
#[tokio::test]
async fn a_receipt_under_seal_is_had_without_script_and_by_elders() {
    let site = Site::start().await;
    for (look, who) in [(Look::NO_SCRIPT, WANG), (Look::ELDER_PHONE, citizen::LI)] {
        let person = Person::visit(&site, look).await;
        let receipt = citizen::register_shop(&person, &site, who).await;
        person.open(&format!("{}/receipt", receipt.case)).await;
        person.follow("收件凭证").await;
        person.sees("签章有效").await;
        person.sees("收件凭证").await;
        let wide = person.script("return document.documentElement.scrollWidth").await;
        assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(look.width)), "{wide} ({})", look.name());
        person.leave().await;
    }
    site.assert_quiet();
}

async fn granted(site: &Site, citizen: &Person) -> Receipt {
    let receipt = citizen::register_shop(citizen, site, WANG).await;
    let clerk = staff::at_desk(site, "market-clerk").await;
    staff::grant(&clerk, &receipt).await;
    clerk.leave().await;
    receipt
}

async fn read_document(person: &Person, title: &str) {
    let line = format!("//ul[contains(@class,'files')]/li[starts-with(normalize-space(.), '{title}')]//a");
    person.click(person.find(&line).await).await;
}

/// What the link of the page would save.
async fn fetch(person: &Person, form: &str) -> Vec<u8> {
    let source = "const done = arguments[arguments.length - 1]; \
        fetch(location.pathname + arguments[0]).then((reply) => reply.arrayBuffer()) \
        .then((bytes) => done([...new Uint8Array(bytes)]));";
    let bytes = person.script_async(source, vec![json!(form)]).await;
    bytes.as_array().expect("bytes").iter().filter_map(|byte| byte.as_u64()?.try_into().ok()).collect()
}

async fn check(person: &Person, file: &std::path::Path) {
    person.open("/verify").await;
    person.attach("OFD 文件", file).await;
    person.press("验证文件").await;
}
