//! The home page: search first, then the ways in, then what waits for whoever is logged in.

use super::lines::{Link, Tile, event_links, guide_address, theme_tiles};
use super::progress::query_fields;
use crate::form::FieldView;
use crate::page::Page;
use crate::session::{PageResult, Visit};
use crate::words;
use askama::Template;
use base::Result;
use domain::casework::{self, DraftRow, MyCase, State};
use domain::feedback::{self, RatingState};

#[derive(Template)]
#[template(path = "portal/home.html")]
pub(super) struct HomePage {
    pub page: Page,
    pub legal: bool,
    pub todos: Vec<Link>,
    pub themes: Vec<Tile>,
    pub events: Vec<Link>,
    pub hot: Vec<Link>,
    /// What the old come for most; on the side of firms, what is most wanted.
    pub elders: Vec<Link>,
    pub number: FieldView,
    pub password: FieldView,
}

/// 长辈模式: what the old come for, by slug, with words of their own. With the four services and the
/// telephone these are no more than fit in the head at once.
const FOR_ELDERS: [(&str, &str); 3] = [
    ("old-age-allowance", "满 80 周岁，按月领尊老金"),
    ("social-security-card", "看病、领钱、坐车都能用"),
    ("resident-medical-insurance", "看病报销先参保"),
];
/// Fills rows of two, three, four and six.
const TILES: usize = 12;
const HOT: usize = 10;
const TODOS: usize = 5;

impl HomePage {
    /// What is under the search box: the first few of the hot items.
    fn often(&self) -> &[Link] {
        &self.hot[..self.hot.len().min(4)]
    }

    /// Everything on the elders' page: somebody who helps, what the old come for, then what one can do here.
    fn elder_entries(&self) -> Vec<Link> {
        let all = format!("/items?side={}", super::lines::side_word(self.legal));
        let mut entries =
            vec![Link::new("帮我填", "tel:12345").with_note("打 12345，有人接听，说出要办的事")];
        entries.extend(self.elders.iter().cloned());
        entries.push(Link::new("查办件进度", "/progress").with_note("用查询编号和查询密码查"));
        if self.page.shows_certificates() {
            entries.push(Link::new("我的证照", "/me/certificates").with_note("看自己的证照"));
        }
        entries.extend([
            Link::new("大厅地址", "/halls").with_note("地址和上班时间"),
            Link::new("全部事项", all).with_note("从清单里找"),
        ]);
        entries
    }
}

pub(crate) async fn show(visit: Visit) -> PageResult {
    visit.show_shared(home_page).await
}

pub(crate) async fn person(visit: Visit) -> PageResult {
    one_side(visit, "person").await
}

pub(crate) async fn legal(visit: Visit) -> PageResult {
    one_side(visit, "legal").await
}

/// Shows a side and remembers it: a preference, not a change.
async fn one_side(visit: Visit, side: &'static str) -> PageResult {
    let visit = visit.on_side(side);
    let mut response = visit.show_shared_and_more(home_page).await?;
    visit.remember(&mut response, "side", side);
    Ok(response)
}

async fn home_page(visit: &Visit) -> Result<HomePage> {
    let catalogue = &visit.cx.catalogue;
    let legal = visit.side == "legal";
    let (number, password) = query_fields("", "", &[]);
    let hot = hot(visit, legal);
    let wanted = hot.iter().take(FOR_ELDERS.len()).cloned().map(|link| link.with_note("看怎么办"));
    Ok(HomePage {
        page: visit.page("首页"),
        legal,
        todos: todos(visit).await?,
        themes: most_used(theme_tiles(catalogue, legal)),
        events: event_links(catalogue, legal),
        elders: if legal { wanted.collect() } else { elders(visit) },
        hot,
        number,
        password,
    })
}

/// At most [`TILES`]: a thirteenth would stand alone in the last row, and the link above leads to all.
fn most_used(mut tiles: Vec<Tile>) -> Vec<Tile> {
    while tiles.len() > TILES {
        let least = tiles.iter().enumerate().rev().min_by_key(|(_, tile)| tile.items);
        let Some(place) = least.map(|(place, _)| place) else { break };
        tiles.remove(place);
    }
    tiles
}

fn hot(visit: &Visit, legal: bool) -> Vec<Link> {
    let items = visit.cx.catalogue.base_items.iter();
    let mut ranked: Vec<_> = items
        .filter(|item| if legal { item.serves_organisations() } else { item.serves_persons() })
        .filter(|item| item.hot.is_some())
        .collect();
    ranked.sort_by_key(|item| item.by_heat());
    ranked.iter().take(HOT).map(|item| Link::new(&item.name, guide_address(&item.slug, ""))).collect()
}

fn elders(visit: &Visit) -> Vec<Link> {
    let link = |(slug, note): &(&str, &str)| {
        let item = visit.cx.catalogue.base_item(slug)?;
        Some(Link::new(&item.name, guide_address(slug, "")).with_note(*note))
    };
    FOR_ELDERS.iter().filter_map(link).collect()
}

/// What waits for a person: supplements first, then drafts, then ratings.
async fn todos(visit: &Visit) -> Result<Vec<Link>> {
    let cx = &visit.cx;
    if cx.actor.person().is_none() {
        return Ok(Vec::new());
    }
    let read = cx.db().read(async |tx| {
        let recent = casework::my_cases(tx, cx, base::Page::of(None, None)).await?.rows;
        let mut todos: Vec<Link> = recent.iter().filter_map(supplement).collect();
        todos.extend(casework::drafts_of(tx, cx).await?.iter().map(draft));
        // Only the newest ended cases are looked at: older ones are past the days in which they can be rated.
        for case in recent.iter().filter(|case| case.outcome.is_some()).take(TODOS) {
            todos.extend(rating(case, &feedback::rating_state(tx, cx, case.id).await?));
        }
        todos.truncate(TODOS);
        Ok(todos)
    });
    read.await
}

fn supplement(case: &MyCase) -> Option<Link> {
    if case.state != State::SupplementNoticed {
        return None;
    }
    let until = case.due.as_ref().map(|day| format!("{}前", words::day(day))).unwrap_or_default();
    Some(Link::new(format!("补正材料：{}", case.item_name), format!("/cases/{}", case.id)).with_note(until))
}

fn draft(draft: &DraftRow) -> Link {
    let link = Link::new(format!("继续填写：{}", draft.item_name), format!("/drafts/{}/pages/1", draft.id));
    link.with_note(format!("{}保存", words::instant(&draft.updated_at)))
}

fn rating(case: &MyCase, state: &RatingState) -> Option<Link> {
    let RatingState::Open { until } = state else { return None };
    let link = Link::new(format!("评价：{}", case.item_name), format!("/cases/{}/rating", case.id));
    Some(link.with_note(format!("{}前", words::day(until))))
}
