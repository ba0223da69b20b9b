//! The citizen's side of the first half: find, read, log in, fill, hand in, submit.

use super::files;
use crate::harness::{Person, Site};
use std::path::Path;

pub const PASSWORD: &str = "yiwang-demo-2026";

/// Somebody of the demonstration who opens a shop.
#[derive(Debug, Clone, Copy)]
pub struct Shopkeeper {
    pub login: &'static str,
    pub name: &'static str,
    pub number: &'static str,
    pub phone: &'static str,
    pub shop: &'static str,
}

pub const WANG: Shopkeeper = Shopkeeper {
    login: "wang",
    name: "演示·王小明",
    number: "320102199001019998",
    phone: "13800138001",
    shop: "南京市玄武区演示小明餐饮店",
};

pub const LI: Shopkeeper = Shopkeeper {
    login: "li",
    name: "演示·李秀英",
    number: "320102198802029980",
    phone: "13800138002",
    shop: "南京市玄武区演示秀英小吃店",
};

/// What stands on the receipt.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub ticket: String,
    pub password: String,
    /// Address of the case for its applicant.
    pub case: String,
}

/// From the home page to the guide, as somebody who knows what she wants in her own words.
pub async fn find_guide(person: &Person) {
    person.open("/").await;
    person.fill("搜索事项", "开店").await;
    person.press("搜索").await;
    person.sees("个体工商户设立登记").await;
    person.follow("个体工商户设立登记").await;
    for words in ["不收费", "您要交", "谁可以办", "要交什么", "承诺"] {
        person.sees(words).await;
    }
}

/// On the log-in page, wherever it was come to from.
pub async fn log_in(person: &Person, login: &str) {
    person.sees("演示账户").await;
    person.fill("账号", login).await;
    person.fill("密码", PASSWORD).await;
    person.press("登录").await;
}

/// From the guide through the log-in page to the first question.
pub async fn start(person: &Person, who: Shopkeeper) {
    person.follow("在线办理").await;
    person.sees("会问您什么").await;
    person.follow("登录后申请").await;
    log_in(person, who.login).await;
    person.sees(who.name).await;
    person.sees("已替您取得").await;
    person.press("开始填写").await;
    person.sees("第 1 步，共 5 步").await;
}

/// The three pages of questions.
pub async fn answer(person: &Person, who: Shopkeeper) {
    // What the account knows stands there already, and says so.
    for (label, known) in [("经营者姓名", who.name), ("经营者身份证号", who.number), ("手机号", who.phone)]
    {
        assert_eq!(person.value(label).await, known, "{label} is filled in from the account");
    }
    person.sees("来自：我的账户").await;
    answer_again(person, who).await;
}

/// The same for somebody whose first licence may have filled in some of it.
pub async fn answer_again(person: &Person, who: Shopkeeper) {
    person.fill("经营者姓名", who.name).await;
    person.fill("经营者身份证号", who.number).await;
    person.fill("民族", "汉族").await;
    person.fill("现住址", "南京市玄武区梅园新村街道（演示地址）11号").await;
    person.press("保存并继续").await;

    person.sees("第 2 步，共 5 步").await;
    person.choose("名称", "使用名称").await;
    person.fill("店名", who.shop).await;
    person.choose("经营方式", "个人经营").await;
    // Families alone are asked for their members; without script the question stands there with its condition.
    assert_eq!(person.is_asked("参加经营的家庭成员").await, !person.look().script);
    person.fill("资金数额", "10").await;
    person.fill("从业人数", "3").await;
    person.press("保存并继续").await;

    person.sees("第 3 步，共 5 步").await;
    person.choose("经营场所类型", "实体店面").await;
    person.fill("经营场所地址", "南京市玄武区珠江路（演示地址）8号1层").await;
    person.choose("房屋用途", "商业").await;
    person.choose("房屋来源", "租赁").await;
    person.fill("经营范围", "餐饮服务；食品销售").await;
    person.press("保存并继续").await;
    person.sees("第 4 步，共 5 步").await;
}

/// Everything before the materials.
pub async fn come_to_materials(person: &Person, who: Shopkeeper) {
    find_guide(person).await;
    start(person, who).await;
    answer(person, who).await;
}

/// Materials: most are waived; the lease is uploaded.
pub async fn hand_in(person: &Person, site: &Site) {
    person.sees("已免交").await;
    upload(person, "上传", &files::picture(site, "租赁合同.png")).await;
    person.sees("租赁合同.png").await;
    person.sees("都齐了").await;
    person.press("继续，去核对").await;
    person.sees("第 5 步，共 5 步").await;
}

/// A chosen file goes at once; without script one has to say so.
pub async fn upload(person: &Person, material: &str, file: &Path) {
    if person.look().script {
        return person.act_and_wait(person.attach(material, file)).await;
    }
    person.attach(material, file).await;
    person.press("上传").await;
}

/// On the check page: everything that was typed stands there; then the promise and the button.
pub async fn check(person: &Person, who: Shopkeeper) {
    for words in [who.shop, "餐饮服务；食品销售", "租赁合同.png", "结果怎么给您"] {
        person.sees(words).await;
    }
    person.tick("我已读懂").await;
}

pub async fn submit(person: &Person) -> Receipt {
    person.press("提交申请").await;
    receipt(person).await
}

/// Reads the receipt as its owner would copy it down.
pub async fn receipt(person: &Person) -> Receipt {
    person.sees("申请已提交").await;
    let number = person.beside("办件编号（46 位）").await;
    assert_eq!(number.chars().filter(|c| !c.is_whitespace()).count(), 46, "办件编号 {number}");
    let (ticket, password) =
        (person.read("//*[@id='ticket']").await, person.read("//*[@id='password']").await);
    assert!(!ticket.is_empty() && password.len() >= 6, "{ticket} {password}");
    person.find("//figure[contains(@class,'qr')]//*[name()='svg']").await;
    person.sees("接下来").await;
    let case = person.path().await.trim_end_matches("/receipt").to_owned();
    Receipt { ticket, password, case }
}

/// The whole first half of the main job.
pub async fn register_shop(person: &Person, site: &Site, who: Shopkeeper) -> Receipt {
    come_to_materials(person, who).await;
    hand_in(person, site).await;
    check(person, who).await;
    let receipt = submit(person).await;
    person.follow("看进度").await;
    for words in [receipt.ticket.as_str(), "时限", "经过", "提交"] {
        person.sees(words).await;
    }
    receipt
}

/// The public page of a case, with the ticket and the password of the receipt.
pub async fn ask_progress(person: &Person, receipt: &Receipt) {
    person.open("/progress").await;
    let fields = person.all("//main//input[not(@type='hidden')]").await;
    for (field, value) in fields.iter().zip([&receipt.ticket, &receipt.password]) {
        field.clear().await.expect("a field can be emptied");
        field.send_keys(value).await.expect("a field can be filled");
    }
    person.press("查进度").await;
    person.sees(&receipt.ticket).await;
}
