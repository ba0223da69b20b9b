//! The applicant's answer to a supplement notice: what is missing or wrong, answers to be corrected, files that take the
//! place of earlier ones, handed in at once.

use super::slot::{self, Slot};
use crate::error::Failure;
use crate::form::{FieldView, error_list, error_of, field_view};
use crate::page::Page;
use crate::posted::Uploads;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, CaseView, GivenFile, GivenMaterial, HandedIn, State, Way, open_questions};
use domain::catalog::{Answers, Field, Material};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "casework/supplement.html")]
struct SupplementPage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    missing: Vec<String>,
    due: String,
    /// The questions to be answered anew, with what was answered.
    questions: Vec<FieldView>,
    slots: Vec<Slot>,
    on_paper: bool,
    /// Nothing that was asked for came.
    files_error: String,
}

impl SupplementPage {
    /// The notice names something: what it does not name can be folded away.
    fn names_some(&self) -> bool {
        !self.questions.is_empty() || self.slots.iter().any(|slot| !slot.optional)
    }

    /// The materials the notice names; all of them when it names nothing.
    fn asked(&self) -> Vec<&Slot> {
        self.slots.iter().filter(|slot| !slot.optional || !self.names_some()).collect()
    }

    /// The others, folded away: open when something in them was given or went wrong.
    fn others(&self) -> Vec<&Slot> {
        self.slots.iter().filter(|slot| self.names_some() && slot.optional).collect()
    }

    fn others_open(&self) -> bool {
        self.others().iter().any(|slot| !slot.error.is_empty() || !slot.kept.is_empty())
    }

    fn is_open(&self) -> bool {
        self.view.case.state == State::SupplementNoticed
    }
}

/// What of a form came through although the form did not.
#[derive(Default)]
struct Kept {
    /// By key of the material.
    files: BTreeMap<String, Vec<GivenFile>>,
    answers: Answers,
    on_paper: bool,
}

pub(crate) async fn ask(visit: Visit, Path(case): Path<String>) -> PageResult {
    visit.show(&supplement_page(&visit, case.parse()?, &Kept::default(), &[]).await?)
}

pub(crate) async fn hand_in(
    visit: Visit,
    Path(case): Path<String>,
    uploads: std::result::Result<Uploads, Failure>,
) -> PageResult {
    let case: Id = case.parse()?;
    let cx = &visit.cx;
    let uploads = match uploads {
        Ok(uploads) => uploads,
        Err(failure) => match failure.0.as_ref() {
            Error::Refused(refusals) => return refused(&visit, case, &Kept::default(), refusals).await,
            _ => return Err(failure),
        },
    };
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    let (kept, refusals) = take(&visit, &view, &uploads).await?;
    if !refusals.is_empty() {
        return again(&visit, case, &kept, Error::Refused(refusals)).await;
    }
    let brought = HandedIn {
        materials: materials(&visit, &view, &kept),
        answers: kept.answers.clone(),
        on_paper: kept.on_paper,
    };
    let done = cx.db().write(async |tx| {
        // A form without a version was not made by the page: it has seen nothing it could act on.
        let version = uploads.get("version").parse().map_err(|_| Error::Conflict)?;
        casework::hand_in(tx, cx, case, brought, Some(version)).await
    });
    match done.await {
        Ok(_) => Ok(Redirect::to(&format!("/cases/{case}")).into_response()),
        Err(error) => again(&visit, case, &kept, error).await,
    }
}

/// The files, and what the notice names besides them when it was brought to the window.
fn materials(visit: &Visit, view: &CaseView, kept: &Kept) -> Vec<GivenMaterial> {
    let given = |(key, files): (&String, &Vec<GivenFile>)| {
        Some(GivenMaterial { key: key.clone(), way: Way::of_files(files.iter().cloned())? })
    };
    let rest = slots(visit, view, kept, &[])
        .into_iter()
        .filter(|slot| kept.on_paper && !slot.optional && slot.kept.is_empty())
        .map(|slot| GivenMaterial { key: slot.key, way: Way::Paper });
    kept.files.iter().filter_map(given).chain(rest).collect()
}

/// The page again with what was wrong; what was uploaded stays.
async fn again(visit: &Visit, case: Id, kept: &Kept, error: Error) -> PageResult {
    match error {
        Error::Refused(refusals) => refused(visit, case, kept, &refusals).await,
        other => Err(other.into()),
    }
}

async fn refused(visit: &Visit, case: Id, kept: &Kept, refusals: &[Refusal]) -> PageResult {
    visit.show_again(&supplement_page(visit, case, kept, refusals).await?)
}

/// Stores each file that is right; says what is wrong with the others.
async fn take(visit: &Visit, view: &CaseView, uploads: &Uploads) -> Result<(Kept, Vec<Refusal>)> {
    let (answers, on_paper) = (answers(view, uploads), uploads.get("on_paper") == "yes");
    let (mut files, mut refusals) = (BTreeMap::new(), unknown_files(view, uploads));
    let offer = view.item.offer();
    for key in known_materials(view) {
        let material = offer.material(&key).ok_or(Error::NotFound)?;
        let (taken, wrong) = slot::take(visit, material, uploads).await?;
        refusals.extend(wrong);
        files.insert(key, taken);
    }
    Ok((Kept { files, answers, on_paper }, refusals))
}

