//! The second factor once more, before an act that binds a body; then back to where one was.

use crate::form::{FieldView, error_list, error_of};
use crate::page::Page;
use crate::posted::Posted;
use crate::session::{PageResult, Visit, own_path};
use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::identity::{self, Actor};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "identity/step_up.html")]
struct StepUpPage {
    page: Page,
    code: FieldView,
    errors: Vec<(String, String)>,
    back: String,
    /// The code of this account, in a demonstration.
    demo: String,
}

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default, rename = "return")]
    back: String,
}

pub(crate) async fn ask(visit: Visit, Query(query): Query<Back>) -> PageResult {
    staff(&visit)?;
    visit.show(&step_up_page(&visit, &query.back, &[]))
}

pub(crate) async fn enter(form: Posted) -> PageResult {
    let visit = &form.visit;
    staff(visit)?;
    visit.app.count_guess(visit.peer, "code")?;
    let token = visit.token.as_ref().ok_or(Error::Unauthenticated)?;
    match identity::step_up(&visit.cx, token, form.get("code")).await {
        Ok(_) => Ok(Redirect::to(own_path(form.get("return"))).into_response()),
        Err(Error::Refused(refusals)) => {
            visit.show_again(&step_up_page(visit, form.get("return"), &refusals))
        }
        Err(other) => Err(other.into()),
    }
}

fn staff(visit: &Visit) -> Result<()> {
    match &visit.cx.actor {
        Actor::Staff(_) => Ok(()),
        Actor::Visitor => Err(Error::Unauthenticated),
        _ => Err(Error::Denied),
    }
}

fn step_up_page(visit: &Visit, back: &str, refusals: &[Refusal]) -> StepUpPage {
    let page = visit.page("再次验证身份");
    // A locked account has no field at fault of its own here.
    let placed: Vec<Refusal> =
        refusals.iter().map(|refusal| Refusal { field: Some("code".into()), ..refusal.clone() }).collect();
    StepUpPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        code: FieldView {
            name: "code".into(),
            id: "code".into(),
            label: "动态验证码".into(),
            kind: "text",
            hint: "验证器应用里显示的6位数字。登录时用过的那个不能再用，请等下一个。".into(),
            inputmode: "numeric",
            autocomplete: "one-time-code",
            error: error_of(&placed, "code"),
            ..FieldView::default()
        },
        errors: error_list(&placed),
        back: own_path(back).to_owned(),
        demo: demo_code(visit),
    }
}

/// In a demonstration the page shows the code, as the log-in page does.
fn demo_code(visit: &Visit) -> String {
    let name = visit.cx.actor.display_name();
    let accounts = visit.app.settings.demo.as_deref().unwrap_or_default();
    let own = accounts.iter().find(|account| account.who.starts_with(&format!("{name}（")));
    let secret = own.and_then(|account| account.totp_secret.as_deref());
    secret.map(|secret| identity::current_code(secret, visit.cx.now)).unwrap_or_default()
}
