//! The desk: what waits at one body, the most urgent first.

use super::{CameFrom, light_kind};
use crate::form::{error_list, error_of};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::casework::{self, Desk, DeskFilter, DeskRow, DueFilter, DueOrder, Light, Queue, QueueCount};
use domain::identity::{Actor, PostKind, StaffActor};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "casework/desk.html")]
struct DeskPage {
    page: Page,
    bodies: Vec<BodyChoice>,
    /// Credit code of the chosen body; empty for staff without a post.
    body: String,
    /// Where the actor sits there: 受理岗、审查岗.
    posts: String,
    queue: Queue,
    tabs: Vec<Tab>,
    /// What is done here: code, name, chosen.
    items: Vec<(String, String, bool)>,
    due: &'static str,
    ascending: bool,
    /// In what order this list is, in words.
    sorted: &'static str,
    /// Orders to choose from: code, words, chosen; the usual one first.
    orders: Vec<(&'static str, &'static str, bool)>,
    /// This list the other way round: address and words.
    turned: (String, &'static str),
    /// Some cases of the queue are not shown.
    filtered: bool,
    rows: Vec<Row>,
    /// Address of this list, ending in `page=`.
    list: String,
    number: u32,
    last: u32,
    find: Find,
    errors: Vec<(String, String)>,
}

struct BodyChoice {
    code: String,
    name: String,
    chosen: bool,
}

struct Tab {
    name: &'static str,
    href: String,
    on: bool,
    /// Empty where nothing is counted.
    count: String,
    /// Somebody with this actor's posts must act.
    alert: bool,
}

struct Row {
    href: String,
    light: &'static str,
    light_words: String,
    over: bool,
    ticket: String,
    item: String,
    applicant: String,
    submitted: String,
    due: String,
    /// It came back from a supplement, and waits for its answer.
    supplemented: bool,
}

/// The box that opens a case by its number.
#[derive(Default)]
struct Find {
    value: String,
    error: String,
}

/// Everything is text: a page number somebody mistyped is no reason to refuse the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    body: String,
    queue: String,
    item: String,
    /// A word of [`DUE`].
    due: String,
    /// A word of [`DueOrder`].
    order: String,
    page: String,
    /// A case number or ticket: leads straight to the case.
    number: String,
}

