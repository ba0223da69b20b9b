//! 补交材料: the applicant hands in what was accepted as missing (容缺), one material at a time.

use super::light_kind;
use super::slot::{self, Slot};
use crate::error::Failure;
use crate::form::error_list;
use crate::page::Page;
use crate::posted::Uploads;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, CaseView, GivenFile, GivenMaterial, OwedState, Way};

#[derive(Template)]
#[template(path = "casework/owed.html")]
struct OwedPage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    slot: Slot,
    standard: String,
    returned: String,
    until: String,
    on_paper: bool,
}

/// What of a form came through although the form did not.
#[derive(Default)]
struct Kept {
    files: Vec<GivenFile>,
    on_paper: bool,
}

/// One owed material on the page of a case.
pub(crate) struct OwedRow {
    pub key: String,
    pub name: String,
    pub state: &'static str,
    pub tone: &'static str,
    pub returned: String,
    pub open: bool,
}

/// What a case still waits for, and by when; none when nothing was to come later.
pub(crate) struct OwedView {
    pub rows: Vec<OwedRow>,
    /// Empty before the acceptance.
    pub until: String,
    /// Of the term, while something is outstanding: kind and words.
    pub light: Option<(&'static str, String)>,
    pub open: usize,
}

pub(crate) fn owed_view(visit: &Visit, view: &CaseView) -> Option<OwedView> {
    if view.case.owed.is_empty() {
        return None;
    }
    let row = |owed: &casework::Owed| {
        let (state, tone) = match (owed.state, owed.returned.is_empty()) {
            (OwedState::Outstanding, true) => ("还没交", "warn"),
            (OwedState::Outstanding, false) => ("退回，请重新交", "bad"),
            (OwedState::HandedIn, _) => ("已交，等确认", ""),
            (OwedState::Confirmed, _) => ("已确认", "ok"),
        };
        OwedRow {
            key: owed.material.clone(),
            name: name(visit, view, &owed.material),
            state,
            tone,
            returned: owed.returned.clone(),
            open: owed.state == OwedState::Outstanding && !view.case.state.is_final(),
        }
    };
    let rows: Vec<OwedRow> = view.case.owed.iter().map(row).collect();
    let light = view.case.owed_light(&visit.cx.catalogue.calendar, visit.cx.today());
    Some(OwedView {
        open: rows.iter().filter(|row| row.open).count(),
        rows,
        until: view.case.owed_until.as_ref().map(words::day).unwrap_or_default(),
        light: light.map(|light| (light_kind(light), light.name())),
    })
}

fn name(visit: &Visit, view: &CaseView, key: &str) -> String {
    let offer = view.item.offer();
    let kind = offer.material(key).and_then(|material| visit.cx.catalogue.kind(&material.kind));
    kind.map_or_else(|| key.to_owned(), |kind| kind.name.clone())
}

pub(crate) async fn ask(visit: Visit, Path((case, material)): Path<(String, String)>) -> PageResult {
    visit.show(&owed_page(&visit, case.parse()?, &material, Kept::default(), &[]).await?)
}

pub(crate) async fn hand_in(
    visit: Visit,
    Path((case, material)): Path<(String, String)>,
    uploads: std::result::Result<Uploads, Failure>,
) -> PageResult {
    let case: Id = case.parse()?;
    let mut kept = Kept::default();
    let outcome = match uploads {
        Ok(uploads) => give(&visit, case, &material, &uploads, &mut kept).await,
        Err(failure) => match failure.0.as_ref() {
            Error::Refused(refusals) => Err(Error::Refused(refusals.clone())),
            _ => return Err(failure),
        },
    };
    match outcome {
        Ok(()) => Ok(Redirect::to(&format!("/cases/{case}?done=owed")).into_response()),
        Err(Error::Refused(refusals)) => {
            let at = |refusal| Refusal { field: Some(slot::field(&material)), ..refusal };
            let refusals: Vec<Refusal> = refusals.into_iter().map(at).collect();
            visit.show_again(&owed_page(&visit, case, &material, kept, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// What is right of the form is in `kept` also when something else is wrong.
async fn give(visit: &Visit, case: Id, material: &str, uploads: &Uploads, kept: &mut Kept) -> Result<()> {
    let cx = &visit.cx;
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    let offer = view.item.offer();
    let asked = offer.material(material).ok_or(Error::NotFound)?;
    let (files, refusals) = slot::take(visit, asked, uploads).await?;
    *kept = Kept { files: files.clone(), on_paper: uploads.get("way") == "paper" };
    if !refusals.is_empty() {
        return Err(Error::Refused(refusals));
    }
    let way = match Way::of_files(files) {
        Some(way) => way,
        None if kept.on_paper => Way::Paper,
        None => {
            let message = "请选择要补交的文件，或者勾选送纸质的";
            return Err(Error::refused_at("casework.material_missing", "material", message));
        }
    };
    // A form without a version was not made by the page: it has seen nothing it could act on.
    let version = uploads.get("version").parse().map_err(|_| Error::Conflict)?;
    let given = GivenMaterial { key: material.to_owned(), way };
    let write =
        cx.db().write(async |tx| casework::hand_in_owed(tx, cx, case, given.clone(), Some(version)).await);
    write.await.map(drop)
}

async fn owed_page(visit: &Visit, case: Id, key: &str, kept: Kept, refusals: &[Refusal]) -> Result<OwedPage> {
    let cx = &visit.cx;
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    // The desk may read a case, but only its applicant hands in.
    if cx.actor.party().is_none() {
        return Err(Error::Denied);
    }
    let owed = view.case.owed.iter().find(|owed| owed.material == key).ok_or(Error::NotFound)?;
    let offer = view.item.offer();
    let material = offer.material(key).ok_or(Error::NotFound)?;
    let page = visit.page("补交材料");
    Ok(OwedPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        slot: Slot::new(material, name(visit, &view, key), kept.files, refusals),
        on_paper: kept.on_paper,
        standard: material.standard.clone(),
        returned: owed.returned.clone(),
        until: view.case.owed_until.as_ref().map(words::day).unwrap_or_default(),
        view,
    })
}
