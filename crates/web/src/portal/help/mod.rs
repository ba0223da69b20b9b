//! Pages that explain: how things are done here, what is kept, for whom these pages work.

mod halls;
mod sitemap;

pub(crate) use halls::halls;
pub(crate) use sitemap::sitemap;

use crate::page::Page;
use crate::session::{PageResult, Visit};
use askama::Template;

#[derive(Template)]
#[template(path = "portal/help.html")]
pub(super) struct HelpPage {
    pub page: Page,
}

#[derive(Template)]
#[template(path = "portal/about.html")]
pub(super) struct AboutPage {
    pub page: Page,
    pub items: usize,
    pub divisions: usize,
}

#[derive(Template)]
#[template(path = "portal/accessibility.html")]
pub(super) struct AccessibilityPage {
    pub page: Page,
}

#[derive(Template)]
#[template(path = "portal/privacy.html")]
pub(super) struct PrivacyPage {
    pub page: Page,
}

const ABOUT: (&str, &str) = ("关于", "/about");

pub(crate) async fn help(visit: Visit) -> PageResult {
    visit.show(&HelpPage { page: visit.page("办事帮助").under(&[]) })
}

pub(crate) async fn about(visit: Visit) -> PageResult {
    let catalogue = &visit.cx.catalogue;
    let (items, divisions) = (catalogue.base_items.len(), catalogue.divisions.len());
    visit.show(&AboutPage { page: visit.page("关于一网").under(&[]), items, divisions })
}

pub(crate) async fn accessibility(visit: Visit) -> PageResult {
    visit.show(&AccessibilityPage { page: visit.page("无障碍说明").under(&[ABOUT]) })
}

pub(crate) async fn privacy(visit: Visit) -> PageResult {
    visit.show(&PrivacyPage { page: visit.page("隐私说明").under(&[ABOUT]) })
}
