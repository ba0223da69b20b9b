//! What people get wrong, what happens at the same time, and what is not theirs.

use crate::harness::{Look, Person, Site};
use crate::steps::citizen::{self, LI, WANG, log_in};
use crate::steps::{files, staff};

#[tokio::test]
async fn wrong_answers_are_named_and_kept() {
    let site = Site::start().await;
    for look in [Look::DESKTOP, Look::NO_SCRIPT] {
        let person = Person::visit(&site, look).await;
        person.open("/items/unemployment-registration").await;
        person.follow("在线办理").await;
        person.follow("登录后申请").await;
        log_in(&person, WANG.login).await;
        person.press(if look.script { "开始填写" } else { "重新填一份" }).await;

        // Prefilled from the account, and may be changed, for better or worse.
        assert_eq!(person.value("姓名").await, WANG.name);
        assert_eq!(person.value("身份证号").await, WANG.number);
        person.fill("身份证号", "320102199001019991").await;
        person.fill("手机号", "12345").await;
        person.press("保存并继续").await;
        let wrong = errors(&person).await;
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        assert_eq!(person.value("身份证号").await, "320102199001019991");
        assert_eq!(person.value("手机号").await, "12345");

        person.fill("身份证号", WANG.number).await;
        person.fill("手机号", WANG.phone).await;
        person.fill("现住址", "南京市玄武区（演示地址）11号").await;
        person.select("最高学历", "大专").await;
        person.press("保存并继续").await;

        person.select("失业原因", "个体经营停业").await;
        person.fill("原单位", "演示商行").await;
        person.fill_date("失业日期", ["2026", "2", "30"]).await;
        person.choose("求职意愿", "打算自己创业").await;
        person.press("保存并继续").await;
        let wrong = errors(&person).await;
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong.iter().any(|message| message.contains("日期") || message.contains('日')), "{wrong:?}");
        for (part, value) in ["年", "月", "日"].into_iter().zip(["2026", "02", "30"]) {
            let typed = person.date_part("失业日期", part).await;
            assert_eq!(typed.trim_start_matches('0'), value.trim_start_matches('0'), "{part} was kept");
        }
        person
            .find("//input[@type='radio' and @value='打算自己创业' and @checked]/following-sibling::label")
            .await;
        person.leave().await;
    }
    site.assert_quiet();
}

#[tokio::test]
async fn what_was_typed_stays_when_the_page_is_left_another_way() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    person.open("/items/unemployment-registration").await;
    person.follow("在线办理").await;
    person.follow("登录后申请").await;
    log_in(&person, LI.login).await;
    person.press("开始填写").await;
    let address = "南京市玄武区（演示地址）12号";
    person.fill("现住址", address).await;
    person.press("延长登录").await;
    assert_eq!(person.value("现住址").await, address, "the log-in was extended");
    person.press("长辈版").await;
    assert_eq!(person.value("现住址").await, address, "the mode was changed");
    person.press("标准版").await;
    // What is sent is the server's from then on.
    person.select("最高学历", "大专").await;
    person.press("保存并继续").await;
    person.follow("上一步").await;
    assert_eq!(person.value("现住址").await, address);
    person.leave().await;
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_nothing_is_given_away() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    let mut messages = Vec::new();
    for login in [WANG.login, "nobody"] {
        person.open("/login").await;
        person.fill("账号", login).await;
        person.fill("密码", "not the password").await;
        person.press("登录").await;
        messages.push(errors(&person).await);
        assert_eq!(person.value("账号").await, login);
        assert_eq!(person.value("密码").await, "", "a password is never sent back");
    }
    assert_eq!(messages[0], messages[1], "who has an account is nobody's business");
    person.sees("账号或密码不对").await;
    person.leave().await;
}

#[tokio::test]
async fn a_wrong_file_is_refused_by_name_and_the_promise_is_asked() {
    let site = Site::start().await;
    let person = Person::visit(&site, Look::DESKTOP).await;
    citizen::come_to_materials(&person, WANG).await;

    person.press("继续，去核对").await;
    assert_eq!(errors(&person).await.len(), 1, "the lease is missing");
    for name in ["合同.txt", "合同.pdf"] {
        citizen::upload(&person, "上传", &files::text(&site, name)).await;
        assert_eq!(errors(&person).await.len(), 1, "{name} is not what it should be");
        person.sees("还没交").await;
    }
    citizen::hand_in(&person, &site).await;
    person.press("提交申请").await;
    person.sees("请勾选真实性承诺").await;
    assert!(person.title().await.starts_with("错误："));
    person.leave().await;
    site.assert_quiet();
}

