//! What an act on a certificate would do, shown before it is done.
//!
//! As with the documents of a case: the form asks for it with `stage` set to `preview`; its own form sends the same
//! fields once more without it, or back to the form (`change`). Nothing is kept between the two, and the act checks
//! everything anew.

use crate::page::Page;
use crate::posted::Posted;
use crate::session::PageResult;
use askama::Template;
use base::{Error, Result};
use domain::certs::{self, Act, Certificate, News, Proposed};
use norms::Day;

#[derive(Template)]
#[template(path = "certs/desk/confirm.html")]
struct ConfirmPage {
    page: Page,
    act: Act,
    proposed: Proposed,
    /// What the holder will read.
    news: Option<News>,
    today: Day,
    /// What was typed, to be sent once more.
    fields: Vec<(String, String)>,
}

impl ConfirmPage {
    fn certificate(&self) -> &Certificate {
        &self.proposed.certificate
    }
}

/// Which act on which version.
pub(super) fn asked(form: &Posted) -> Result<(Act, i64)> {
    let version = form.version().ok_or(Error::Conflict)?;
    let missing = || Error::refused_at("certs.act_missing", "act", "请选择办理什么");
    Ok((Act::from_word(form.get("act")).ok_or_else(missing)?, version))
}

pub(super) async fn proposed(form: &Posted, identifier: &str) -> Result<(Act, Proposed)> {
    let (cx, reason) = (&form.visit.cx, form.get("reason"));
    let read = cx.db().read(async |tx| {
        // Rights first: who may not do this is told that, not what was wrong with the form.
        certs::may_manage(tx, cx, identifier).await?;
        let (act, version) = asked(form)?;
        Ok((act, certs::ready_to_change(tx, cx, identifier, act, reason, Some(version)).await?))
    });
    read.await
}

pub(super) fn page(form: &Posted, act: Act, proposed: Proposed) -> PageResult {
    let visit = &form.visit;
    let mut page = visit.page(format!("核对：{}", act.name()));
    page.path = format!("/desk/certificates/{}", proposed.certificate.identifier);
    visit.show(&ConfirmPage {
        page,
        act,
        news: certs::foretold(&visit.cx, &proposed, act),
        today: visit.cx.today(),
        fields: form.sent().cloned().collect(),
        proposed,
    })
}
