//! The documents a case hands out: which event makes which, and what stands on them.
//!
//! 行政许可法 art. 32 asks for a dated document under seal for every answer to a submission, art. 38 for a
//! written decision with reasons and remedies. They are made where the event is written, in its transaction.

use super::change::load;
use super::decide::pinned_item;
use super::event::Event;
use super::show::ApplicantView;
use super::store::{self, StoredCase};
use super::submit::query_password;
use super::{CaseId, Clock, GivenMaterial, Way};
use crate::Cx;
use crate::catalog::{Basis, Item};
use crate::documents::{self, Document, Kind, NewDocument};
use crate::identity::Action;
use crate::journal;
use base::{Error, Result};
use db::Tx;
use norms::Day;
use ofd::layout::Values;

/// The documents of a case, for those who may read the case.
pub async fn documents_of(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<Vec<Document>> {
    load(tx, cx, case, Action::CaseRead, None, None).await?;
    documents::of_case(tx, case).await
}

/// A document with its file, for those who may read it. Whoever acts under a mandate for some items reads what belongs
/// to a case of one of them, and nothing else of the organisation's.
pub async fn open_document(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: documents::DocumentId,
) -> Result<(Document, Vec<u8>)> {
    let opened = documents::open(tx, cx, id).await?;
    let acting = cx.actor.person().and_then(|person| person.acting_for.as_ref());
    if acting.is_some_and(|acting| !acting.items.is_empty()) {
        let case = opened.0.case.ok_or(Error::NotFound)?;
        load(tx, cx, case, Action::CaseRead, None, None).await?;
    }
    Ok(opened)
}

/// The receipt under seal. Everything on it stands from the moment of submission; the file itself is made
/// when it is first asked for, or by the first answer to the submission: submitting a thousand cases a
/// second must not wait for a thousand signatures (docs/decisions/0007).
pub async fn receipt_document(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<Document> {
    let stored = load(tx, cx, case, Action::CaseRead, None, None).await?;
    let made = documents::of_subject(tx, "case", case).await?;
    match made.into_iter().find(|document| document.kind == Kind::Receipt) {
        Some(receipt) => Ok(receipt),
        None => make_receipt(tx, cx, &stored).await,
    }
}

async fn make_receipt(tx: &mut Tx<'_>, cx: &Cx, stored: &StoredCase) -> Result<Document> {
    let item = pinned_item(tx, cx, stored).await?;
    let mut values = common(cx, stored, &item, Kind::Receipt)?;
    values.set("document_date", &Day::from_millis_shanghai(stored.submitted_at).chinese());
    make(tx, cx, stored, &item, Kind::Receipt, 1, values).await
}

/// The document that says a case was withdrawn. Taking an application back is the applicant's
/// right and depends on nothing of the body's: without a seal in force it takes effect all the same, and its document
/// is made when somebody asks for it and there is one.
pub async fn withdrawal_document(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<Document> {
    let stored = load(tx, cx, case, Action::CaseRead, None, None).await?;
    let made = documents::of_subject(tx, "case", case).await?;
    if let Some(document) = made.into_iter().find(|document| document.kind == Kind::Withdrawal) {
        return Ok(document);
    }
    let (event, on) = withdrawal_of(tx, case).await?.ok_or(Error::NotFound)?;
    let item = pinned_item(tx, cx, &stored).await?;
    let mut values = common(cx, &stored, &item, Kind::Withdrawal)?;
    values.set("document_date", &on.chinese());
    let clock = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today());
    particular(cx, &mut values, &item, &clock, &event);
    let made = make(tx, cx, &stored, &item, Kind::Withdrawal, 1, values).await;
    made.map_err(|error| match error.code() {
        "seals.none_in_force" => {
            let message = "办理单位现在没有可用的印章，这份文书暂时做不了。撤回已经生效，不受影响；请过些日子再取，\
                           或者联系办理单位";
            Error::refused("casework.document_waits", message)
        }
        _ => error,
    })
}

/// The event by which a case counts as withdrawn, and its day.
async fn withdrawal_of(tx: &mut Tx<'_>, case: CaseId) -> Result<Option<(Event, Day)>> {
    let all = journal::of_subject(tx, "case", case).await?;
    let last = all.into_iter().rev().find(|event| WITHDRAWALS.contains(&event.kind.as_str()));
    let Some(last) = last else { return Ok(None) };
    let event: Event = store::from_json(&last.detail)?;
    let on = match &event {
        Event::Withdrawn { on, .. } | Event::OwedLapsed { on } => *on,
        _ => return Ok(None),
    };
    Ok(Some((event, on)))
}

const WITHDRAWALS: [&str; 2] = ["casework.withdrawn", "casework.owed_lapsed"];

/// Makes the document of each event that has one, and the receipt before the first of them. Only a withdrawal takes
/// effect where the body has no seal for it.
pub(super) async fn hand_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
    before: &Clock,
    events: &[Event],
) -> Result<()> {
    match make_all(tx, cx, stored, before, events).await {
        Err(error) if error.code() == "seals.none_in_force" && is_withdrawal(events) => Ok(()),
        made => made,
    }
}

fn is_withdrawal(events: &[Event]) -> bool {
    events.iter().all(|event| WITHDRAWALS.contains(&event.kind()))
}

async fn make_all(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
    before: &Clock,
    events: &[Event],
) -> Result<()> {
    if !events.iter().any(|event| kind_of(event).is_some()) {
        return Ok(());
    }
    let made = documents::of_subject(tx, "case", stored.id).await?;
    if !made.iter().any(|document| document.kind == Kind::Receipt) {
        make_receipt(tx, cx, stored).await?;
    }
    let item = pinned_item(tx, cx, stored).await?;
    for Worded { kind, sequence, values } in worded(cx, stored, &item, before, events, &made)? {
        make(tx, cx, stored, &item, kind, sequence, values).await?;
    }
    Ok(())
}

/// What these events would hand out, drawn without a seal; nothing is written.
pub(super) async fn drafts(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
    before: &Clock,
    events: &[Event],
) -> Result<Vec<Draft>> {
    let made = documents::of_subject(tx, "case", stored.id).await?;
    let item = pinned_item(tx, cx, stored).await?;
    let layouts = cx.world().layouts.load();
    let draft = |worded: Worded| {
        let title = title(&item, worded.kind);
        let pages = documents::draft(layouts.get(worded.kind.word())?, title, &worded.values)?;
        Ok(Draft { kind: worded.kind, title, pages })
    };
    worded(cx, stored, &item, before, events, &made)?.into_iter().map(draft).collect()
}

/// A document as it would be, without its seal.
#[derive(Debug, Clone)]
pub struct Draft {
    pub kind: Kind,
    /// What it is called.
    pub title: &'static str,
    /// SVG of our own making, marked 预览，未盖章.
    pub pages: Vec<String>,
}

struct Worded {
    kind: Kind,
    sequence: i64,
    values: Values,
}

/// The words of the document of each event that has one. `made` are the documents the case has.
fn worded(
    cx: &Cx,
    stored: &StoredCase,
    item: &Item,
    before: &Clock,
    events: &[Event],
    made: &[Document],
) -> Result<Vec<Worded>> {
    let owed = owed_words(cx, item, events);
    let word = |(event, kind): (&Event, Kind)| {
        let sequence = 1 + made.iter().filter(|document| document.kind == kind).count() as i64;
        let mut values = common(cx, stored, item, kind)?;
        values.set("document_number", &number(stored, kind, sequence)).set("owed", &owed);
        particular(cx, &mut values, item, before, event);
        Ok(Worded { kind, sequence, values })
    };
    events.iter().filter_map(|event| Some((event, kind_of(event)?))).map(word).collect()
}

fn kind_of(event: &Event) -> Option<Kind> {
    Some(match event {
        Event::SupplementNoticed { .. } => Kind::Supplement,
        Event::Accepted { .. } => Kind::Acceptance,
        Event::NotAccepted { .. } => Kind::Rejection,
        Event::NotNeeded { .. } => Kind::NotNeeded,
        Event::WrongBody { .. } => Kind::WrongBody,
        Event::Suspended { .. } => Kind::Suspension,
        Event::Extended { .. } => Kind::Extension,
        Event::Granted { .. } => Kind::Granted,
        Event::Refused { .. } => Kind::Refused,
        Event::Withdrawn { .. } | Event::OwedLapsed { .. } => Kind::Withdrawal,
        _ => return None,
    })
}

async fn make(
    tx: &mut Tx<'_>,
    cx: &Cx,
    stored: &StoredCase,
    item: &Item,
    kind: Kind,
    sequence: i64,
    values: Values,
) -> Result<Document> {
    let new = NewDocument {
        kind,
        layout: kind.word(),
        number: number(stored, kind, sequence),
        title: title(item, kind).to_owned(),
        values,
        over: None,
        body: &item.body,
        owner: Some(stored.applicant),
        subject: ("case", stored.id),
        sequence,
        case: Some(stored.id),
        area: &stored.area,
        receiver: None,
    };
    documents::make(tx, cx, new).await
}

fn title(item: &Item, kind: Kind) -> &'static str {
    kind.title(item.base.item_type == LICENCE)
}

