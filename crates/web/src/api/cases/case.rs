//! A case in JSON, as its applicant and its desk see it.

use super::submit::MaterialFile;
use crate::api::listed::{Limit, word};
use crate::casework::desk_case::{mask, said};
use domain::Cx;
use domain::casework::{self, CaseView, GivenMaterial, ReviewStep, TimelineEntry, Way};
use domain::catalog::Answers;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Case {
    id: String,
    /// 办件编号, 46 characters.
    number: String,
    /// The short number for people.
    #[schema(example = "3201-20260924-000017")]
    ticket: String,
    item: CaseItem,
    /// `submitted`, `supplement_noticed`, `accepted`, `review`, `suspended`, `decision`, `delivered`,
    /// `not_accepted`, `not_needed`, `wrong_body`, `supplement_lapsed`, `withdrawn`; `granted`, `refused` and
    /// `closed` are passed within one act.
    state: String,
    state_name: String,
    /// `granted`, `refused`, `not_accepted`, `withdrawn` or `supplement_lapsed`; null while it is open.
    outcome: Option<String>,
    /// `web`, `api` …
    channel: String,
    /// Milliseconds since 1970 UTC.
    submitted_at: i64,
    /// The working day on which it counts as received.
    received_on: String,
    accepted_on: Option<String>,
    ended_on: Option<String>,
    promised: Limit,
    statutory: Option<Limit>,
    clock: Clock,
    applicant: Applicant,
    /// By data element. Personal numbers are masked for staff.
    answers: BTreeMap<String, Vec<String>>,
    materials: Vec<CaseMaterial>,
    /// The one notice of what was missing or wrong, and what came of it.
    supplement: Option<CaseSupplement>,
    steps: Vec<CaseStep>,
    decision: Option<Decision>,
    timeline: Vec<CaseEvent>,
    certificates: Vec<CaseCertificate>,
    /// Send it with the next act: an act on an older one is a conflict.
    version: i64,
    /// Opens the progress without a session; for the applicant alone.
    query_password: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseItem {
    /// Handling-item code, 33 characters.
    code: String,
    slug: String,
    name: String,
    body: String,
    body_name: String,
    division: String,
}

/// When it is due, computed for today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Clock {
    /// What is due: `acceptance`, `supplement`, `decision` or `nothing`.
    awaited: String,
    /// The day at whose end it is due.
    due_on: Option<String>,
    statutory_due_on: Option<String>,
    /// From this day on the light warns.
    warn_on: Option<String>,
    /// `normal`, `warning`, `due_today`, `overdue`, `paused`, `on_time` or `late`.
    light: String,
    light_name: String,
    /// Some day of the count lies in a year without a published holiday plan.
    provisional: bool,
    /// Chinese, explains the due day.
    sentence: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Applicant {
    name: String,
    /// Citizen number or credit code; a citizen number is masked for staff.
    code: String,
    /// Masked for staff.
    phone: String,
    /// Who filed it under a mandate.
    agent: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseMaterial {
    key: String,
    /// `form`, `account`, `certificate`, `file`, `later` or `paper`.
    way: String,
    /// Of the certificate that stands in for it.
    identifier: Option<String>,
    /// Whether a decision may rest on that certificate as its newest version stands today.
    counts: Option<bool>,
    /// Its status today in Chinese.
    standing: Option<String>,
    /// What the file is found by.
    digest: Option<String>,
    name: Option<String>,
    /// The next files, when it came in several.
    further: Vec<MaterialFile>,
    /// Of one that comes after the acceptance: `outstanding`, `handed_in` or `confirmed`.
    owed: Option<String>,
    /// Why it was given back last.
    returned: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseSupplement {
    noticed_on: String,
    due_on: String,
    /// One line for each thing, as the applicant reads it.
    missing: Vec<String>,
    /// Data elements whose answers were to be corrected.
    fields: Vec<String>,
    handed_in: bool,
    /// The day it came; `received_on` of the case is the one it counts from.
    handed_in_on: Option<String>,
    corrected: Vec<CorrectedAnswer>,
    /// Keys of the materials that came.
    brought: Vec<String>,
    /// Something went to the window.
    on_paper: bool,
}

/// Personal numbers are masked for staff.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CorrectedAnswer {
    /// Data element.
    element: String,
    /// Empty where nothing was answered.
    earlier: Vec<String>,
    /// Empty where nothing is answered any more.
    now: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseStep {
    key: String,
    name: String,
    order: u32,
    /// `clerk`, `reviewer` or `approver`.
    post: String,
    /// Somebody goes to the place: its review names two officers at least.
    on_site: bool,
    /// It can be worked on now.
    open: bool,
    done: bool,
    /// For staff alone, like opinion and checks.
    passed: Option<bool>,
    opinion: Option<String>,
    checked: Option<Vec<String>>,
    /// Who inspected the place; empty for other steps.
    officers: Option<Vec<String>>,
    on: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decision {
    granted: bool,
    reason: String,
    on: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseEvent {
    /// Milliseconds since 1970 UTC.
    at: i64,
    /// Stable: `casework.accepted` …
    kind: String,
    /// Chinese; empty for events inside the house.
    title: String,
    note: String,
    /// Staff by name, persons masked.
    actor: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseCertificate {
    identifier: String,
    type_name: String,
    number: String,
}

impl Case {
    pub(crate) fn of(cx: &Cx, view: CaseView) -> Case {
        let for_staff = cx.actor.person().is_none();
        let case = &view.case;
        Case {
            id: view.id.to_string(),
            item: item(&view),
            state: case.state.word().to_owned(),
            state_name: case.state.name().to_owned(),
            outcome: case.outcome.map(|outcome| outcome.word().to_owned()),
            submitted_at: view.submitted_at,
            received_on: case.received_on.to_string(),
            accepted_on: case.accepted_on.map(|day| day.to_string()),
            ended_on: case.ended_on.map(|day| day.to_string()),
            promised: case.promised.into(),
            statutory: case.statutory.map(Limit::from),
            clock: Clock::of(&view.clock),
            applicant: applicant(&view, for_staff),
            answers: answers(cx, &view.answers, for_staff),
            supplement: case.supplement.as_ref().map(|own| supplement(cx, &view, own, for_staff)),
            materials: view.materials.iter().map(|given| material(given, &view)).collect(),
            steps: case.steps.iter().map(|row| step(row, &view, for_staff)).collect(),
            decision: case.decision.as_ref().map(|decision| Decision {
                granted: decision.granted,
                reason: decision.reason.clone(),
                on: decision.on.to_string(),
            }),
            timeline: view.timeline.iter().map(|entry| event(cx, entry, &view, for_staff)).collect(),
            certificates: view.certificates.iter().map(certificate).collect(),
            query_password: (!for_staff).then_some(view.query_password),
            number: view.number,
            ticket: view.ticket,
            channel: view.channel,
            version: view.version,
        }
    }
}

fn item(view: &CaseView) -> CaseItem {
    CaseItem {
        code: view.item.code.clone(),
        slug: view.item.base.slug.clone(),
        name: view.item.base.name.clone(),
        body: view.item.body.credit_code.clone(),
        body_name: view.item.body.name.clone(),
        division: view.item.division.clone(),
    }
}

impl Clock {
    pub(super) fn of(clock: &casework::Clock) -> Clock {
        Clock {
            awaited: word(clock.awaited),
            due_on: clock.due.map(|day| day.to_string()),
            statutory_due_on: clock.statutory_due.map(|day| day.to_string()),
            warn_on: clock.warn.map(|day| day.to_string()),
            light: light_word(clock.light).to_owned(),
            light_name: clock.light.name(),
            provisional: clock.provisional,
            sentence: clock.sentence.clone(),
        }
    }
}

/// Words of our JSON have underscores; those of style sheets have hyphens.
pub(super) fn light_word(light: casework::Light) -> &'static str {
    use casework::Light::*;
    match light {
        Normal => "normal",
        Warning => "warning",
        DueToday => "due_today",
        Overdue(_) => "overdue",
        Paused => "paused",
        OnTime => "on_time",
        Late(_) => "late",
    }
}

fn applicant(view: &CaseView, for_staff: bool) -> Applicant {
    let own = view.applicant.clone();
    Applicant {
        code: if for_staff { mask::applicant_code(&own.code) } else { own.code },
        phone: if for_staff { norms::mask::phone(&own.phone) } else { own.phone },
        name: own.name,
        agent: own.agent,
    }
}

fn supplement(
    cx: &Cx,
    view: &CaseView,
    supplement: &casework::Supplement,
    for_staff: bool,
) -> CaseSupplement {
    let now = answers(cx, &view.answers, for_staff);
    let earlier = answers(cx, view.earlier_answers.as_ref().unwrap_or(&Answers::new()), for_staff);
    let of =
        |answers: &BTreeMap<String, Vec<String>>, key: &String| answers.get(key).cloned().unwrap_or_default();
    let corrected = |key: &String| CorrectedAnswer {
        element: key.clone(),
        earlier: of(&earlier, key),
        now: of(&now, key),
    };
    CaseSupplement {
        noticed_on: supplement.noticed_on.to_string(),
        due_on: supplement.due.to_string(),
        missing: supplement.missing.clone(),
        fields: supplement.fields.clone(),
        handed_in: supplement.handed_in,
        handed_in_on: supplement.handed_in_on.map(|day| day.to_string()),
        corrected: supplement.answer.corrected.iter().map(corrected).collect(),
        brought: supplement.answer.brought.clone(),
        on_paper: supplement.answer.on_paper,
    }
}

fn answers(cx: &Cx, given: &Answers, for_staff: bool) -> BTreeMap<String, Vec<String>> {
    let mut answers = given.clone();
    if for_staff {
        for (key, values) in &mut answers {
            let Some(element) = cx.catalogue.element(key) else { continue };
            values.iter_mut().for_each(|value| *value = mask::answer(element, value));
        }
    }
    answers
}

fn material(given: &GivenMaterial, view: &CaseView) -> CaseMaterial {
    let owed = view.case.owed.iter().find(|owed| owed.material == given.key);
    let reliance = view.reliances.iter().find(|reliance| reliance.material == given.key);
    let (way, identifier) = match &given.way {
        Way::Form => ("form", None),
        Way::Account => ("account", None),
        Way::Certificate { identifier } => ("certificate", Some(identifier.clone())),
        Way::File { .. } => ("file", None),
        Way::Later => ("later", None),
        Way::Paper => ("paper", None),
    };
    let files = given.way.files();
    let first = files.first();
    CaseMaterial {
        key: given.key.clone(),
        way: way.to_owned(),
        identifier,
        counts: reliance.map(casework::Reliance::counts),
        standing: reliance.map(|reliance| reliance.standing().to_owned()),
        digest: first.map(|file| file.digest.clone()),
        name: first.map(|file| file.name.clone()),
        further: files.iter().skip(1).map(MaterialFile::of).collect(),
        owed: owed.map(|owed| owed.state.word().to_owned()),
        returned: owed.map(|owed| owed.returned.clone()).filter(|reason| !reason.is_empty()),
    }
}

fn step(row: &ReviewStep, view: &CaseView, for_staff: bool) -> CaseStep {
    let inside = row.done.as_ref().filter(|_| for_staff);
    CaseStep {
        key: row.key.clone(),
        name: row.name.clone(),
        order: row.order,
        post: row.post.word().to_owned(),
        on_site: view.item.base.steps.iter().any(|step| step.key == row.key && step.on_site),
        open: view.case.open_steps().any(|open| open.key == row.key),
        done: row.done.is_some(),
        passed: inside.map(|done| done.passed),
        opinion: inside.map(|done| done.opinion.clone()),
        checked: inside.map(|done| done.checked.clone()),
        officers: inside.map(|done| done.officers.clone()),
        on: row.done.as_ref().map(|done| done.on.to_string()),
    }
}

fn event(cx: &Cx, entry: &TimelineEntry, view: &CaseView, for_staff: bool) -> CaseEvent {
    // What reviewers write is for those who decide; the applicant gets the reason of the decision.
    let inside = matches!(entry.event, casework::Event::StepDone { .. }) && !for_staff;
    let said = said::in_words(&cx.catalogue, &entry.event, view).filter(|_| !inside);
    let (title, note) = said.map_or_else(Default::default, |said| (said.title, said.note));
    CaseEvent { at: entry.at, kind: entry.event.kind().to_owned(), title, note, actor: entry.actor.clone() }
}

fn certificate(certificate: &domain::certs::Certificate) -> CaseCertificate {
    CaseCertificate {
        identifier: certificate.identifier.clone(),
        type_name: certificate.type_name.clone(),
        number: certificate.number.clone(),
    }
}
