//! Check your answers, then submit: the last page before the application leaves the applicant's hand.

use super::application::{Application, Aside};
use crate::error::Failure;
use crate::form::{answer_text, element_id, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal};
use domain::casework::{self, Submission, Way};
use domain::catalog::{FormPage, ItemVersion, visible_pages};

#[derive(Template)]
#[template(path = "casework/check.html")]
struct CheckPage {
    page: Page,
    aside: Aside,
    /// (address, words): errors of answers lead to the page that asks them.
    errors: Vec<(String, String)>,
    item_name: String,
    body_name: String,
    /// Title and rows of each page of the form.
    sections: Vec<(String, Vec<AnswerRow>)>,
    materials: Vec<AnswerRow>,
    /// 免提交材料.
    waived: usize,
    materials_href: String,
    used: Vec<(String, String)>,
    result: String,
    /// Name and text of each letter that is made when this is submitted.
    letters: Vec<(String, Vec<String>)>,
    promise_error: String,
    /// 行政许可: the law names the consequences of a false statement.
    permit: bool,
    version: ItemVersion,
    steps: Vec<String>,
    action: String,
}

/// A row of `_answers.html`.
pub(crate) struct AnswerRow {
    pub label: String,
    pub value: String,
    pub href: String,
    pub source: String,
    pub error: String,
}

pub(crate) async fn show(visit: Visit, Path(draft): Path<String>) -> PageResult {
    let application = Application::open(&visit, draft.parse()?).await?;
    if let Some(receipt) = application.receipt() {
        return Ok(receipt);
    }
    let open_points = application.open_points(&visit);
    visit.show(&check_page(&visit, &application, &open_points))
}

/// Submits with the key of the draft: pressing the button twice leads to the same receipt.
pub(crate) async fn submit(Path(draft): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let application = Application::open(visit, draft.parse()?).await?;
    if let Some(receipt) = application.receipt() {
        return Ok(receipt);
    }
    if form.get("promise").is_empty() {
        let missing = Refusal::at("form.promise", "promise", "请勾选真实性承诺");
        return visit.show_again(&check_page(visit, &application, &[missing]));
    }
    let submission =
        Submission { item_version: seen(&form), ..casework::submission_of(&application.draft, "web") };
    match casework::submit(&visit.cx, submission).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/cases/{}/receipt", receipt.case)).into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&check_page(visit, &application, &refusals)),
        Err(other) => Err(Failure::from(other)),
    }
}

/// The version this very page showed. A draft may be older than the guide: who has seen the new guide on
/// the check page may submit under it.
fn seen(form: &Posted) -> Option<ItemVersion> {
    let number = |name| form.get(name).parse().ok();
    Some(ItemVersion { item: number("item")?, base: number("base")? })
}

fn check_page(visit: &Visit, application: &Application, refusals: &[Refusal]) -> CheckPage {
    let page = visit.page(format!("核对后提交 - {}", application.item.base.name));
    let offer = &application.offer;
    let link = |refusal: &Refusal| (place_of(application, refusal.field.as_deref()), refusal.message.clone());
    let pages = visible_pages(offer);
    let sections = pages
        .iter()
        .enumerate()
        .map(|(index, form)| (form.title.clone(), rows(visit, application, form, index + 1, refusals)));
    CheckPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: refusals.iter().map(link).collect(),
        item_name: offer.name.clone(),
        body_name: application.item.body.name.clone(),
        sections: sections.collect(),
        waived: waived(application),
        materials: materials(application, refusals),
        materials_href: application.materials_href(),
        used: used(visit, application),
        result: delivery(application),
        letters: letters(application),
        promise_error: error_of(refusals, "promise"),
        permit: offer.item_type == "01",
        version: application.item.version,
        steps: application.steps(),
        action: format!("/drafts/{}/submission", application.draft.id),
        aside: Aside { materials: Vec::new(), ..application.aside() },
    }
}

/// Where a refusal can be put right.
fn place_of(application: &Application, field: Option<&str>) -> String {
    let Some(field) = field else { return "#main".to_owned() };
    let id = element_id(field);
    match application.page_of(field) {
        Some(page) => format!("{}?back=check#{id}", application.page_href(page)),
        None if field.starts_with("material.") => format!("{}#{id}", application.materials_href()),
        None => format!("#{id}"),
    }
}

