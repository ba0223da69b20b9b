//! 我代表的单位: what a person represents by law, and claiming an organisation.

use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal};
use domain::identity::policy::permits;
use domain::identity::{self, Action, BINDS, Claim, ClaimOutcome, KINDS, OwnOrganisations};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/organisations.html")]
struct OrganisationsPage {
    page: Page,
    own: OwnOrganisations,
    /// Acting for herself: only then is anything claimed.
    herself: bool,
    level: u8,
    needed: u8,
}

#[derive(Template)]
#[template(path = "identity/claim.html")]
struct ClaimPage {
    page: Page,
    errors: Vec<(String, String)>,
    fields: Vec<FieldView>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

pub(crate) async fn show(visit: Visit, Query(query): Query<Done>) -> PageResult {
    let cx = &visit.cx;
    let (level, herself) = {
        let person = cx.actor.require_person()?;
        (person.assurance, person.acting_for.is_none())
    };
    let own = cx.db().read(async |tx| identity::own_organisations(tx, cx).await).await?;
    let mut page = visit.page("我代表的单位").under(&[("我的空间", "/me")]);
    page.notice = match query.done.as_str() {
        "settled" => {
            Some("认领成功：登记机关的数据与您填写的一致。现在可以代表它办事，也可以授权经办人。".into())
        }
        "waits" => Some("已收到认领。登记机关的数据里还没有这个单位，请到窗口核对一次，当场生效。".into()),
        _ => None,
    };
    visit.show(&OrganisationsPage { page, own, herself, level, needed: BINDS })
}

pub(crate) async fn ask(visit: Visit) -> PageResult {
    may(&visit)?;
    visit.show(&claim_page(&visit, None, &[]))
}

pub(crate) async fn claim(form: Posted) -> PageResult {
    let visit = &form.visit;
    may(visit)?;
    visit.app.count_guess(visit.peer, "claim")?;
    let claim =
        Claim { credit_code: form.get("credit_code"), name: form.get("name"), kind: form.get("kind") };
    match identity::claim_organisation(&visit.cx, claim).await {
        Ok(ClaimOutcome::Settled(_)) => Ok(Redirect::to("/me/organisations?done=settled").into_response()),
        Ok(ClaimOutcome::Waits) => Ok(Redirect::to("/me/organisations?done=waits").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&claim_page(visit, Some(&form), &refusals)),
        Err(other) => Err(other.into()),
    }
}

/// Rights decide before input is read; the verb decides again.
fn may(visit: &Visit) -> Result<(), Error> {
    visit.cx.actor.require_account()?;
    if permits(&visit.cx.actor, Action::OrganisationClaim) { Ok(()) } else { Err(Error::NotFound) }
}

fn claim_page(visit: &Visit, form: Option<&Posted>, refusals: &[Refusal]) -> ClaimPage {
    let typed = |name: &str| form.map(|form| form.get(name)).unwrap_or_default();
    let field = |name, label, kind| FieldView::own(name, label, kind, refusals).filled(typed(name));
    let kinds = KINDS.map(|kind| (kind.to_owned(), kind.to_owned()));
    let page = visit.page("认领单位").under(&[("我的空间", "/me"), ("我代表的单位", "/me/organisations")]);
    ClaimPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        fields: vec![
            field("credit_code", "统一社会信用代码", "text")
                .hinted("18位，在营业执照或登记证书的右上方")
                .typed("off", ""),
            field("name", "单位全称", "text").hinted("和营业执照或登记证书上一样").typed("organization", ""),
            field("kind", "单位类型", "radio").choices(&kinds, typed("kind")),
        ],
    }
}