/// 文号: the ticket of the case under the mark of the kind; a second document of a kind says so.
fn number(stored: &StoredCase, kind: Kind, sequence: i64) -> String {
    let year = Day::from_millis_shanghai(stored.submitted_at).year();
    match sequence {
        1 => kind.number(year, &stored.ticket),
        _ => kind.number(year, &format!("{}之{sequence}", stored.ticket)),
    }
}

/// What may stand on any document of a case.
fn common(cx: &Cx, stored: &StoredCase, item: &Item, kind: Kind) -> Result<Values> {
    let clock = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today());
    let applicant = cx.keys().open_text("casework_case.applicant", &stored.sealed_applicant)?;
    let applicant: ApplicantView = store::from_json(&applicant)?;
    let mut values = Values::new();
    values
        .set("document_number", &number(stored, kind, 1))
        .set("document_date", &cx.today().chinese())
        .set("body_name", &item.body.name)
        .set("contact", &contact(item))
        .set("applicant_name", &applicant.name)
        .set("applicant_code_masked", &masked(&applicant.code))
        .set("item_name", &item.base.name)
        // Only an administrative licence is one; other matters are answered in the same form without its law.
        .set("licence", if item.base.item_type == LICENCE { "行政许可" } else { "" })
        .set("legal_basis", &basis(item))
        .set("case_number", &stored.number)
        .set("query_code", &query_password(cx, &stored.number))
        .set("verify_url", &progress_url(cx, &stored.ticket))
        .set("channel", if stored.channel == "web" { "政务服务网" } else { "政务服务接口" })
        .set("submitted_on", &Day::from_millis_shanghai(stored.submitted_at).chinese())
        .set("accepted_on", &stored.case.accepted_on.map(Day::chinese).unwrap_or_default())
        .set("due_on", &clock.due.map(Day::chinese).unwrap_or_default())
        .set("due_sentence", &clock.sentence);
    values.list("materials", materials(cx, item, &stored.materials));
    Ok(values)
}