/// Keys of the materials the case has, and of those that a corrected answer can make necessary.
fn known_materials(view: &CaseView) -> Vec<String> {
    let offer = view.item.offer();
    let open: Vec<&str> = open(view, &offer).into_iter().map(|field| field.element.as_str()).collect();
    let known = |material: &&Material| {
        let hangs = material.when.as_ref().is_some_and(|when| open.contains(&when.field.as_str()));
        hangs || view.materials.iter().any(|given| given.key == material.key)
    };
    offer.materials.iter().map(Arc::as_ref).filter(known).map(|material| material.key.clone()).collect()
}

/// The questions that can be answered anew now.
fn open<'a>(view: &CaseView, offer: &'a domain::catalog::BaseItem) -> Vec<&'a Field> {
    match &view.case.supplement {
        Some(asked) if view.case.state == State::SupplementNoticed => {
            open_questions(offer, &asked.fields, &view.answers)
        }
        _ => Vec::new(),
    }
}

/// What was said to the form's questions. Of boxes that were all unticked nothing is sent; an answer to what was not
/// asked goes on to the rule, which names it.
fn answers(view: &CaseView, uploads: &Uploads) -> Answers {
    let offer = view.item.offer();
    let mut said = uploads.answers();
    said.retain(|key, _| offer.knows(key));
    for field in open(view, &offer) {
        said.entry(field.element.clone()).or_default();
    }
    said
}

/// A file for a material the case does not have is no answer to anything: it is named, not passed over.
fn unknown_files(view: &CaseView, uploads: &Uploads) -> Vec<Refusal> {
    let keys = known_materials(view);
    let known = |field: &str| keys.iter().any(|key| slot::field(key) == field);
    let strange = uploads.files.iter().filter(|file| !file.content.is_empty() && !known(&file.field));
    strange
        .map(|file| {
            let message = format!("“{}”不是这个办件的材料，没有收下", file.name);
            Refusal::at("casework.material_unknown", file.field.clone(), message)
        })
        .collect()
}

async fn supplement_page(
    visit: &Visit,
    case: Id,
    kept: &Kept,
    refusals: &[Refusal],
) -> Result<SupplementPage> {
    let cx = &visit.cx;
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    // The desk may read a case, but only its applicant supplements it.
    if cx.actor.party().is_none() {
        return Err(Error::Denied);
    }
    let questions = questions(visit, &view, kept, refusals);
    let page = visit.page(if questions.is_empty() { "补正材料" } else { "补正" });
    let supplement = view.case.supplement.as_ref();
    Ok(SupplementPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        missing: supplement.map(|supplement| supplement.missing.clone()).unwrap_or_default(),
        due: supplement.map(|supplement| words::day(&supplement.due)).unwrap_or_default(),
        slots: slots(visit, &view, kept, refusals),
        questions,
        on_paper: kept.on_paper,
        files_error: error_of(refusals, "files"),
        view,
    })
}

fn questions(visit: &Visit, view: &CaseView, kept: &Kept, refusals: &[Refusal]) -> Vec<FieldView> {
    let (catalogue, offer) = (&visit.cx.catalogue, view.item.offer());
    let mut said = view.answers.clone();
    said.extend(kept.answers.clone());
    let fields = open(view, &offer);
    let draw = |field: &&Field| {
        let drawn = field_view(catalogue, field, &said, &BTreeMap::new(), refusals)?;
        // Where the question it hangs on stays as it is, when to answer is settled.
        let settled =
            field.required_if.as_ref().is_none_or(|when| fields.iter().all(|f| f.element != when.field));
        Some(if settled { drawn } else { drawn.hanging(catalogue, field, fields.iter().copied()) })
    };
    fields.iter().filter_map(draw).collect()
}

fn slots(visit: &Visit, view: &CaseView, kept: &Kept, refusals: &[Refusal]) -> Vec<Slot> {
    let offer = view.item.offer();
    let slot = |key: String| {
        let material = offer.material(&key)?;
        if material.accept.is_empty() {
            return None;
        }
        let kind = visit.cx.catalogue.kind(&material.kind)?;
        let named = view.case.supplement.as_ref().is_some_and(|supplement| supplement.names(&kind.name));
        let kept = kept.files.get(&key).cloned().unwrap_or_default();
        let slot = Slot::new(material, kind.name.clone(), kept, refusals);
        // What the case does not have is asked once a corrected answer has made it necessary.
        let new = view.materials.iter().all(|given| given.key != key);
        if new && slot.kept.is_empty() && slot.error.is_empty() {
            return None;
        }
        let missing = |refusal: &Refusal| {
            refusal.code == "casework.material_missing" && refusal.field == Some(slot::field(&key))
        };
        let asked = named || new || refusals.iter().any(missing);
        Some(Slot { optional: !asked, ..slot })
    };
    let mut slots: Vec<Slot> = known_materials(view).into_iter().filter_map(slot).collect();
    slots.sort_by_key(|slot| slot.optional);
    slots
}
