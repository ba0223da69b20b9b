//! `/sitemap`: every page there is, built from the lists that make the pages.

use crate::page::Page;
use crate::portal::lines::{Link, Tile, event_links, guide_address, theme_tiles};
use crate::session::{PageResult, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "portal/sitemap.html")]
pub(in crate::portal) struct SitemapPage {
    pub page: Page,
    pub parts: Vec<(&'static str, Vec<Link>)>,
}

const SERVICES: [(&str, &str); 8] = [
    ("首页", "/"),
    ("个人服务", "/person"),
    ("法人服务", "/legal"),
    ("全部事项", "/items?side=all"),
    ("搜索", "/search"),
    ("查办件进度", "/progress"),
    ("验证证照", "/verify"),
    ("切换区划", "/divisions"),
];

const OWN: [(&str, &str); 4] =
    [("登录", "/login"), ("我的空间", "/me"), ("我的办件", "/me/cases"), ("我的证照", "/me/certificates")];

const ABOUT: [(&str, &str); 5] = [
    ("办事帮助", "/help"),
    ("大厅地址和时间", "/halls"),
    ("关于一网", "/about"),
    ("无障碍说明", "/about/accessibility"),
    ("隐私说明", "/about/privacy"),
];

pub(crate) async fn sitemap(visit: Visit) -> PageResult {
    visit.show(&sitemap_page(&visit))
}

fn sitemap_page(visit: &Visit) -> SitemapPage {
    let catalogue = &visit.cx.catalogue;
    let fixed =
        |rows: &[(&str, &str)]| rows.iter().map(|(text, href)| Link::new(*text, *href)).collect::<Vec<_>>();
    let tiles = |legal| theme_tiles(catalogue, legal).into_iter().map(tile).collect();
    let guides = catalogue.base_items.iter().map(|item| Link::new(&item.name, guide_address(&item.slug, "")));
    SitemapPage {
        page: visit.page("网站地图").under(&[]),
        parts: vec![
            ("服务", fixed(&SERVICES)),
            ("我的", fixed(&OWN)),
            ("个人服务主题", tiles(false)),
            ("法人服务主题", tiles(true)),
            ("人生阶段", event_links(catalogue, false)),
            ("经营阶段", event_links(catalogue, true)),
            ("办事指南", guides.collect()),
            ("帮助和说明", fixed(&ABOUT)),
        ],
    }
}

fn tile(tile: Tile) -> Link {
    let items = format!("{} 项", tile.items);
    Link::new(tile.name, tile.href).with_note(items)
}
