//! The review screen as its template sees it.

use super::acts::{Acts, Own};
use super::attempt::{Act, Attempt, Conflict};
use super::{mask, said};
use crate::casework::light_kind;
use crate::documents::{DocumentRow, rows};
use crate::form::{FieldView, answer_text};
use crate::page::Page;
use crate::session::Visit;
use crate::words;
use askama::Template;
use domain::casework::{CaseView, GivenMaterial, Light, OwedState, ReviewStep, State, Way};
use domain::catalog::{Field, Need};
use domain::identity::{Action, Thing, authorize};

#[derive(Template)]
#[template(path = "casework/desk_case.html")]
pub(super) struct DeskCasePage {
    pub page: Page,
    id: String,
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
    materials: Vec<Material>,
    documents: Vec<DocumentRow>,
    results: Vec<StepRow>,
    timeline: Vec<Entry>,
    acts: Acts,
    errors: Vec<(String, String)>,
    /// What was typed for a case that had changed meanwhile.
    typed: Vec<(&'static str, String)>,
    /// It was the reader herself who had changed it.
    by_oneself: bool,
}

struct Row {
    label: String,
    value: String,
}

struct Section {
    title: String,
    rows: Vec<Row>,
}

struct Material {
    name: String,
    /// How it was given, in words.
    way: String,
    tone: &'static str,
    /// Empty when there is no file to look at.
    file: String,
    deferred: bool,
    standard: String,
    owed: Option<Owed>,
}

/// A material that was to come later.
struct Owed {
    words: String,
    tone: &'static str,
    /// Handed in and not answered: the form for it.
    answer: Option<OwedForm>,
}

struct OwedForm {
    action: String,
    id: String,
    reason: FieldView,
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

pub(super) fn page(visit: &Visit, view: CaseView, attempt: Option<Attempt>) -> DeskCasePage {
    let mut page = visit.page(format!("{} · {}", view.item.base.name, view.applicant.name));
    // After a refused POST the address is that of the act: coming back must lead to the case.
    page.path = format!("/desk/cases/{}", view.id);
    page.error = attempt.is_some();
    let attempt = attempt.as_ref();
    let conflict = attempt.filter(|attempt| attempt.conflict.is_some());
    DeskCasePage {
        id: view.id.to_string(),
        version: view.version,
        title: page.title.clone(),
        page,
        light: light_kind(view.clock.light),
        documents: rows(&view.documents),
        // What is over is told by how it ended.
        light_words: match view.case.state.is_final() {
            true => view.case.state.name().to_owned(),
            false => view.clock.light.name(),
        },
        sentence: view.clock.sentence.clone(),
        facts: facts(&view),
        sections: sections(visit, &view),
        conditions: view.item.base.conditions.clone(),
        materials: view.materials.iter().map(|given| material(visit, &view, given, attempt)).collect(),
        results: view.case.steps.iter().filter_map(step_row).collect(),
        timeline: timeline(&view),
        acts: Acts::of(&visit.cx, &view, attempt),
        errors: attempt.map(Attempt::errors).unwrap_or_default(),
        typed: conflict.map(Attempt::typed).unwrap_or_default(),
        by_oneself: conflict.is_some_and(|attempt| attempt.conflict == Some(Conflict::Oneself)),
        ticket: view.ticket,
        number: view.number,
    }
}

fn row(label: &str, value: impl Into<String>) -> Row {
    Row { label: label.to_owned(), value: value.into() }
}

fn facts(view: &CaseView) -> Vec<Row> {
    let applicant = &view.applicant;
    let mut facts = vec![
        row("申请人", applicant.name.clone()),
        row("证件号码", mask::applicant_code(&applicant.code)),
        row("电话", norms::mask::phone(&applicant.phone)),
    ];
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

/// The answers page by page, then what no page asked: answers the item gives itself.
fn sections(visit: &Visit, view: &CaseView) -> Vec<Section> {
    let base = &view.item.base;
    let pages = domain::catalog::visible_pages(base);
    let mut sections: Vec<Section> = pages
        .iter()
        .map(|page| Section {
            title: page.title.clone(),
            rows: page
                .fields
                .iter()
                .filter_map(|field| answer(visit, view, &field.element, Some(field)))
                .collect(),
        })
        .collect();
    let asked: Vec<&str> = base.fields().map(|field| field.element.as_str()).collect();
    let others = view.answers.keys().filter(|key| !asked.contains(&key.as_str()));
    let rows: Vec<Row> = others.filter_map(|key| answer(visit, view, key, None)).collect();
    if !rows.is_empty() {
        sections.push(Section { title: "事项固定内容".into(), rows });
    }
    sections
}

fn answer(visit: &Visit, view: &CaseView, key: &str, field: Option<&Field>) -> Option<Row> {
    let element = visit.cx.catalogue.element(key)?;
    let values = view.answers.get(key);
    let label = field.and_then(|field| field.label.as_deref()).unwrap_or(&element.label);
    let masked: Option<Vec<String>> =
        values.map(|values| values.iter().map(|value| mask::answer(element, value)).collect());
    Some(row(label, answer_text(element, masked.as_ref())))
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

fn material(visit: &Visit, view: &CaseView, given: &GivenMaterial, attempt: Option<&Attempt>) -> Material {
    let asked = view.item.base.material(&given.key);
    let kind = asked.and_then(|material| visit.cx.catalogue.kind(&material.kind));
    let (way, tone) = way(&given.way);
    Material {
        name: kind.map_or(given.key.clone(), |kind| kind.name.clone()),
        file: match &given.way {
            Way::File { .. } => format!("/cases/{}/files/{}", view.id, given.key),
            // What the public check says of it now: a licence revoked since counts no longer.
            Way::Certificate { identifier } => format!("/verify?identifier={identifier}"),
            _ => String::new(),
        },
        way,
        tone,
        deferred: asked.is_some_and(|material| material.need == Need::Deferred),
        standard: asked.map(|material| material.standard.clone()).unwrap_or_default(),
        owed: owed(visit, view, &given.key, attempt),
    }
}

fn way(way: &Way) -> (String, &'static str) {
    match way {
        Way::Form => ("免交：按填写内容生成".into(), "ok"),
        Way::Account => ("免交：账户已实名核验".into(), "ok"),
        Way::Certificate { .. } => ("免交：电子证照，看现在的状态".into(), "ok"),
        Way::File { name, .. } => (format!("已上传：{name}"), ""),
        Way::Later => ("容缺后补：受理后补交".into(), "warn"),
        Way::Paper => ("纸质提交：请在窗口核对".into(), "warn"),
    }
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

fn timeline(view: &CaseView) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in &view.timeline {
        let Some(said) = said::in_words(&entry.event, &view.case) else { continue };
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
