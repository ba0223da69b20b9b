//! The second licence: 食品经营许可, where the first one stands in for a document.

use super::citizen::{Receipt, Shopkeeper, receipt, upload};
use super::files;
use crate::harness::{Person, Site};

/// Logged in, holding the business licence of the first half.
pub async fn apply(person: &Person, site: &Site, who: Shopkeeper) -> Receipt {
    person.open("/items/food-business-licence").await;
    person.follow("在线办理").await;
    person.sees("免交").await;
    person.press("开始填写").await;

    // The certificate fills the first page.
    assert_eq!(person.value("名称").await, who.shop);
    person.sees("来自：营业执照").await;
    person.fill("经营者或法定代表人身份证号", who.number).await;
    assert_eq!(person.value("联系人").await, who.name, "whoever applies is called");
    assert_eq!(person.value("联系电话").await, who.phone);
    person.press("保存并继续").await;

    person.fill("经营面积", "80").await;
    person.choose("房屋来源", "租赁").await;
    person.press("保存并继续").await;

    person.choose("经营类别", "餐饮服务经营者").await;
    person.fill("食品处理区面积", "30").await;
    person.choose("经营项目", "热食类食品制售").await;
    person.choose("是否连锁", "否").await;
    person.choose("是否网络经营", "否").await;
    person.choose("是否用自动售货设备", "否").await;
    person.press("保存并继续").await;

    person.fill("食品安全管理人员", who.name).await;
    person.fill("食品安全管理人员电话", who.phone).await;
    person.fill("直接接触食品的人数", "3").await;
    person.choose("由谁办理", "本人办理").await;
    person.press("保存并继续").await;

    person.unfold("已免交").await;
    let waived = "//*[h3[s[normalize-space(.)='营业执照']]]";
    person.find(waived).await;
    assert!(person.read(waived).await.contains("免交"));
    upload(person, "上传主要设备", &files::picture(site, "布局图.png")).await;
    person.sees("布局图.png").await;
    person.press("稍后补交").await;
    person.sees("稍后补交").await;
    person.press("继续，去核对").await;
    person.sees("免交").await;
    person.tick("我已读懂").await;
    person.press("提交申请").await;
    receipt(person).await
}

/// The material that comes later.
const RULES: &str = "食品安全规章制度目录清单";

/// Hands in what was accepted as missing, from the page of the case.
pub async fn hand_in_owed(person: &Person, site: &Site, receipt: &Receipt, file: &str) {
    person.open(&receipt.case).await;
    person.sees("还有 1 份材料要补交").await;
    person.follow(RULES).await;
    person.attach(RULES, &files::text(site, file)).await;
    person.press("补交").await;
    assert!(person.title().await.starts_with("错误："), "text is no picture");
    person.attach(RULES, &files::picture(site, file)).await;
    person.press("补交").await;
    assert_eq!(person.path().await, format!("{}?done=owed", receipt.case));
    person.sees("已交，等确认").await;
}
