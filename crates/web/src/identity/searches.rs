//! Searches that found nothing, for whoever looks after the catalogue.

use super::admin::{Link, links};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Query;
use domain::search::{self, Miss, SHOWN_FROM};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ask {
    page: String,
}

#[derive(Template)]
#[template(path = "identity/searches.html")]
struct SearchesPage {
    page: Page,
    links: Vec<&'static Link>,
    rows: Vec<Miss>,
    least: i64,
    number: u32,
    last: u32,
}

pub(crate) async fn show(visit: Visit, Query(ask): Query<Ask>) -> PageResult {
    let (cx, asked) = (&visit.cx, base::Page::of(ask.page.parse().ok(), Some(50)));
    let found = cx.db().read(async |tx| search::frequent_misses(tx, cx, asked).await).await?;
    visit.show(&SearchesPage {
        page: visit.page("没搜到的词").under(&[("管理", "/admin")]),
        links: links(&visit),
        least: SHOWN_FROM,
        number: found.number,
        last: found.pages(),
        rows: found.rows,
    })
}
