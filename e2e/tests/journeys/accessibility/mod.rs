//! Every screen × {1280 px, 320 px, 长辈版 on 320 px}: axe-core finds nothing, and the ruler finds nothing.

mod screens;

use crate::harness::{Look, Person, Site};
use crate::rules::{Axe, measure};
use crate::steps::citizen::{self, LI, Receipt, WANG, log_in};
use crate::steps::{licence, staff};
use screens::{Act, Screen};

const LOOKS: [Look; 3] = [Look::DESKTOP, Look::PHONE, Look::ELDER_PHONE];

#[tokio::test]
async fn public_screens_keep_the_rules() {
    let site = Site::start().await;
    let mut visitor = Person::visit(&site, Look::DESKTOP).await;
    let faults = inspect(&mut visitor, "访客", &screens::public()).await;
    report(faults);
    visitor.leave().await;
    site.assert_quiet();
}

#[tokio::test]
async fn screens_of_a_person_without_anything_keep_the_rules() {
    let site = Site::start().await;
    let mut faults = Vec::new();
    for (login, screens) in [("zhang", screens::empty_space()), ("agent", screens::agent())] {
        let mut person = Person::visit(&site, Look::DESKTOP).await;
        person.open("/login").await;
        log_in(&person, login).await;
        faults.extend(inspect(&mut person, login, &screens).await);
        person.leave().await;
    }
    for (login, screens) in screens::administrators() {
        let mut person = staff::at_desk(&site, login).await;
        faults.extend(inspect(&mut person, login, &screens).await);
        person.leave().await;
    }
    let mut clerk = staff::at_desk(&site, "market-clerk").await;
    faults.extend(inspect(&mut clerk, "market-clerk", &screens::window()).await);
    clerk.leave().await;
    report(faults);
    site.assert_quiet();
}

#[tokio::test]
async fn screens_of_applications_keep_the_rules() {
    let site = Site::start().await;
    let mut faults = Vec::new();
    let mut wang = Person::visit(&site, Look::DESKTOP).await;
    let mut li = Person::visit(&site, Look::DESKTOP).await;
    let rated = citizen::register_shop(&wang, &site, WANG).await;
    let waiting = citizen::register_shop(&li, &site, LI).await;
    let mut clerk = staff::at_desk(&site, "market-clerk").await;
    staff::grant(&clerk, &rated).await;
    let food = licence::apply(&wang, &site, WANG).await;
    // The draft stays where it is: its pages, its materials and its check are screens of their own.
    let draft = open_draft(&wang, &site).await;
    staff::open_case(&clerk, &waiting).await;
    let desk_case = clerk.path().await;
    faults.extend(inspect(&mut clerk, "market-clerk", &screens::clerk(&desk_case)).await);
    clerk.change_look(Look::DESKTOP).await;
    staff::open_case(&clerk, &food).await;
    let food_case = clerk.path().await;
    faults.extend(inspect(&mut clerk, "market-clerk", &[Screen::at(&food_case)]).await);
    clerk.change_look(Look::DESKTOP).await;
    staff::accept(&clerk, &food).await;

    let certificate = certificate_of(&wang).await;
    faults.extend(inspect(&mut wang, "wang", &screens::applicant(&draft, &rated, &food, &certificate)).await);
    faults.extend(inspect(&mut li, "li", &screens::waiting(&waiting)).await);

    wang.change_look(Look::DESKTOP).await;
    licence::hand_in_owed(&wang, &site, &food, "制度.png").await;
    let mut reviewer = staff::at_desk(&site, "market-reviewer").await;
    faults.extend(inspect(&mut reviewer, "market-reviewer", &screens::reviewer(&food_case)).await);
    reviewer.change_look(Look::DESKTOP).await;
    reviewer.open(&food_case).await;
    staff::pass_step(&reviewer, "材料审查").await;
    staff::pass_step(&reviewer, "现场核查").await;
    staff::confirm_owed(&reviewer, &food).await;
    let mut approver = staff::at_desk(&site, "market-approver").await;
    faults.extend(inspect(&mut approver, "market-approver", &screens::approver(&food_case)).await);
    for person in [wang, li, clerk, reviewer, approver] {
        person.leave().await;
    }
    report(faults);
    site.assert_quiet();
}

