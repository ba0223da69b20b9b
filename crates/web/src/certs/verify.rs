//! `/verify`: whether a certificate is genuine and in force, for anybody who has its identifier. The QR code
//! of a certificate leads here.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::portal::Params;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::http::StatusCode;
use base::{Error, Refusal};
use domain::certs::{self, PublicView};

#[derive(Template)]
#[template(path = "certs/verify.html")]
pub(crate) struct VerifyPage {
    page: Page,
    identifier: FieldView,
    errors: Vec<(String, String)>,
    outcome: Outcome,
}

enum Outcome {
    NotAsked,
    /// The identifier has the right form and nobody issued it.
    Unknown,
    Found(Box<Found>),
}

struct Found {
    view: PublicView,
    valid: bool,
    checked_at: String,
}

impl Found {
    fn term(&self) -> String {
        super::term(&self.view.valid_from, self.view.valid_until.as_ref())
    }
}

/// Longer than any identifier, shorter than any mischief.
const LONGEST: usize = 120;

pub(crate) async fn show(visit: Visit, params: Params) -> PageResult {
    let identifier = params.text("identifier", LONGEST);
    if identifier.is_empty() {
        return visit.show(&verify_page(&visit, "", &[], Outcome::NotAsked));
    }
    visit.app.may_look_up(visit.peer, "verify")?;
    let checked = visit.cx.db().read(async |tx| certs::verify(tx, &visit.cx, &identifier).await).await;
    if checked.is_err() {
        visit.app.count_miss(visit.peer, "verify")?;
    }
    match checked {
        Ok(view) => visit.show(&verify_page(&visit, &identifier, &[], found(&visit, view))),
        Err(Error::NotFound) => {
            let mut response = visit.show(&verify_page(&visit, &identifier, &[], Outcome::Unknown))?;
            *response.status_mut() = StatusCode::NOT_FOUND;
            Ok(response)
        }
        Err(Error::Refused(refusals)) => {
            visit.show_again(&verify_page(&visit, &identifier, &refusals, Outcome::NotAsked))
        }
        Err(other) => Err(other.into()),
    }
}

fn found(visit: &Visit, view: PublicView) -> Outcome {
    let valid = view.counts();
    Outcome::Found(Box::new(Found { valid, checked_at: crate::words::instant(&visit.cx.now), view }))
}

fn verify_page(visit: &Visit, identifier: &str, refusals: &[Refusal], outcome: Outcome) -> VerifyPage {
    let page = visit.page("验证证照").under(&[]);
    VerifyPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        identifier: FieldView {
            name: "identifier".into(),
            id: "identifier".into(),
            label: "证照标识".into(),
            kind: "text",
            // After an answer the field waits for another certificate.
            value: if matches!(outcome, Outcome::Found(_)) { String::new() } else { identifier.to_owned() },
            hint: "证照上以 1.2.156.3005.2 开头的一串字符，也可以扫证照上的二维码".into(),
            error: error_of(refusals, "identifier"),
            autocomplete: "off",
            ..FieldView::default()
        },
        errors: error_list(refusals),
        outcome,
    }
}
