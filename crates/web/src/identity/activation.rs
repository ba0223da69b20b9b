//! 激活: the owner of a one-time link chooses her password and scans her second factor.

use crate::form::{FieldView, error_list};
use crate::page::Page;
use crate::posted::Posted;
use crate::qr;
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use base::{Error, Refusal, Result};
use domain::identity::{self, Activation};

#[derive(Template)]
#[template(path = "identity/activation.html")]
struct ActivationPage {
    page: Page,
    errors: Vec<(String, String)>,
    login: String,
    name: String,
    /// The secret as a picture, and as one types it.
    picture: String,
    secret: String,
    fields: Vec<FieldView>,
    action: String,
}

pub(crate) async fn ask(visit: Visit, Path(token): Path<String>) -> PageResult {
    visit.app.count_guess(visit.peer, "activation")?;
    visit.show(&activation_page(&visit, &token, &[]).await?)
}

pub(crate) async fn enter(Path(token): Path<String>, form: Posted) -> PageResult {
    let visit = &form.visit;
    visit.app.count_guess(visit.peer, "activation")?;
    let (password, again, code) = (form.get("password"), form.get("again"), form.get("code"));
    match identity::activate(&visit.cx, &token, password, again, code).await {
        Ok(()) => Ok(Redirect::to("/login?done=activated").into_response()),
        Err(Error::Refused(refusals)) => visit.show_again(&activation_page(visit, &token, &refusals).await?),
        Err(other) => Err(other.into()),
    }
}

async fn activation_page(visit: &Visit, token: &str, refusals: &[Refusal]) -> Result<ActivationPage> {
    let cx = &visit.cx;
    let found = cx.db().read(async |tx| identity::find_activation(tx, cx, token).await).await?;
    let page = visit.page("激活账户");
    let secret = |name, label| FieldView::own(name, label, "password", refusals).typed("new-password", "");
    Ok(ActivationPage {
        page: if refusals.is_empty() { page } else { page.failed() },
        errors: error_list(refusals),
        picture: qr::svg(&enrolment(&found), "验证器应用的二维码"),
        secret: grouped(&identity::secret_text(&found.secret)),
        login: found.login,
        name: found.name,
        fields: vec![
            FieldView::own("code", "应用里显示的6位数字", "text", refusals).typed("one-time-code", "numeric"),
            secret("password", "新密码").hinted("至少12位，含字母、数字、符号中的两种"),
            secret("again", "再输一次密码"),
        ],
        action: format!("/activation/{token}"),
    })
}

/// What authenticator apps read (key URI format).
fn enrolment(found: &Activation) -> String {
    let label: String = form_urlencoded::byte_serialize(found.login.as_bytes()).collect();
    format!("otpauth://totp/Yiwang:{label}?secret={}&issuer=Yiwang", identity::secret_text(&found.secret))
}

/// In fours, for whoever types it.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().filter(|c| *c != '=').collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_gets_the_same_secret_as_a_reader() {
        let found = Activation {
            account: base::Id(1),
            login: "zhou.l".into(),
            name: String::new(),
            secret: vec![7; 20],
        };
        let uri = enrolment(&found);
        assert!(uri.starts_with("otpauth://totp/Yiwang:zhou.l?secret="), "{uri}");
        let typed: String = grouped(&identity::secret_text(&found.secret)).split(' ').collect();
        assert!(uri.contains(&format!("secret={typed}&")), "{uri} {typed}");
    }
}
