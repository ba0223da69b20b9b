//! The applicant's answer to a supplement notice: what is missing, files that take the place of earlier ones,
//! handed in at once.

use crate::error::Failure;
use crate::form::{element_id, error_list, error_of};
use crate::page::Page;
use crate::posted::{PostedFile, Uploads};
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, CaseView, GivenMaterial, HandedIn, NewFile, State, Way};

#[derive(Template)]
#[template(path = "casework/supplement.html")]
struct SupplementPage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    missing: Vec<String>,
    due: String,
    slots: Vec<Slot>,
    /// Nothing that was asked for came.
    files_error: String,
}

/// One material that may be handed in anew.
struct Slot {
    key: String,
    id: String,
    name: String,
    /// For the `accept` attribute.
    extensions: String,
    formats: String,
    max_mb: u32,
    error: String,
    /// The notice names it.
    asked: bool,
    /// Chosen on an earlier try that failed elsewhere: digest and name.
    kept: Option<(String, String)>,
}

impl SupplementPage {
    /// The materials the notice names; all of them when it names none.
    fn asked(&self) -> impl Iterator<Item = &Slot> {
        let none = !self.slots.iter().any(|slot| slot.asked);
        self.slots.iter().filter(move |slot| slot.asked || none)
    }

    /// The others, folded away: open when something in them was given or went wrong.
    fn others(&self) -> Vec<&Slot> {
        let any = self.slots.iter().any(|slot| slot.asked);
        self.slots.iter().filter(|slot| any && !slot.asked).collect()
    }

    fn others_open(&self) -> bool {
        self.others().iter().any(|slot| !slot.error.is_empty() || slot.kept.is_some())
    }

    fn is_open(&self) -> bool {
        self.view.case.state == State::SupplementNoticed
    }
}

/// What of a form came through although the form did not.
type Kept = Vec<(String, String, String)>;

pub(crate) async fn ask(visit: Visit, Path(case): Path<String>) -> PageResult {
    visit.show(&supplement_page(&visit, case.parse()?, &Kept::new(), &[]).await?)
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
            Error::Refused(refusals) => return refused(&visit, case, &Kept::new(), refusals).await,
            _ => return Err(failure),
        },
    };
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    let (kept, refusals) = store_files(&visit, &view, &uploads).await?;
    if !refusals.is_empty() {
        return again(&visit, case, &kept, Error::Refused(refusals)).await;
    }
    let on_paper = uploads.get("on_paper") == "yes";
    let brought = HandedIn { materials: materials(&visit, &view, &kept, on_paper), on_paper };
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
fn materials(visit: &Visit, view: &CaseView, kept: &Kept, paper: bool) -> Vec<GivenMaterial> {
    let file = |(key, digest, name): &(String, String, String)| GivenMaterial {
        key: key.clone(),
        way: Way::File { digest: digest.clone(), name: name.clone() },
    };
    let rest = slots(visit, view, kept, &[])
        .into_iter()
        .filter(|slot| paper && slot.asked && slot.kept.is_none())
        .map(|slot| GivenMaterial { key: slot.key, way: Way::Paper });
    kept.iter().map(file).chain(rest).collect()
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
async fn store_files(visit: &Visit, view: &CaseView, uploads: &Uploads) -> Result<(Kept, Vec<Refusal>)> {
    let (mut kept, mut refusals) = (Kept::new(), unknown_files(view, uploads));
    for given in &view.materials {
        let field = format!("material.{}", given.key);
        let file = uploads.files.iter().find(|file| file.field == field && !file.content.is_empty());
        match file {
            Some(file) => match store_file(visit, view, &given.key, file).await {
                Ok(stored) => kept.push(stored),
                Err(Error::Refused(wrong)) => refusals.extend(
                    wrong.into_iter().map(|refusal| Refusal { field: Some(field.clone()), ..refusal }),
                ),
                Err(other) => return Err(other),
            },
            None => {
                let earlier = uploads.get(&format!("kept.{}", given.key));
                if let Some((digest, name)) = earlier.split_once(' ') {
                    kept.push((given.key.clone(), digest.to_owned(), name.to_owned()));
                }
            }
        }
    }
    Ok((kept, refusals))
}

/// A file for a material the case does not have is no answer to anything: it is named, not passed over.
fn unknown_files(view: &CaseView, uploads: &Uploads) -> Vec<Refusal> {
    let known = |field: &str| view.materials.iter().any(|given| format!("material.{}", given.key) == field);
    let strange = uploads.files.iter().filter(|file| !file.content.is_empty() && !known(&file.field));
    strange
        .map(|file| {
            let message = format!("“{}”不是这个办件的材料，没有收下", file.name);
            Refusal::at("casework.material_unknown", file.field.clone(), message)
        })
        .collect()
}

pub(super) async fn store_file(
    visit: &Visit,
    view: &CaseView,
    key: &str,
    file: &PostedFile,
) -> Result<(String, String, String)> {
    let offer = view.item.offer();
    let material = offer.material(key).ok_or(Error::NotFound)?;
    let new = NewFile {
        name: &file.name,
        content: &file.content,
        accept: &material.accept,
        max_mb: material.max_mb,
    };
    let stored = casework::put_file(&visit.cx, &visit.app.files, new).await;
    let stored = stored.map_err(|error| words::about_file(&file.name, error))?;
    Ok((key.to_owned(), stored.digest, stored.name))
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
    let page = visit.page("补正材料");
    let supplement = view.case.supplement.as_ref();
    Ok(SupplementPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        missing: supplement.map(|supplement| supplement.missing.clone()).unwrap_or_default(),
        due: supplement.map(|supplement| words::day(&supplement.due)).unwrap_or_default(),
        slots: slots(visit, &view, kept, refusals),
        files_error: error_of(refusals, "files"),
        view,
    })
}

fn slots(visit: &Visit, view: &CaseView, kept: &Kept, refusals: &[Refusal]) -> Vec<Slot> {
    let offer = view.item.offer();
    let slot = |given: &GivenMaterial| {
        let material = offer.material(&given.key)?;
        if material.accept.is_empty() {
            return None;
        }
        let kind = visit.cx.catalogue.kind(&material.kind)?;
        let field = format!("material.{}", given.key);
        let dotted: Vec<String> = material.accept.iter().map(|extension| format!(".{extension}")).collect();
        let asked = view.case.supplement.as_ref().is_some_and(|supplement| supplement.names(&kind.name));
        Some(Slot {
            asked,
            id: element_id(&field),
            name: kind.name.clone(),
            extensions: dotted.join(","),
            formats: material.accept.join("、").to_ascii_uppercase(),
            max_mb: material.max_mb,
            error: error_of(refusals, &field),
            kept: kept.iter().find(|(key, ..)| *key == given.key).map(|(_, d, n)| (d.clone(), n.clone())),
            key: given.key.clone(),
        })
    };
    let mut slots: Vec<Slot> = view.materials.iter().filter_map(slot).collect();
    slots.sort_by_key(|slot| !slot.asked);
    slots
}
