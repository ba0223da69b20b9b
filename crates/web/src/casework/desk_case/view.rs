//! The review screen as its template sees it.

use super::acts::{Acts, Own};
use super::attempt::{Act, Attempt, Conflict};
use super::corrected::{CameBack, came_back};
use super::papers::{self, Look, Paper, Viewer};
use super::{mask, said, special};
use crate::casework::{CameFrom, light_kind};
use crate::documents::{DocumentRow, rows};
use crate::form::{FieldView, answer_text};
use crate::page::Page;
use crate::session::Visit;
use crate::words;
use askama::Template;
use domain::casework::{CaseView, Reliance, ReviewStep, State};
use domain::catalog::Field;

#[derive(Template)]
#[template(path = "casework/desk_case.html")]
pub(super) struct DeskCasePage {
    pub page: Page,
    id: String,
    from: CameFrom,
    version: i64,
    title: String,
    ticket: String,
    number: String,
    light: &'static str,
    light_words: String,
    sentence: String,
    facts: Vec<Row>,
    sections: Vec<Section>,
    conditions: Vec<String>,
    came_back: Option<CameBack>,
    materials: Vec<Paper>,
    /// The form that takes the ticks at the materials: the first review that is this actor's.
    ticks: String,
    viewer: Option<Viewer>,
    documents: Vec<DocumentRow>,
    results: Vec<StepRow>,
    timeline: Vec<Entry>,
    acts: Acts,
    errors: Vec<(String, String)>,
    /// What was typed for a case that had changed meanwhile.
    typed: Vec<(&'static str, String)>,
    /// It was the reader herself who had changed it.
    by_oneself: bool,
    /// What is wrong with the certificates an open case rests on.
    fallen: Vec<String>,
    /// A second factor was given just now.
    fresh: bool,
    /// The full numbers stand on this page, once, and that somebody looked is written down.
    clear: bool,
    /// Why somebody wants to see them.
    why: FieldView,
}

/// What a page is asked to show besides the case.
#[derive(Default)]
pub(super) struct Shown<'a> {
    pub attempt: Option<&'a Attempt>,
    /// Which file to look at ([`domain::casework::GivenMaterial::marked_files`]).
    pub look: &'a str,
    /// What was just done, in words.
    pub done: Option<&'static str>,
    pub clear: bool,
    pub from: CameFrom,
}

struct Row {
    label: String,
    value: String,
}

struct Section {
    title: String,
    rows: Vec<Row>,
}

struct StepRow {
    name: String,
    passed: bool,
    opinion: String,
    checked: Vec<String>,
    /// Who inspected the place; empty for other steps.
    officers: String,
    who: String,
}

/// As `_timeline.html` draws it.
struct Entry {
    state: &'static str,
    title: String,
    at: String,
    who: String,
    note: String,
}

pub(super) fn page(visit: &Visit, view: CaseView, shown: &Shown<'_>) -> DeskCasePage {
    let attempt = shown.attempt;
    let conflict = attempt.filter(|attempt| attempt.conflict.is_some());
    let acts = Acts::of(&visit.cx, &view, attempt);
    let ticks = acts.reviews.first().map(|review| review.id.clone()).unwrap_or_default();
    DeskCasePage {
        id: view.id.to_string(),
        version: view.version,
        title: title(&view),
        page: Page {
            notice: shown.done.map(str::to_owned),
            ..frame(visit, &view, &shown.from, attempt.is_some_and(Attempt::failed))
        },
        light: light_kind(view.clock.light),
        documents: rows(&view.documents),
        // What is over is told by how it ended.
        light_words: match view.case.state.is_final() {
            true => view.case.state.name().to_owned(),
            false => view.clock.light.name(),
        },
        sentence: view.clock.sentence.clone(),
        facts: facts(&view, shown.clear),
        sections: sections(visit, &view, shown.clear),
        conditions: view.item.base.conditions.clone(),
        came_back: came_back(visit, &view, shown.clear),
        materials: papers::papers(visit, &view, shown),
        viewer: papers::viewer(visit, &view, shown.look),
        results: view.case.steps.iter().filter_map(step_row).collect(),
        timeline: timeline(visit, &view),
        errors: attempt.map(Attempt::errors).unwrap_or_default(),
        fallen: fallen(&view),
        fresh: visit.cx.actor.require_step_up(visit.cx.now).is_ok(),
        typed: conflict.map(|attempt| typed(visit, &view, attempt)).unwrap_or_default(),
        by_oneself: conflict.is_some_and(|attempt| attempt.conflict == Some(Conflict::Oneself)),
        clear: shown.clear,
        why: FieldView {
            label: "为什么要看完整号码".into(),
            max: 500,
            ..Own::of(&Act::Reveal, attempt).text("reason")
        },
        from: shown.from.clone(),
        ticks,
        acts,
        ticket: view.ticket,
        number: view.number,
    }
}

impl DeskCasePage {
    pub(super) fn has_frame(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.look == Look::Pdf)
    }
}

