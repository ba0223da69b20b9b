//! SQL of the lists.

use super::super::state::State;
use super::super::store::{CORRUPT, day};
use super::{DeskFilter, DeskRow, DueOrder, Light, MyCase};
use crate::identity::Party;
use base::{Error, Page, Result};
use db::{Row, Tx, params};
use norms::codes::Outcome;

/// One page of a desk, from one end of the due days or the other: both are the same range of one index. The counts
/// of [`count_queues`] stand beside each row and are worked out once: two statements would need a transaction.
/// A case that nobody has touched since it was submitted (version 1) was never supplemented.
macro_rules! select_desk {
    ($order:literal) => {
        concat!(
            "SELECT id, ticket, item_name, applicant_masked, state, due_on, warn_on, submitted_at, outcome, \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'clerk' LIMIT $7) AS a), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'reviewer' LIMIT $7) AS b), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'approver' LIMIT $7) AS c), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'waiting' LIMIT $7) AS d), \
             CASE WHEN state = 'submitted' AND version > 1 THEN (SELECT count(*) FROM casework_supplement WHERE case_id = casework_case.id) \
             ELSE 0 END FROM casework_case WHERE body = $1 AND queue = $2 AND ($3 = '' OR item_code = $3) AND due_on >= $4 \
             AND due_on <= $5 AND warn_on <= $6 ORDER BY ",
            $order,
            " LIMIT $8 OFFSET $9"
        )
    };
}

/// Cases that wait for clerk, reviewer, approver and somebody outside.
pub(super) type Counts = [i64; 4];

/// The rows, and the counts when there is a row. `span`: first and last due day, last day of warning.
pub(super) async fn desk(
    tx: &mut Tx<'_>,
    filter: &DeskFilter,
    span: &[String; 3],
    most: i64,
) -> Result<(Vec<DeskRow>, Option<Counts>)> {
    let [first, last, warned] = span;
    let (queue, page) = (filter.queue.word(), filter.page);
    let sql = match filter.order {
        DueOrder::EarliestFirst => select_desk!("due_on, id"),
        DueOrder::LatestFirst => select_desk!("due_on DESC, id DESC"),
    };
    let mut counts = None;
    let params = params![
        &filter.body,
        queue,
        &filter.item,
        first,
        last,
        warned,
        most,
        page.limit() + 1,
        page.offset()
    ];
    let read = |row: &Row<'_>| {
        if counts.is_none() {
            counts = Some(read_counts(row, 9)?);
        }
        read_desk_row(row)
    };
    let rows = tx.rows(sql, &params, read).await?;
    Ok((rows, counts))
}

fn read_desk_row(row: &Row<'_>) -> Result<DeskRow> {
    Ok(DeskRow {
        id: row.id(0)?,
        ticket: row.text(1)?,
        item_name: row.text(2)?,
        applicant: row.text(3)?,
        state: State::from_word(row.str(4)?).ok_or_else(|| Error::bug(CORRUPT))?,
        due: day(row.str(5)?)?,
        warn: day(row.str(6)?)?,
        submitted_at: row.int(7)?,
        outcome: Outcome::from_word(row.str(8)?),
        light: Light::OnTime,
        supplemented: row.int(13)? > 0,
    })
}

fn read_counts(row: &Row<'_>, from: usize) -> Result<Counts> {
    Ok([row.int(from)?, row.int(from + 1)?, row.int(from + 2)?, row.int(from + 3)?])
}

/// How many cases wait for clerk, reviewer, approver and somebody outside, each counted no further than
/// `most`: a badge says 99+, it need not know.
pub(super) async fn count_queues(tx: &mut Tx<'_>, body: &str, most: i64) -> Result<Counts> {
    let counts = tx
        .first(
            "SELECT \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'clerk' LIMIT $2) AS a), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'reviewer' LIMIT $2) AS b), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'approver' LIMIT $2) AS c), \
             (SELECT count(*) FROM (SELECT 1 AS one FROM casework_case WHERE body = $1 AND queue = 'waiting' LIMIT $2) AS d)",
            &params![body, most],
            |row| read_counts(row, 0),
        )
        .await?;
    counts.ok_or_else(|| Error::bug("a count was not returned"))
}

/// `items`: base codes one after the other, of which the case's must be one; empty for all.
pub(super) async fn cases_of(tx: &mut Tx<'_>, party: Party, items: &str, page: Page) -> Result<Vec<MyCase>> {
    tx.rows(
        "SELECT id, ticket, item_name, body, state, outcome, due_on, warn_on, submitted_at, owed_on FROM casework_case \
         WHERE applicant_kind = $1 AND applicant_id = $2 \
         AND ($3 = '' OR $3 LIKE '%' || substr(item_code, 20, 12) || '%') ORDER BY id DESC LIMIT $4 OFFSET $5",
        &params![party.kind(), party.id(), items, page.limit(), page.offset()],
        |row| {
            Ok(MyCase {
                id: row.id(0)?,
                ticket: row.text(1)?,
                item_name: row.text(2)?,
                body: row.text(3)?,
                state: State::from_word(row.str(4)?).ok_or_else(|| Error::bug(CORRUPT))?,
                outcome: Outcome::from_word(row.str(5)?),
                due: day(row.str(6)?)?,
                warn: day(row.str(7)?)?,
                submitted_at: row.int(8)?,
                owed: day(row.str(9)?)?,
                light: Light::OnTime,
            })
        },
    )
    .await
}

pub(super) async fn count_cases_of(tx: &mut Tx<'_>, party: Party, items: &str) -> Result<i64> {
    let count = tx
        .first(
            "SELECT count(*) FROM casework_case WHERE applicant_kind = $1 AND applicant_id = $2 \
             AND ($3 = '' OR $3 LIKE '%' || substr(item_code, 20, 12) || '%')",
            &params![party.kind(), party.id(), items],
            |row| row.int(0),
        )
        .await?;
    Ok(count.unwrap_or(0))
}
