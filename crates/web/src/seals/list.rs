//! The seals of one body, the newest first.

use super::{name_of_body, staff, tone};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Query;
use domain::identity::{Action, PostKind, StaffActor};
use domain::seals::{self, Seal, Status};
use norms::Day;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "seals/list.html")]
struct ListPage {
    page: Page,
    bodies: Vec<BodyChoice>,
    body: String,
    rows: Vec<Row>,
    may_order: bool,
    /// Approved and not made yet, at this body.
    waiting: usize,
    /// Seals of the whole demonstration so far.
    demonstrated: Option<i64>,
    list: String,
    number: u32,
    last: u32,
}

struct BodyChoice {
    code: String,
    name: String,
    chosen: bool,
}

struct Row {
    href: String,
    name: String,
    category: &'static str,
    es_id: String,
    until: String,
    status: &'static str,
    tone: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    body: String,
    page: String,
}

pub(crate) async fn show(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    let staff = staff(&visit, Action::SealRead)?;
    let body = body_of(staff, &ask.body);
    let asked = base::Page::of(ask.page.parse().ok(), None);
    let demo = visit.app.settings.demo.is_some();
    let read = visit.cx.db().read(async |tx| {
        let found = seals::list(tx, &visit.cx, &body, asked).await?;
        Ok((found, if demo { Some(seals::made_in_all(tx).await?) } else { None }))
    });
    let (found, demonstrated) = read.await?;
    let now = visit.cx.now;
    let waiting = found.rows.iter().filter(|seal| seal.status(now) == Status::Approved).count();
    visit.show(&ListPage {
        page: visit.page("印章"),
        bodies: bodies(&visit, staff, &body),
        may_order: staff.posts.iter().any(|post| post.body == body && post.post == PostKind::Keeper),
        list: format!("/desk/seals?body={body}&page="),
        number: found.number,
        last: found.pages(),
        rows: found.rows.iter().map(|seal| row(seal, now)).collect(),
        waiting,
        demonstrated,
        body,
    })
}

/// The body asked for, else the first post's. One that is not one's own goes on to the verb, which answers
/// that it is not there.
pub(super) fn body_of(staff: &StaffActor, asked: &str) -> String {
    match asked {
        "" => staff.posts.first().map(|post| post.body.clone()).unwrap_or_default(),
        asked => asked.to_owned(),
    }
}

/// Each body once, in the order of the posts.
fn bodies(visit: &Visit, staff: &StaffActor, chosen: &str) -> Vec<BodyChoice> {
    let mut bodies: Vec<BodyChoice> = Vec::new();
    for post in &staff.posts {
        if bodies.iter().all(|body| body.code != post.body) {
            let name = name_of_body(visit, &post.body);
            bodies.push(BodyChoice { code: post.body.clone(), name, chosen: post.body == chosen });
        }
    }
    bodies
}

fn row(seal: &Seal, now: base::Millis) -> Row {
    let status = seal.status(now);
    Row {
        href: format!("/desk/seals/{}", seal.id),
        name: seal.name(),
        category: seal.category.name(),
        es_id: seal.es_id.clone().unwrap_or_else(|| "—".to_owned()),
        until: last_day(seal.valid_until_at),
        status: status.name(),
        tone: tone(status),
    }
}

/// The last day of validity, from the first instant after it.
pub(super) fn last_day(until_at: base::Millis) -> String {
    words::day(&Day::from_millis_shanghai(until_at - 1))
}