pub(super) fn title(view: &CaseView) -> String {
    format!("{} · {}", view.item.base.name, view.applicant.name)
}

/// The frame of a page about this case. After a POST the address is that of the act: coming back must lead
/// to the case.
pub(super) fn frame(visit: &Visit, view: &CaseView, from: &CameFrom, failed: bool) -> Page {
    let page = visit.page(title(view));
    Page { path: from.on(&format!("/desk/cases/{}", view.id)), error: failed, ..page }
}

fn row(label: &str, value: impl Into<String>) -> Row {
    Row { label: label.to_owned(), value: value.into() }
}

fn facts(view: &CaseView, clear: bool) -> Vec<Row> {
    let applicant = &view.applicant;
    let (code, phone) = match clear {
        true => (applicant.code.clone(), applicant.phone.clone()),
        false => (mask::applicant_code(&applicant.code), norms::mask::phone(&applicant.phone)),
    };
    let mut facts = vec![row("申请人", applicant.name.clone()), row("证件号码", code), row("电话", phone)];
    facts.extend(applicant.agent.as_ref().map(|agent| row("经办人", agent.clone())));
    let limit = match view.case.statutory {
        Some(statutory) => format!("{}（法定{statutory}）", view.case.promised),
        None => view.case.promised.to_string(),
    };
    let channel = match view.channel.as_str() {
        "web" => "网上",
        "api" => "接口",
        other => other,
    };
    facts.extend([
        row("状态", view.case.state.name()),
        row("提交", format!("{}，{channel}", words::instant(&view.submitted_at))),
        row("承诺时限", limit),
        row("受理单位", view.item.body.name.clone()),
    ]);
    facts
}

/// The answers page by page, then what no page asked: answers the item gives itself. What was not asked, or not
/// answered, is not there.
fn sections(visit: &Visit, view: &CaseView, clear: bool) -> Vec<Section> {
    let base = &view.item.base;
    let pages = domain::catalog::visible_pages(base);
    let row = |key: &str, field: Option<&Field>| answer(visit, view, key, field, clear);
    let section = |page: &domain::catalog::FormPage| Section {
        title: page.title.clone(),
        rows: page.fields.iter().filter_map(|field| row(&field.element, Some(field))).collect(),
    };
    let mut sections: Vec<Section> = pages.into_iter().map(section).collect();
    let asked: Vec<&str> = base.fields().map(|field| field.element.as_str()).collect();
    let others = view.answers.keys().filter(|key| !asked.contains(&key.as_str()));
    let rows = others.filter_map(|key| row(key, None)).collect();
    sections.push(Section { title: "系统自动填写".into(), rows });
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn answer(visit: &Visit, view: &CaseView, key: &str, field: Option<&Field>, clear: bool) -> Option<Row> {
    let element = visit.cx.catalogue.element(key)?;
    let values = view.answers.get(key).filter(|values| values.iter().any(|value| !value.is_empty()))?;
    let label = field.and_then(|field| field.label.as_deref()).unwrap_or(&element.label);
    let shown = |value: &String| if clear { value.clone() } else { mask::answer(element, value) };
    let shown: Vec<String> = values.iter().map(shown).collect();
    Some(row(label, answer_text(element, Some(&shown))))
}

/// A decision may rest on none of these; it is said before anybody decides. What is over stays as it was.
fn fallen(view: &CaseView) -> Vec<String> {
    if view.case.state.is_final() {
        return Vec::new();
    }
    view.reliances.iter().filter(|reliance| !reliance.counts()).map(Reliance::sentence).collect()
}

fn step_row(step: &ReviewStep) -> Option<StepRow> {
    let done = step.done.as_ref()?;
    Some(StepRow {
        name: step.name.clone(),
        passed: done.passed,
        opinion: done.opinion.clone(),
        checked: done.checked.clone(),
        officers: done.officers.join("、"),
        who: format!("{}，{}", done.by_name, words::day(&done.on)),
    })
}

/// What was typed, in words; of the form's questions what they are called.
fn typed(visit: &Visit, view: &CaseView, attempt: &Attempt) -> Vec<(&'static str, String)> {
    let labels = special::labels(&visit.cx, view, &attempt.fields).join("、");
    let named = (!labels.is_empty()).then_some(("您勾选的问题", labels));
    attempt.typed().into_iter().chain(named).collect()
}

fn timeline(visit: &Visit, view: &CaseView) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in &view.timeline {
        let Some(said) = said::in_words(&visit.cx.catalogue, &entry.event, view) else { continue };
        entries.push(Entry {
            state: said.mark,
            title: said.title,
            at: words::instant(&entry.at),
            who: entry.actor.clone(),
            note: said.note,
        });
    }
    if !view.case.state.is_final() {
        let state = if view.case.state == State::Suspended { "paused" } else { "now" };
        let title = view.case.state.name().to_owned();
        entries.push(Entry { state, title, at: String::new(), who: String::new(), note: String::new() });
    }
    entries
}
