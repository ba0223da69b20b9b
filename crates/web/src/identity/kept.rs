//! A form that was sent after its session had ended: what it held goes through the log-in and is offered for
//! sending again. Nothing is done with it until its sender, logged in, says so.

use super::login::{LoginKind, login_page};
use crate::page::Page;
use crate::session::{PageResult, Visit, own_path};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use base::Error;
use domain::identity::{self, SessionToken};

/// More than any form of ours holds; what is longer is not carried along.
const MOST: usize = 64 * 1024;

/// A form on its way: where it goes, and its fields as one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kept(String);

#[derive(Template)]
#[template(path = "identity/resume.html")]
struct ResumePage {
    page: Page,
    action: String,
    fields: Vec<(String, String)>,
    /// Label and value of what a person typed.
    shown: Vec<(String, String)>,
}

impl Kept {
    /// Everything but tokens and passwords.
    pub(crate) fn of(pairs: &[(String, String)]) -> Kept {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs.iter().filter(|(name, _)| !is_secret(name)) {
            text.append_pair(name, value);
        }
        let text = text.finish();
        Kept(if text.len() > MOST { String::new() } else { text })
    }

    /// As it came through the log-in form.
    pub(crate) fn from_field(text: &str) -> Kept {
        Kept(if text.len() > MOST { String::new() } else { text.to_owned() })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let pairs = form_urlencoded::parse(self.0.as_bytes()).into_owned();
        pairs.filter(|(name, _)| !is_secret(name)).collect()
    }
}

fn is_secret(name: &str) -> bool {
    matches!(name, "csrf" | "password" | "again" | "current" | "new" | "code" | "kept")
}

/// The log-in page in answer to a form whose session has ended: 401, and the form goes along.
pub(crate) fn ask_again(visit: &Visit, pairs: &[(String, String)]) -> PageResult {
    let kept = Kept::of(pairs);
    let mut response = visit.show(&login_page(visit, visit.path(), "", &[], LoginKind::Expired(&kept)))?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

/// After the log-in: what was typed stands there again, under the new session's token.
pub(crate) async fn resume(visit: &Visit, token: &SessionToken, action: &str, kept: &Kept) -> PageResult {
    let session = identity::find_session(&visit.cx, token).await?.ok_or(Error::Unauthenticated)?;
    let now = visit.within(session, token.clone());
    let fields = kept.pairs();
    let shown = fields.iter().filter_map(|(name, value)| shown(&now, name, value)).collect();
    let page =
        ResumePage { page: now.page("接着提交"), action: own_path(action).to_owned(), fields, shown };
    let mut response: Response = now.show(&page)?;
    now.begin_session(&mut response, token);
    Ok(response)
}

/// What a person typed, with the question it answers where it is known.
fn shown(visit: &Visit, name: &str, value: &str) -> Option<(String, String)> {
    let technical = matches!(name, "version" | "item" | "base" | "step" | "stage" | "return");
    let stem =
        name.strip_suffix("_y").or(name.strip_suffix("_m")).or(name.strip_suffix("_d")).unwrap_or(name);
    let label = visit.cx.catalogue.element(stem).map_or_else(String::new, |element| element.label.clone());
    (!technical && !value.trim().is_empty()).then(|| (label, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_typed_goes_along_but_secrets() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs =
            [pair("csrf", "x"), pair("trade.name", "小明&饭店=好"), pair("password", "p"), pair("a", "")];
        let kept = Kept::from_field(Kept::of(&pairs).text());
        assert_eq!(kept.pairs(), [pair("trade.name", "小明&饭店=好"), pair("a", "")]);
        assert!(Kept::of(&[pair("x", &"y".repeat(MOST))]).is_empty());
        assert_eq!(Kept::from_field("password=p&csrf=c&b=1").pairs(), [pair("b", "1")]);
    }
}
