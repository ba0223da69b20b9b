//! One case in full, for those who may; its progress, for whoever holds its number and password.

use super::case::Case;
use super::change::load;
use super::clock::Clock;
use super::decide::pinned_item;
use super::event::Event;
use super::file::StoredFile;
use super::materials::GivenMaterial;
use super::reliance::{Reliance, rests_on};
use super::store::{self, StoredCase};
use super::submit::query_password;
use super::supplement::earlier_answers;
use crate::Cx;
use crate::catalog::{Answers, Item};
use crate::certs::{self, Certificate};
use crate::documents::{self, Document};
use crate::identity::{self, Action, Party, Profile, Thing, authorize};
use crate::journal;
use base::{Error, Id, Millis, Result};
use db::Tx;
use std::sync::Arc;

pub type CaseId = Id;

/// Everything about a case that its applicant and its desk see.
pub struct CaseView {
    pub id: CaseId,
    pub number: String,
    pub ticket: String,
    pub item: Arc<Item>,
    pub case: Case,
    pub clock: Clock,
    pub applicant: ApplicantView,
    pub answers: Answers,
    /// What the answers were before a supplement corrected some; none when it corrected nothing.
    pub earlier_answers: Option<Answers>,
    pub materials: Vec<GivenMaterial>,
    /// The certificates among the materials, as they stand today.
    pub reliances: Vec<Reliance>,
    pub timeline: Vec<TimelineEntry>,
    pub certificates: Vec<Certificate>,
    /// Under seal, first made first.
    pub documents: Vec<Document>,
    pub channel: String,
    pub submitted_at: Millis,
    /// To be sent back with the next act on this case.
    pub version: i64,
    pub query_password: String,
}

