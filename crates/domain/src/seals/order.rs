//! Ordering a seal, and the two answers to an order.

use super::kind::{Category, Shape, State};
use super::seal::{Keeper, Seal, reason};
use super::{load, say, store};
use crate::Cx;
use crate::catalog::Body;
use crate::identity::{self, Action, Actor, PostKind, Thing, authorize};
use crate::legible;
use base::{Error, Id, Refusal, Result};
use db::Tx;
use norms::Day;
use serde_json::json;

/// How long a seal may be valid. Ours: certificates of this strength are usually renewed much earlier.
const MOST_YEARS: i32 = 10;

/// What fits under the star.
pub const MOST_TITLE: usize = 12;

/// What a keeper asks for. Words and numbers as they were given: what is wrong with them is told at the field.
#[derive(Debug, Clone, Default)]
pub struct NewSeal {
    pub body: String,
    /// Word of a [`Category`].
    pub category: String,
    /// Empty: the usual words of the category.
    pub title: String,
    /// Word of a [`Shape`]; empty with both measures: the customary form.
    pub shape: String,
    pub width_mm: Option<u32>,
    pub height_mm: Option<u32>,
    pub purpose: String,
    pub kinds: Vec<String>,
    pub keepers: Vec<Id>,
    /// None: today.
    pub valid_from: Option<Day>,
    /// Last day.
    pub valid_until: Option<Day>,
    /// The seal this one takes the place of, with a key of its own.
    pub renews: Option<Id>,
}

/// Orders a seal for a body. The name on it is the body's; contents follow 电子印章管理办法 art. 2.
pub async fn order(tx: &mut Tx<'_>, cx: &Cx, new: NewSeal) -> Result<Id> {
    authorize(&cx.actor, Action::SealOrder, Thing { body: Some(&new.body), ..Thing::NOTHING })?;
    let body = cx.catalogue.body(&new.body).ok_or(Error::NotFound)?.clone();
    let staff = identity::staff_at(tx, &body.credit_code, PostKind::Keeper).await?;
    let seal = checked(cx, &body, &new, keepers_of(&new, &staff))?;
    if let Some(old) = new.renews {
        let old = store::seal(tx, old).await?.filter(|old| old.body == seal.body).ok_or(Error::NotFound)?;
        old.must_be(&[State::Made, State::Suspended, State::Revoked])?;
    }
    store::insert(tx, &seal).await?;
    let detail = json!({
        "name": seal.name(), "category": seal.category.word(), "kinds": seal.kinds,
        "keepers": seal.keepers, "renews": seal.renews,
    });
    say(tx, cx, &seal, "seals.ordered", &detail).await?;
    Ok(seal.id)
}

/// Those asked for who hold the post there.
fn keepers_of(new: &NewSeal, staff: &[(Id, String)]) -> Vec<Keeper> {
    let asked = |(account, _): &&(Id, String)| new.keepers.contains(account);
    let keeper = |(account, name): &(Id, String)| Keeper { account: *account, name: name.clone() };
    staff.iter().filter(asked).map(keeper).collect()
}

fn checked(cx: &Cx, body: &Body, new: &NewSeal, keepers: Vec<Keeper>) -> Result<Seal> {
    let mut faults = Vec::new();
    let kind = category(new, &mut faults);
    let title = title(kind, new.title.trim(), &mut faults);
    let (shape, width_mm, height_mm) = form(kind, body, new, &mut faults);
    let (from, until) = term(cx.today(), new, &mut faults);
    let purpose = new.purpose.trim();
    if !(1..=200).contains(&purpose.chars().count()) {
        faults.push(Refusal::at("seals.purpose", "purpose", "请写明用途，最多 200 字"));
    }
    faults.extend(legible::paragraph("purpose", purpose).err());
    let kinds = kinds(kind, new, &mut faults);
    if keepers.is_empty() || keepers.len() < new.keepers.len() {
        let message = "请至少选择一名保管人，保管人应当是本单位印章保管岗的在岗人员";
        faults.push(Refusal::at("seals.keepers", "keepers", message));
    }
    if !faults.is_empty() {
        return Err(Error::Refused(faults));
    }
    Ok(Seal {
        id: cx.id(),
        body: body.credit_code.clone(),
        division: body.division.clone(),
        body_name: body.name.clone(),
        category: kind,
        title,
        shape,
        width_mm,
        height_mm,
        purpose: purpose.to_owned(),
        state: State::Ordered,
        valid_from_at: from.start_millis_shanghai(),
        valid_until_at: until.plus(1).start_millis_shanghai(),
        ordered_by: cx.actor.account(),
        ordered_by_name: cx.actor.display_name().to_owned(),
        ordered_at: cx.now,
        settled_by: None,
        settled_by_name: String::new(),
        settled_at: None,
        note: String::new(),
        renews: new.renews,
        es_id: None,
        made_at: None,
        revoked_at: None,
        void_from_at: None,
        version: 1,
        kinds,
        keepers,
    })
}

