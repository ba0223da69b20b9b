//! The materials of a case at its desk: how each was given, what makes it good, and a look at the files.

use super::acts::Own;
use super::attempt::{Act, Attempt};
use super::view::Shown;
use crate::form::{FieldView, element_id};
use crate::session::Visit;
use crate::words;
use domain::casework::{CaseView, GivenFile, GivenMaterial, Light, OwedState, Reliance, Way, good_material};
use domain::catalog::Need;
use domain::identity::{Action, Thing, authorize};

pub(super) struct Paper {
    pub name: String,
    /// How it was given, in words.
    pub way: String,
    pub tone: &'static str,
    /// Where to see it; empty when there is nothing to see, or files are.
    pub href: String,
    pub files: Vec<PaperFile>,
    /// Its tick: id and value.
    pub id: String,
    pub good: String,
    pub ticked: bool,
    pub deferred: bool,
    /// It is still to come: there is nothing to find good.
    pub absent: bool,
    pub standard: String,
    /// How the certificate stands today: words and tone.
    pub standing: Option<(String, &'static str)>,
    pub owed: Option<Owed>,
}

/// One of the files of a material.
pub(super) struct PaperFile {
    pub name: String,
    /// Where to see it beside the answers.
    pub look: String,
    /// Where to save it.
    pub save: String,
    /// It is the one that is seen now.
    pub shown: bool,
}

/// A material that was to come later.
pub(super) struct Owed {
    pub words: String,
    pub tone: &'static str,
    /// Handed in and not answered: the form for it.
    pub answer: Option<OwedForm>,
}

pub(super) struct OwedForm {
    pub action: String,
    pub id: String,
    pub reason: FieldView,
}

/// One file, seen beside the answers.
pub(super) struct Viewer {
    pub name: String,
    pub file: String,
    pub standard: String,
    /// Its address inside the page.
    pub src: String,
    pub look: Look,
    /// Where to save it.
    pub href: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Picture,
    Pdf,
    /// No browser shows it: OFD, spreadsheets.
    Nothing,
}

impl Look {
    /// By the name: the extension was compared with the content when the file came.
    fn of(file: &str) -> Look {
        match file.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).as_deref() {
            Some("png" | "jpg" | "jpeg") => Look::Picture,
            Some("pdf") => Look::Pdf,
            _ => Look::Nothing,
        }
    }
}

pub(super) fn papers(visit: &Visit, view: &CaseView, shown: &Shown<'_>) -> Vec<Paper> {
    view.materials.iter().map(|given| paper(visit, view, given, shown)).collect()
}

/// The file somebody asked to look at, or else the first one.
pub(super) fn viewer(visit: &Visit, view: &CaseView, wanted: &str) -> Option<Viewer> {
    let (given, mark, file) = seen(view, wanted)?;
    let standard = view.item.base.material(&given.key).map(|material| material.standard.clone());
    Some(Viewer {
        name: name(visit, view, &given.key),
        look: Look::of(&file.name),
        file: file.name,
        standard: standard.unwrap_or_default(),
        src: format!("/desk/cases/{}/files/{mark}", view.id),
        href: format!("/cases/{}/files/{mark}", view.id),
    })
}

fn seen<'a>(view: &'a CaseView, wanted: &str) -> Option<(&'a GivenMaterial, String, GivenFile)> {
    let files = |given: &'a GivenMaterial| {
        given.marked_files().into_iter().map(move |(mark, file)| (given, mark, file))
    };
    let mut all: Vec<_> = view.materials.iter().flat_map(files).collect();
    let at = all.iter().position(|(_, mark, _)| mark == wanted).unwrap_or(0);
    (at < all.len()).then(|| all.swap_remove(at))
}

pub(super) fn name(visit: &Visit, view: &CaseView, key: &str) -> String {
    let asked = view.item.base.material(key);
    let kind = asked.and_then(|material| visit.cx.catalogue.kind(&material.kind));
    kind.map_or_else(|| key.to_owned(), |kind| kind.name.clone())
}

