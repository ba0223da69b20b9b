//! What the administrators see of the running installation: counts and states, never anybody's data.
//!
//! Each report authorizes itself, because what it reads (queues, chain) belongs to nobody in particular.

use crate::Cx;
use crate::casework;
use crate::certs;
use crate::identity::{self, Action, Thing, authorize};
use crate::journal::{self, Event, NewEvent, Sealed, Wanted};
use crate::search::Filter;
use base::{Id, Millis, Page, Result};
use db::{Engine, Tx, jobs, outbox};
use norms::Day;
use serde_json::json;
use std::collections::BTreeMap;
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
    /// What the accounts, cases and certificates among their subjects are called: a name, a number, a type with its
    /// number and its holder masked.
    pub called: BTreeMap<Id, String>,
    /// The first day that was looked at, when the filter named none and cannot do without one.
    pub since: Option<Day>,
    /// No case has the number the filter names.
    pub case_unknown: bool,
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
    let indexed =
        cx.world().search.load().search("", &Filter::default(), Page::of(None, Some(1)))?.hits.total;
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

/// Which events the audit administrator asks for; empty means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// A login, or the name an actor had then.
    pub who: String,
    /// How the kind begins: `identity.`, `casework.accepted`.
    pub what: String,
    /// First and last day, in Asia/Shanghai.
    pub from: Option<Day>,
    pub until: Option<Day>,
    /// The number of a case, as people use it.
    pub case: String,
}

/// Who did something and what was done stand in no index, as each would cost every act a write more: without a first
/// day such a filter looks back over this many days and not over millions of rows.
pub const JOURNAL_LOOKS_BACK: i32 = 31;

/// The most events one export holds.
const EXPORT: usize = 10_000;

/// Nothing ever happened to it.
const NO_CASE: (&str, Id) = ("case", Id(0));

/// One page of the journal for the audit administrator. Checking the whole chain takes minutes on a large
/// installation: that is what `yiwang journal verify` is for.
pub async fn journal_report(cx: &Cx, filter: &JournalFilter, page: Page) -> Result<JournalReport> {
    authorize(&cx.actor, Action::JournalRead, Thing::NOTHING)?;
    cx.db()
        .read(async |tx| {
            let wanted = wanted(tx, cx, filter).await?;
            let events = journal::find(tx, &wanted, page.limit(), page.offset()).await?;
            // A full page may have a next one; an empty next page is no harm.
            let more = events.len() == page.size as usize;
            let called = called(tx, cx, &events).await?;
            let since = since(cx, filter);
            let case_unknown = wanted.subject == Some(NO_CASE);
            let sealed = journal::sealed(tx).await?;
            Ok(JournalReport { events, called, since, case_unknown, more, sealed })
        })
        .await
}

async fn called(tx: &mut Tx<'_>, cx: &Cx, events: &[Event]) -> Result<BTreeMap<Id, String>> {
    let mut named = BTreeMap::new();
    for event in events {
        let id = event.subject_id;
        if named.contains_key(&id) {
            continue;
        }
        let called = match event.subject_kind.as_str() {
            "account" => identity::called(tx, cx, id).await?,
            "case" => casework::ticket_of(tx, id).await?,
            "certificate" => certs::called(tx, cx, id).await?,
            _ => None,
        };
        named.extend(called.map(|called| (id, called)));
    }
    Ok(named)
}

/// The first day of a filter that names none and would else read the whole journal.
fn since(cx: &Cx, filter: &JournalFilter) -> Option<Day> {
    let narrow = !filter.case.is_empty() || filter.from.is_some();
    let searching = !filter.who.is_empty() || !filter.what.is_empty();
    let last = filter.until.unwrap_or(cx.today()).min(cx.today());
    (searching && !narrow).then(|| last.plus(-JOURNAL_LOOKS_BACK))
}

/// What was taken away of the journal at once, newest first.
#[derive(Debug, Clone)]
pub struct JournalExport {
    pub events: Vec<Event>,
    /// There are older ones: they come with an export of what is before the last of these.
    pub more: bool,
}

