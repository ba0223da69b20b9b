//! Lists: the desk's queues and one's own cases.

mod store;

use super::CaseId;
use super::clock::{Light, light_of_row};
use super::state::State;
use crate::Cx;
use crate::identity::{Action, PostKind, Thing, authorize};
use base::{Millis, Page, PageOf, Result};
use db::Tx;
use norms::Day;
use norms::codes::Outcome;

/// One row of a desk: names are masked, the light is computed for today.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DeskRow {
    pub id: CaseId,
    pub ticket: String,
    pub item_name: String,
    pub applicant: String,
    pub state: State,
    /// How it ended.
    pub outcome: Option<Outcome>,
    pub due: Option<Day>,
    #[serde(skip)]
    pub warn: Option<Day>,
    pub submitted_at: Millis,
    pub light: Light,
    /// It came back from a supplement, and waits for its answer.
    pub supplemented: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskFilter {
    /// Credit code of a body the actor sits at.
    pub body: String,
    pub queue: Queue,
    /// Code of an item; empty for all.
    pub item: String,
    pub due: DueFilter,
    pub order: DueOrder,
    pub page: Page,
}

/// By their day; the only order there is, because one index gives it both ways and one for each other column would be
/// written with every submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueOrder {
    EarliestFirst,
    LatestFirst,
}

impl DueOrder {
    pub fn word(self) -> &'static str {
        match self {
            DueOrder::EarliestFirst => "earliest",
            DueOrder::LatestFirst => "latest",
        }
    }

    pub fn from_word(word: &str) -> Option<DueOrder> {
        [DueOrder::EarliestFirst, DueOrder::LatestFirst].into_iter().find(|order| order.word() == word)
    }

    pub fn other(self) -> DueOrder {
        match self {
            DueOrder::EarliestFirst => DueOrder::LatestFirst,
            DueOrder::LatestFirst => DueOrder::EarliestFirst,
        }
    }
}

impl DeskFilter {
    fn span(&self, today: Day) -> [String; 3] {
        // What is over is neither late nor near.
        let due = if self.queue == Queue::Done { DueFilter::Any } else { self.due };
        due.span(today)
    }
}

/// Which of the cases that wait, by their day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DueFilter {
    #[default]
    Any,
    /// 临期 and 今日到期.
    Soon,
    /// 超期.
    Over,
}

impl DueFilter {
    /// First and last due day, and the last day of warning, as the row keeps them.
    fn span(self, today: Day) -> [String; 3] {
        // Sorts after every day.
        let end = || "~".to_owned();
        match self {
            DueFilter::Any => [String::new(), end(), end()],
            DueFilter::Soon => [today.to_string(), end(), today.to_string()],
            // A row without a day is not late.
            DueFilter::Over => ["0".to_owned(), today.plus(-1).to_string(), end()],
        }
    }
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    Clerk,
    Reviewer,
    Approver,
    /// The applicant's, or an expert's: nobody at the desk can go on.
    Waiting,
    Done,
}

impl Queue {
    pub const ALL: [Queue; 5] = [Queue::Clerk, Queue::Reviewer, Queue::Approver, Queue::Waiting, Queue::Done];

    pub fn word(self) -> &'static str {
        match self {
            Queue::Clerk => "clerk",
            Queue::Reviewer => "reviewer",
            Queue::Approver => "approver",
            Queue::Waiting => "waiting",
            Queue::Done => "done",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Queue::Clerk => "待受理",
            Queue::Reviewer => "待审查",
            Queue::Approver => "待决定",
            Queue::Waiting => "等待中",
            Queue::Done => "已办结",
        }
    }

    /// What nobody chose: the most urgent first, and of what is over the last ended.
    pub fn usual_order(self) -> DueOrder {
        if self == Queue::Done { DueOrder::LatestFirst } else { DueOrder::EarliestFirst }
    }

    pub fn from_word(word: &str) -> Option<Queue> {
        Queue::ALL.into_iter().find(|queue| queue.word() == word)
    }

    pub fn of(post: PostKind) -> Queue {
        match post {
            PostKind::Clerk => Queue::Clerk,
            PostKind::Reviewer => Queue::Reviewer,
            // A keeper handles no case; what is over is all there is to see.
            PostKind::Keeper => Queue::Done,
            PostKind::Approver => Queue::Approver,
        }
    }
}