pub(crate) async fn show(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    // The name in the header of every staff page leads here.
    if matches!(visit.cx.actor, Actor::Administrator(_)) {
        return Ok(Redirect::to("/admin").into_response());
    }
    let mut staff = staff(&visit)?.clone();
    let sits_somewhere = !staff.posts.is_empty();
    // Keepers handle no case: whoever is nothing else has the seals for a desk.
    staff.posts.retain(|post| post.post != PostKind::Keeper);
    if sits_somewhere && staff.posts.is_empty() {
        return Ok(Redirect::to("/desk/seals").into_response());
    }
    if !ask.number.trim().is_empty() {
        match visit.cx.db().read(async |tx| casework::find_by_number(tx, &visit.cx, &ask.number).await).await
        {
            Ok(case) => {
                let from = filter_of(&staff, &ask).map(|filter| came_from(&filter)).unwrap_or_default();
                return Ok(Redirect::to(&from.on(&format!("/desk/cases/{case}"))).into_response());
            }
            Err(Error::NotFound) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let Some(filter) = filter_of(&staff, &ask) else { return visit.show(&without_post(&visit)) };
    let found = casework::desk(&visit.cx, &filter).await?;
    let refusals = unknown_number(&ask.number);
    let page = desk_page(&visit, &staff, &filter, found, &ask.number, &refusals);
    if refusals.is_empty() { visit.show(&page) } else { visit.show_again(&page) }
}

fn staff(visit: &Visit) -> Result<&StaffActor> {
    match &visit.cx.actor {
        Actor::Staff(staff) => Ok(staff),
        Actor::Visitor => Err(Error::Unauthenticated),
        _ => Err(Error::Denied),
    }
}

/// The chosen body and queue; at first the actor's first post and what waits for it. None without a post.
fn filter_of(staff: &StaffActor, ask: &Ask) -> Option<DeskFilter> {
    let first = staff.posts.iter().find(|post| ask.body.is_empty() || post.body == ask.body);
    let own = first.or(staff.posts.first())?;
    // A body that is not one's own goes on to the verb, which answers that it is not there.
    let body = if ask.body.is_empty() { own.body.clone() } else { ask.body.clone() };
    let queue = Queue::from_word(&ask.queue).unwrap_or(Queue::of(own.post));
    let due = DUE.iter().find(|(word, _)| *word == ask.due).map_or(DueFilter::Any, |(_, due)| *due);
    let order = DueOrder::from_word(&ask.order).unwrap_or(queue.usual_order());
    let page = base::Page::of(ask.page.parse().ok(), None);
    Some(DeskFilter { body, queue, item: ask.item.clone(), due, order, page })
}

/// Words of the addresses.
const DUE: [(&str, DueFilter); 3] =
    [("", DueFilter::Any), ("soon", DueFilter::Soon), ("over", DueFilter::Over)];

fn unknown_number(number: &str) -> Vec<Refusal> {
    match number.trim() {
        "" => Vec::new(),
        _ => vec![Refusal::at(
            "casework.unknown_number",
            "number",
            "没有找到这个编号的办件，或者它不属于您的单位。请输入完整的查询编号（18位）或办件编号（46位）",
        )],
    }
}

fn without_post(visit: &Visit) -> DeskPage {
    DeskPage {
        page: visit.page("工作台"),
        bodies: Vec::new(),
        body: String::new(),
        posts: String::new(),
        queue: Queue::Clerk,
        tabs: Vec::new(),
        items: Vec::new(),
        due: "",
        ascending: true,
        sorted: "",
        orders: Vec::new(),
        turned: (String::new(), ""),
        filtered: false,
        rows: Vec::new(),
        list: String::new(),
        number: 1,
        last: 1,
        find: Find::default(),
        errors: Vec::new(),
    }
}

fn desk_page(
    visit: &Visit,
    staff: &StaffActor,
    filter: &DeskFilter,
    desk: Desk,
    number: &str,
    refusals: &[Refusal],
) -> DeskPage {
    let Desk { rows: found, counts } = desk;
    let page = visit.page(format!("{}办件", filter.queue.name()));
    let from = came_from(filter);
    let own = staff.posts.iter().filter(|post| post.body == filter.body);
    let posts: Vec<&str> = own.map(|post| post.post.name()).collect();
    DeskPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        bodies: bodies(visit, staff, &filter.body),
        posts: posts.join("、"),
        tabs: Queue::ALL.iter().map(|queue| tab(staff, filter, &counts, *queue)).collect(),
        list: format!("{}&page=", list(filter, filter.order)),
        turned: (list(filter, filter.order.other()), order_words(filter.queue, filter.order.other())),
        ascending: filter.order == DueOrder::EarliestFirst,
        sorted: order_words(filter.queue, filter.order),
        orders: orders(filter),
        items: items(visit, filter),
        due: due(filter),
        filtered: filter.due != DueFilter::Any || !filter.item.is_empty(),
        number: found.number,
        last: found.pages(),
        rows: found.rows.into_iter().map(|row| row_view(visit, filter.queue, &from, row)).collect(),
        find: Find { value: number.to_owned(), error: error_of(refusals, "number") },
        errors: error_list(refusals),
        body: filter.body.clone(),
        queue: filter.queue,
    }
}

/// This page of the list, for the way back from its cases.
fn came_from(filter: &DeskFilter) -> CameFrom {
    CameFrom::read(&format!("{}&page={}", query(filter, filter.order), filter.page.number))
}

/// The address of the first page of the list, in an order.
fn list(filter: &DeskFilter, order: DueOrder) -> String {
    format!("/desk?{}", query(filter, order))
}

fn query(filter: &DeskFilter, order: DueOrder) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("body", &filter.body).append_pair("queue", filter.queue.word());
    query.append_pair("item", &filter.item).append_pair("due", due(filter));
    query.append_pair("order", order.word());
    query.finish()
}

fn orders(filter: &DeskFilter) -> Vec<(&'static str, &'static str, bool)> {
    let usual = filter.queue.usual_order();
    let choice = |order: DueOrder| (order.word(), order_words(filter.queue, order), order == filter.order);
    [usual, usual.other()].map(choice).into()
}

fn order_words(queue: Queue, order: DueOrder) -> &'static str {
    match (queue, order) {
        (Queue::Done, DueOrder::EarliestFirst) => "先办结的在前",
        (Queue::Done, DueOrder::LatestFirst) => "后办结的在前",
        (_, DueOrder::EarliestFirst) => "先到期的在前",
        (_, DueOrder::LatestFirst) => "后到期的在前",
    }
}

fn due(filter: &DeskFilter) -> &'static str {
    DUE.iter().find(|(_, due)| *due == filter.due).map_or("", |(word, _)| word)
}

/// What this body does, by name.
fn items(visit: &Visit, filter: &DeskFilter) -> Vec<(String, String, bool)> {
    let own = visit.cx.catalogue.items_of(&filter.body);
    let mut items: Vec<_> =
        own.map(|item| (item.code.clone(), item.base.name.clone(), item.code == filter.item)).collect();
    items.sort_by(|one, other| one.1.cmp(&other.1));
    items
}

