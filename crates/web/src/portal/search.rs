//! `/search`: one box for items, their questions and the pages of this site.

use super::lines::{ItemLine, Link, Tile, item_line, theme_tiles};
use super::{Params, address};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::Json;
use base::Result;
use domain::catalog::{BaseItem, Elsewhere};
use domain::search::{Filter, Fit, Hit, SearchIndex, Side};
use serde::Serialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "portal/search.html")]
pub(super) struct SearchPage<'a> {
    pub page: Page,
    pub total: i64,
    /// Items that can be applied for in the visitor's division.
    pub here: Vec<HitLine<'a>>,
    /// Items whose place must be chosen first.
    pub elsewhere: Vec<HitLine<'a>>,
    /// Items that are not called so: their guides mention what was asked.
    pub mentioned: Vec<HitLine<'a>>,
    /// Items that know a part of what was asked.
    pub partly: Vec<HitLine<'a>>,
    /// Where to go for what no item is for.
    pub instead: Option<Elsewhere>,
    /// Pages of this site.
    pub services: Vec<Link>,
    /// (question, answer, item).
    pub answers: Vec<(&'a str, &'a str, Link)>,
    pub meant: Option<Link>,
    pub synonyms: Vec<String>,
    /// Words of the visitor that no item knows: what is shown was found without them.
    pub left_out: Vec<String>,
    /// (words, address, chosen).
    pub sides: Vec<(&'static str, String, bool)>,
    pub themes: Vec<Tile>,
    pub base: String,
    pub number: u32,
    pub last: u32,
}

/// An item with the marked parts of its title.
pub(super) struct HitLine<'a> {
    pub item: ItemLine<'a>,
    /// (text, marked).
    pub title: Vec<(&'a str, bool)>,
}

#[derive(Serialize)]
pub(crate) struct SuggestionLine {
    text: String,
    /// What choosing it does: opens a guide, or searches when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// As long as the box.
const LONGEST: usize = 80;

/// Pages of this site by the words people use for them.
const SERVICES: [(&[&str], &str, &str, &str); 6] = [
    (&["进度", "办到哪", "查询办件", "编号"], "查办件进度", "/progress", "用查询编号和查询密码查"),
    (&["大厅", "窗口", "地址", "政务中心", "服务中心", "上班时间"], "大厅地址和时间", "/halls", "按城市列出"),
    (&["验证", "真伪", "真假", "核验"], "验证证照", "/verify", "输入证照标识"),
    (&["我的证照", "电子证照", "亮证"], "我的证照", "/me/certificates", "登录后查看"),
    (&["帮助", "帮办", "不会办", "12345", "改错", "信息有误"], "办事帮助", "/help", "怎么办、找谁、怎么改"),
    (&["无障碍", "长辈版", "老年版", "大字版"], "无障碍说明", "/about/accessibility", "长辈版在页面顶部"),
];

pub(crate) async fn show(visit: Visit, params: Params) -> PageResult {
    let page = search_page(&visit, &params)?;
    // Also when the words led to a page of this site: the catalogue did not know them.
    if page.total == 0 && !page.page.query.is_empty() {
        metrics::counter!("yiwang_searches_without_result_total").increment(1);
        visit.app.misses.count(&page.page.query);
    }
    visit.show(&page)
}

pub(crate) async fn suggestions(visit: Visit, params: Params) -> Json<Vec<SuggestionLine>> {
    let found = visit.cx.world().search.load().suggest(&params.text("q", LONGEST));
    let line = |suggestion: domain::search::Suggestion| SuggestionLine {
        text: suggestion.text,
        note: suggestion.slug.is_some().then_some("办事指南"),
        href: suggestion.slug.map(|slug| super::lines::guide_address(&slug, "")),
    };
    Json(found.into_iter().map(line).collect())
}

fn search_page<'a>(visit: &'a Visit, params: &Params) -> Result<SearchPage<'a>> {
    let index = visit.cx.world().search.load();
    let query = params.text("q", LONGEST);
    let side = side(params.get("side"));
    let asked = base::Page::of(params.number("page"), None);
    let found = index.search(&query, &Filter { side, ..Filter::default() }, asked)?;
    let hits = found.hits;
    let (last, total) = (hits.pages(), hits.total);
    let items: Vec<&BaseItem> =
        hits.rows.iter().filter_map(|hit| visit.cx.catalogue.base_item(&hit.slug)).map(Arc::as_ref).collect();
    let lines = |fit: Fit| {
        let of_fit = items.iter().zip(&hits.rows).filter(move |(_, hit)| hit.fit == fit);
        of_fit.map(|(item, hit)| hit_line(visit, item, hit))
    };
    let (here, elsewhere) = lines(Fit::Named).partition(|line| !line.item.apply.is_empty());
    let mut page = visit.page(if query.is_empty() {
        "搜索".to_owned()
    } else {
        format!("“{query}”的搜索结果")
    });
    page.query.clone_from(&query);
    Ok(SearchPage {
        page: page.under(&[]),
        total,
        here,
        elsewhere,
        mentioned: lines(Fit::Mentioned).collect(),
        partly: lines(Fit::Partly).collect(),
        instead: index.elsewhere(&query)?.cloned(),
        services: services(&query),
        answers: answers(&items, &query),
        meant: meant(&index, &query)?,
        synonyms: synonyms(&hits.rows),
        left_out: found.left_out,
        sides: sides(&query, side),
        themes: if total == 0 { theme_tiles(&visit.cx.catalogue, visit.side == "legal") } else { Vec::new() },
        base: format!("{}&page=", address("/search", &[("q", &query), ("side", word(side))])),
        number: asked.number.min(last),
        last,
    })
}