#[derive(Debug, Clone, serde::Deserialize, serde::Serialize)]
pub struct ApplicantView {
    pub name: String,
    /// Citizen number or credit code.
    pub code: String,
    pub phone: String,
    /// Who filed it, when that was somebody with a mandate.
    pub agent: Option<String>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct TimelineEntry {
    pub at: Millis,
    pub actor: String,
    pub event: Event,
}

/// A case with all that belongs to it.
pub async fn show_case(tx: &mut Tx<'_>, cx: &Cx, id: CaseId) -> Result<CaseView> {
    let stored = load(tx, cx, id, Action::CaseRead, None, None).await?;
    view(tx, cx, stored).await
}

async fn view(tx: &mut Tx<'_>, cx: &Cx, stored: StoredCase) -> Result<CaseView> {
    let item = pinned_item(tx, cx, &stored).await?;
    let applicant = cx.keys().open_text("casework_case.applicant", &stored.sealed_applicant)?;
    Ok(CaseView {
        id: stored.id,
        item,
        clock: Clock::of(&stored.case, &cx.catalogue.calendar, cx.today()),
        applicant: store::from_json(&applicant)?,
        answers: store::open_answers(cx, "casework_case.answers", &stored.sealed_answers)?,
        earlier_answers: earlier_answers(tx, cx, &stored).await?,
        timeline: timeline(tx, stored.id).await?,
        reliances: rests_on(tx, cx, &stored.materials).await?,
        certificates: certs::of_case(tx, cx, stored.id).await?,
        documents: documents::of_case(tx, stored.id).await?,
        query_password: query_password(cx, &stored.number),
        number: stored.number,
        ticket: stored.ticket,
        case: stored.case,
        materials: stored.materials,
        channel: stored.channel,
        submitted_at: stored.submitted_at,
        version: stored.version,
    })
}

async fn timeline(tx: &mut Tx<'_>, id: CaseId) -> Result<Vec<TimelineEntry>> {
    let events = journal::of_subject(tx, "case", id).await?;
    let entry = |event: journal::Event| {
        Ok(TimelineEntry { at: event.at, event: store::from_json(&event.detail)?, actor: event.actor_name })
    };
    events.into_iter().filter(|event| event.kind.starts_with("casework.")).map(entry).collect()
}

/// What somebody learns without logging in.
#[derive(Debug, Clone, serde::Serialize)]
pub struct PublicProgress {
    pub ticket: String,
    pub item_name: String,
    pub body_name: String,
    pub applicant: String,
    pub state: super::State,
    /// What became of it, once that is decided; the state before.
    pub state_name: &'static str,
    pub clock: Clock,
    pub promised: norms::Limit,
    pub statutory: Option<norms::Limit>,
    /// Working days that have counted since acceptance; nothing before it.
    pub days_used: Option<u32>,
    /// Steps of review stand between acceptance and decision.
    pub reviewed: bool,
    pub timeline: Vec<PublicStep>,
}

#[derive(Debug, Clone, serde::Serialize)]
pub struct PublicStep {
    pub at: Millis,
    pub kind: &'static str,
}

/// The progress of a case by number or ticket and its query password. A wrong pair tells nothing about
/// which half was wrong.
pub async fn progress(tx: &mut Tx<'_>, cx: &Cx, number: &str, password: &str) -> Result<PublicProgress> {
    let wrong =
        || Error::refused_at("casework.wrong_query", "password", "没有找到：请核对查询编号和查询密码");
    let stored = find(tx, cx, number.trim()).await?.ok_or_else(wrong)?;
    let narrow = password.chars().map(norms::narrow).filter(|c| !c.is_whitespace());
    let given = narrow.collect::<String>().to_ascii_uppercase();
    let right = query_password(cx, &stored.number);
    if !base::crypt::equal_in_constant_time(given.as_bytes(), right.to_ascii_uppercase().as_bytes()) {
        return Err(wrong());
    }
    let steps = timeline(tx, stored.id).await?;
    Ok(PublicProgress {
        clock: Clock::of(&stored.case, &cx.catalogue.calendar, cx.today()),
        body_name: cx.catalogue.body(&stored.body).map(|body| body.name.clone()).unwrap_or_default(),
        applicant: stored.applicant_masked,
        state: stored.case.state,
        state_name: match (stored.case.state, stored.case.outcome) {
            // Both end as "not accepted", and say more.
            (state @ (super::State::NotNeeded | super::State::WrongBody), _) => state.name(),
            (state, outcome) => outcome.map_or(state.name(), |outcome| outcome.name()),
        },
        promised: stored.case.promised,
        statutory: stored.case.statutory,
        days_used: super::days_used(&stored.case, &cx.catalogue.calendar, cx.today()),
        reviewed: !stored.case.steps.is_empty(),
        timeline: steps.iter().map(|entry| PublicStep { at: entry.at, kind: entry.event.kind() }).collect(),
        ticket: stored.ticket,
        item_name: stored.item_name,
    })
}

pub(super) async fn find(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<Option<StoredCase>> {
    if let Ok(case_number) = norms::CaseNumber::parse(number) {
        let Some(item) = cx.catalogue.item(case_number.item().as_str()) else { return Ok(None) };
        return store::case_by_number(tx, &item.division, number).await;
    }
    // People leave the hyphens out.
    let Ok(ticket) = norms::Ticket::parse(number) else { return Ok(None) };
    store::case_by_ticket(tx, ticket.as_str()).await
}

/// The id of a case by its number or ticket, for those who may read it.
pub async fn find_by_number(tx: &mut Tx<'_>, cx: &Cx, number: &str) -> Result<CaseId> {
    let stored = find(tx, cx, number.trim()).await?.ok_or(Error::NotFound)?;
    authorize(
        &cx.actor,
        Action::CaseRead,
        Thing::of(stored.applicant, &stored.body).for_item(&stored.item_code),
    )?;
    Ok(stored.id)
}

/// A file of a case, for those who may read the case; its content is in the file store. `mark` is the key of the
/// material, of its second file `key.2` ([`GivenMaterial::marked_files`]).
pub async fn case_file(tx: &mut Tx<'_>, cx: &Cx, id: CaseId, mark: &str) -> Result<StoredFile> {
    let stored = load(tx, cx, id, Action::CaseRead, None, None).await?;
    let mut files = stored.materials.iter().flat_map(GivenMaterial::marked_files);
    let (_, file) = files.find(|(own, _)| own == mark).ok_or(Error::NotFound)?;
    store::file(tx, stored.account, &file.digest).await?.ok_or(Error::NotFound)
}

/// The applicant's profile, for the certificate that is issued to her.
pub(super) async fn applicant_profile(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase) -> Result<Profile> {
    let gone = || Error::bug(format!("the applicant of case {} is gone", stored.id));
    match stored.applicant {
        Party::Person(id) => identity::find_person(tx, cx, id).await?.ok_or_else(gone),
        Party::Organisation(id) => {
            let organisation = identity::find_organisation(tx, id).await?.ok_or_else(gone)?;
            let nobody = || Profile {
                confirmed: false,
                id: Id(0),
                name: String::new(),
                number: String::new(),
                phone: String::new(),
                organisation: None,
            };
            Ok(Profile { organisation: Some(organisation), ..nobody() })
        }
    }
}

/// The number people use for a case, for the journal of an administrator.
pub(crate) async fn ticket_of(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<String>> {
    store::ticket(tx, case).await
}

/// The case with this number, for the journal of an administrator.
pub(crate) async fn case_of_ticket(tx: &mut Tx<'_>, ticket: &str) -> Result<Option<CaseId>> {
    store::id_of_ticket(tx, ticket).await
}