/// The events a filter finds that are before this one, newest first, and one more event that says who took which away;
/// none when the filter names a case nobody knows. By identifiers and not by pages: what happens meanwhile neither
/// doubles an event nor leaves one out.
pub async fn journal_export(
    cx: &Cx,
    filter: &JournalFilter,
    before: Option<Id>,
) -> Result<Option<JournalExport>> {
    export(cx, filter, before, EXPORT).await
}

async fn export(
    cx: &Cx,
    filter: &JournalFilter,
    before: Option<Id>,
    most: usize,
) -> Result<Option<JournalExport>> {
    authorize(&cx.actor, Action::JournalRead, Thing::NOTHING)?;
    let account = cx.actor.require_account()?;
    cx.db()
        .write(async |tx| {
            let mut wanted = wanted(tx, cx, filter).await?;
            if wanted.subject == Some(NO_CASE) {
                return Ok(None);
            }
            wanted.below = before.unwrap_or(wanted.below);
            let mut events = journal::find(tx, &wanted, most as i64 + 1, 0).await?;
            let more = events.len() > most;
            events.truncate(most);
            let (newest, oldest) = (events.first().map(|e| e.id), events.last().map(|e| e.id));
            let detail = json!({ "events": events.len(), "newest": newest, "oldest": oldest, "more": more,
                "who": filter.who, "what": filter.what, "from": filter.from, "until": filter.until,
                "case": filter.case });
            let event = NewEvent {
                subject_kind: "account",
                subject_id: account,
                area: "",
                kind: "journal.exported",
                detail: &detail,
            };
            journal::append(tx, cx, event).await?;
            Ok(Some(JournalExport { events, more }))
        })
        .await
}

async fn wanted(tx: &mut Tx<'_>, cx: &Cx, filter: &JournalFilter) -> Result<Wanted> {
    let account = crate::identity::account_of_login(tx, cx, &filter.who).await?;
    let all = Wanted::all();
    let subject = match filter.case.as_str() {
        "" => None,
        ticket => Some(casework::case_of_ticket(tx, ticket).await?.map_or(NO_CASE, |id| ("case", id))),
    };
    let from = filter.from.or_else(|| since(cx, filter));
    Ok(Wanted {
        actor: account.map_or_else(|| filter.who.clone(), |id| format!("account:{id}")),
        name: filter.who.clone(),
        account: account.unwrap_or(Id(0)),
        kind: filter.what.clone(),
        after: from.map_or(all.after, |day| day.start_millis_shanghai()),
        before: filter.until.map_or(all.before, |day| day.plus(1).start_millis_shanghai()),
        below: all.below,
        subject,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::story;

    #[tokio::test]
    async fn an_export_goes_on_where_the_last_one_ended_and_leaves_nothing_out() {
        story(async |town| {
            let cx = town.cx(&town.audit);
            let all = JournalFilter::default();
            let whole = export(&cx, &all, None, EXPORT).await.unwrap().unwrap();
            assert!(!whole.more && whole.events.len() > 7, "{}", whole.events.len());
            let wanted: Vec<Id> = whole.events.iter().map(|event| event.id).collect();
            // What each export itself writes is newer than all that is left.
            let most = wanted.len().div_ceil(3);
            let mut before = Some(Id(wanted[0].0 + 1));
            let mut taken = Vec::new();
            for piece in 1..=3 {
                let part = export(&cx, &all, before, most).await.unwrap().unwrap();
                assert_eq!(part.more, piece < 3, "piece {piece}");
                before = part.events.last().map(|event| event.id);
                taken.extend(part.events.iter().map(|event| event.id));
            }
            assert_eq!(taken, wanted);
            let said = cx.db().read(async |tx| journal::find(tx, &Wanted::all(), 1, 0).await).await.unwrap();
            let detail = said[0].detail_json().unwrap();
            let oldest = wanted.last().unwrap().to_string();
            assert_eq!(
                (said[0].kind.as_str(), detail["oldest"].as_str()),
                ("journal.exported", Some(&*oldest))
            );
            assert_eq!(
                detail["newest"].as_str(),
                Some(&*wanted[most * 2].to_string()),
                "from which to which"
            );
        })
        .await;
    }
}
