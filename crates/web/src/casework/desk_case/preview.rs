//! Acts that hand out a document: first the document as it would be, then the act.
//!
//! The form of the case page asks for the preview (`stage` is `preview`); the preview's own form sends the same
//! fields once more without it, or back to the form (`change`). Nothing is kept between the two, and the act checks
//! everything anew.

use super::attempt::{Act, Attempt};
use super::view::{self, Shown};
use super::{came_from, load, present, seen, settle};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::PageResult;
use askama::Template;
use base::{Id, Result};
use domain::Cx;
use domain::casework::{self, CaseView, DocumentDraft, Expected, Proposal};

#[derive(Template)]
#[template(path = "casework/desk_preview.html")]
struct PreviewPage {
    page: Page,
    /// The case, without what was typed.
    back: String,
    title: String,
    ticket: String,
    drafts: Vec<DocumentDraft>,
    /// What was typed, to be sent once more.
    fields: Vec<(String, String)>,
    action: String,
    /// Id of the form it came from.
    place: String,
    words: &'static str,
    /// An answer against the applicant.
    against: bool,
}

/// Shows what the act would hand out, goes back to its form, or does it.
pub(super) async fn hand_out(
    form: &Posted,
    id: Id,
    act: Act,
    proposal: Result<Proposal>,
    word: &str,
) -> PageResult {
    let attempt = Attempt::of(act, form);
    let (cx, seen) = (&form.visit.cx, seen(form));
    let outcome = match (form.get("stage"), proposal) {
        ("change", _) => {
            let case = load(&form.visit, id).await?;
            let shown = Shown { attempt: Some(&attempt), from: came_from(form), ..Shown::default() };
            return present(&form.visit, case, &shown);
        }
        ("preview", Ok(proposal)) => {
            let drawn = proposal.clone();
            let read =
                cx.db().read(async |tx| casework::preview(tx, cx, id, drawn.clone(), seen).await).await;
            match read {
                Ok(drafts) => {
                    let case = load(&form.visit, id).await?;
                    return form.visit.show(&preview_page(form, &case, &attempt.act, &proposal, drafts));
                }
                Err(error) => Err(error),
            }
        }
        (_, Ok(proposal)) => carry_out(cx, id, proposal, seen).await,
        (_, Err(refused)) => Err(refused),
    };
    settle(form, id, attempt, outcome, word).await
}

async fn carry_out(cx: &Cx, id: Id, proposal: Proposal, seen: Expected) -> Result<()> {
    let write = cx.db().write(async |tx| match proposal.clone() {
        Proposal::Accept => casework::accept(tx, cx, id, seen).await.map(drop),
        Proposal::Reject { kind, reason } => {
            casework::reject(tx, cx, id, &kind, reason, seen).await.map(drop)
        }
        Proposal::Supplement(notice) => casework::notice_supplement(tx, cx, id, notice, seen).await.map(drop),
        Proposal::Suspend(procedure) => casework::suspend(tx, cx, id, procedure, seen).await.map(drop),
        Proposal::Extend { working_days, reason } => {
            casework::extend(tx, cx, id, working_days, reason, seen).await.map(drop)
        }
        Proposal::Decide { granted, reason } => {
            casework::decide(tx, cx, id, granted, reason, seen).await.map(drop)
        }
    });
    write.await
}

fn preview_page(
    form: &Posted,
    case: &CaseView,
    act: &Act,
    proposal: &Proposal,
    drafts: Vec<DocumentDraft>,
) -> PreviewPage {
    let (end, words, against) = match proposal {
        Proposal::Accept => ("acceptance", "确认受理", false),
        Proposal::Reject { .. } => ("rejection", "确认不予受理", true),
        Proposal::Supplement(_) => ("supplement", "确认告知申请人", false),
        Proposal::Suspend(_) => ("suspension", "确认启动特别程序", false),
        Proposal::Extend { .. } => ("extension", "确认延长期限", false),
        Proposal::Decide { granted: true, .. } => ("decision", "确认准予", false),
        Proposal::Decide { granted: false, .. } => ("decision", "确认不予许可", true),
    };
    let names: Vec<&str> = drafts.iter().map(|draft| draft.title).collect();
    let title = format!("预览：{}", names.join("、"));
    let from = came_from(form);
    PreviewPage {
        page: Page { title, ..view::frame(&form.visit, case, &from, false) },
        back: from.on(&format!("/desk/cases/{}", case.id)),
        title: view::title(case),
        ticket: case.ticket.clone(),
        fields: form.sent().cloned().collect(),
        action: format!("/desk/cases/{}/{end}", case.id),
        place: act.id(),
        drafts,
        words,
        against,
    }
}