/// Each body once, in the order of the posts.
fn bodies(visit: &Visit, staff: &StaffActor, chosen: &str) -> Vec<BodyChoice> {
    let mut bodies: Vec<BodyChoice> = Vec::new();
    for post in &staff.posts {
        if bodies.iter().all(|body| body.code != post.body) {
            let name =
                visit.cx.catalogue.body(&post.body).map_or(post.body.clone(), |body| body.name.clone());
            bodies.push(BodyChoice { code: post.body.clone(), name, chosen: post.body == chosen });
        }
    }
    bodies
}

fn tab(staff: &StaffActor, filter: &DeskFilter, counts: &[QueueCount], queue: Queue) -> Tab {
    let cases = counts.iter().find(|count| count.queue == queue).map(|count| count.cases);
    let own = staff.posts.iter().any(|post| post.body == filter.body && Queue::of(post.post) == queue);
    Tab {
        name: queue.name(),
        href: format!("/desk?body={}&queue={}", filter.body, queue.word()),
        on: queue == filter.queue,
        count: cases.map(badge).unwrap_or_default(),
        alert: own && cases.is_some_and(|cases| cases > 0),
    }
}

fn badge(cases: i64) -> String {
    if cases >= 100 { "99+".to_owned() } else { cases.to_string() }
}

fn row_view(visit: &Visit, queue: Queue, from: &CameFrom, row: DeskRow) -> Row {
    let left = left(visit, &row);
    let light = light_kind(row.light);
    let (light, light_words) = match queue {
        // What is over is told by how it ended, what waits by what it waits for.
        Queue::Done => ("closed", row.outcome.map_or(row.state.name(), |outcome| outcome.name()).to_owned()),
        Queue::Waiting => (light, row.state.name().to_owned()),
        _ => (light, left.unwrap_or_else(|| row.light.name())),
    };
    Row {
        href: from.on(&format!("/desk/cases/{}", row.id)),
        over: light == "over",
        supplemented: row.supplemented,
        light,
        light_words,
        ticket: row.ticket,
        item: row.item_name,
        applicant: row.applicant,
        submitted: words::instant(&row.submitted_at),
        due: row.due.map_or_else(|| "—".to_owned(), |day| words::day(&day)),
    }
}

/// How long there still is: the colour alone says 正常.
fn left(visit: &Visit, row: &DeskRow) -> Option<String> {
    let due = row.due.filter(|_| matches!(row.light, Light::Normal | Light::Warning))?;
    let days = visit.cx.catalogue.calendar.working_between(visit.cx.today(), due);
    Some(format!("还剩 {days} 个工作日"))
}

impl DeskPage {
    /// The way on from a queue of which nothing is left by the filters.
    fn unfiltered(&self) -> Vec<(String, String)> {
        let all = format!("/desk?body={}&queue={}", self.body, self.queue.word());
        vec![("看全部".to_owned(), all)]
    }

    /// The ways on from an empty queue.
    fn other_queues(&self) -> Vec<(String, String)> {
        let waiting = self.tabs.iter().filter(|tab| !tab.on && !tab.count.is_empty() && tab.count != "0");
        waiting.map(|tab| (format!("看{}（{}）", tab.name, tab.count), tab.href.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Id;
    use domain::identity::Post;

    fn staff(posts: &[(&str, PostKind)]) -> StaffActor {
        let post = |(body, post): &(&str, PostKind)| Post {
            body: (*body).into(),
            division: "320102".into(),
            post: *post,
        };
        let posts = posts.iter().map(post).collect();
        StaffActor { account: Id(1), name: "演示".into(), posts, stepped_up_at: 0 }
    }

    #[test]
    fn the_first_look_is_at_what_waits_for_oneself() {
        let two = staff(&[("a", PostKind::Reviewer), ("b", PostKind::Approver)]);
        let at = |body: &str, queue: &str| {
            let ask = Ask { body: body.into(), queue: queue.into(), page: "x".into(), ..Ask::default() };
            filter_of(&two, &ask).map(|filter| (filter.body, filter.queue, filter.page.number)).unwrap()
        };
        assert_eq!(at("", ""), ("a".into(), Queue::Reviewer, 1));
        assert_eq!(at("b", ""), ("b".into(), Queue::Approver, 1));
        assert_eq!(at("b", "done"), ("b".into(), Queue::Done, 1));
        assert_eq!(at("other", "nonsense"), ("other".into(), Queue::Reviewer, 1));
        assert!(filter_of(&staff(&[]), &Ask::default()).is_none());
    }

    #[test]
    fn badges_stop_at_a_hundred() {
        assert_eq!([0, 99, 100].map(badge), ["0", "99", "99+"]);
    }
}
