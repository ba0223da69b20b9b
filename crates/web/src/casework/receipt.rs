//! The receipt: what the applicant keeps in her hand.

use super::stations::{Station, stations};
use crate::page::Page;
use crate::qr;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use base::Id;
use domain::casework::{self, CaseView, GivenMaterial, Receipt, State, Way};

#[derive(Template)]
#[template(path = "casework/receipt.html")]
struct ReceiptPage {
    page: Page,
    receipt: Receipt,
    /// SVG of our own making, with escaped texts.
    qr: String,
    line: Vec<Station>,
    phone: String,
    hours: String,
    /// When it will be done, counted from acceptance; nothing once it is.
    promise: String,
    /// Whoever applies: the firm when somebody acts for it.
    applicant: String,
    /// Materials that are still to be brought on paper, and where to.
    paper: Vec<String>,
    place: String,
}

pub(crate) async fn show(visit: Visit, Path(case): Path<String>) -> PageResult {
    let (cx, case): (_, Id) = (&visit.cx, case.parse()?);
    let read = cx.db().read(async |tx| {
        let receipt = casework::receipt(tx, cx, case).await?;
        Ok((receipt, casework::show_case(tx, cx, case).await?))
    });
    let (receipt, view) = read.await?;
    let target = progress_url(&visit.app.settings.public_url, &receipt.ticket);
    visit.show(&ReceiptPage {
        page: visit.page("申请已提交"),
        qr: qr::svg(&target, "查进度的二维码"),
        line: stations(&visit.cx.catalogue, &view),
        phone: view.item.phone.clone(),
        hours: view.item.hours.clone(),
        place: view.item.place.clone(),
        paper: paper(&visit, &view),
        promise: match view.case.promised {
            _ if view.case.outcome.is_some() => String::new(),
            promised if promised.is_instant() => "受理后当场办结".to_owned(),
            promised => format!("受理后{promised}内办结"),
        },
        applicant: view.applicant.name.clone(),
        receipt,
    })
}

fn paper(visit: &Visit, view: &CaseView) -> Vec<String> {
    let offer = view.item.offer();
    let name = |given: &GivenMaterial| {
        let kind = offer.material(&given.key).and_then(|material| visit.cx.catalogue.kind(&material.kind));
        kind.map_or_else(|| given.key.clone(), |kind| kind.name.clone())
    };
    let on_paper = view.materials.iter().filter(|given| given.way == Way::Paper);
    // Once it is accepted, what was asked for has come.
    if view.case.state == State::Submitted { on_paper.map(name).collect() } else { Vec::new() }
}

/// The public progress page of one case: who scans it still gives the query password.
fn progress_url(public_url: &str, ticket: &str) -> String {
    let number: String = form_urlencoded::byte_serialize(ticket.as_bytes()).collect();
    format!("{public_url}/progress?number={number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_leads_to_the_public_page_without_the_password() {
        assert_eq!(
            progress_url("https://yiwang.example", "3201-1"),
            "https://yiwang.example/progress?number=3201-1"
        );
    }
}
