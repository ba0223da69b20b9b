//! Before the first question: what will be asked, what need not be brought, and where else to go.

use crate::error::Failure;
use crate::form::error_list;
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal};
use domain::casework::{self, Draft, DraftRow, PlannedMaterial, Prefilled, may_apply};
use domain::catalog::{Answers, BaseItem, Item, Need, Source, visible_pages};
use domain::identity;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "casework/apply_start.html")]
struct StartPage {
    page: Page,
    errors: Vec<(String, String)>,
    item: Arc<Item>,
    offer: std::sync::Arc<BaseItem>,
    /// Address of the guide.
    guide: String,
    questions: Vec<(String, String)>,
    materials: Vec<StartMaterial>,
    /// What is taken from where, so that nobody types it.
    known: Vec<(String, String)>,
    drafts: Vec<(Id, String)>,
    way_in: WayIn,
}

struct StartMaterial {
    name: String,
    waived: bool,
    because: String,
}

/// What the button at the end does.
enum WayIn {
    LogIn(String),
    Begin,
    /// This account, or this capacity, may not apply: why, and what to do about it.
    Closed {
        title: &'static str,
        why: String,
        act: Remedy,
    },
}

enum Remedy {
    Capacity,
    Hall,
    None,
}

impl StartPage {
    fn is_closed(&self) -> bool {
        matches!(self.way_in, WayIn::Closed { .. })
    }
}

/// What is known about the reader, if she is logged in.
#[derive(Default)]
struct Known {
    prefilled: BTreeMap<String, Prefilled>,
    planned: Vec<PlannedMaterial>,
    drafts: Vec<DraftRow>,
}

pub(crate) async fn start(visit: Visit, Path(code): Path<String>) -> PageResult {
    let item = find(&visit, &code)?;
    visit.show(&start_page(&visit, item, &[]).await?)
}

pub(crate) async fn begin(Path(code): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    let item = find(visit, &code)?;
    match begin_draft(visit, &item).await {
        Ok(draft) if visible_pages(&item.base).is_empty() => {
            Ok(Redirect::to(&format!("/drafts/{}/materials", draft.id)).into_response())
        }
        Ok(draft) => Ok(Redirect::to(&format!("/drafts/{}/pages/1", draft.id)).into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&start_page(visit, item, &refusals).await?),
        Err(other) => Err(other.into()),
    }
}

fn find(visit: &Visit, code: &str) -> Result<Arc<Item>, Error> {
    visit.cx.catalogue.item(code).cloned().ok_or(Error::NotFound)
}

async fn begin_draft(visit: &Visit, item: &Item) -> Result<Draft, Error> {
    let cx = &visit.cx;
    may_apply(cx, item)?;
    let begin = cx.db().write(async |tx| {
        let profile = identity::profile_of(tx, cx).await?;
        let known = casework::prefill(tx, cx, &item.offer(), &profile).await?;
        let answers: Answers =
            known.into_iter().map(|(element, found)| (element, vec![found.value])).collect();
        casework::begin_draft(tx, cx, item, answers).await
    });
    begin.await
}

async fn start_page(visit: &Visit, item: Arc<Item>, refusals: &[Refusal]) -> Result<StartPage, Failure> {
    let offer = item.offer();
    let known = look_up(visit, &item, &offer).await?;
    let page = visit.page(format!("申请{}", item.base.name));
    let drafts = known.drafts.iter().map(|draft| (draft.id, words::instant(&draft.updated_at)));
    Ok(StartPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        guide: format!("/items/{}", item.base.slug),
        questions: questions(visit, &offer),
        materials: materials(visit, &offer, &known.planned),
        known: sources(visit, &offer, &known.prefilled),
        drafts: drafts.collect(),
        way_in: way_in(visit, &item),
        item,
        offer,
    })
}

async fn look_up(visit: &Visit, item: &Item, offer: &BaseItem) -> Result<Known, Failure> {
    let cx = &visit.cx;
    if cx.actor.person().is_none() {
        return Ok(Known::default());
    }
    let read = cx.db().read(async |tx| {
        let profile = identity::profile_of(tx, cx).await?;
        let prefilled = casework::prefill(tx, cx, offer, &profile).await?;
        let answers =
            prefilled.iter().map(|(element, found)| (element.clone(), vec![found.value.clone()])).collect();
        let planned = casework::plan_materials(tx, cx, offer, &offer.with_given(&answers), &profile).await?;
        let mut drafts = casework::drafts_of(tx, cx).await?;
        drafts.retain(|draft| draft.item_code == item.code);
        Ok(Known { prefilled, planned, drafts })
    });
    Ok(read.await?)
}

