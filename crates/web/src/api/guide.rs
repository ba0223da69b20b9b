//! A guide in JSON: everything an applicant, or a program for her, must know before applying.

use super::listed::{Limit, word};
use domain::catalog::{BaseItem, Bound, Catalogue, Field, Item, LimitText, Material, When, visible_pages};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Guide {
    /// Handling-item code, 33 characters: what `POST /cases` calls `item`.
    code: String,
    slug: String,
    base_code: String,
    name: String,
    version: GuideVersion,
    /// 事项类型, two digits.
    item_type: String,
    summary: String,
    body: GuideBody,
    /// Who may apply: `natural`, `enterprise`, `institution`, `social`, `government`, `other_org`, `legal`.
    audience: Vec<String>,
    /// `instant` or `promise`.
    processing: String,
    promised: Limit,
    /// Null where no law sets one.
    statutory: Option<Limit>,
    /// Least assurance level of the applicant's account, 1–4.
    assurance: u8,
    /// How often one must come in person.
    visits: u32,
    /// How long filling in takes.
    minutes: u32,
    result_name: String,
    /// Key of the certificate type a granted case gives.
    result_certificate: Option<String>,
    fee: bool,
    conditions: Vec<String>,
    basis: Vec<GuideBasis>,
    place: String,
    hours: String,
    phone: String,
    /// The form, page by page.
    pages: Vec<GuidePage>,
    materials: Vec<GuideMaterial>,
    /// Review steps after acceptance; equal `order` runs in parallel.
    steps: Vec<GuideStep>,
    faq: Vec<GuideAnswer>,
}