fn rows(
    visit: &Visit,
    application: &Application,
    form: &FormPage,
    number: usize,
    refusals: &[Refusal],
) -> Vec<AnswerRow> {
    let answers = &application.draft.answers;
    // A conditional question that nobody has to answer is not listed as unanswered.
    let shown = form.fields.iter().filter(|field| {
        let open = field
            .required_if
            .as_ref()
            .is_none_or(|when| domain::catalog::wants(when, &application.answers()));
        open || answers.contains_key(&field.element)
    });
    let row = |field: &domain::catalog::Field| {
        let element = visit.cx.catalogue.element(&field.element)?;
        let values = answers.get(&field.element);
        let known = application.known.get(&field.element);
        let unchanged = known.filter(|known| values.and_then(|v| v.first()) == Some(&known.value));
        Some(AnswerRow {
            label: field.label.clone().unwrap_or_else(|| element.label.clone()),
            value: answer_text(element, values),
            href: format!("{}?back=check#{}", application.page_href(number), element_id(&element.key)),
            source: unchanged.map(|known| known.source.clone()).unwrap_or_default(),
            error: error_of(refusals, &element.key),
        })
    };
    shown.filter_map(row).collect()
}

fn materials(application: &Application, refusals: &[Refusal]) -> Vec<AnswerRow> {
    let row = |plan: &casework::PlannedMaterial| {
        let key = &plan.material.key;
        let given =
            application.draft.materials.iter().find(|given| given.key == *key).map(|given| &given.way);
        AnswerRow {
            label: plan.name.clone(),
            value: match (given, &plan.waived) {
                (Some(way @ (Way::File { .. } | Way::Paper)), _) => way_words(way),
                (_, Some(_)) => format!("免交：{}", plan.because),
                (Some(way @ Way::Later), None) => way_words(way),
                (_, None) => "还没交".to_owned(),
            },
            href: format!("{}#{}", application.materials_href(), element_id(&format!("material.{key}"))),
            source: String::new(),
            error: error_of(refusals, &format!("material.{key}")),
        }
    };
    application.planned.iter().map(row).collect()
}

/// What the applicant agrees to word for word. The case is pinned to the version of the item these stand in.
fn letters(application: &Application) -> Vec<(String, Vec<String>)> {
    let made = application.planned.iter().filter(|plan| !plan.material.letter.is_empty());
    made.map(|plan| (plan.name.clone(), plan.material.letter.clone())).collect()
}

/// How many materials nobody has to bring, as things stand.
fn waived(application: &Application) -> usize {
    let given = &application.draft.materials;
    let brought = |plan: &casework::PlannedMaterial| {
        let own = given.iter().find(|given| given.key == plan.material.key);
        own.is_some_and(|given| matches!(given.way, Way::File { .. } | Way::Paper))
    };
    application.planned.iter().filter(|plan| plan.waived.is_some() && !brought(plan)).count()
}

/// How a material was given, in words.
pub(crate) fn way_words(way: &Way) -> String {
    match way {
        Way::Form => "按填写的内容自动生成".to_owned(),
        Way::Account => "账户已实名核验".to_owned(),
        Way::Certificate { .. } => "用电子证照".to_owned(),
        Way::File { .. } => way.files().into_iter().map(|file| file.name).collect::<Vec<_>>().join("、"),
        Way::Later => "受理后补交".to_owned(),
        Way::Paper => "交纸质材料".to_owned(),
    }
}

/// Shared data this application uses: answers taken over and certificates that stand in for materials.
fn used(visit: &Visit, application: &Application) -> Vec<(String, String)> {
    let catalogue = &visit.cx.catalogue;
    let answers = application.offer.fields().filter_map(|field| {
        let known = application.known.get(&field.element)?;
        let answered = application.draft.answers.get(&field.element)?;
        let label =
            field.label.clone().or_else(|| catalogue.element(&field.element).map(|e| e.label.clone()))?;
        (answered.first() == Some(&known.value)).then(|| (label, known.source.clone()))
    });
    let certificates = application.planned.iter().filter_map(|plan| match &plan.waived {
        Some(Way::Certificate { .. }) => Some((plan.name.clone(), "江苏省电子证照库".to_owned())),
        _ => None,
    });
    answers.chain(certificates).collect()
}

fn delivery(application: &Application) -> String {
    let offer = &application.offer;
    match offer.result_certificate.as_deref() {
        Some(key) if !key.is_empty() => {
            format!("“{}”做成电子证照，存入“我的证照”，不用去取。", offer.result_name)
        }
        _ => format!("“{}”在网上送达，在“我的空间”查看。", offer.result_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_read_as_words() {
        assert_eq!(way_words(&Way::file("0", "图.pdf")), "图.pdf");
        assert_eq!(way_words(&Way::Paper), "交纸质材料");
    }
}
