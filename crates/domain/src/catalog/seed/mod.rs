//! Writing a parsed catalogue: what is new or has changed, and nothing else.
//!
//! Base items and claims get a new version when they differ from the newest one; a version that is there is
//! never touched, so cases stay with the one they were filed under. Rows that the files no longer name stay:
//! other versions may speak of them. Only a claim that a base item no longer makes is cancelled.

mod bodies;
mod plan;

use super::Parsed;
use super::store::{self, NewBase};
use crate::Cx;
use crate::identity::Actor;
use crate::journal::{self, NewEvent};
use base::{Error, Id, Result};
use db::Tx;
use plan::{BasePlan, Plan};
use serde_json::json;

/// Rows written; all zero when the data has not changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeedCounts {
    pub divisions: usize,
    pub calendar_days: usize,
    pub dictionary: usize,
    pub bodies: usize,
    /// New versions of base items.
    pub base_items: usize,
    /// New versions of claims.
    pub items: usize,
    pub cancelled: usize,
}

/// Rows in one transaction.
const CHUNK: usize = 500;

/// Writes what has changed, each base item with its claims and events in one transaction, and tells
/// `progress` (done, total, what) after each. Only the product itself may: it runs at the first start and on
/// the operator's `seed` command. Stopped half-way, it goes on where it was when run again.
pub async fn seed_catalog(
    cx: &Cx,
    parsed: Parsed,
    progress: &mut (dyn FnMut(usize, usize, &str) + Send),
) -> Result<SeedCounts> {
    if cx.actor != Actor::System {
        return Err(Error::Denied);
    }
    let stored = cx.db().read(async |tx| plan::stored(tx).await).await?;
    let plan = plan::make(&parsed, stored)?;
    let mut steps = Steps { done: 0, total: plan.rows(), tell: progress };
    let counts = plan.counts();
    write_words(cx, &plan, &mut steps).await?;
    for base in &plan.bases {
        cx.db().write(async |tx| write_base(tx, cx, base).await).await?;
        steps.add(base.rows(), &base.item.name);
    }
    Ok(counts)
}

struct Steps<'a> {
    done: usize,
    total: usize,
    tell: &'a mut (dyn FnMut(usize, usize, &str) + Send),
}

impl Steps<'_> {
    fn add(&mut self, rows: usize, what: &str) {
        self.done += rows;
        (self.tell)(self.done, self.total, what);
    }
}

async fn write_words(cx: &Cx, plan: &Plan, steps: &mut Steps<'_>) -> Result<()> {
    for rows in plan.divisions.chunks(CHUNK) {
        let write = async |tx: &mut Tx<'_>| store::save_divisions(tx, rows).await;
        write_chunk(cx, "divisions", rows.len(), write).await?;
        steps.add(rows.len(), "行政区划");
    }
    for rows in plan.calendar_days.chunks(CHUNK) {
        let write = async |tx: &mut Tx<'_>| store::save_calendar_days(tx, rows).await;
        write_chunk(cx, "calendar_days", rows.len(), write).await?;
        steps.add(rows.len(), "工作日历");
    }
    for rows in plan.bodies.chunks(CHUNK) {
        let write = async |tx: &mut Tx<'_>| store::save_bodies(tx, rows).await;
        write_chunk(cx, "bodies", rows.len(), write).await?;
        steps.add(rows.len(), "部门机构");
    }
    for rows in plan.dictionary.chunks(CHUNK) {
        let write = async |tx: &mut Tx<'_>| store::save_dictionary(tx, rows).await;
        write_chunk(cx, "dictionary", rows.len(), write).await?;
        steps.add(rows.len(), "数据元与目录");
    }
    Ok(())
}

/// Rows and their event in one transaction: a process that sees the event and reads again sees the rows.
async fn write_chunk(
    cx: &Cx,
    what: &str,
    rows: usize,
    write: impl AsyncFnOnce(&mut Tx<'_>) -> Result<()>,
) -> Result<()> {
    cx.db()
        .write(async |tx| {
            write(tx).await?;
            let detail = json!({ "what": what, "rows": rows });
            say(tx, cx, Id(0), "catalog.words_changed", &detail).await
        })
        .await
}

async fn write_base(tx: &mut Tx<'_>, cx: &Cx, plan: &BasePlan) -> Result<()> {
    let item = &plan.item;
    // Twelve digits: a number that the journal can carry as the subject.
    let subject = Id(item.code.parse().map_err(|_| Error::bug(format!("base code {}", item.code)))?);
    if let Some(definition) = &plan.definition {
        let new = NewBase {
            code: &item.code,
            slug: &item.slug,
            name: &item.name,
            department: &item.department,
            version: plan.version,
            definition,
            at: cx.now,
            effective_on: cx.today(),
        };
        store::publish_base(tx, &new).await?;
        let detail = json!({ "slug": item.slug, "name": item.name, "version": plan.version });
        say(tx, cx, subject, "catalog.published", &detail).await?;
    }
    if plan.items.is_empty() && plan.cancelled.is_empty() {
        return Ok(());
    }
    store::publish_items(tx, &plan.items, cx.now).await?;
    store::cancel_items(tx, &plan.cancelled).await?;
    let detail = json!({ "slug": item.slug, "base_version": plan.version, "items": plan.items.len(),
        "cancelled": plan.cancelled.len() });
    say(tx, cx, subject, "catalog.claimed", &detail).await
}

/// Whoever follows the catalogue looks for events of base items ([`journal::catalogue_news`]); 0 is all of them.
async fn say(tx: &mut Tx<'_>, cx: &Cx, base_item: Id, kind: &str, detail: &serde_json::Value) -> Result<()> {
    let event = NewEvent { subject_kind: "base_item", subject_id: base_item, area: "", kind, detail };
    journal::append(tx, cx, event).await.map(|_| ())
}
