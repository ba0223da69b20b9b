//! Who is visiting: cookies for pages, bearer tokens for programs.

use crate::csrf;
use crate::error::Failure;
use crate::gzip;
use crate::limit;
use crate::page::{Identity, Page, SessionTimes, written};
use crate::state::App;
use crate::static_files;
use crate::words;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base::{Error, Result};
use domain::Cx;
use domain::identity::policy::permits;
use domain::identity::{Action, Actor, Session, SessionToken, find_session};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

/// One page request: who asks, how she likes her pages, and the context of her acts.
#[derive(Clone)]
pub struct Visit(Arc<Visiting>);

#[derive(Clone)]
pub struct Visiting {
    pub cx: Arc<Cx>,
    pub app: App,
    pub peer: IpAddr,
    pub session: Option<Session>,
    pub token: Option<SessionToken>,
    /// The browser still holds a session that has ended.
    pub expired: bool,
    pub elder: bool,
    /// Code of the division the visitor chose.
    pub division: String,
    pub side: &'static str,
    /// Token of a visitor without a session: lets the log-in form be checked too.
    visitor_csrf: String,
    /// The visitor's token was made just now and must be set as a cookie.
    new_visitor: bool,
    /// The browser takes compressed answers.
    gzip: bool,
    /// The page is for all visitors: its forms get a mark for a token.
    for_all: bool,
    path: String,
}

impl Deref for Visit {
    type Target = Visiting;

    fn deref(&self) -> &Visiting {
        &self.0
    }
}

/// One API request.
pub struct Caller {
    pub cx: Cx,
    pub app: App,
    pub peer: IpAddr,
    pub token: Option<SessionToken>,
}

/// What handlers of pages return.
pub type PageResult = std::result::Result<Response, Failure>;

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Failure> {
        // The error page and the handler ask for the same visit: it is looked up once.
        if let Some(visit) = parts.extensions.get::<Visit>() {
            return Ok(visit.clone());
        }
        let token = cookie(&parts.headers, session_cookie(app)).map(SessionToken);
        let came_with_token = token.is_some();
        let (session, token) = look_up(app, token).await?;
        let expired = came_with_token && session.is_none();
        let actor = session.as_ref().map_or(Actor::Visitor, |session| session.actor.clone());
        let known_csrf = cookie(&parts.headers, "visitor")
            .filter(|c| base::crypt::unhex(c).is_some_and(|b| b.len() == 16));
        let peer = limit::peer(&parts.extensions);
        // Whoever acts for a firm looks for what firms need.
        let for_firm = actor.person().is_some_and(|person| person.acting_for.is_some());
        let cx = app.world.cx(actor).asked_from(peer);
        let chosen = cookie(&parts.headers, "division").filter(|code| cx.catalogue.division(code).is_some());
        let visit = Visit(Arc::new(Visiting {
            new_visitor: known_csrf.is_none(),
            visitor_csrf: known_csrf.unwrap_or_else(|| base::token(cx.rng(), 16)),
            cx: Arc::new(cx),
            peer,
            expired,
            session,
            token,
            elder: cookie(&parts.headers, "elder").is_some_and(|value| value == "1"),
            division: chosen.unwrap_or_else(|| app.settings.home_division.clone()),
            side: if for_firm || cookie(&parts.headers, "side").as_deref() == Some("legal") {
                "legal"
            } else {
                "person"
            },
            gzip: gzip::is_taken(&parts.headers),
            for_all: false,
            path: parts.uri.path_and_query().map(|p| p.as_str().to_owned()).unwrap_or_default(),
            app: app.clone(),
        }));
        parts.extensions.insert(visit.clone());
        Ok(visit)
    }
}

async fn look_up(app: &App, token: Option<SessionToken>) -> Result<(Option<Session>, Option<SessionToken>)> {
    let Some(token) = token else { return Ok((None, None)) };
    // Boxed: a visitor's request, which has none, would carry the room for it through every layer.
    let cx = app.world.cx(Actor::Visitor);
    let found = Box::pin(find_session(&cx, &token)).await?;
    Ok(if found.is_some() { (found, Some(token)) } else { (None, None) })
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Failure> {
        let bearer = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = match bearer {
            // The scheme's case says nothing (RFC 9110 §11.1).
            Some(value) => match value.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                    Some(SessionToken(token.trim().to_owned()))
                }
                _ => return Err(Error::Unauthenticated.into()),
            },
            None => None,
        };
        let sent = token.is_some();
        let (session, token) = look_up(app, token).await?;
        if sent && session.is_none() {
            return Err(Error::Unauthenticated.into());
        }
        let actor = session.map_or(Actor::Visitor, |session| session.actor);
        limit::check_account(app, actor.account())?;
        let peer = limit::peer(&parts.extensions);
        Ok(Caller { cx: app.world.cx(actor).asked_from(peer), app: app.clone(), peer, token })
    }
}

