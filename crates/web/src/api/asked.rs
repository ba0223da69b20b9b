//! What a program sends: strict JSON, and a caller who is somebody.

use super::faults;
use crate::error::{Asker, Failure};
use crate::session::Caller;
use crate::state::App;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use base::{Error, Page};
use domain::identity::policy::permits;
use domain::identity::{Action, Actor};
use norms::{Day, DayError};
use serde::de::DeserializeOwned;

/// A body that is read once the caller's right is known: who may not do a thing at all is told that, not
/// what was wrong with her JSON.
pub(crate) struct Sent(Bytes);

/// Answers and lists of materials are small; files have their own route.
const MOST: usize = 1024 * 1024;

impl FromRequest<App> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, app).await.map_err(|_| too_large())?;
        if body.len() > MOST { Err(too_large()) } else { Ok(Sent(body)) }
    }
}

impl Sent {
    /// Strict JSON: nothing we do not know, nothing missing. An empty body counts as `{}`.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        read(&self.0)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let text = if body.trim_ascii().is_empty() { b"{}" } else { body.trim_ascii() };
    // The parser would take the fields of an object from a list, one after the other.
    if !text.starts_with(b"{") {
        return Err(Error::refused("malformed", "请求应为 JSON 对象").into());
    }
    // Which field it is costs as much to know as to read it, so it is asked only when something is wrong.
    if let Ok(sent) = serde_json::from_slice(text) {
        return Ok(sent);
    }
    let mut json = serde_json::Deserializer::from_slice(text);
    let sent = serde_path_to_error::deserialize(&mut json).map_err(|wrong| {
        let path = wrong.path().to_string();
        faults::of_json(&path, wrong.inner())
    })?;
    json.end().map_err(|wrong| faults::of_json("", &wrong))?;
    Ok(sent)
}

fn too_large() -> Failure {
    Error::refused_at("too_large", "body", format!("请求内容太大：最多 {} MB", MOST / 1024 / 1024)).into()
}

/// What stands behind the `?` of an address; what is wrong with it is named.
pub(crate) struct Sought<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Sought<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        sought(parts.uri.query().unwrap_or_default()).map(Sought)
    }
}

/// What must stand there. Asked for when the caller's right is known: before, nothing is refused but the caller.
pub(crate) fn said<'a>(name: &'static str, value: &'a str) -> Result<&'a str, Failure> {
    match value.trim() {
        "" => Err(faults::missing(name)),
        value => Ok(value),
    }
}

/// A page of a list. Programs are told what does not exist: brought into range like a visitor's, a page number would
/// give them the same rows again and again.
pub(crate) fn page_of(number: Option<u32>, size: Option<u32>) -> Result<Page, Error> {
    let page = Page::of(number, size);
    if number.is_some_and(|number| number != page.number) {
        return Err(Error::refused_at("list.page", "page", "page 应为 1 至 10000"));
    }
    if size.is_some_and(|size| size != page.size) {
        return Err(Error::refused_at("list.size", "size", "size 应为 1 至 100"));
    }
    Ok(page)
}

/// A day in a text.
pub(crate) fn day(field: &'static str, text: &str) -> Result<Day, Error> {
    text.trim().parse().map_err(|wrong: DayError| Error::refused_at("form.date", field, wrong.to_string()))
}

fn sought<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let pairs = || serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    if let Ok(sought) = T::deserialize(pairs()) {
        return Ok(sought);
    }
    serde_path_to_error::deserialize(pairs()).map_err(|wrong| {
        let path = wrong.path().to_string();
        faults::of_data(&path, &wrong.inner().to_string())
    })
}

/// A caller with a full session; a visitor, or somebody whose code is still missing, is unauthenticated.
pub(crate) struct Member(pub Caller);

impl FromRequestParts<App> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let caller = Caller::from_request_parts(parts, app).await?;
        Asker::tell(parts, &caller.cx.actor);
        if caller.cx.actor == Actor::Visitor {
            Err(Error::Unauthenticated.into())
        } else {
            Ok(Member(caller))
        }
    }
}

impl Member {
    /// Refuses at once what no role of this caller could ever do; the verbs decide about the thing at hand.
    pub(crate) fn may(self, action: Action) -> Result<Caller, Failure> {
        if permits(&self.0.cx.actor, action) { Ok(self.0) } else { Err(Error::Denied.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_does_not_exist_is_refused_by_name() {
        assert_eq!(page_of(None, None).unwrap(), Page { number: 1, size: 20 });
        assert_eq!(page_of(Some(10_000), Some(100)).unwrap(), Page { number: 10_000, size: 100 });
        for (number, size, code) in [
            (Some(0), None, "list.page"),
            (Some(10_001), None, "list.page"),
            (None, Some(0), "list.size"),
            (None, Some(101), "list.size"),
        ] {
            assert_eq!(page_of(number, size).unwrap_err().code(), code);
        }
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(default)]
        reason: String,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Listed {
        page: Option<u32>,
        item: String,
    }

    #[test]
    fn what_is_wrong_with_an_address_is_named() {
        let found: Listed = sought("page=2&item=x").unwrap_or_else(|_| panic!("a sound address"));
        assert_eq!((found.page, found.item.as_str()), (Some(2), "x"));
        for (query, field) in [("page=abc&item=x", "page"), ("page=-1&item=x", "page"), ("page=1", "item")] {
            let failure = sought::<Listed>(query).err().unwrap_or_else(|| panic!("{query} is wrong"));
            let Error::Refused(refusals) = failure.0.as_ref() else { panic!("refused") };
            assert_eq!(
                (refusals[0].code, refusals[0].field.as_deref()),
                ("malformed", Some(field)),
                "{query}"
            );
        }
    }

    fn code(body: &str) -> Result<String, &'static str> {
        read::<Sample>(body.as_bytes()).map(|sample| sample.reason).map_err(|failure| failure.0.code())
    }

    #[test]
    fn strict_means_strict() {
        assert_eq!(code(""), Ok(String::new()));
        assert_eq!(code(r#"{"reason":"不全"}"#), Ok("不全".into()));
        for bad in
            [r#"{"reasn":"x"}"#, r#"{"reason":7}"#, "{", "[]", r#"{"reason":"a","reason":"b"}"#, "{} {}"]
        {
            assert_eq!(code(bad), Err("malformed"), "{bad}");
        }
    }
}
