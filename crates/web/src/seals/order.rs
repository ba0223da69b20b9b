//! The form a keeper orders a seal with.

use super::list::body_of;
use super::{name_of_body, staff};
use crate::form::{FieldView, OptionView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::catalog::Answers;
use domain::identity::Action;
use domain::seals::{self, Category, DOCUMENT_KINDS, MOST_TITLE, NewSeal, Shape};
use norms::Day;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "seals/order.html")]
struct OrderPage {
    page: Page,
    body: String,
    body_name: String,
    renews: String,
    fields: Vec<FieldView>,
    errors: Vec<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    body: String,
    /// The seal the new one takes the place of.
    renews: String,
}

pub(crate) async fn ask(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    let body = body_of(staff(&visit, Action::SealOrder)?, &ask.body);
    let (answers, body) = match ask.renews.as_str() {
        "" => (Answers::new(), body),
        id => renewing(&visit, id.parse()?).await?,
    };
    let page = order_page(&visit, &body, &ask.renews, &answers, &[]).await?;
    visit.show(&page)
}

/// What the seal to be renewed had, and whose it is.
async fn renewing(visit: &Visit, id: Id) -> Result<(Answers, String)> {
    let old = visit.cx.db().read(async |tx| seals::show(tx, &visit.cx, id).await).await?.seal;
    let keepers = old.keepers.iter().map(|keeper| keeper.account.to_string()).collect();
    let answers = [
        ("category", vec![old.category.word().to_owned()]),
        ("title", vec![old.title]),
        ("shape", vec![old.shape.word().to_owned()]),
        ("width_mm", vec![old.width_mm.to_string()]),
        ("purpose", vec![old.purpose]),
        ("kinds", old.kinds),
        ("keepers", keepers),
    ];
    Ok((answers.map(|(name, values)| (name.to_owned(), values)).into(), old.body))
}