/// How it stands with a material that was to come later, and the answer this desk may give.
fn owed(visit: &Visit, view: &CaseView, key: &str, attempt: Option<&Attempt>) -> Option<Owed> {
    let owed = view.case.owed.iter().find(|owed| owed.material == key)?;
    let until = view.case.owed_until.as_ref().map(words::day).unwrap_or_default();
    let over = view.case.owed_light(&visit.cx.catalogue.calendar, visit.cx.today());
    let (words, tone) = match (owed.state, over) {
        (OwedState::Outstanding, Some(Light::Overdue(_))) => (format!("{until}前没有补交，已逾期"), "bad"),
        (OwedState::Outstanding, Some(_)) => (format!("{until}前补交"), "warn"),
        (OwedState::Outstanding, None) => ("没有补交".to_owned(), "warn"),
        (OwedState::HandedIn, _) => ("已补交，请确认".to_owned(), "warn"),
        (OwedState::Confirmed, _) => ("补交已确认".to_owned(), "ok"),
    };
    let act = Act::Owed(key.to_owned());
    let body = Thing { body: Some(&view.item.body.credit_code), ..Thing::NOTHING };
    let may = authorize(&visit.cx.actor, Action::CaseReview, body).is_ok();
    let wanted = owed.state == OwedState::HandedIn && may && !view.case.state.is_final();
    let form = || OwedForm {
        action: format!("/desk/cases/{}/owed/{key}", view.id),
        id: act.id(),
        reason: FieldView { label: "退回的理由".into(), ..Own::of(&act, attempt).text("reason") },
    };
    Some(Owed { words, tone, answer: wanted.then(form) })
}

/// A licence revoked since the submission counts no longer; one that was made again is looked at in its newest
/// version.
fn standing(reliance: &Reliance) -> (String, &'static str) {
    match (reliance.counts(), reliance.is_remade()) {
        (true, false) => (reliance.standing().to_owned(), "ok"),
        (true, true) => ("已有新版本，以新版本为准".to_owned(), "warn"),
        (false, _) => (format!("{}，不能作为准予的依据", reliance.standing()), "bad"),
    }
}

fn paper(visit: &Visit, view: &CaseView, given: &GivenMaterial, shown: &Shown<'_>) -> Paper {
    let attempt = shown.attempt;
    let asked = view.item.base.material(&given.key);
    let (way, tone) = way(&given.way);
    let name = name(visit, view, &given.key);
    let good = good_material(&name);
    let reliance = view.reliances.iter().find(|reliance| reliance.material == given.key);
    Paper {
        id: format!("tick-{}", element_id(&given.key)),
        ticked: attempt.is_some_and(|attempt| attempt.checked.contains(&good)),
        good,
        name,
        href: match &given.way {
            Way::Certificate { identifier } => {
                let newest = reliance.and_then(|reliance| reliance.newest.as_ref());
                format!("/verify?identifier={}", newest.map_or(identifier, |view| &view.identifier))
            }
            _ => String::new(),
        },
        files: files(view, given, shown),
        way,
        tone,
        deferred: asked.is_some_and(|material| material.need == Need::Deferred),
        standard: asked.map(|material| material.standard.clone()).unwrap_or_default(),
        absent: given.way == Way::Later,
        standing: reliance.map(standing),
        owed: owed(visit, view, &given.key, attempt),
    }
}

fn files(view: &CaseView, given: &GivenMaterial, shown: &Shown<'_>) -> Vec<PaperFile> {
    let seen = seen(view, shown.look).map(|(_, mark, _)| mark);
    let file = |(mark, file): (String, GivenFile)| PaperFile {
        name: file.name,
        look: shown.from.on(&format!("/desk/cases/{}?look={mark}#viewer", view.id)),
        save: format!("/cases/{}/files/{mark}", view.id),
        shown: seen.as_ref() == Some(&mark),
    };
    given.marked_files().into_iter().map(file).collect()
}

fn way(way: &Way) -> (String, &'static str) {
    match way {
        Way::Form => ("免交：按填写内容生成".into(), "ok"),
        Way::Account => ("免交：账户已实名核验".into(), "ok"),
        Way::Certificate { .. } => ("免交：电子证照".into(), "ok"),
        Way::File { .. } => ("已上传".into(), ""),
        Way::Later => ("容缺后补：受理后补交".into(), "warn"),
        Way::Paper => ("纸质提交：请在窗口核对".into(), "warn"),
    }
}
