//! The questions of an application, page by page; every page is kept before the next one comes.

pub(crate) use super::start::{begin, start};

use super::application::{Application, Aside, page_number};
use crate::error::Failure;
use crate::form::{FieldView, error_list, field_view};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal};
use domain::casework::{self, Draft};
use domain::catalog::{Answers, Catalogue, Field, FormPage, visible_pages};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "casework/apply_page.html")]
struct QuestionPage {
    page: Page,
    aside: Aside,
    errors: Vec<(String, String)>,
    title: String,
    hint: String,
    fields: Vec<FieldView>,
    steps: Vec<String>,
    at: usize,
    action: String,
    back: String,
    /// The reader came from the check page and goes back to it.
    to_check: bool,
}

#[derive(Deserialize)]
pub(crate) struct WayBack {
    #[serde(default)]
    back: String,
}

impl WayBack {
    fn to_check(&self) -> bool {
        self.back == "check"
    }
}

pub(crate) async fn page(
    visit: Visit,
    Path((draft, number)): Path<(String, String)>,
    Query(way): Query<WayBack>,
) -> PageResult {
    let application = Application::open(&visit, draft.parse()?).await?;
    if let Some(receipt) = application.receipt() {
        return Ok(receipt);
    }
    let answers = application.draft.answers.clone();
    visit.show(&question_page(&visit, &application, page_number(&number)?, answers, &way, &[])?)
}

pub(crate) async fn save(
    Path((draft, number)): Path<(String, String)>,
    Query(way): Query<WayBack>,
    form: Posted,
) -> PageResult {
    let visit = &form.visit;
    let (draft, number): (Id, usize) = (draft.parse()?, page_number(&number)?);
    let cx = &visit.cx;
    let given = form.answers();
    match cx.db().write(async |tx| casework::save_page(tx, cx, draft, number - 1, &given).await).await {
        Ok(draft) => Ok(Redirect::to(&next(&cx.catalogue, &draft, number, &way)).into_response()),
        Err(Error::Refused(refusals)) => {
            let application = Application::open(visit, draft).await?;
            visit.show_again(&question_page(visit, &application, number, given, &way, &refusals)?)
        }
        Err(other) => Err(other.into()),
    }
}

/// Where a saved page leads: back to the check page, on to the next page, or to the materials.
fn next(catalogue: &Catalogue, draft: &Draft, number: usize, way: &WayBack) -> String {
    let pages = catalogue.item(&draft.item_code).map_or(0, |item| visible_pages(&item.base).len());
    match () {
        () if way.to_check() => format!("/drafts/{}/check", draft.id),
        () if number < pages => format!("/drafts/{}/pages/{}", draft.id, number + 1),
        () => format!("/drafts/{}/materials", draft.id),
    }
}

pub(crate) async fn delete(Path(draft): Path<String>, form: Posted) -> PageResult {
    let cx = &form.visit.cx;
    let draft: Id = draft.parse()?;
    cx.db().write(async |tx| casework::delete_draft(tx, cx, draft).await).await?;
    Ok(Redirect::to("/me").into_response())
}

fn question_page(
    visit: &Visit,
    application: &Application,
    number: usize,
    answers: Answers,
    way: &WayBack,
    refusals: &[Refusal],
) -> Result<QuestionPage, Failure> {
    let pages = visible_pages(&application.offer);
    let form = pages.get(number - 1).ok_or(Error::NotFound)?;
    let page = visit.page(format!("{} - {}", form.title, application.item.base.name));
    let back = match number {
        _ if way.to_check() => application.check_href(),
        1 => format!("/apply/{}", application.item.code),
        _ => application.page_href(number - 1),
    };
    let query = if way.to_check() { "?back=check" } else { "" };
    Ok(QuestionPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        title: form.title.clone(),
        hint: form.hint.clone(),
        fields: fields(visit, application, form, answers, refusals),
        steps: application.steps(),
        at: number,
        action: format!("{}{query}", application.page_href(number)),
        back,
        to_check: way.to_check(),
        aside: application.aside(),
    })
}

fn fields(
    visit: &Visit,
    application: &Application,
    form: &FormPage,
    mut answers: Answers,
    refusals: &[Refusal],
) -> Vec<FieldView> {
    let catalogue = &visit.cx.catalogue;
    // A draft begins with what is known: what is empty now was emptied, and is not filled in again. What was
    // dropped because nobody asked it is another matter.
    for field in form.fields.iter().filter(|field| field.required_if.is_none()) {
        answers.entry(field.element.clone()).or_default();
    }
    let asked = form.fields.iter().filter(|field| application.is_asked(field));
    let view = |field: &Field| {
        let view = field_view(catalogue, field, &answers, &application.known, refusals)?;
        Some(view.hanging(catalogue, field, &form.fields))
    };
    asked.filter_map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::casework::Draft;
    use domain::catalog::ItemVersion;

    fn draft() -> Draft {
        Draft {
            id: Id(7),
            account: Id(1),
            acting_for: None,
            item_code: "none".into(),
            item_version: ItemVersion { item: 1, base: 1 },
            answers: Answers::new(),
            materials: Vec::new(),
            idempotency: "key".into(),
            case: None,
            updated_at: 0,
            version: 1,
        }
    }

    #[test]
    fn a_changed_answer_leads_back_to_the_check_page() {
        let catalogue = Catalogue::default();
        let back = WayBack { back: "check".into() };
        assert_eq!(next(&catalogue, &draft(), 1, &back), "/drafts/7/check");
        let on = WayBack { back: String::new() };
        assert_eq!(next(&catalogue, &draft(), 1, &on), "/drafts/7/materials");
    }
}
