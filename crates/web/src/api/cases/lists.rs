//! Lists of cases: one's own, and the desk's.

use super::case::light_word;
use crate::api::asked::{Member, Sought, page_of, said};
use crate::api::listed::Paged;
use crate::error::Failure;
use axum::Json;
use base::Error;
use domain::casework::{self, Desk, DeskFilter, DeskRow, DueFilter, DueOrder, MyCase, Queue};
use domain::identity::Action;
use norms::Day;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageAsked {
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100, 20 without it.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

/// One's own case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyCaseRow {
    id: String,
    ticket: String,
    item_name: String,
    /// Credit code of the body.
    body: String,
    state: String,
    state_name: String,
    outcome: Option<String>,
    due_on: Option<String>,
    /// `normal`, `warning`, `due_today`, `overdue`, `paused` or `on_time`.
    light: String,
    /// Milliseconds since 1970 UTC.
    submitted_at: i64,
}

/// 我的办件，新的在前。
#[utoipa::path(
    get, path = "/api/v1/cases", operation_id = "listMyCases", tag = "cases",
    security(("bearer" = [])),
    params(PageAsked),
    responses((status = 200, description = "Of the party the session acts for", body = Paged<MyCaseRow>))
)]
pub(crate) async fn mine(
    member: Member,
    Sought(asked): Sought<PageAsked>,
) -> Result<Json<Paged<MyCaseRow>>, Failure> {
    let cx = member.may(Action::CaseSubmit)?.cx;
    let page = page_of(asked.page, asked.size)?;
    let found = cx.db().read(async |tx| casework::my_cases(tx, &cx, page).await).await?;
    Ok(Json(Paged::of(found, my_row)))
}

fn my_row(row: MyCase) -> MyCaseRow {
    MyCaseRow {
        id: row.id.to_string(),
        ticket: row.ticket,
        item_name: row.item_name,
        body: row.body,
        state: row.state.word().to_owned(),
        state_name: row.state.name().to_owned(),
        outcome: row.outcome.map(|outcome| outcome.word().to_owned()),
        due_on: row.due.map(|day| day.to_string()),
        light: light_word(row.light).to_owned(),
        submitted_at: row.submitted_at,
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct DeskAsked {
    /// Credit code of a body the caller sits at.
    #[param(required, example = "11320102MB0XX00121")]
    body: String,
    /// `clerk`, `reviewer`, `approver`, `waiting` or `done`.
    #[param(required, example = "clerk")]
    queue: String,
    /// By the day: `earliest` or `latest` first. Without it the most urgent, and in `done` the last ended.
    order: Option<String>,
    /// Counted from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<u32>,
    /// 1–100, 20 without it.
    #[param(minimum = 1, maximum = 100)]
    size: Option<u32>,
}

/// One page of a queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskList {
    rows: Vec<DeskCase>,
    page: u32,
    size: u32,
    /// There is a next page. The whole queue is not counted: it may hold a million cases.
    more: bool,
    counts: Vec<DeskCount>,
}

/// A case on the desk; the applicant is masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskCase {
    id: String,
    ticket: String,
    item_name: String,
    applicant: String,
    state: &'static str,
    state_name: &'static str,
    /// The day at whose end it is due; in `done` the day it ended.
    #[schema(value_type = Option<String>)]
    due_on: Option<Day>,
    light: &'static str,
    /// Milliseconds since 1970 UTC.
    submitted_at: i64,
    /// It came back from a supplement and is not accepted yet.
    supplemented: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskCount {
    queue: &'static str,
    /// At most 100, which reads "99+".
    cases: i64,
}

/// 工作台：一个单位一个环节的办件，按到期日排列。
#[utoipa::path(
    get, path = "/api/v1/desk/cases", operation_id = "listDesk", tag = "desk",
    security(("bearer" = [])),
    params(DeskAsked),
    responses((status = 200, description = "By the day at whose end each is due, or on which it ended", body = DeskList))
)]
pub(crate) async fn desk(
    member: Member,
    Sought(asked): Sought<DeskAsked>,
) -> Result<Json<DeskList>, Failure> {
    let cx = member.may(Action::DeskRead)?.cx;
    let unknown = || {
        Error::refused_at("casework.queue", "queue", "queue 应为 clerk、reviewer、approver、waiting 或 done")
    };
    let queue = Queue::from_word(&asked.queue).ok_or_else(unknown)?;
    let order = match asked.order.as_deref() {
        None | Some("") => queue.usual_order(),
        Some(word) => DueOrder::from_word(word)
            .ok_or_else(|| Error::refused_at("casework.order", "order", "order 应为 earliest 或 latest"))?,
    };
    let filter = DeskFilter {
        body: said("body", &asked.body)?.to_owned(),
        queue,
        item: String::new(),
        due: DueFilter::Any,
        order,
        page: page_of(asked.page, asked.size)?,
    };
    let Desk { rows: found, counts } = casework::desk(&cx, &filter).await?;
    Ok(Json(DeskList {
        page: found.number,
        size: found.size,
        more: found.pages() > found.number,
        rows: found.rows.into_iter().map(desk_row).collect(),
        counts: counts.into_iter().map(|c| DeskCount { queue: c.queue.word(), cases: c.cases }).collect(),
    }))
}

fn desk_row(row: DeskRow) -> DeskCase {
    DeskCase {
        id: row.id.to_string(),
        ticket: row.ticket,
        item_name: row.item_name,
        applicant: row.applicant,
        state: row.state.word(),
        state_name: row.state.name(),
        due_on: row.due,
        light: light_word(row.light),
        submitted_at: row.submitted_at,
        supplemented: row.supplemented,
    }
}
