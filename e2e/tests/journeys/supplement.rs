//! The desk asks once for what is missing; the applicant hands it in; the clock goes on.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, Receipt, Shopkeeper};
use crate::steps::{files, staff};

const MISSING: &str = "经营场所使用证明：租赁合同缺少最后一页";

#[tokio::test]
async fn what_is_missing_is_asked_once_and_handed_in() {
    let site = Site::start().await;
    for (look, who) in [(Look::NO_SCRIPT, citizen::WANG), (Look::ELDER_PHONE, citizen::LI)] {
        let citizen = Person::visit(&site, look).await;
        let receipt = citizen::register_shop(&citizen, &site, who).await;
        let clerk = staff::at_desk(&site, "market-clerk").await;
        ask(&clerk, &receipt).await;
        hand_in(&citizen, &site, &receipt, who).await;

        // Back at the desk, and it cannot be asked for a second time.
        staff::open_case(&clerk, &receipt).await;
        clerk.sees("合同全文.png").await;
        assert!(clerk.all("//details[@id='supplement']").await.is_empty(), "asked once");
        staff::grant(&clerk, &receipt).await;
        clerk.troubles().await;
        for person in [citizen, clerk] {
            person.leave().await;
        }
    }
    site.assert_quiet();
}

async fn ask(clerk: &Person, receipt: &Receipt) {
    staff::open_case(clerk, receipt).await;
    staff::unfold_act(clerk, "告知补正").await;
    clerk.press("预览补正材料一次性告知书").await;
    assert!(clerk.title().await.starts_with("错误："), "nothing missing is no notice");
    staff::ask_supplement(clerk, receipt, MISSING).await;
    clerk.troubles().await;
    // It waits for the applicant now, not for the desk.
    clerk.open("/desk").await;
    clerk.does_not_see(&receipt.ticket).await;
}

async fn hand_in(citizen: &Person, site: &Site, receipt: &Receipt, who: Shopkeeper) {
    citizen.open("/me").await;
    citizen.sees("等您办的事").await;
    citizen.open(&receipt.case).await;
    citizen.sees("前补正 1 项").await;
    citizen.sees(MISSING).await;
    citizen.does_not_see("正常").await;
    citizen.follow("去补正").await;
    // What the notice names is asked; the rest is folded away.
    citizen.control("经营场所使用证明").await;
    let folded = citizen.find("//details[summary[normalize-space(.)='还要换别的材料']]").await;
    assert!(!folded.text().await.unwrap_or_default().contains("居民身份证"), "folded for {}", who.login);

    citizen.press("提交补正").await;
    assert!(citizen.title().await.starts_with("错误："), "nothing is no answer");
    citizen.sees("还没有交要补的材料").await;
    citizen.attach("经营场所使用证明", &files::text(site, "合同.png")).await;
    citizen.press("提交补正").await;
    assert!(citizen.title().await.starts_with("错误："), "text is no picture");
    citizen.sees("合同.png").await;
    citizen.attach("经营场所使用证明", &files::picture(site, "合同全文.png")).await;
    citizen.press("提交补正").await;
    assert_eq!(citizen.path().await, receipt.case);
    citizen.sees("补正材料已交").await;
    citizen.sees("合同全文.png").await;
    citizen.troubles().await;
}
