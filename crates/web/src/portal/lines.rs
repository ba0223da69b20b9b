//! Lines of lists: how an item shows wherever items are listed.

use super::address;
use domain::catalog::{BaseItem, Catalogue};
use norms::Limit;
use std::borrow::Cow;

/// An item as `_list.html` draws it.
#[derive(Debug, Clone)]
pub(super) struct ItemLine<'a> {
    pub title: &'a str,
    pub href: String,
    /// 部门.
    pub body: &'a str,
    pub summary: &'a str,
    /// (words, tone).
    pub tags: [(Cow<'static, str>, &'static str); 2],
    /// Where one applies; empty where nobody offers it in this division.
    pub apply: String,
}

/// Words that lead somewhere. `note` may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub text: String,
    pub href: String,
    pub note: String,
}

/// A tile with one character on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tile {
    pub glyph: char,
    pub name: String,
    pub href: String,
    pub items: usize,
}

impl Link {
    pub(super) fn new(text: impl Into<String>, href: impl Into<String>) -> Link {
        Link { text: text.into(), href: href.into(), note: String::new() }
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Link {
        self.note = note.into();
        self
    }
}

/// The line of a base item for people of `division`. `named` when the division stands in the address of the
/// list and must be kept on the way to the guide.
pub(super) fn item_line<'a>(
    catalogue: &'a Catalogue,
    item: &'a BaseItem,
    division: &str,
    named: bool,
) -> ItemLine<'a> {
    let offer = catalogue.offer(&item.code, division);
    let promised = offer.map_or_else(|| item.promised.limit(), |offer| offer.promised());
    ItemLine {
        title: &item.name,
        href: guide_address(&item.slug, if named { division } else { "" }),
        body: catalogue.department(&item.department).map_or("", |department| &department.short),
        summary: &item.summary,
        tags: tags(item, promised),
        apply: offer.map(|offer| format!("/apply/{}", offer.code)).unwrap_or_default(),
    }
}

pub(super) fn guide_address(slug: &str, division: &str) -> String {
    address(&format!("/items/{slug}"), &[("division", division)])
}

/// 当场办结 / 承诺…, 不用跑 / 最多跑…次.
pub(super) fn tags(item: &BaseItem, promised: Limit) -> [(Cow<'static, str>, &'static str); 2] {
    let limit = match promised.is_instant() {
        true => (promised.to_string().into(), "ok"),
        false => (format!("承诺 {promised}").into(), ""),
    };
    let visits = match item.visits {
        0 => ("不用跑".into(), "ok"),
        visits => (format!("最多跑 {visits} 次").into(), "plain"),
    };
    [limit, visits]
}

/// Themes of one side as tiles.
pub(super) fn theme_tiles(catalogue: &Catalogue, legal: bool) -> Vec<Tile> {
    let side = side_word(legal);
    let tile = |theme: domain::catalog::Theme| Tile {
        glyph: glyph(theme.name),
        name: theme.name.to_owned(),
        href: address("/items", &[("side", side), ("topic", theme.code)]),
        items: theme.items,
    };
    catalogue.themes(legal).into_iter().map(tile).collect()
}

/// Moments of life that lead to at least one item.
pub(super) fn event_links(catalogue: &Catalogue, legal: bool) -> Vec<Link> {
    let leads = |key: &str| {
        let serves =
            |item: &BaseItem| if legal { item.serves_organisations() } else { item.serves_persons() };
        catalogue
            .base_items
            .iter()
            .any(|item| serves(item) && item.life_events.iter().any(|event| event == key))
    };
    let shown = catalogue.life_events.iter().filter(|event| event.shows(legal) && leads(&event.key));
    shown
        .map(|event| {
            let href = address("/items", &[("side", side_word(legal)), ("event", &event.key)]);
            Link::new(&event.name, href)
        })
        .collect()
}

pub(super) fn side_word(legal: bool) -> &'static str {
    if legal { "legal" } else { "person" }
}

/// The character that says most; the first one when none of the others does.
fn glyph(name: &str) -> char {
    match name {
        "教育科研" => '学',
        "就业创业" => '业',
        "设立变更" => '立',
        "准营准办" => '店',
        "职业资格" => '资',
        "社会保障" => '保',
        "交通出行" | "交通运输" => '车',
        "公共安全" => '安',
        "公安消防" => '消',
        "人力资源" => '人',
        "国土和规划建设" => '建',
        "水务气象" => '水',
        _ => name.chars().next().unwrap_or('事'),
    }
}
