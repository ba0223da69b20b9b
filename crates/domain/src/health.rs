//! What the administrators see of the running installation: counts and states, never anybody's data.
//!
//! Each report authorizes itself, because what it reads (queues, chain) belongs to nobody in particular.

use crate::Cx;
use crate::identity::{Action, Thing, authorize};
use crate::journal::{self, Event, Sealed};
use crate::search::Filter;
use base::{Millis, Page, Result};
use db::{Engine, jobs, outbox};
use std::sync::OnceLock;

/// State of the product and of its background work.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SystemReport {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    pub version: &'static str,
    /// Number and name of the newest change of the schema; the product does not start below it.
    pub migration: (u32, &'static str),
    /// None before [`started`] was called.
    pub up_for: Option<Millis>,
    /// Commits since the database was opened.
    pub commits: u64,
    pub jobs_waiting: i64,
    /// At most [`SystemReport::MOST`].
    pub jobs_dead: usize,
    /// At most [`SystemReport::MOST`].
    pub outbox_pending: usize,
    pub catalogue: CatalogueCounts,
    /// Base items in the search index.
    pub indexed: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CatalogueCounts {
    pub divisions: usize,
    pub bodies: usize,
    pub base_items: usize,
    pub items: usize,
}

/// The newest events, and how far the chain reaches.
#[derive(Debug, Clone)]
pub struct JournalReport {
    pub events: Vec<Event>,
    /// There are older events than these.
    pub more: bool,
    /// Nothing before the first sealing.
    pub sealed: Option<Sealed>,
}

static STARTED: OnceLock<Millis> = OnceLock::new();

/// Remembers when this process began to serve; the first call counts.
pub fn started(now: Millis) {
    let _ = STARTED.set(now);
}

impl SystemReport {
    /// Where counting queues ends: beyond it the number says nothing more.
    pub const MOST: u32 = 500;
}

pub async fn system_report(cx: &Cx) -> Result<SystemReport> {
    authorize(&cx.actor, Action::SystemRead, Thing::NOTHING)?;
    let queues = cx.db().read(async |tx| {
        let waiting = jobs::leftover(tx).await?;
        let dead = jobs::dead(tx, SystemReport::MOST).await?.len();
        Ok((waiting, dead, outbox::pending(tx, SystemReport::MOST).await?.len()))
    });
    let (jobs_waiting, jobs_dead, outbox_pending) = queues.await?;
    let indexed = cx.world().search.load().search("", &Filter::default(), Page::of(None, Some(1)))?.total;
    Ok(SystemReport {
        engine: match cx.db().engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        },
        version: env!("CARGO_PKG_VERSION"),
        migration: crate::MIGRATIONS.last().map_or((0, ""), |last| (last.number, last.name)),
        up_for: STARTED.get().map(|began| (cx.now - began).max(0)),
        commits: cx.db().commits(),
        jobs_waiting,
        jobs_dead,
        outbox_pending,
        catalogue: CatalogueCounts {
            divisions: cx.catalogue.divisions.len(),
            bodies: cx.catalogue.bodies().count(),
            base_items: cx.catalogue.base_items.len(),
            items: cx.catalogue.items().count(),
        },
        indexed,
    })
}

/// One page of the journal for the audit administrator. Checking the whole chain takes minutes on a large
/// installation: that is what `yiwang journal verify` is for.
pub async fn journal_report(cx: &Cx, page: Page) -> Result<JournalReport> {
    authorize(&cx.actor, Action::JournalRead, Thing::NOTHING)?;
    cx.db()
        .read(async |tx| {
            let events = journal::recent(tx, page).await?;
            // A full page may have a next one; an empty next page is no harm.
            let more = events.len() == page.size as usize;
            Ok(JournalReport { events, more, sealed: journal::sealed(tx).await? })
        })
        .await
}