/// What a case filed now is pinned to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideVersion {
    item: i64,
    base: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideBody {
    credit_code: String,
    name: String,
    division: String,
    division_name: String,
    consult: String,
    complain: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideBasis {
    law: String,
    article: String,
    text: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuidePage {
    title: String,
    hint: String,
    fields: Vec<GuideField>,
}

/// One question. Its answer is sent under `element`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideField {
    /// Data element, the same in every item that asks this datum.
    #[schema(example = "trade.name")]
    element: String,
    label: String,
    hint: String,
    /// `text`, `textarea`, `date` (YYYY-MM-DD), `number`, `amount` (yuan, two decimals), `select`, `radio`,
    /// `checkbox` (several values), `citizen_number`, `credit_code`, `phone`, `address` or `url` (`https://…`).
    #[serde(rename = "type")]
    element_type: String,
    /// `today` when the date cannot lie after the day it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    latest: Option<&'static str>,
    /// `today` when it cannot lie before.
    #[serde(skip_serializing_if = "Option::is_none")]
    earliest: Option<&'static str>,
    required: bool,
    required_if: Option<Condition>,
    /// Allowed answers of `select`, `radio` and `checkbox`.
    options: Vec<String>,
    /// Characters; for `number` and `amount` the largest value.
    max: Option<u64>,
    /// Encrypted at rest and masked in lists.
    sensitive: bool,
    /// Where it is prefilled from: `none`, `account`, `certificate:<type>.<field>` or `earlier` (what the
    /// applicant wrote when she applied for something before).
    source: String,
}

/// Holds when the answer to `field` is one of `is`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Condition {
    field: String,
    is: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideMaterial {
    key: String,
    name: String,
    /// `required`, `conditional` (see `when`) or `deferred` (may follow after acceptance).
    need: String,
    when: Option<Condition>,
    /// `electronic` or `paper`.
    form: String,
    copies: u32,
    /// What stands in for it: `certificate`, `resource`, `form` or `document` (must be uploaded).
    satisfied_by: String,
    issuer: String,
    note: String,
    /// By what it is accepted.
    standard: String,
    /// File extensions.
    accept: Vec<String>,
    max_mb: u32,
    /// The text of a letter made on submission, to be shown to whoever submits; empty for other materials.
    letter: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideStep {
    key: String,
    name: String,
    order: u32,
    /// `clerk`, `reviewer` or `approver`.
    post: String,
    /// Working days.
    days: u32,
    checks: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuideAnswer {
    question: String,
    answer: String,
}

impl Guide {
    pub(crate) fn of(catalogue: &Catalogue, item: &Item) -> Guide {
        let offer = item.offer().as_ref().clone();
        Guide {
            code: item.code.clone(),
            version: GuideVersion { item: item.version.item, base: item.version.base },
            body: body(catalogue, item),
            promised: item.promised().into(),
            statutory: offer.statutory.as_ref().map(LimitText::limit).map(Limit::from),
            place: item.place.clone(),
            hours: item.hours.clone(),
            phone: item.phone.clone(),
            pages: pages(catalogue, &offer),
            materials: offer.materials.iter().map(|material| guide_material(catalogue, material)).collect(),
            processing: word(offer.processing),
            slug: offer.slug,
            base_code: offer.code,
            name: offer.name,
            item_type: offer.item_type,
            summary: offer.summary,
            audience: offer.audience,
            assurance: offer.assurance,
            visits: offer.visits,
            minutes: offer.minutes,
            result_name: offer.result_name,
            result_certificate: offer.result_certificate,
            fee: offer.fee,
            conditions: offer.conditions,
            basis: offer
                .basis
                .into_iter()
                .map(|b| GuideBasis { law: b.law, article: b.article, text: b.text })
                .collect(),
            steps: offer.steps.into_iter().map(step).collect(),
            faq: offer
                .faq
                .into_iter()
                .map(|f| GuideAnswer { question: f.question, answer: f.answer })
                .collect(),
        }
    }
}

fn body(catalogue: &Catalogue, item: &Item) -> GuideBody {
    GuideBody {
        credit_code: item.body.credit_code.clone(),
        name: item.body.name.clone(),
        division: item.division.clone(),
        division_name: catalogue.full_name(&item.division),
        consult: item.body.consult.clone(),
        complain: item.body.complain.clone(),
    }
}

fn pages(catalogue: &Catalogue, offer: &BaseItem) -> Vec<GuidePage> {
    let page = |page: &&domain::catalog::FormPage| GuidePage {
        title: page.title.clone(),
        hint: page.hint.clone(),
        fields: page.fields.iter().filter_map(|field| guide_field(catalogue, field)).collect(),
    };
    visible_pages(offer).iter().map(page).collect()
}

fn guide_field(catalogue: &Catalogue, field: &Field) -> Option<GuideField> {
    let element = catalogue.element(&field.element)?;
    Some(GuideField {
        element: element.key.clone(),
        label: field.label.clone().unwrap_or_else(|| element.label.clone()),
        hint: field.hint.clone().unwrap_or_else(|| element.hint.clone()),
        element_type: word(element.element_type),
        latest: element.latest.map(|Bound::Today| "today"),
        earliest: element.earliest.map(|Bound::Today| "today"),
        required: field.required,
        required_if: field.required_if.as_ref().map(condition),
        options: element.options.clone(),
        max: element.max,
        sensitive: element.sensitive,
        source: element.source.clone().into(),
    })
}

fn condition(when: &When) -> Condition {
    Condition { field: when.field.clone(), is: when.is.clone() }
}

fn guide_material(catalogue: &Catalogue, material: &Material) -> GuideMaterial {
    let kind = catalogue.kind(&material.kind);
    GuideMaterial {
        key: material.key.clone(),
        name: kind.map_or(material.kind.clone(), |kind| kind.name.clone()),
        need: word(material.need),
        when: material.when.as_ref().map(condition),
        form: material.form.clone(),
        copies: material.copies,
        satisfied_by: kind.map(|kind| word(kind.satisfied_by)).unwrap_or_default(),
        issuer: material.issuer.clone(),
        note: material.note.clone(),
        standard: material.standard.clone(),
        accept: material.accept.clone(),
        max_mb: material.max_mb,
        letter: material.letter.clone(),
    }
}

fn step(step: domain::catalog::Step) -> GuideStep {
    GuideStep {
        key: step.key,
        name: step.name,
        order: step.order,
        post: step.post.word().to_owned(),
        days: step.days,
        checks: step.checks,
    }
}
