//! Materials of a draft: what is waived and why, what is to be handed in and how.

use super::application::{Application, Aside};
use super::slot::{Accepted, field};
use crate::error::Failure;
use crate::form::{element_id, error_list, error_of};
use crate::page::Page;
use crate::posted::{Posted, PostedFile, Uploads};
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Error, Id, Refusal};
use domain::casework::{self, Draft, GivenFile, MOST_FILES, NewFile, PlannedMaterial, Way};
use domain::catalog::{Material, Need};

#[derive(Template)]
#[template(path = "casework/materials.html")]
struct MaterialsPage {
    page: Page,
    aside: Aside,
    errors: Vec<(String, String)>,
    waived: Vec<MaterialView>,
    asked: Vec<MaterialView>,
    /// How many still have to be given.
    missing: usize,
    steps: Vec<String>,
    action: String,
    back: String,
}

/// One material with everything that can be done about it.
pub(crate) struct MaterialView {
    id: String,
    name: String,
    note: String,
    standard: String,
    because: String,
    how: How,
    error: String,
    /// Something stands in for it, should the applicant want that again.
    waivable: bool,
    deferrable: bool,
    accepted: Accepted,
    /// Address its choices are sent to.
    action: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum How {
    Waived,
    /// Each with its digest and its name.
    Files(Vec<GivenFile>),
    Paper,
    Later,
    Missing,
}

impl MaterialView {
    fn has_files(&self) -> bool {
        matches!(self.how, How::Files(_))
    }

    /// Another file has room.
    fn takes_more(&self) -> bool {
        !matches!(&self.how, How::Files(files) if files.len() >= MOST_FILES)
    }
}

impl MaterialsPage {
    fn total(&self) -> usize {
        self.waived.len() + self.asked.len()
    }

    /// Where the first one is that still has to be given.
    fn first_missing(&self) -> &str {
        self.asked.iter().find(|view| view.how == How::Missing).map_or("main", |view| &view.id)
    }