/// 事项类型 01, 行政许可 (GB/T 39046 A.1).
const LICENCE: &str = "01";

/// What only this event says. An answer against the applicant names the ways to have it reviewed.
fn particular(cx: &Cx, values: &mut Values, item: &Item, before: &Clock, event: &Event) {
    match event {
        Event::SupplementNoticed { missing, due, .. } => {
            values.list("supplements", missing.iter().map(|line| vec![("what", line.as_str())]));
            values.set("supplement_due_on", &due.chinese());
        }
        Event::Accepted { on, by_silence } => {
            let how = "收到申请后五个工作日内没有告知补正或者不予受理，自收到申请材料之日起即为受理。";
            values.set("accepted_on", &on.chinese()).set("by_silence", if *by_silence { how } else { "" });
        }
        Event::NotAccepted { reason, .. } => {
            values.set("reason", reason);
            remedies(cx, values, item);
        }
        Event::NotNeeded { reason, .. } => {
            values.set("reason", reason);
        }
        Event::WrongBody { right_body, .. } => {
            values.set("right_body", right_body);
            remedies(cx, values, item);
        }
        Event::Suspended { procedure, reason, from, needed } => {
            if let Some(needed) = needed {
                values.set("procedure_days", &needed.working_days.to_string());
                values.set("procedure_ends_on", &needed.through.chinese());
            }
            values.set("procedure_name", procedure).set("procedure_begins_on", &from.chinese());
            values
                .set("reason", reason)
                .set("former_due_on", &before.due.map(Day::chinese).unwrap_or_default());
        }
        Event::Extended { working_days, reason } => {
            values.set("extension_days", &working_days.to_string()).set("approver", "本机关负责人");
            values
                .set("reason", reason)
                .set("former_due_on", &before.due.map(Day::chinese).unwrap_or_default());
        }
        Event::Granted { reason, on, .. } => {
            values.set("reason", reason).set("permit_content", &item.base.result_name);
            values.set("valid_term", &term(cx, item, *on));
        }
        Event::Refused { reason, .. } => {
            values.set("reason", reason);
            remedies(cx, values, item);
        }
        Event::Withdrawn { on, reason } => {
            values.set("withdrawn_on", &on.chinese());
            values.set("reason", reason);
        }
        Event::OwedLapsed { on } => {
            values.set("withdrawn_on", &on.chinese()).set("lapsed", "过期没有补交");
        }
        _ => {}
    }
}

