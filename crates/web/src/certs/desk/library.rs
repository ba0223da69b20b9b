//! `/desk/certificates`: the certificates one's body issued, found by identifier, number or holder; and
//! taking over a licence from another body.

use super::{Place, chosen, places};
use crate::certs::fields;
use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::portal::Params;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::certs::{self, Found, Remake};
use domain::identity::Action;
use domain::identity::policy::permits;
use norms::LicenceStatus;

#[derive(Template)]
#[template(path = "certs/desk/library.html")]
struct LibraryPage {
    page: Page,
    errors: Vec<(String, String)>,
    places: Vec<Place>,
    body: String,
    words: FieldView,
    /// None before anything was looked for.
    rows: Option<Vec<Found>>,
    transfer: Vec<FieldView>,
    manager: bool,
    /// A second factor was given just now.
    fresh: bool,
    /// A transfer was typed before it had to be given.
    typed: bool,
}

impl LibraryPage {
    fn counts(&self, row: &Found) -> bool {
        row.status == LicenceStatus::Valid && !row.superseded
    }
}

/// Longer than any identifier or number.
const LONGEST: usize = 130;

pub(crate) async fn search(visit: Visit, params: Params) -> PageResult {
    let places = places(&visit, params.get("body"))?;
    let (cx, body, words) = (&visit.cx, chosen(&places), params.text("q", LONGEST));
    if words.is_empty() {
        return visit.show(&library_page(&visit, places, "", None, &[], ["", ""]));
    }
    match cx.db().read(async |tx| certs::search(tx, cx, &body, &words).await).await {
        Ok(rows) => visit.show(&library_page(&visit, places, &words, Some(rows), &[], ["", ""])),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&library_page(&visit, places, &words, None, &refusals, ["", ""]))
        }
        Err(other) => Err(other.into()),
    }
}

/// 转入: a licence its former body let go becomes one of ours.
pub(crate) async fn transfer(form: Posted) -> PageResult {
    let visit = &form.visit;
    match transferred(visit, &form).await {
        Ok(identifier) => {
            let target = format!("/desk/certificates/{identifier}?done=transferred");
            Ok(Redirect::to(&target).into_response())
        }
        Err(Error::Refused(refusals)) => {
            let places = places(visit, form.get("body"))?;
            let typed = [form.get("supersedes"), form.get("reason")];
            visit.show_again(&library_page(visit, places, "", None, &refusals, typed))
        }
        Err(other) => Err(other.into()),
    }
}

async fn transferred(visit: &Visit, form: &Posted) -> Result<String> {
    let cx = &visit.cx;
    let body = chosen(&places(visit, form.get("body"))?);
    let (supersedes, reason) = (form.get("supersedes"), form.get("reason"));
    let write = cx.db().write(async |tx| {
        let remake = Remake { supersedes, fields: Vec::new(), reason, expected: None };
        certs::transfer_in(tx, cx, remake, &body).await
    });
    Ok(write.await?.identifier)
}

fn library_page(
    visit: &Visit,
    places: Vec<Place>,
    words: &str,
    rows: Option<Vec<Found>>,
    refusals: &[Refusal],
    transfer: [&str; 2],
) -> LibraryPage {
    let mut page = visit.page("证照库");
    // After a refused POST the address is that of the act: coming back must lead to the library.
    page.path = "/desk/certificates".to_owned();
    LibraryPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        body: chosen(&places),
        places,
        words: fields::line("q", "证照标识、证照编号或持证人证件号码", words, 128, refusals),
        rows,
        transfer: vec![
            fields::line("supersedes", "原证照标识", transfer[0], 120, refusals),
            fields::words("reason", "理由和依据", transfer[1], 500, refusals),
        ],
        fresh: visit.cx.actor.require_step_up(visit.cx.now).is_ok(),
        typed: transfer.iter().any(|text| !text.is_empty()),
        manager: permits(&visit.cx.actor, Action::CertificateManage),
    }
}
