//! Withdrawing an application: asked once, told what follows, done.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Id, Refusal, Result};
use domain::casework::{self, CaseView, State};

#[derive(Template)]
#[template(path = "casework/withdrawal.html")]
struct WithdrawalPage {
    page: Page,
    errors: Vec<(String, String)>,
    view: CaseView,
    reason: FieldView,
}

impl WithdrawalPage {
    fn may_withdraw(&self) -> bool {
        self.view.case.state.next().contains(&State::Withdrawn)
    }
}

pub(crate) async fn ask(visit: Visit, Path(case): Path<String>) -> PageResult {
    visit.show(&withdrawal_page(&visit, case.parse()?, "", &[]).await?)
}

pub(crate) async fn withdraw(Path(case): Path<String>, form: Posted) -> PageResult {
    let (visit, case): (_, Id) = (&form.visit, case.parse()?);
    let (cx, reason) = (&visit.cx, form.get("reason"));
    let withdrawn = cx.db().write(async |tx| {
        // A form without a version was not made by the page: it has seen nothing it could act on.
        let version = form.version().ok_or(Error::Conflict)?;
        casework::withdraw(tx, cx, case, reason.to_owned(), Some(version)).await
    });
    match withdrawn.await {
        Ok(_) => Ok(Redirect::to(&format!("/cases/{case}")).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&withdrawal_page(visit, case, reason, &refusals).await?)
        }
        Err(other) => Err(other.into()),
    }
}

async fn withdrawal_page(
    visit: &Visit,
    case: Id,
    typed: &str,
    refusals: &[Refusal],
) -> Result<WithdrawalPage> {
    let cx = &visit.cx;
    let view = cx.db().read(async |tx| casework::show_case(tx, cx, case).await).await?;
    // The desk may read a case, but only its applicant takes it back.
    if cx.actor.party().is_none() {
        return Err(Error::Denied);
    }
    let page = visit.page("撤回申请");
    Ok(WithdrawalPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        reason: FieldView {
            name: "reason".into(),
            id: "reason".into(),
            label: "为什么撤回？".into(),
            kind: "textarea",
            value: typed.to_owned(),
            hint: "写下来，我们好改进".into(),
            error: error_of(refusals, "reason"),
            optional: true,
            max: 500,
            ..FieldView::default()
        },
        view,
    })
}
