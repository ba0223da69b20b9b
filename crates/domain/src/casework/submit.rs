//! Submitting: one application, once.

use super::CaseId;
use super::case::Case;
use super::change::{row_clock, say};
use super::clock::Clock;
use super::event::{Event, Filed, ReviewStep};
use super::file::{Brought, take_files};
use super::materials::{
    GivenMaterial, Way, not_from_library, plan_materials, repeated_materials, settle, unknown_materials,
    waived_materials,
};
use super::store::{self, StoredCase};
use crate::Cx;
use crate::catalog::{Answers, BaseItem, Item, ItemVersion, check_answers};
use crate::identity::{self, Action, Profile, Thing, authorize};
use crate::journal::{self, NewEvent};
use base::crypt::{hex, sm3};
use base::{Error, Result};
use db::Tx;
use norms::Day;
use std::borrow::Cow;
use std::sync::Arc;

pub struct Submission {
    /// Handling-item code, 33 characters.
    pub item_code: String,
    /// The version the applicant saw; none means the current one.
    pub item_version: Option<ItemVersion>,
    pub answers: Answers,
    pub materials: Vec<GivenMaterial>,
    /// Chosen by the client, 8–100 characters: sending twice makes one case.
    pub idempotency: String,
    /// `web`, `api`, `window` …
    pub channel: &'static str,
    /// The draft it comes from, which thereby ends.
    pub draft: Option<base::Id>,
}

/// What the applicant holds in her hand afterwards.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Receipt {
    pub case: CaseId,
    /// 办件编号, 46 characters.
    pub number: String,
    /// The short number for people.
    pub ticket: String,
    /// Six characters to ask for the progress without logging in.
    pub query_password: String,
    pub item_name: String,
    pub body_name: String,
    pub received_on: Day,
    pub acceptance_due: Option<Day>,
    pub sentence: String,
    /// Materials nobody had to bring.
    pub waived_materials: usize,
    /// The same key was used before: this is the first receipt again.
    pub repeated: bool,
}

/// Windows close at 17:30; what comes later counts from the next working day (standards §3.4).
pub(super) const CLOSES_AT: u32 = 17 * 60 + 30;

/// Checks an application and files it. Repeating a key gives the first receipt; the same key with
/// another content is refused. Everything that takes time happens before the transaction.
pub async fn submit(cx: &Cx, submission: Submission) -> Result<Receipt> {
    let account = cx.actor.require_person()?.account;
    let item = cx.catalogue.item(&submission.item_code).ok_or(Error::NotFound)?.clone();
    let request = fingerprint(&submission)?;
    let key = submission.idempotency.clone();
    let refused = match first_time(cx, submission, &item, request.clone()).await {
        Ok(filed) => return receipt_of(cx, &filed, false),
        Err(Error::Busy) => return Err(Error::Busy),
        Err(refused) => refused,
    };
    // The table refuses a second case under a key. And whatever else is said against the application now,
    // the guide being a newer one perhaps: what was filed before is answered with its receipt.
    let earlier = async |tx: &mut Tx<'_>| store::case_by_key(tx, &item.division, account, &key).await;
    match cx.db().read_one(earlier).await? {
        Some(first) => repeat(cx, first, &request),
        None => Err(refused),
    }
}

async fn first_time(
    cx: &Cx,
    submission: Submission,
    item: &Arc<Item>,
    request: String,
) -> Result<StoredCase> {
    let profile = identity::profile(cx).await?;
    let prepared = prepare(cx, submission, item, profile, request).await?;
    cx.db().write(async |tx| file(tx, cx, prepared).await).await
}

fn repeat(cx: &Cx, first: StoredCase, request: &str) -> Result<Receipt> {
    // An agent who uses a key for one firm and then for another has filed nothing for the second.
    if first.request != request || cx.actor.party() != Some(first.applicant) {
        return Err(Error::refused("casework.key_reused", "这个幂等键已经用于另一份申请，请换一个新的"));
    }
    receipt_of(cx, &first, true)
}

/// The receipt of a case, for its applicant.
pub async fn receipt(tx: &mut Tx<'_>, cx: &Cx, case: CaseId) -> Result<Receipt> {
    let stored = super::change::load(tx, cx, case, Action::CaseRead, None, None).await?;
    authorize(&cx.actor, Action::CaseWithdraw, Thing::owned(stored.applicant))?;
    receipt_of(cx, &stored, false)
}