#[tokio::test]
async fn pages_photographed_one_by_one_are_one_material() {
    for look in [Look::DESKTOP, Look::NO_SCRIPT] {
        let site = Site::start().await;
        let person = Person::visit(&site, look).await;
        citizen::come_to_materials(&person, WANG).await;
        citizen::upload(&person, "上传", &files::picture(&site, "合同第1页.png")).await;
        for page in ["合同第2页.pdf", "合同第3页.pdf"] {
            // Whoever comes back to the material finds its folded form open: the address leads into it.
            citizen::upload(
                &person,
                "再加",
                &files::of(&site, page, format!("%PDF-1.4 {page} %%EOF").as_bytes()),
            )
            .await;
            person.sees(page).await;
        }
        person.sees("都齐了").await;
        person.act_and_wait(person.press("删除")).await;
        person.does_not_see("合同第1页.png").await;
        person.press("继续，去核对").await;
        person.sees("合同第2页.pdf、合同第3页.pdf").await;
        person.leave().await;
        site.assert_quiet();
    }
}

#[tokio::test]
async fn a_double_click_makes_one_case() {
    for look in [Look::DESKTOP, Look::NO_SCRIPT] {
        let site = Site::start().await;
        let person = Person::visit(&site, look).await;
        citizen::come_to_materials(&person, WANG).await;
        citizen::hand_in(&person, &site).await;
        citizen::check(&person, WANG).await;
        let button = person.button("提交申请").await;
        person.act_and_wait(person.double_click(&button)).await;
        let receipt = citizen::receipt(&person).await;
        person.open("/me/cases").await;
        let rows = person.all("//tr[contains(., '个体工商户设立登记')]").await;
        assert_eq!(rows.len(), 1, "{}", look.name());
        person.sees(&receipt.ticket).await;
        // The pages of a draft that became a case lead to the receipt, also by the back button.
        person.back().await;
        person.reload().await;
        person.sees("申请已提交").await;
        person.leave().await;
        site.assert_quiet();
    }
}

#[tokio::test]
async fn a_clerk_who_comes_second_sees_what_happened_and_keeps_her_words() {
    let site = Site::start().await;
    let citizen = Person::visit(&site, Look::DESKTOP).await;
    let receipt = citizen::register_shop(&citizen, &site, WANG).await;
    let (one, two) =
        (staff::at_desk(&site, "market-approver").await, staff::at_desk(&site, "market-clerk").await);
    one.open(&format!("/desk{}", receipt.case)).await;
    staff::open_case(&two, &receipt).await;
    staff::unfold_act(&one, "作出决定").await;
    one.choose("决定", "准予").await;
    one.press("预览决定书").await;
    one.press("确认准予").await;

    staff::unfold_act(&two, "不予受理").await;
    two.choose("不予受理的种类", "不符合受理条件").await;
    let reason = two.find("//details[@id='reject']//textarea").await;
    reason.send_keys("租赁合同没有写期限。").await.expect("a reason can be typed");
    two.press("预览不予受理通知书").await;
    two.sees("这个办件刚刚有了变化，您的操作没有生效").await;
    two.sees("租赁合同没有写期限。").await;
    citizen.reload().await;
    citizen.sees("结果：营业执照").await;
    for person in [citizen, one, two] {
        person.leave().await;
    }
    site.assert_quiet();
}

#[tokio::test]
async fn what_belongs_to_others_is_not_found_and_leaving_ends_the_session() {
    let site = Site::start().await;
    let wang = Person::visit(&site, Look::DESKTOP).await;
    let receipt = citizen::register_shop(&wang, &site, WANG).await;
    let li = Person::visit(&site, Look::DESKTOP).await;
    li.open("/login").await;
    log_in(&li, LI.login).await;
    for path in
        [receipt.case.clone(), format!("{}/receipt", receipt.case), format!("{}/withdrawal", receipt.case)]
    {
        li.open(&path).await;
        li.sees("没有找到").await;
        li.does_not_see(&receipt.ticket).await;
    }
    // The desk is not a citizen's place.
    li.open("/desk").await;
    li.does_not_see("待受理").await;

    wang.press("退出").await;
    for path in ["/me", receipt.case.as_str()] {
        wang.open(path).await;
        wang.sees("演示账户").await;
        assert!(wang.path().await.starts_with("/login"), "{path} is open after leaving");
    }
    wang.back().await;
    wang.does_not_see(&receipt.ticket).await;
    for person in [wang, li] {
        person.leave().await;
    }
    site.assert_quiet();
}

/// The messages of the summary on top, each of which stands at its field in the same words.
async fn errors(person: &Person) -> Vec<String> {
    let title = person.title().await;
    assert!(title.starts_with("错误："), "the title is “{title}”");
    person.find("//main//*[contains(@class,'error-summary')]").await;
    let before = person.all("//*[contains(@class,'error-summary')]/preceding::h1[ancestor::main]").await;
    assert!(before.is_empty(), "the summary stands on top");
    let mut messages = Vec::new();
    for link in person.all("//*[contains(@class,'error-summary')]//a").await {
        let words = link.text().await.unwrap_or_default();
        let target = link.attr("href").await.ok().flatten().unwrap_or_default();
        let field = target.trim_start_matches('#');
        let beside = person.read(&format!("//*[@id='{field}-error']")).await;
        assert!(!words.is_empty() && beside.contains(&words), "“{words}” on top, “{beside}” at #{field}");
        person.find(&format!("//*[@id='{field}']")).await;
        messages.push(words);
    }
    assert!(!messages.is_empty(), "no message in the summary");
    messages
}