    fn waived_open(&self) -> bool {
        self.waived.iter().any(|view| !view.error.is_empty())
    }
}

pub(crate) async fn show(visit: Visit, Path(draft): Path<String>) -> PageResult {
    let application = Application::open(&visit, draft.parse()?).await?;
    if let Some(receipt) = application.receipt() {
        return Ok(receipt);
    }
    visit.show(&materials_page(&visit, &application, &[]))
}

/// On to the check page, unless something is missing.
pub(crate) async fn go_on(Path(draft): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let application = Application::open(visit, draft.parse()?).await?;
    match casework::settle(&application.planned, &application.draft.materials) {
        Ok(_) => Ok(Redirect::to(&application.check_href()).into_response()),
        Err(refusals) => visit.show_again(&materials_page(visit, &application, &refusals)),
    }
}

/// Later, on paper, as the product found it, or not at all.
pub(crate) async fn choose(Path((draft, key)): Path<(String, String)>, form: Posted) -> PageResult {
    let cx = &form.visit.cx;
    let draft: Id = draft.parse()?;
    let (way, file) = (form.get("way"), form.get("file"));
    let change = cx.db().write(async |tx| match way {
        "later" => casework::attach(tx, cx, draft, &key, Way::Later).await,
        "paper" => casework::attach(tx, cx, draft, &key, Way::Paper).await,
        "remove" if !file.is_empty() => casework::detach_file(tx, cx, draft, &key, file).await,
        "waive" | "remove" => casework::detach(tx, cx, draft, &key).await,
        _ => Err(Error::refused("malformed", "请求的格式不对")),
    });
    Ok(back_to(&change.await?, &key))
}

pub(crate) async fn upload(
    visit: Visit,
    Path((draft, key)): Path<(String, String)>,
    uploads: Result<Uploads, Failure>,
) -> PageResult {
    let draft: Id = draft.parse()?;
    let stored = match uploads {
        Ok(uploads) => store(&visit, draft, &key, uploads.files).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match stored {
        Ok(draft) => Ok(back_to(&draft, &key)),
        Err(Failure(error)) => match error.as_ref() {
            Error::Refused(refusals) if refusals.iter().any(|refusal| refusal.field.is_some()) => {
                let application = Application::open(&visit, draft).await?;
                visit.show_again(&materials_page(&visit, &application, &at_material(refusals, &key)))
            }
            _ => Err(Failure(error)),
        },
    }
}

/// Keeps the files that are right, also when others of the same upload are not: those alone are chosen again.
async fn store(visit: &Visit, draft: Id, key: &str, uploaded: Vec<PostedFile>) -> Result<Draft, Error> {
    let cx = &visit.cx;
    let found = cx.db().read(async |tx| casework::find_draft(tx, cx, draft).await).await?;
    let item = cx.catalogue.item(&found.item_code).ok_or(Error::NotFound)?;
    let material = item.base.material(key).ok_or(Error::NotFound)?;
    let nothing = PostedFile::default();
    let (files, refusals) = store_files(visit, material, &chosen(&uploaded, &nothing)).await?;
    let kept = match Way::of_files(files) {
        Some(way) => {
            cx.db().write(async |tx| casework::attach(tx, cx, draft, key, way.clone()).await).await?
        }
        None => found,
    };
    if refusals.is_empty() { Ok(kept) } else { Err(Error::Refused(refusals)) }
}

/// The files that were chosen; without any, nothing, for the rule to say so.
fn chosen<'a>(uploaded: &'a [PostedFile], nothing: &'a PostedFile) -> Vec<&'a PostedFile> {
    let chosen: Vec<&PostedFile> = uploaded.iter().filter(|file| !file.is_nothing()).collect();
    if chosen.is_empty() { vec![nothing] } else { chosen }
}

/// Stores each file that is right for the material; says what is wrong with the others, at `file`.
pub(super) async fn store_files(
    visit: &Visit,
    material: &Material,
    uploaded: &[&PostedFile],
) -> Result<(Vec<GivenFile>, Vec<Refusal>), Error> {
    let (mut files, mut refusals) = (Vec::new(), Vec::new());
    for PostedFile { name, content, .. } in uploaded {
        let new = NewFile { name, content, accept: &material.accept, max_mb: material.max_mb };
        let stored = casework::put_file(&visit.cx, &visit.app.files, new).await;
        match stored.map_err(|error| words::about_file(name, error)) {
            Ok(stored) => files.push(GivenFile { digest: stored.digest, name: stored.name }),
            Err(Error::Refused(wrong)) => refusals.extend(wrong),
            Err(other) => return Err(other),
        }
    }
    Ok((files, refusals))
}

/// What is wrong with a file is wrong at its material: every material has its own form.
fn at_material(refusals: &[Refusal], key: &str) -> Vec<Refusal> {
    let moved = |refusal: &Refusal| Refusal { field: Some(field(key)), ..refusal.clone() };
    refusals.iter().map(moved).collect()
}

fn back_to(draft: &Draft, key: &str) -> Response {
    let target = format!("/drafts/{}/materials#{}", draft.id, element_id(&field(key)));
    Redirect::to(&target).into_response()
}

fn materials_page(visit: &Visit, application: &Application, refusals: &[Refusal]) -> MaterialsPage {
    let page = visit.page(format!("材料 - {}", application.item.base.name));
    let views = application.planned.iter().map(|plan| view(application, plan, refusals));
    let (waived, asked): (Vec<_>, Vec<_>) = views.partition(|view| view.how == How::Waived);
    MaterialsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        missing: asked.iter().filter(|view| view.how == How::Missing).count(),
        waived,
        asked,
        steps: application.steps(),
        action: application.materials_href(),
        back: application.last_page_href(),
        aside: Aside { materials: Vec::new(), ..application.aside() },
    }
}

fn view(application: &Application, plan: &PlannedMaterial, refusals: &[Refusal]) -> MaterialView {
    let material = &plan.material;
    let given = application.draft.materials.iter().find(|given| given.key == material.key);
    MaterialView {
        id: element_id(&field(&material.key)),
        name: plan.name.clone(),
        note: material.note.clone(),
        standard: material.standard.clone(),
        because: plan.because.to_string(),
        how: how(plan, given.map(|given| &given.way)),
        error: error_of(refusals, &field(&material.key)),
        waivable: plan.waived.is_some(),
        deferrable: material.need == Need::Deferred && plan.waived.is_none(),
        accepted: Accepted::by(material),
        action: format!("{}/{}", application.materials_href(), material.key),
    }
}

/// How a material stands, as submitting would settle it.
fn how(plan: &PlannedMaterial, given: Option<&Way>) -> How {
    match (given, &plan.waived) {
        (Some(way @ Way::File { .. }), _) => How::Files(way.files()),
        (Some(Way::Paper), _) => How::Paper,
        (_, Some(_)) => How::Waived,
        (Some(Way::Later), None) if plan.material.need == Need::Deferred => How::Later,
        (_, None) => How::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalog::SatisfiedBy;

    fn plan(need: Need, waived: Option<Way>) -> PlannedMaterial {
        let material = Material {
            key: "plan".into(),
            kind: "floor-plan".into(),
            need,
            when: None,
            form: "either".into(),
            copies: 1,
            source: "applicant".into(),
            issuer: String::new(),
            note: String::new(),
            standard: String::new(),
            accept: vec!["pdf".into()],
            max_mb: 10,
            letter: Vec::new(),
        };
        let (material, name, because) = (material.into(), "平面图".to_owned(), "".into());
        PlannedMaterial { material, name, satisfied_by: SatisfiedBy::Document, waived, because }
    }

    #[test]
    fn what_the_applicant_gives_comes_before_the_waiver() {
        let files = vec![GivenFile { digest: "0".into(), name: "图.pdf".into() }];
        let file = Way::of_files(files.clone()).unwrap();
        assert_eq!(how(&plan(Need::Required, Some(Way::Account)), None), How::Waived);
        assert_eq!(how(&plan(Need::Required, Some(Way::Account)), Some(&file)), How::Files(files));
        assert_eq!(how(&plan(Need::Required, Some(Way::Account)), Some(&Way::Paper)), How::Paper);
    }

    /// The page must never show as settled what submitting refuses.
    #[test]
    fn the_page_agrees_with_the_rule() {
        let ways = [None, Some(Way::Later), Some(Way::Paper), Some(Way::Form)];
        for need in [Need::Required, Need::Deferred] {
            for way in &ways {
                let plan = plan(need, None);
                let given: Vec<_> = way
                    .iter()
                    .map(|way| casework::GivenMaterial { key: "plan".into(), way: way.clone() })
                    .collect();
                let settled = casework::settle(std::slice::from_ref(&plan), &given).is_ok();
                assert_eq!(how(&plan, way.as_ref()) != How::Missing, settled, "{need:?} {way:?}");
            }
        }
    }

    #[test]
    fn a_refused_file_is_shown_at_its_material() {
        let moved = at_material(&[Refusal::at("file.type", "file", "格式不对")], "plan");
        assert_eq!(error_of(&moved, "material.plan"), "格式不对");
        assert_eq!(error_list(&moved)[0].0, "material-plan");
    }
}