fn receipt_of(cx: &Cx, stored: &StoredCase, repeated: bool) -> Result<Receipt> {
    let clock = Clock::of(&stored.case, &cx.catalogue.calendar, cx.today());
    let body_name = cx.catalogue.body(&stored.body).map(|body| body.name.clone()).unwrap_or_default();
    Ok(Receipt {
        case: stored.id,
        number: stored.number.clone(),
        ticket: stored.ticket.clone(),
        query_password: query_password(cx, &stored.number),
        item_name: stored.item_name.clone(),
        body_name,
        received_on: stored.case.received_on,
        acceptance_due: clock.due,
        sentence: clock.sentence,
        waived_materials: waived_materials(&stored.materials),
        repeated,
    })
}

/// Six characters that open the progress of one case without logging in. Derived from the installation's
/// key, so that a repeated submission shows the same ones and no table holds them.
pub fn query_password(cx: &Cx, number: &str) -> String {
    let mac = cx.keys().token_hash("query password", number);
    let bytes = base::crypt::unhex(&mac[..12]).unwrap_or_default();
    norms::query_code::<6>(bytes.try_into().unwrap_or_default())
}

struct Prepared {
    filed: Filed,
    offer: Arc<BaseItem>,
    profile: Profile,
    answers: Answers,
    given: Vec<GivenMaterial>,
    draft: Option<base::Id>,
    stored: StoredCase,
}

async fn prepare(
    cx: &Cx,
    submission: Submission,
    item: &Arc<Item>,
    profile: Profile,
    request: String,
) -> Result<Prepared> {
    authorize(&cx.actor, Action::CaseSubmit, Thing::owned(profile.party()))?;
    if !(8..=100).contains(&submission.idempotency.len()) {
        let message = "请在请求头 Idempotency-Key 里带上8至100个字符的幂等键";
        return Err(Error::refused_at("casework.idempotency_key", "Idempotency-Key", message));
    }
    // A guide may have changed while the form was open: the applicant must see the new one first.
    if submission.item_version.is_some_and(|seen| seen != item.version) {
        return Err(Error::refused(
            "casework.item_changed",
            "办事指南刚刚更新，请核对后再提交，已填的内容都在",
        ));
    }
    may_apply(cx, item)?;
    let offer = item.offer();
    let answers = sound_answers(cx, &offer, &submission)?;
    let filed = filed(cx, item, &offer);
    let stored = StoredCase { request, ..new_case(cx, item, &filed, &profile, &answers, &submission).await? };
    Ok(Prepared {
        filed,
        offer,
        profile,
        answers,
        given: submission.materials,
        draft: submission.draft,
        stored,
    })
}

/// The answers as they are kept, or everything that is wrong with answers and names of materials. A draft may
/// be older than the guide: what is not asked any more is nobody's mistake there.
fn sound_answers(cx: &Cx, offer: &BaseItem, submission: &Submission) -> Result<Answers> {
    let mut answers = Cow::Borrowed(&submission.answers);
    let mut faults = match submission.draft {
        Some(_) => {
            answers.to_mut().retain(|element, _| offer.knows(element));
            Vec::new()
        }
        None => {
            let given = &submission.materials;
            unknown_materials(offer, given).into_iter().chain(repeated_materials(offer, given)).collect()
        }
    };
    match check_answers(&cx.catalogue, offer, &answers, cx.today()) {
        Ok(answers) if faults.is_empty() => Ok(answers),
        checked => {
            faults.splice(..0, checked.err().unwrap_or_default());
            Err(Error::Refused(faults))
        }
    }
}

/// The item must serve this kind of applicant, at her level of assurance, within her mandate. Asked before
/// a form is begun, so that nobody fills one in for nothing, and again when it is submitted.
pub fn may_apply(cx: &Cx, item: &Item) -> Result<()> {
    let person = cx.actor.require_person()?;
    let for_organisation = person.acting_for.is_some();
    let serves = if for_organisation { item.base.serves_organisations() } else { item.base.serves_persons() };
    if !serves {
        let message = match for_organisation {
            true => "这个事项只为个人办理，请切换到本人身份",
            false => "这个事项只为企业和其他组织办理，请切换到所代表的企业",
        };
        return Err(Error::refused("casework.wrong_audience", message));
    }
    if person.assurance < item.base.assurance {
        let message = too_low(item.base.assurance, person.assurance);
        return Err(Error::refused("identity.assurance_too_low", message));
    }
    if person.covers(&item.code) {
        Ok(())
    } else {
        Err(Error::refused("identity.outside_mandate", "您的授权不包括这个事项"))
    }
}