#[tokio::test]
async fn screens_of_papers_seals_and_certificates_keep_the_rules() {
    let site = Site::start().await;
    let mut faults = Vec::new();
    let mut wang = Person::visit(&site, Look::DESKTOP).await;
    let granted = citizen::register_shop(&wang, &site, WANG).await;
    let clerk = staff::at_desk(&site, "market-clerk").await;
    staff::grant(&clerk, &granted).await;
    let certificate = certificate_of(&wang).await;
    wang.open(&granted.case).await;
    wang.follow("看文书").await;
    let document = wang.path().await;
    let mut li = Person::visit(&site, Look::DESKTOP).await;
    let asked = citizen::register_shop(&li, &site, LI).await;
    staff::ask_supplement(&clerk, &asked, "经营场所使用证明：租赁合同缺少最后一页").await;
    clerk.leave().await;

    let supplement = format!("{}/supplement", asked.case);
    faults.extend(inspect(&mut li, "li", &screens::waiting_to_supplement(&supplement)).await);
    faults.extend(inspect(&mut wang, "wang", &screens::holder(&certificate, &document)).await);
    let mut approver = staff::at_desk(&site, "market-approver").await;
    approver.open("/desk/seals").await;
    approver.follow("南京市玄武区市场监督管理局").await;
    let seal = approver.path().await;
    let identifier = certificate.rsplit('/').next().expect("a path");
    faults.extend(inspect(&mut approver, "market-approver", &screens::authority(&seal, identifier)).await);
    let mut keeper = staff::at_desk(&site, "seal-keeper").await;
    faults.extend(inspect(&mut keeper, "seal-keeper", &screens::keeper()).await);
    for person in [wang, li, approver, keeper] {
        person.leave().await;
    }
    report(faults);
    site.assert_quiet();
}

/// Instruments that never find anything prove nothing: here they look at a page that was spoilt on purpose.
#[tokio::test]
async fn the_instruments_find_what_is_wrong() {
    let site = Site::start().await;
    let mut person = Person::visit(&site, Look::DESKTOP).await;
    person.change_look(Look::PHONE).await;
    person.open("/login").await;
    assert!(person.troubles().await.is_empty());
    person.script(SPOIL).await;
    let axe = Axe::ready().violations(&person).await;
    assert!(axe.iter().any(|line| line.starts_with("axe label")), "{axe:?}");
    assert!(axe.iter().any(|line| line.starts_with("axe color-contrast")), "{axe:?}");
    let ruler = measure(&person).await;
    for fault in ["2 h1", "px wide on a screen of 320", "target 10×10"] {
        assert!(ruler.iter().any(|line| line.contains(fault)), "{fault}: {ruler:?}");
    }
    let troubles = person.troubles().await;
    assert!(troubles.iter().any(|line| line.contains("another origin")), "{troubles:?}");
    assert!(troubles.iter().any(|line| line.contains("Content Security Policy")), "{troubles:?}");
}

const SPOIL: &str = "
document.querySelector('label[for=login]').remove();
const add = (tag, rules) => Object.assign(document.querySelector('main').appendChild(document.createElement(tag)).style, rules);
add('h1', {});
add('p', { color: '#999', background: '#aaa' });
add('div', { width: '900px', height: '5px' });
add('button', { width: '10px', height: '10px', minHeight: 0, minWidth: 0, padding: 0, border: 0 });
document.querySelector('main p[style]').textContent = 'pale';
document.body.appendChild(document.createElement('script')).textContent = '1';
document.body.appendChild(new Image()).src = 'http://127.0.0.2:9/x.png';
";

/// A second application, filled in and not submitted. The path of the draft comes back.
async fn open_draft(person: &Person, site: &Site) -> String {
    citizen::find_guide(person).await;
    person.follow("在线办理").await;
    person.press("开始填写").await;
    citizen::answer_again(person, WANG).await;
    citizen::hand_in(person, site).await;
    person.path().await.trim_end_matches("/check").to_owned()
}

async fn certificate_of(person: &Person) -> String {
    person.open("/me/certificates").await;
    person.follow("看证照").await;
    person.path().await
}

/// Everything wrong with these screens in all looks, one line each.
async fn inspect(person: &mut Person, who: &str, screens: &[Screen]) -> Vec<String> {
    let axe = Axe::ready();
    let mut faults = Vec::new();
    for look in LOOKS {
        person.change_look(look).await;
        person.troubles().await;
        for screen in screens {
            screen.show(person).await;
            let mut found = axe.violations(person).await;
            found.extend(measure(person).await);
            found.extend(person.troubles().await);
            let place = format!("{who} {} ({})", screen.name(), look.name());
            faults.extend(found.into_iter().map(|fault| format!("{place}: {fault}")));
        }
    }
    faults
}

async fn unfold_all(person: &Person) {
    person
        .script("document.querySelectorAll('main details').forEach((details) => (details.open = true))")
        .await;
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

impl Screen {
    async fn show(&self, person: &Person) {
        person.open(&self.path).await;
        match &self.act {
            Act::None => {}
            Act::Press(words) => {
                unfold_all(person).await;
                person.press(words).await;
                assert!(person.title().await.starts_with("错误："), "{}: no error", self.name());
            }
            Act::Look(words) => {
                person.press(words).await;
                assert!(person.title().await.starts_with("预览"), "{}: no preview", self.name());
            }
            Act::Unfold => unfold_all(person).await,
            Act::AskProgress(receipt) => citizen::ask_progress(person, receipt).await,
        }
    }

    fn name(&self) -> String {
        match &self.act {
            Act::None => self.path.clone(),
            Act::Press(words) | Act::Look(words) => format!("{} → {words}", self.path),
            Act::Unfold => format!("{} unfolded", self.path),
            Act::AskProgress(Receipt { ticket, .. }) => format!("{} → {ticket}", self.path),
        }
    }
}
