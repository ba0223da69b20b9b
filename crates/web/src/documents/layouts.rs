//! Layouts for the system administrator: which there are, and how each looks with its sample.

use crate::identity::admin::{Link, links};
use crate::page::Page;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use base::Error;
use domain::documents;
use domain::identity::{Action, Thing, authorize};

#[derive(Template)]
#[template(path = "documents/layouts.html")]
struct LayoutsPage {
    page: Page,
    links: Vec<&'static Link>,
    layouts: Vec<LayoutRow>,
}

struct LayoutRow {
    key: String,
    title: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "documents/one_layout.html")]
struct LayoutPage {
    page: Page,
    links: Vec<&'static Link>,
    layout: LayoutRow,
    /// SVG of our own making, with escaped texts.
    pages: Vec<String>,
}

pub(crate) async fn list(visit: Visit) -> PageResult {
    authorize(&visit.cx.actor, Action::SystemRead, Thing::NOTHING)?;
    let layouts = visit.cx.world().layouts.load();
    let row = |layout: &std::sync::Arc<documents::Layout>| row(layout);
    visit.show(&LayoutsPage {
        page: visit.page("文书版式").under(&[("管理", "/admin")]),
        links: links(&visit),
        layouts: layouts.all().map(row).collect(),
    })
}

pub(crate) async fn preview(visit: Visit, Path(key): Path<String>) -> PageResult {
    authorize(&visit.cx.actor, Action::SystemRead, Thing::NOTHING)?;
    let layouts = visit.cx.world().layouts.load();
    let layout = layouts.find(&key).ok_or(Error::NotFound)?;
    let crumbs = [("管理", "/admin"), ("文书版式", "/admin/layouts")];
    visit.show(&LayoutPage {
        page: visit.page(layout.template.title.clone()).under(&crumbs),
        links: links(&visit),
        pages: documents::preview(layout)?,
        layout: row(layout),
    })
}

fn row(layout: &documents::Layout) -> LayoutRow {
    LayoutRow { key: layout.key.clone(), title: layout.template.title.clone(), version: layout.version }
}
