//! The main job: somebody opens a restaurant, with whatever browser she has.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, Receipt, WANG};
use crate::steps::{licence, staff};

#[tokio::test]
async fn a_shop_is_registered_and_gets_its_food_licence() {
    let site = Site::start().await;
    let citizen = Person::visit(&site, Look::DESKTOP).await;
    let first = citizen::register_shop(&citizen, &site, WANG).await;

    let clerk = staff::at_desk(&site, "market-clerk").await;
    clerk.sees("个体工商户设立登记").await;
    staff::grant(&clerk, &first).await;

    let identifier = take_certificate(&citizen, &first, "营业执照").await;
    verify(&site, &identifier, "营业执照").await;
    rate(&citizen, &first).await;

    let second = licence::apply(&citizen, &site, WANG).await;
    staff::accept(&clerk, &second).await;
    clerk.leave().await;
    let reviewer = staff::at_desk(&site, "market-reviewer").await;
    staff::open_case(&reviewer, &second).await;
    staff::pass_step(&reviewer, "材料审查").await;
    staff::pass_step(&reviewer, "现场核查").await;

    // One material was to come later, and nothing is decided before it came and was enough.
    let approver = staff::at_desk(&site, "market-approver").await;
    approver.open("/desk?queue=waiting").await;
    staff::follow_row(&approver, &second).await;
    approver.sees("容缺的材料还没有补齐并确认，不能作出决定").await;
    licence::hand_in_owed(&citizen, &site, &second, "制度.png").await;
    staff::return_owed(&reviewer, &second, "缺少自查制度").await;
    citizen.open(&second.case).await;
    citizen.sees("缺少自查制度").await;
    licence::hand_in_owed(&citizen, &site, &second, "制度全文.png").await;
    staff::confirm_owed(&reviewer, &second).await;
    reviewer.leave().await;
    staff::grant(&approver, &second).await;
    approver.leave().await;
    take_certificate(&citizen, &second, "食品经营许可证").await;
    citizen.open("/me/certificates").await;
    for name in ["营业执照", "食品经营许可证"] {
        citizen.sees(name).await;
    }
    citizen.leave().await;
    site.assert_quiet();
}

#[tokio::test]
async fn a_shop_is_registered_without_script() {
    registered_with(Look::NO_SCRIPT).await;
}

#[tokio::test]
async fn a_shop_is_registered_by_an_elder_on_a_small_phone() {
    registered_with(Look::ELDER_PHONE).await;
}

async fn registered_with(look: Look) {
    let site = Site::start().await;
    let citizen = Person::visit(&site, look).await;
    let receipt = citizen::register_shop(&citizen, &site, WANG).await;
    citizen::ask_progress(&citizen, &receipt).await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    staff::grant(&clerk, &receipt).await;
    clerk.leave().await;
    take_certificate(&citizen, &receipt, "营业执照").await;
    rate(&citizen, &receipt).await;
    citizen.leave().await;
    site.assert_quiet();
}

/// The citizen finds the result in her case and among her certificates. Its identifier comes back.
async fn take_certificate(citizen: &Person, receipt: &Receipt, name: &str) -> String {
    citizen.open(&receipt.case).await;
    citizen.sees(&format!("结果：{name}")).await;
    citizen.open("/me/certificates").await;
    citizen.sees("有效").await;
    citizen.follow(&format!("看证照：{name}")).await;
    citizen.sees(name).await;
    citizen.beside("证照标识").await
}

/// A stranger with nothing but the identifier.
async fn verify(site: &Site, identifier: &str, name: &str) {
    let stranger = Person::visit(site, Look::DESKTOP).await;
    stranger.open("/verify").await;
    stranger.fill("证照标识", identifier).await;
    stranger.press("验证").await;
    stranger.sees("这张证照是真的，现在有效").await;
    stranger.sees(name).await;
    stranger.does_not_see(WANG.name).await;
    stranger.leave().await;
}

async fn rate(citizen: &Person, receipt: &Receipt) {
    citizen.open(&receipt.case).await;
    citizen.follow("去评价").await;
    citizen.choose("您对这次办事满意吗", "非常满意").await;
    citizen.press("继续").await;
    citizen.press("提交评价").await;
    citizen.sees("谢谢您的评价").await;
    citizen.sees("非常满意").await;
}