fn category(new: &NewSeal, faults: &mut Vec<Refusal>) -> Category {
    let found = Category::from_word(&new.category);
    match found {
        None => faults.push(Refusal::at("seals.category", "category", "请选择印章的种类")),
        Some(category) if !category.seals_documents() => {
            let message =
                format!("{}不能盖在办件的文书和证照上，请选择法定名称章或者业务专用章", category.name());
            faults.push(Refusal::at("seals.category", "category", message));
        }
        Some(_) => {}
    }
    found.unwrap_or(Category::Business)
}

fn title(category: Category, asked: &str, faults: &mut Vec<Refusal>) -> String {
    let title = if asked.is_empty() { category.usual_title() } else { asked };
    let length = title.chars().count();
    let fault = match category {
        Category::StatutoryName if length > 0 => Some("法定名称章只刻单位名称，请不要填写章名"),
        Category::StatutoryName => None,
        Category::Representative if length > 20 => Some("姓名最多 20 字，请核对"),
        Category::Representative if length < 2 => Some("请填写法定代表人的姓名"),
        Category::Representative => None,
        _ if length > MOST_TITLE => Some("章名最多 12 字，请写短一些"),
        _ if length < 3 || !title.ends_with('章') => Some("请填写章名，例如“行政审批专用章”，最多 12 字"),
        _ => None,
    };
    if title.chars().any(legible::is_unprintable) {
        faults.push(Refusal::at("seals.title", "title", "章名里有不能刻的字符"));
    } else if let Some(message) = fault {
        faults.push(Refusal::at("seals.title", "title", message));
    }
    title.to_owned()
}

fn form(category: Category, body: &Body, new: &NewSeal, faults: &mut Vec<Refusal>) -> (Shape, u32, u32) {
    let usual = category.usual_form(body.division.ends_with("0000"));
    let shape = match new.shape.as_str() {
        "" => usual.0,
        word => Shape::from_word(word).unwrap_or_else(|| {
            faults.push(Refusal::at("seals.shape", "shape", "请选择印章的形状"));
            usual.0
        }),
    };
    let usual = if shape == usual.0 { usual } else { usual_measures(shape) };
    let (width, height) = (new.width_mm.unwrap_or(usual.1), new.height_mm.unwrap_or(usual.2));
    if !shape.fits(width, height) {
        faults.push(Refusal::at("seals.size", "width_mm", shape.bounds()));
    }
    (shape, width, height)
}

fn usual_measures(shape: Shape) -> (Shape, u32, u32) {
    match shape {
        Shape::Round => (shape, 42, 42),
        Shape::Oval => (shape, 40, 30),
        Shape::Square => (shape, 20, 20),
    }
}

fn term(today: Day, new: &NewSeal, faults: &mut Vec<Refusal>) -> (Day, Day) {
    let from = new.valid_from.unwrap_or(today);
    if from < today {
        faults.push(Refusal::at("seals.valid_from", "valid_from", "开始日期不能早于今天"));
    }
    let latest = from.plus_months(12 * MOST_YEARS);
    match new.valid_until {
        Some(until) if until >= from && until <= latest => (from, until),
        _ => {
            faults.push(no_end());
            (from, from)
        }
    }
}

/// What is said of a last day that cannot be.
pub fn no_end() -> Refusal {
    let message = format!("请填写截止日期，不早于开始日期，最长 {MOST_YEARS} 年");
    Refusal::at("seals.valid_until", "valid_until", message)
}

fn kinds(category: Category, new: &NewSeal, faults: &mut Vec<Refusal>) -> Vec<String> {
    let mut kinds = new.kinds.clone();
    kinds.sort_unstable();
    kinds.dedup();
    // Where the category is the fault, it is told once and at its own field.
    let may = |kind: &String| category.may_seal(kind) || !category.seals_documents();
    if kinds.is_empty() || !kinds.iter().all(may) {
        faults.push(Refusal::at("seals.kinds", "kinds", "请至少选择一种可以盖这枚章的文书"));
    }
    kinds
}

/// Approves an order, as somebody else than who ordered it. Making follows: [`super::make`].
pub async fn approve(tx: &mut Tx<'_>, cx: &Cx, id: Id, expected: Option<i64>) -> Result<()> {
    settle(tx, cx, id, expected, None).await
}

/// Declines an order for good, with a reason.
pub async fn decline(tx: &mut Tx<'_>, cx: &Cx, id: Id, expected: Option<i64>, why: &str) -> Result<()> {
    settle(tx, cx, id, expected, Some(reason(why)?)).await
}

async fn settle(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: Id,
    expected: Option<i64>,
    declined: Option<String>,
) -> Result<()> {
    let mut seal = load(tx, cx, id, Action::SealApprove, expected).await?;
    cx.actor.require_step_up(cx.now)?;
    seal.settle(declined.is_none(), by(&cx.actor), cx.now)?;
    if declined.is_none() {
        seal.must_last(cx.now)?;
    }
    let kind = if declined.is_none() { "seals.approved" } else { "seals.declined" };
    seal.note = declined.unwrap_or_default();
    store::save(tx, &seal).await?;
    say(tx, cx, &seal, kind, &json!({ "reason": seal.note })).await
}

fn by(actor: &Actor) -> (Option<Id>, &str) {
    (actor.account(), actor.display_name())
}