/// One page of a queue, and the badges of all.
pub struct Desk {
    /// `total` is what is known without counting: the rows up to this page, and one more when there are more.
    pub rows: PageOf<DeskRow>,
    pub counts: Vec<QueueCount>,
}

/// How many cases wait, for a tab's badge.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct QueueCount {
    pub queue: Queue,
    /// At most 100, which reads "99+".
    pub cases: i64,
}

const COUNTED: i64 = 100;

/// The desk of a body the actor sits at. Badges and rows are of one snapshot: they must not contradict each other.
pub async fn desk(cx: &Cx, filter: &DeskFilter) -> Result<Desk> {
    authorize(&cx.actor, Action::DeskRead, Thing { body: Some(&filter.body), ..Thing::NOTHING })?;
    let span = filter.span(cx.today());
    let found = cx.db().read_one(async |tx| store::desk(tx, filter, &span, COUNTED).await).await?;
    let (mut rows, counts) = match found {
        (rows, Some(counts)) => (rows, counts),
        // An empty page has no row for them to stand beside.
        (_, None) => cx.db().read(async |tx| with_counts(tx, filter, &span).await).await?,
    };
    let total = filter.page.offset() + rows.len() as i64;
    rows.truncate(filter.page.size as usize);
    for row in &mut rows {
        row.light = light_of_row(&cx.catalogue.calendar, row.state, row.due, row.warn, cx.today());
    }
    let queues = [Queue::Clerk, Queue::Reviewer, Queue::Approver, Queue::Waiting];
    let counts = queues.into_iter().zip(counts).map(|(queue, cases)| QueueCount { queue, cases });
    Ok(Desk { rows: PageOf::new(filter.page, total, rows), counts: counts.collect() })
}

async fn with_counts(
    tx: &mut Tx<'_>,
    filter: &DeskFilter,
    span: &[String; 3],
) -> Result<(Vec<DeskRow>, store::Counts)> {
    let (rows, _) = store::desk(tx, filter, span, COUNTED).await?;
    Ok((rows, store::count_queues(tx, &filter.body, COUNTED).await?))
}

/// A row of "my cases".
#[derive(Debug, Clone, serde::Serialize)]
pub struct MyCase {
    pub id: CaseId,
    pub ticket: String,
    pub item_name: String,
    pub body: String,
    pub state: State,
    pub outcome: Option<Outcome>,
    pub due: Option<Day>,
    #[serde(skip)]
    pub warn: Option<Day>,
    /// The last day for materials that come after the acceptance, while some are outstanding.
    pub owed: Option<Day>,
    pub submitted_at: Millis,
    pub light: Light,
}

/// The cases of whoever is logged in, newest first.
pub async fn my_cases(tx: &mut Tx<'_>, cx: &Cx, page: Page) -> Result<PageOf<MyCase>> {
    let party = cx.actor.require_party()?;
    authorize(&cx.actor, Action::CaseRead, Thing::owned(party))?;
    // A mandate for some items shows the cases of those.
    let acting = cx.actor.person().and_then(|person| person.acting_for.as_ref());
    let items = acting.map(|acting| acting.items.join(" ")).unwrap_or_default();
    let total = store::count_cases_of(tx, party, &items).await?;
    let mut rows = store::cases_of(tx, party, &items, page).await?;
    for row in &mut rows {
        row.light = light_of_row(&cx.catalogue.calendar, row.state, row.due, row.warn, cx.today());
    }
    Ok(PageOf::new(page, total, rows))
}

#[cfg(test)]
mod tests;
