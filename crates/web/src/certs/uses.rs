//! 谁用过我的证照: every look at one's certificates, newest first.

use crate::page::Page;
use crate::portal::Params;
use crate::session::{PageResult, Visit};
use askama::Template;
use domain::certs::usage::{self, Use};

#[derive(Template)]
#[template(path = "certs/uses.html")]
struct UsesPage {
    page: Page,
    uses: Vec<Use>,
    /// Identifier of the one certificate this is about; empty for all.
    identifier: String,
}

/// Longer than any identifier.
const LONGEST: usize = 120;

pub(crate) async fn list(visit: Visit, params: Params) -> PageResult {
    let cx = &visit.cx;
    let identifier = params.text("identifier", LONGEST);
    let about = Some(identifier.as_str()).filter(|identifier| !identifier.is_empty());
    let uses = cx.db().read(async |tx| usage::uses_of_holder(tx, cx, about).await).await?;
    let page = visit.page("谁用过我的证照").under(&[("我的空间", "/me"), ("我的证照", "/me/certificates")]);
    visit.show(&UsesPage { page, uses, identifier })
}
