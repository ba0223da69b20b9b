//! `/desk/grants`: what holders let one's body use, and using it once.

use super::{Place, chosen, places};
use crate::form::error_list;
use crate::page::Page;
use crate::portal::Params;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use base::{Error, Id, Refusal, Result};
use domain::certs::Certificate;
use domain::certs::usage::{self, AnnotatedCopy, Grant, GrantState};
use norms::Day;

#[derive(Template)]
#[template(path = "certs/desk/grants.html")]
struct GrantsPage {
    page: Page,
    errors: Vec<(String, String)>,
    places: Vec<Place>,
    grants: Vec<GrantRow>,
}

struct GrantRow {
    grant: Grant,
    state: GrantState,
}

#[derive(Template)]
#[template(path = "certs/desk/used.html")]
pub(super) struct UsedPage {
    page: Page,
    certificate: Certificate,
    /// The file made for the body.
    copy: Option<AnnotatedCopy>,
    today: Day,
    back: &'static str,
}

impl UsedPage {
    fn term(&self) -> String {
        crate::certs::term(&self.certificate.valid_from, self.certificate.valid_until.as_ref())
    }
}

/// A certificate somebody was entitled to see, once.
pub(super) fn used_page(
    visit: &Visit,
    certificate: Certificate,
    copy: Option<AnnotatedCopy>,
    back: &'static str,
) -> UsedPage {
    let page = visit.page(certificate.type_name.clone());
    UsedPage { page, today: visit.cx.today(), certificate, copy, back }
}

pub(crate) async fn list(visit: Visit, params: Params) -> PageResult {
    let places = places(&visit, params.get("body"))?;
    visit.show(&grants_page(&visit, places, &[]).await?)
}

pub(crate) async fn use_one(Path(grant): Path<String>, form: Posted) -> PageResult {
    let (visit, id): (_, Id) = (&form.visit, grant.parse()?);
    let cx = &visit.cx;
    let used = cx.db().write(async |tx| usage::use_grant(tx, cx, id, "工作台").await);
    match used.await {
        Ok(used) => visit.show(&used_page(visit, used.certificate, used.copy, "/desk/grants")),
        Err(Error::Refused(refusals)) => {
            let places = places(visit, form.get("body"))?;
            visit.show_again(&grants_page(visit, places, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn grants_page(visit: &Visit, places: Vec<Place>, refusals: &[Refusal]) -> Result<GrantsPage> {
    let (cx, body) = (&visit.cx, chosen(&places));
    let grants = cx.db().read(async |tx| usage::grants_to_body(tx, cx, &body).await).await?;
    let row = |grant: Grant| GrantRow { state: grant.state_on(cx.today()), grant };
    let page = visit.page("用证授权");
    Ok(GrantsPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        places,
        grants: grants.into_iter().map(row).collect(),
    })
}