pub(crate) async fn place(form: Posted) -> PageResult {
    let visit = &form.visit;
    let body = body_of(staff(visit, Action::SealOrder)?, form.get("body"));
    let answers = form.answers();
    let outcome = match new_seal(&form, &body, &answers) {
        Ok(new) => visit.cx.db().write(async |tx| seals::order(tx, &visit.cx, new).await).await,
        Err(faults) => Err(faults),
    };
    match outcome {
        Ok(id) => Ok(Redirect::to(&format!("/desk/seals/{id}?done=ordered")).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&order_page(visit, &body, form.get("renews"), &answers, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

/// What was typed. A day or a number that is none is told here; everything else by the verb.
fn new_seal(form: &Posted, body: &str, answers: &Answers) -> Result<NewSeal> {
    let mut faults = Vec::new();
    let renews = match form.get("renews") {
        "" => None,
        id => Some(id.parse()?),
    };
    let new = NewSeal {
        body: body.to_owned(),
        category: form.get("category").to_owned(),
        title: form.get("title").to_owned(),
        shape: form.get("shape").to_owned(),
        width_mm: measure(form.get("width_mm"), &mut faults),
        // A round or square seal is as high as it is wide; an oval one three quarters.
        height_mm: height(form),
        purpose: form.get("purpose").to_owned(),
        kinds: form.all("kinds"),
        keepers: form.all("keepers").iter().filter_map(|id| id.parse().ok()).collect(),
        valid_from: day(answers, "valid_from", &mut faults),
        valid_until: last_day(answers, &mut faults),
        renews,
    };
    if faults.is_empty() { Ok(new) } else { Err(Error::Refused(faults)) }
}

fn measure(text: &str, faults: &mut Vec<Refusal>) -> Option<u32> {
    let text = text.trim();
    let number = text.parse().ok();
    if number.is_none() && !text.is_empty() {
        faults.push(Refusal::at("seals.size", "width_mm", "请填写整数，单位是毫米"));
    }
    number
}

fn height(form: &Posted) -> Option<u32> {
    let width: u32 = form.get("width_mm").trim().parse().ok()?;
    let oval = form.get("shape") == Shape::Oval.word();
    Some(if oval { width.saturating_mul(3) / 4 } else { width })
}

pub(super) fn day(answers: &Answers, name: &str, faults: &mut Vec<Refusal>) -> Option<Day> {
    let text = answers.get(name)?.first()?;
    let day = text.parse().ok();
    if day.is_none() {
        faults.push(Refusal::at("seals.day", name, "这个日期不存在，请核对年、月、日"));
    }
    day
}

/// A year that is further away than any calendar here reaches is told as what is wrong with it.
fn last_day(answers: &Answers, faults: &mut Vec<Refusal>) -> Option<Day> {
    let typed = answers.get("valid_until").and_then(|typed| typed.first());
    if typed.is_some_and(|typed| beyond(typed)) {
        faults.push(seals::no_end());
        return None;
    }
    day(answers, "valid_until", faults)
}

/// Calendars come back every four hundred years.
fn beyond(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Ok(year) = year.parse::<i32>() else { return false };
    let earlier = 1800 + (year - 1800).rem_euclid(400);
    year > Day::MAX.year() && format!("{earlier}-{rest}").parse::<Day>().is_ok()
}

async fn order_page(
    visit: &Visit,
    body: &str,
    renews: &str,
    answers: &Answers,
    refusals: &[Refusal],
) -> Result<OrderPage> {
    let keepers = visit.cx.db().read(async |tx| seals::possible_keepers(tx, &visit.cx, body).await).await?;
    let title = if renews.is_empty() { "申请印章" } else { "换发印章" };
    let page = visit.page(title).under(&[("印章", "/desk/seals")]);
    Ok(OrderPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        body: body.to_owned(),
        body_name: name_of_body(visit, body),
        renews: renews.to_owned(),
        fields: Fields { answers, refusals }.all(visit, &keepers),
        errors: error_list(refusals),
    })
}

/// The fields of the form with what was typed and what was wrong.
struct Fields<'a> {
    answers: &'a Answers,
    refusals: &'a [Refusal],
}

impl Fields<'_> {
    fn all(&self, visit: &Visit, keepers: &[(Id, String)]) -> Vec<FieldView> {
        let own = visit.cx.actor.account().map(|id| id.to_string()).unwrap_or_default();
        let keepers: Vec<(String, String)> =
            keepers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        let today = visit.cx.today();
        let usual_end = today.plus_months(60).plus(-1);
        vec![
            self.choice("category", "印章的种类", "radio", categories(), "business"),
            self.text(
                "title",
                "章名",
                "刻在五角星下面的字，例如“行政审批专用章”，最多 12 字。法定名称章不填。",
                MOST_TITLE as u32,
            ),
            self.choice("shape", "形状", "radio", Shape::ALL.map(shaped), "round"),
            FieldView {
                kind: "number",
                optional: true,
                inputmode: "numeric",
                ..self.text("width_mm", "直径或宽度（毫米）", "不填就用规定的尺寸：部门 42，省级单位 45。", 3)
            },
            FieldView { kind: "textarea", ..self.text("purpose", "用途", "", 200) },
            self.choice(
                "kinds",
                "可以盖这枚章的文书",
                "checkbox",
                DOCUMENT_KINDS.iter().copied().map(owned),
                "",
            ),
            self.choice("keepers", "保管人", "checkbox", keepers, &own),
            self.date("valid_from", "开始日期", today),
            self.date("valid_until", "截止日期（含当天）", usual_end),
        ]
    }

    fn values(&self, name: &str) -> Vec<String> {
        self.answers.get(name).cloned().unwrap_or_default()
    }

    fn text(&self, name: &str, label: &str, hint: &str, max: u32) -> FieldView {
        FieldView {
            name: name.to_owned(),
            id: name.to_owned(),
            label: label.to_owned(),
            kind: "text",
            hint: hint.to_owned(),
            value: self.values(name).into_iter().next().unwrap_or_default(),
            error: error_of(self.refusals, name),
            max,
            autocomplete: "off",
            ..FieldView::default()
        }
    }

    /// `usual` is chosen as long as nothing was sent.
    fn choice(
        &self,
        name: &str,
        label: &str,
        kind: &'static str,
        options: impl IntoIterator<Item = (String, String)>,
        usual: &str,
    ) -> FieldView {
        let chosen = self.values(name);
        let first = self.answers.is_empty();
        let option = |(value, label): (String, String)| OptionView {
            checked: chosen.contains(&value) || (first && value == usual),
            value,
            label,
        };
        FieldView {
            kind,
            options: options.into_iter().map(option).collect(),
            ..self.text(name, label, "", 0)
        }
    }

    fn date(&self, name: &str, label: &str, usual: Day) -> FieldView {
        let typed = self.values(name).into_iter().next();
        let text = typed.unwrap_or_else(|| usual.to_string());
        let mut values: Vec<String> = text.splitn(3, '-').map(str::to_owned).collect();
        values.resize(3, String::new());
        FieldView { kind: "date", values, ..self.text(name, label, "", 0) }
    }
}

/// Those that may go on documents of a case: no other is of use here.
fn categories() -> impl Iterator<Item = (String, String)> {
    let of_use = Category::ALL.into_iter().filter(|category| category.seals_documents());
    of_use.map(|category| owned((category.word(), category.name())))
}

fn shaped(shape: Shape) -> (String, String) {
    owned((shape.word(), shape.name()))
}

fn owned((word, name): (&str, &str)) -> (String, String) {
    (word.to_owned(), name.to_owned())
}