fn way_in(visit: &Visit, item: &Item) -> WayIn {
    if visit.cx.actor.account().is_none() {
        let back: String = form_urlencoded::byte_serialize(visit.path().as_bytes()).collect();
        return WayIn::LogIn(format!("/login?return={back}"));
    }
    match may_apply(&visit.cx, item) {
        Ok(()) => WayIn::Begin,
        Err(error @ Error::Refused(_)) => {
            let (title, act) = match error.code() {
                "identity.assurance_too_low" => ("先做实名核验", Remedy::Hall),
                "casework.wrong_audience" | "identity.outside_mandate" => ("请切换身份", Remedy::Capacity),
                _ => ("您现在的身份不能申请", Remedy::None),
            };
            WayIn::Closed { title, why: error.to_string(), act }
        }
        Err(_) => WayIn::Closed {
            title: "请用个人账户",
            why: "工作账户不能提交申请，请用您的个人账户登录。".into(),
            act: Remedy::None,
        },
    }
}

/// The pages of the form, each with the labels of its fields.
fn questions(visit: &Visit, offer: &BaseItem) -> Vec<(String, String)> {
    let catalogue = &visit.cx.catalogue;
    let label = |field: &domain::catalog::Field| {
        field.label.clone().or_else(|| catalogue.element(&field.element).map(|element| element.label.clone()))
    };
    let row = |page: &&domain::catalog::FormPage| {
        let labels: Vec<String> = page.fields.iter().filter_map(label).collect();
        (page.title.clone(), labels.join("、"))
    };
    visible_pages(offer).iter().map(row).collect()
}

/// Every material of the guide: planned for this reader when she is known, else as the guide says.
fn materials(visit: &Visit, offer: &BaseItem, planned: &[PlannedMaterial]) -> Vec<StartMaterial> {
    let row = |material: &domain::catalog::Material| {
        let name = visit.cx.catalogue.kind(&material.kind)?.name.clone();
        let plan = planned.iter().find(|plan| plan.material.key == material.key);
        Some(match plan {
            Some(plan) => StartMaterial { name, waived: plan.waived.is_some(), because: reason(plan) },
            None => StartMaterial { name, waived: false, because: unplanned(material, !planned.is_empty()) },
        })
    };
    offer.materials.iter().filter_map(|material| row(material)).collect()
}

fn reason(plan: &PlannedMaterial) -> String {
    match plan.material.need {
        Need::Deferred if plan.waived.is_none() => "可以受理后再补交".into(),
        _ => plan.because.to_string(),
    }
}

fn unplanned(material: &domain::catalog::Material, known: bool) -> String {
    match material.need {
        Need::Conditional => match material.when.as_ref().map(|when| when.words.as_str()) {
            Some(words) if !words.is_empty() => format!("{words}要交"),
            _ => "看您填写的情况，可能要交".into(),
        },
        Need::Deferred => "可以受理后再补交".into(),
        Need::Required if known => String::new(),
        Need::Required => material.note.clone(),
    }
}

/// What is filled in beforehand and where it comes from; for a visitor, where it would come from.
fn sources(
    visit: &Visit,
    offer: &BaseItem,
    prefilled: &BTreeMap<String, Prefilled>,
) -> Vec<(String, String)> {
    let catalogue = &visit.cx.catalogue;
    let anonymous = visit.cx.actor.person().is_none();
    let kinds = || offer.materials.iter().filter_map(|material| catalogue.kind(&material.kind));
    let relies_on = |certificate: &str| kinds().any(|kind| kind.certificate.as_deref() == Some(certificate));
    let row = |field: &domain::catalog::Field| {
        let element = catalogue.element(&field.element)?;
        let source = match (&element.source, prefilled.get(&field.element)) {
            (_, Some(found)) => found.source.clone(),
            (Source::Account, None) if anonymous => "我的账户".to_owned(),
            // Only a certificate the item asks for anyway: a new shop has no licence to read from.
            (Source::Certificate { certificate, .. }, None) if anonymous && relies_on(certificate) => {
                catalogue.certificate_type(certificate)?.name.clone()
            }
            _ => return None,
        };
        Some((field.label.clone().unwrap_or_else(|| element.label.clone()), source))
    };
    offer.fields().filter_map(row).collect()
}
