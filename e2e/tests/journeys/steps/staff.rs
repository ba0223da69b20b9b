//! The desk: clerk, reviewer, approver.

use super::citizen::{Receipt, log_in};
use crate::harness::{Look, Person, Site, moment};

/// A member of staff at her desk, with both factors.
pub async fn at_desk(site: &Site, login: &str) -> Person {
    let person = Person::visit(site, Look::DESKTOP).await;
    enter(&person, login).await;
    person
}

/// Logs in with a password and the code of the second factor, which the demonstration shows on its page.
pub async fn enter(person: &Person, login: &str) {
    person.open("/login").await;
    log_in(person, login).await;
    person.sees("输入动态验证码").await;
    // A code works once: who comes a second time within half a minute waits for the next one.
    let mut used = String::new();
    for _ in 0..2 {
        let code = next_code(person, login, &used).await;
        person.fill("动态验证码", &code).await;
        person.press("继续").await;
        if !person.path().await.starts_with("/login") {
            return;
        }
        used = code;
    }
    person.fail("the code of the second factor is not taken").await;
}

/// The code on the page, as soon as it is another one than `used`.
async fn next_code(person: &Person, login: &str, used: &str) -> String {
    for _ in 0..45 {
        let code = code_of(person, login).await;
        if code != used {
            return code;
        }
        for _ in 0..20 {
            moment().await;
        }
        person.open("/login/code").await;
    }
    person.fail("the code of the second factor does not change").await
}

async fn code_of(person: &Person, login: &str) -> String {
    person.read(&format!("//tr[*[1][normalize-space(.)='{login}']]/*[2]")).await
}

/// Finds the case in the work list and opens it.
pub async fn open_case(person: &Person, receipt: &Receipt) {
    person.open("/desk").await;
    follow_row(person, receipt).await;
}

/// Opens the case from the work list on the page.
pub async fn follow_row(person: &Person, receipt: &Receipt) {
    let row = format!("//tr[td[normalize-space(.)='{}']]//th//a", receipt.ticket);
    if person.all(&row).await.is_empty() {
        person.fail("the case is not in the work list").await;
    }
    person.click(person.find(&row).await).await;
    person.sees("基本情况").await;
}

/// Unfolds the form of an act, unless it stands open.
pub async fn unfold_act(person: &Person, act: &str) {
    let folded = format!("//details[not(@open)]/summary[normalize-space(.)='{act}']");
    if !person.all(&folded).await.is_empty() {
        person.unfold(act).await;
    }
}

/// Looks at the document an act would hand out, and does it.
async fn look_and_confirm(person: &Person, preview: &str, confirm: &str) {
    person.press(preview).await;
    person.sees("预览，未盖章").await;
    person.press(confirm).await;
}

pub async fn grant(person: &Person, receipt: &Receipt) {
    open_case(person, receipt).await;
    unfold_act(person, "作出决定").await;
    person.choose("决定", "准予").await;
    look_and_confirm(person, "预览决定书", "确认准予").await;
    person.sees("已作出准予决定").await;
}

pub async fn accept(person: &Person, receipt: &Receipt) {
    open_case(person, receipt).await;
    look_and_confirm(person, "受理", "确认受理").await;
    person.sees("已受理").await;
}

/// Tells the applicant once what is missing, to be brought within a week.
pub async fn ask_supplement(person: &Person, receipt: &Receipt, missing: &str) {
    open_case(person, receipt).await;
    unfold_act(person, "告知补正").await;
    person.fill("需要补正的内容", missing).await;
    let day = "const day = new Date(Date.now() + 7 * 864e5); return [day.getFullYear(), day.getMonth() + 1, day.getDate()]";
    let parts = person.script(day).await;
    let parts = [0, 1, 2].map(|at| parts[at].to_string());
    person.fill_date("补正期限", parts.each_ref().map(String::as_str)).await;
    look_and_confirm(person, "预览补正材料一次性告知书", "确认告知申请人").await;
    person.sees("已一次性告知申请人").await;
}

/// Ticks every point of the step and passes it.
pub async fn pass_step(person: &Person, step: &str) {
    unfold_act(person, &format!("审查：{step}")).await;
    let form = format!("//details[summary[normalize-space(.)='审查：{step}']]");
    for point in person.all(&format!("{form}//input[@type='checkbox']")).await {
        person.tap(&point).await;
    }
    person.tap(&person.find(&format!("{form}//input[@type='radio' and @value='yes']")).await).await;
    for officers in person.all(&format!("{form}//input[@name='officers']")).await {
        officers.send_keys("演示·甲、演示·乙").await.expect("officers can be named");
    }
    let opinion = person.find(&format!("{form}//textarea")).await;
    opinion.send_keys("符合要求。").await.expect("an opinion can be written");
    person.click(person.find(&format!("{form}//button")).await).await;
    person.sees("审查意见已记录").await;
    person.does_not_see(&format!("审查：{step}")).await;
}

/// The material that was handed in later is enough.
pub async fn confirm_owed(person: &Person, receipt: &Receipt) {
    open_case(person, receipt).await;
    person.press("确认补交").await;
    person.sees("已确认补交的材料").await;
}

/// It is not: the applicant is told why.
pub async fn return_owed(person: &Person, receipt: &Receipt, why: &str) {
    open_case(person, receipt).await;
    person.sees("已补交，请确认").await;
    person.unfold("退回").await;
    person.fill("退回的理由", why).await;
    person.press("退回给申请人").await;
    person.sees("已退回，理由和补交期限已告知申请人").await;
}

/// Proves a second time who she is, before acts of weight. A code works once: who has just logged in waits for
/// the next one.
pub async fn prove_again(person: &Person) {
    person.follow("验证身份后办理").await;
    let page = person.path().await;
    let mut tried = String::new();
    for _ in 0..45 {
        let code = person.read("//p[contains(., '现在的验证码')]/code").await;
        if code != tried {
            person.fill("动态验证码", &code).await;
            person.press("验证").await;
            if !person.path().await.starts_with("/step-up") {
                person.troubles().await;
                return;
            }
            tried = code;
        }
        for _ in 0..20 {
            moment().await;
        }
        person.open(&page).await;
    }
    person.fail("the code of the second factor is not taken").await;
}