/// Says what is missing and where to get it. There is one way: no installation has a line to the register of
/// persons.
fn too_low(needed: u8, now: u8) -> String {
    format!(
        "办理这个事项需要{needed}级实名，您现在是{now}级。请本人带居民身份证到任一政务服务大厅窗口做实名核验，\
         当场生效，之后可以在网上接着办"
    )
}

async fn new_case(
    cx: &Cx,
    item: &Item,
    filed: &Filed,
    profile: &Profile,
    answers: &Answers,
    submission: &Submission,
) -> Result<StoredCase> {
    let serials = &cx.world().serials;
    let number = serials.case_number(cx, &item.handling_code).await?;
    let ticket = serials.ticket(cx, &item.division[..4]).await?;
    let account = cx.actor.require_account()?;
    let who = serde_json::json!({ "name": profile.applicant_name(), "code": profile.applicant_code(),
        "phone": profile.phone, "agent": profile.organisation.as_ref().map(|_| &profile.name) });
    Ok(StoredCase {
        id: cx.id(),
        area: item.division.clone(),
        number: number.as_str().to_owned(),
        ticket: ticket.as_str().to_owned(),
        item_code: item.code.clone(),
        item_version: item.version,
        item_name: item.base.name.clone(),
        body: item.body.credit_code.clone(),
        applicant: profile.party(),
        sealed_applicant: cx.keys().seal(cx.rng(), "casework_case.applicant", who.to_string().as_bytes()),
        applicant_masked: profile.applicant_masked(),
        account,
        idempotency: submission.idempotency.clone(),
        request: String::new(),
        channel: submission.channel.to_owned(),
        sealed_answers: store::seal_answers(cx, "casework_case.answers", answers)?,
        materials: Vec::new(),
        case: Case::filed(filed),
        submitted_at: cx.now,
        version: 1,
    })
}

fn filed(cx: &Cx, item: &Item, offer: &BaseItem) -> Filed {
    let steps = offer.steps.iter().map(|step| ReviewStep {
        key: step.key.clone(),
        name: step.name.clone(),
        order: step.order,
        post: step.post,
        done: None,
    });
    Filed {
        at: cx.now,
        received_on: cx.catalogue.calendar.received_day(cx.now, CLOSES_AT),
        processing: offer.processing,
        promised: item.promised(),
        statutory: item.statutory(),
        steps: steps.collect(),
        owed: Vec::new(),
    }
}

/// What a repeated key must agree on: item, answers and materials.
fn fingerprint(submission: &Submission) -> Result<String> {
    let content = (&submission.item_code, &submission.answers, &submission.materials);
    let content = serde_json::to_vec(&content).map_err(|e| Error::Bug(e.into()))?;
    Ok(hex(&sm3(&content)[..8]))
}

async fn file(tx: &mut Tx<'_>, cx: &Cx, prepared: Prepared) -> Result<StoredCase> {
    let Prepared { mut filed, offer, profile, answers, given, draft, mut stored } = prepared;
    let planned = plan_materials(tx, cx, &offer, &answers, &profile).await?;
    stored.materials = settle(&planned, &given).map_err(Error::Refused)?;
    let brought = Brought { by: stored.account, of: stored.account };
    for given in &mut stored.materials {
        let Some(material) = offer.material(&given.key) else { continue };
        take_files(tx, cx, brought, material, &mut given.way).await?;
    }
    let later = stored.materials.iter().filter(|material| material.way == Way::Later);
    filed.owed = later.map(|material| material.key.clone()).collect();
    stored.case = Case::filed(&filed);
    let missed = not_from_library(&planned, &stored.materials);
    // A key that was used before shows at the first statement; after it nothing is refused.
    tx.only_writes();
    store::insert_case(tx, &stored, &row_clock(cx, &stored)).await?;
    let event = Event::Submitted(filed);
    say(tx, cx, &stored, &event).await?;
    for (material, why) in missed {
        let detail = serde_json::json!({ "material": material, "why": why });
        let new = NewEvent {
            subject_kind: "case",
            subject_id: stored.id,
            area: &stored.area,
            kind: "certs.not_used",
            detail: &detail,
        };
        journal::append(tx, cx, new).await?;
    }
    if let Some(draft) = draft {
        store::finish_draft(tx, cx, draft, stored.account, stored.id).await?;
    }
    Ok(stored)
}