impl Visit {
    /// The frame of a page with this title.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let division = self.cx.catalogue.full_name(&self.division);
        Page {
            title: title.into(),
            error: false,
            elder: self.elder,
            division_name: if division.is_empty() { "江苏省".into() } else { division },
            side: self.side,
            identity: self.identity(),
            csrf: self.form_token(),
            path: self.path.clone(),
            query: String::new(),
            demo: self.app.settings.demo.is_some(),
            session: self.session_times(),
            crumbs: Vec::new(),
            notice: None,
            version: &static_files::VERSION,
        }
    }

    /// The token of this page's forms, or the mark in its place.
    pub(crate) fn form_token(&self) -> String {
        match self.for_all {
            true => self.app.pages.mark().to_owned(),
            false => csrf::mask(self.cx.rng(), self.csrf_secret()),
        }
    }

    fn identity(&self) -> Option<Identity> {
        let actor = &self.session.as_ref()?.actor;
        actor.account()?;
        Some(Identity {
            name: actor.display_name().to_owned(),
            acting_for: actor.person().and_then(|p| p.acting_for.as_ref()).map(|a| a.name.clone()),
            staff: actor.person().is_none(),
            administrator: matches!(actor, Actor::Administrator(_)),
            confirms: permits(actor, Action::IdentityConfirm),
            enters_stock: permits(actor, Action::CertificateManage),
            holds_certificates: permits(actor, Action::CertificateRead),
        })
    }

    fn session_times(&self) -> Option<SessionTimes> {
        let session = self.session.as_ref().filter(|session| !session.code_needed)?;
        Some(SessionTimes {
            seconds: (session.idle_until - self.cx.now).max(0) / 1000,
            until: words::time(&session.idle_until),
            last: session.idle_until >= session.ends_at,
        })
    }

    /// The same visit inside a session that began in this very request.
    pub(crate) fn within(&self, session: Session, token: SessionToken) -> Visit {
        let cx = Arc::new(self.cx.acting_as(session.actor.clone()));
        let visiting = (*self.0).clone();
        let (session, token) = (Some(session), Some(token));
        Visit(Arc::new(Visiting { cx, session, token, expired: false, ..visiting }))
    }

    pub(crate) fn csrf_secret(&self) -> &str {
        self.session.as_ref().map_or(&self.visitor_csrf, |session| &session.csrf)
    }

    /// The same visit by nobody in particular, whose forms get a mark for a token: what it makes can be shared.
    pub(crate) fn as_anybody(&self) -> Visit {
        let cx = Arc::new(self.cx.acting_as(Actor::Visitor));
        let visiting = (*self.0).clone();
        Visit(Arc::new(Visiting { cx, session: None, token: None, for_all: true, ..visiting }))
    }

    /// The browser takes compressed answers.
    pub(crate) fn takes_gzip(&self) -> bool {
        self.gzip
    }

    /// Path and query of this request.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same visit on this side of the catalogue.
    pub fn on_side(&self, side: &'static str) -> Visit {
        Visit(Arc::new(Visiting { side, ..(*self.0).clone() }))
    }

    /// Renders a page.
    pub fn show(&self, page: &impl Template) -> PageResult {
        Ok(self.with_visitor_cookie(self.rendered(page)?))
    }

    /// A page as this browser takes it.
    pub(crate) fn rendered(&self, page: &impl Template) -> Result<Response> {
        let text = written(page)?;
        let body = if self.gzip { gzip::press(text.as_bytes()) } else { text.into_bytes() };
        Ok(gzip::answer(body, gzip::HTML, self.gzip))
    }

    /// A first visitor gets the cookie her forms are checked with.
    pub(crate) fn with_visitor_cookie(&self, mut response: Response) -> Response {
        if self.new_visitor && self.session.is_none() {
            set_cookie(&mut response, self.cookie("visitor", &self.visitor_csrf, None));
        }
        response
    }

    /// The same page again with its errors: 422, so that programs and caches see that nothing was done.
    pub fn show_again(&self, page: &impl Template) -> PageResult {
        let mut response = self.show(page)?;
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }

    fn cookie(&self, name: &str, value: &str, max_age: Option<u32>) -> String {
        let secure = if self.app.is_https() { "; Secure" } else { "" };
        let age = max_age.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
    }

    /// Remembers a preference for a year.
    pub fn remember(&self, response: &mut Response, name: &str, value: &str) {
        set_cookie(response, self.cookie(name, value, Some(365 * 24 * 3600)));
    }

    pub fn begin_session(&self, response: &mut Response, token: &SessionToken) {
        set_cookie(response, self.cookie(session_cookie(&self.app), &token.0, None));
    }

    pub fn forget_session(&self, response: &mut Response) {
        set_cookie(response, self.cookie(session_cookie(&self.app), "", Some(0)));
    }
}

/// `__Host-` binds the cookie to this host over HTTPS; plain HTTP (the first start on a laptop) cannot
/// have it.
fn session_cookie(app: &App) -> &'static str {
    if app.is_https() { "__Host-session" } else { "session" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.to_owned())
}

fn set_cookie(response: &mut Response, cookie: String) {
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A path of ours to go back to; anything else leads home. `//host` and `/\host` would leave the site.
pub(crate) fn own_path(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    if ours { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_lead_back() {
        for (given, kept) in [
            ("/me?x=1", "/me?x=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("/\x01", "/"),
        ] {
            assert_eq!(own_path(given), kept, "{given:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("xsession=no; session=yes; elder=1"));
        assert_eq!(cookie(&headers, "session").as_deref(), Some("yes"));
        assert_eq!(cookie(&headers, "sess"), None);
    }
}