fn hit_line<'a>(visit: &'a Visit, item: &'a BaseItem, hit: &Hit) -> HitLine<'a> {
    let line = item_line(&visit.cx.catalogue, item, &visit.division, false);
    HitLine { title: pieces(&item.name, &hit.highlights), item: line }
}

/// A title cut where its marks begin and end. Marks that do not fit the text are passed over.
fn pieces<'a>(title: &'a str, marks: &[std::ops::Range<usize>]) -> Vec<(&'a str, bool)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for mark in marks {
        if let (Some(before), Some(marked)) = (title.get(at..mark.start), title.get(mark.clone())) {
            pieces.extend([(before, false), (marked, true)]);
            at = mark.end;
        }
    }
    pieces.push((&title[at..], false));
    pieces.retain(|(text, _)| !text.is_empty());
    pieces
}

fn services(query: &str) -> Vec<Link> {
    let fits = |words: &[&str]| words.iter().any(|word| query.contains(word));
    let found = SERVICES.into_iter().filter(|(words, ..)| fits(words));
    found.map(|(_, text, href, note)| Link::new(text, href).with_note(note)).collect()
}

/// At most three questions of the items found in which the visitor's words stand.
fn answers<'a>(items: &[&'a BaseItem], query: &str) -> Vec<(&'a str, &'a str, Link)> {
    let all = items.iter().flat_map(|item| item.faq.iter().map(move |faq| (item, faq)));
    let asked = all
        .filter(|(_, faq)| !query.is_empty() && (faq.question.contains(query) || faq.answer.contains(query)));
    let answer = asked.map(|(item, faq)| {
        let guide = Link::new(&item.name, super::lines::guide_address(&item.slug, ""));
        (faq.question.as_str(), faq.answer.as_str(), guide)
    });
    answer.take(3).collect()
}

/// Our words that stood in for the visitor's.
fn synonyms(hits: &[Hit]) -> Vec<String> {
    let mut words: Vec<String> = hits.iter().filter_map(|hit| hit.matched_synonym.clone()).collect();
    words.sort();
    words.dedup();
    words.truncate(3);
    words
}

fn meant(index: &SearchIndex, query: &str) -> Result<Option<Link>> {
    let meant = index.did_you_mean(query)?;
    Ok(meant.map(|word| Link::new(&word, address("/search", &[("q", &word)]))))
}

fn sides(query: &str, chosen: Side) -> Vec<(&'static str, String, bool)> {
    let link = |(name, side): (&'static str, Side)| {
        (name, address("/search", &[("q", query), ("side", word(side))]), side == chosen)
    };
    [("全部", Side::Any), ("个人", Side::Person), ("法人", Side::Legal)].into_iter().map(link).collect()
}

fn side(word: &str) -> Side {
    match word {
        "person" => Side::Person,
        "legal" => Side::Legal,
        _ => Side::Any,
    }
}

fn word(side: Side) -> &'static str {
    match side {
        Side::Person => "person",
        Side::Legal => "legal",
        Side::Any => "",
    }
}

impl SearchPage<'_> {
    /// Nothing is called what was asked. Those that are come first, so the first page tells.
    fn none_named(&self) -> bool {
        self.number == 1 && self.here.is_empty() && self.elsewhere.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(title: &str, marks: &[std::ops::Range<usize>]) -> String {
        let piece = |(text, marked): (&str, bool)| if marked { format!("[{text}]") } else { text.to_owned() };
        pieces(title, marks).into_iter().map(piece).collect()
    }

    #[test]
    fn titles_are_cut_at_their_marks() {
        assert_eq!(cut("食品经营许可", &[0..6, 12..18]), "[食品]经营[许可]");
        assert_eq!(cut("食品经营许可", &[]), "食品经营许可");
        // Inside a character, past the end, out of order.
        assert_eq!(cut("食品", &[1..2, 0..99, 3..6, 0..3]), "食[品]");
    }

    #[test]
    fn pages_are_found_by_the_words_people_use() {
        let found = |query| services(query).into_iter().map(|link| link.href).collect::<Vec<_>>();
        assert_eq!(found("我的办件办到哪了"), ["/progress"]);
        assert_eq!(found("玄武区政务中心地址"), ["/halls"]);
        assert!(found("食品").is_empty());
        assert!(found("").is_empty());
    }
}