/// The list, the term and the consequence, told with the acceptance (standards §8.4).
fn owed_words(cx: &Cx, item: &Item, events: &[Event]) -> String {
    let deferred = events.iter().find_map(|event| match event {
        Event::MaterialsDeferred { materials, until, .. } => Some((materials, until)),
        _ => None,
    });
    let Some((materials, until)) = deferred else { return String::new() };
    let offer = item.offer();
    let name = |key: &String| {
        let kind = offer.material(key).and_then(|material| cx.catalogue.kind(&material.kind));
        kind.map_or(key.clone(), |kind| kind.name.clone())
    };
    let names: Vec<String> = materials.iter().map(name).collect();
    format!("{}；请于{}前补交", names.join("、"), until.chinese())
}

/// 行政复议法 art. 20, 行政诉讼法 art. 46: where to turn, on every answer against the applicant.
fn remedies(cx: &Cx, values: &mut Values, item: &Item) {
    values.set("review_body", &review_body(cx, &item.division)).set("court", "有管辖权的人民法院");
}

fn contact(item: &Item) -> String {
    let parts = [item.place.as_str(), item.phone.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

/// How long what is granted is valid: as its certificate will say.
fn term(cx: &Cx, item: &Item, from: Day) -> String {
    let kind = item.base.result_certificate.as_deref().and_then(|key| cx.catalogue.certificate_type(key));
    match kind {
        Some(kind) if kind.years > 0 => {
            let last = from.plus_months(12 * kind.years as i32).plus(-1);
            format!("自{}至{}", from.chinese(), last.chinese())
        }
        Some(_) => "长期有效".to_owned(),
        None => "以办理结果载明的为准".to_owned(),
    }
}

/// Citizen numbers are masked on paper that passes through hands; credit codes are public.
fn masked(code: &str) -> String {
    match norms::CreditCode::parse(code) {
        Ok(_) => code.to_owned(),
        Err(_) => norms::mask::citizen_number(code),
    }
}

fn basis(item: &Item) -> String {
    let quoted = |(law, articles): (&str, Vec<&Basis>)| {
        let articles: Vec<&str> = articles.iter().map(|basis| basis.article.as_str()).collect();
        format!("《{}》{}", law.trim_matches(['《', '》']), articles.join("、"))
    };
    item.base.laws().into_iter().map(quoted).collect::<Vec<_>>().join("、")
}

/// Review of a department's acts lies with the government of its level (行政复议法 2023 art. 24); a
/// functional zone has none of its own, so the next government above it is named.
fn review_body(cx: &Cx, division: &str) -> String {
    let mut code = division;
    while let Some(row) = cx.catalogue.division(code) {
        if row.statutory {
            return format!("{}人民政府", cx.catalogue.full_name(code));
        }
        code = &row.parent;
    }
    "本级人民政府".to_owned()
}

/// The public page that shows the case to whoever also has the query password.
fn progress_url(cx: &Cx, ticket: &str) -> String {
    format!("{}/progress?number={ticket}", cx.world().public_url)
}

fn materials(cx: &Cx, item: &Item, given: &[GivenMaterial]) -> Vec<Vec<(&'static str, String)>> {
    let offer = item.offer();
    let row = |given: &GivenMaterial| {
        let kind = offer.material(&given.key).and_then(|material| cx.catalogue.kind(&material.kind));
        let name = kind.map_or(given.key.clone(), |kind| kind.name.clone());
        vec![("name", name), ("source", way(&given.way)), ("copies", "1".to_owned())]
    };
    given.iter().map(row).collect()
}

fn way(way: &Way) -> String {
    let words = match way {
        Way::File { further, .. } if !further.is_empty() => {
            return format!("上传（{}个文件）", further.len() + 1);
        }
        Way::Form => "在线填写",
        Way::Account => "账户已实名，免提交",
        Way::Certificate { .. } => "电子证照，免提交",
        Way::File { .. } => "上传",
        Way::Paper => "纸质，待交",
        Way::Later => "容缺后补，待交",
    };
    words.to_owned()
}
