//! A seal of a body: asked for by its keeper, approved by somebody else, made, authorised, used, stopped.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, WANG};
use crate::steps::staff;

/// 南京市玄武区市场监督管理局.
const BODY: &str = "11320102MBHA6H6Q0N";
const TITLE: &str = "登记注册专用章";

#[tokio::test]
async fn a_seal_is_ordered_approved_made_and_used() {
    let site = Site::start().await;
    let keeper = staff::at_desk(&site, "seal-keeper").await;
    let seal = order(&keeper).await;

    // Whoever asked for it does not approve it; another does, and proves once more who she is.
    let approver = staff::at_desk(&site, "market-approver").await;
    approver.open("/desk/seals").await;
    approver.follow(&format!("南京市玄武区市场监督管理局{TITLE}")).await;
    approver.does_not_see("提交审批意见").await;
    staff::prove_again(&approver).await;
    approver.choose("审批意见", "批准并制作").await;
    approver.press("提交审批意见").await;
    approver.sees("已批准并制作完成").await;
    let number = approver.beside("印章编号").await;
    assert!(number.chars().all(|c| c.is_ascii_digit()) && number.len() == 14, "印章编号 {number}");
    picture_is_there(&approver).await;

    keeper.open(&seal).await;
    keeper.sees("没有用印记录").await;
    staff::prove_again(&keeper).await;
    keeper.choose("文书", "行政决定书").await;
    keeper.fill("授权的原因", "登记决定自动用印").await;
    keeper.press("授权").await;
    keeper.sees("已授权自动用印").await;

    // The next decision carries the new seal, and the seal's log says so.
    let applicant = Person::visit(&site, Look::DESKTOP).await;
    let receipt = citizen::register_shop(&applicant, &site, WANG).await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    staff::grant(&clerk, &receipt).await;
    applicant.open(&receipt.case).await;
    let decision =
        "//ul[contains(@class,'files')]/li[starts-with(normalize-space(.), '准予行政许可决定书')]//a";
    applicant.click(applicant.find(decision).await).await;
    applicant.sees("签章有效").await;
    applicant.sees(&number).await;
    keeper.open(&format!("{seal}#log")).await;
    keeper.sees(&receipt.ticket).await;
    keeper.sees("自动用印").await;

    // Stopped: from now on it is not used.
    approver.open(&seal).await;
    approver.fill("停用的原因", "保管人交接").await;
    approver.press("停用").await;
    approver.sees("已停用，从现在起不能用印").await;
    for person in [keeper, approver, clerk, applicant] {
        person.leave().await;
    }
    site.assert_quiet();
}

/// The form comes back with what is missing, then goes through. The address of the seal comes back.
async fn order(keeper: &Person) -> String {
    keeper.open(&format!("/desk/seals?body={BODY}")).await;
    keeper.follow("申请印章").await;
    keeper.press("提交申请").await;
    assert!(keeper.title().await.starts_with("错误："), "an empty order is refused");
    keeper.fill("章名", TITLE).await;
    keeper.fill("用途", "用于个体工商户登记决定").await;
    keeper.choose("可以盖这枚章的文书", "行政决定书").await;
    keeper.press("提交申请").await;
    keeper.sees("已提交申请，等本单位决定岗审批").await;
    keeper.troubles().await;
    let path = keeper.path().await;
    path.split('?').next().expect("a path").to_owned()
}

async fn picture_is_there(person: &Person) {
    let drawn = person
        .script(
            "const img = document.querySelector('.seal-picture img'); img.scrollIntoView(); \
             return img.decode().then(() => img.naturalWidth);",
        )
        .await;
    assert!(drawn.as_u64().is_some_and(|width| width > 0), "the seal is drawn: {drawn}");
}
