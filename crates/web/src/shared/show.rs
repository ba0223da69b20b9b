//! Showing what is shared: whole pages to visitors, main parts in everybody's frame.

use super::{Key, Kind, LONGEST_PATH, SharedPage};
use crate::csrf;
use crate::page::{Page, written};
use crate::session::{PageResult, Visit};
use askama::Template;
use axum::response::Response;
use base::{Error, Result};
use std::fmt::Display;
use std::sync::Arc;

/// The frame, `layout.html`, around a main part of its own.
#[derive(Template)]
#[template(
    source = r#"{% extends "layout.html" %}{% block main %}{{ main|safe }}{% endblock %}"#,
    ext = "html"
)]
struct Framed<'a> {
    page: Page,
    main: &'a dyn Display,
}

impl Visit {
    /// Shows a page whose content depends on nothing but its address, the division, the side and the mode:
    /// visitors share it until the catalogue changes. It is made by the given visit. The next visitor gets it at the
    /// gate, so nothing may be done to the answer.
    pub async fn show_shared<T: Template>(&self, make: impl AsyncFnOnce(&Visit) -> Result<T>) -> PageResult {
        self.shared(self.shared_key(Kind::Page), make).await
    }

    /// The same for a page whose handler has more to do.
    pub async fn show_shared_and_more<T: Template>(
        &self,
        make: impl AsyncFnOnce(&Visit) -> Result<T>,
    ) -> PageResult {
        self.shared(self.shared_key(Kind::PageAndMore), make).await
    }

    async fn shared<T: Template>(
        &self,
        key: Option<Key>,
        make: impl AsyncFnOnce(&Visit) -> Result<T>,
    ) -> PageResult {
        let Some(key) = key else { return self.show(&Box::pin(make(self)).await?) };
        if let Some(page) = self.find_kept(&key) {
            return Ok(self.answer_kept(&page));
        }
        // Boxed: all others, who get the kept page, would carry the room for making it.
        let page = Box::pin(make(&self.as_anybody())).await?;
        Ok(self.answer_kept(&self.keep(key, &written(&page)?)))
    }

    /// Shows a page whose main part depends on nothing but this address, as the page itself would write it, the
    /// division, the side and the mode. Visitors share the page, and whoever has a page of her own (she is logged in, or
    /// her address says more than is asked) shares the main part. It is made for anybody.
    pub async fn show_shared_main<T: Template>(
        &self,
        address: String,
        page: impl Fn(&Visit) -> Page,
        main: impl AsyncFnOnce(&Visit) -> Result<T>,
    ) -> PageResult {
        let own = self.key(Kind::Main, address);
        let main = match self.find_kept(&own) {
            Some(main) => main,
            None => {
                let main = Box::pin(main(&self.as_anybody())).await?;
                self.keep(own, &written(&main)?)
            }
        };
        if let Some(key) = self.shared_key(Kind::Page) {
            let (before, after) = self.frame(page(&self.as_anybody()))?;
            let text = main.plain([&before, &after], self.app.pages.mark());
            return Ok(self.answer_kept(&self.keep(key, &text)));
        }
        let page = page(self);
        let token = page.csrf.clone();
        let (before, after) = self.frame(page)?;
        let answer = main.answer_within([&before, &after], &token, self.takes_gzip());
        Ok(self.with_visitor_cookie(answer))
    }

    /// Shows a main part that is this visitor's own, in the frame of those that are shared.
    pub fn show_own_main(&self, page: Page, main: &impl Template) -> PageResult {
        self.show(&Framed { page, main })
    }

    /// The page this visit asks for, when it lies ready and is all there is to the answer.
    pub(crate) fn kept_page(&self) -> Option<Response> {
        Some(self.answer_kept(&*self.find_kept(&self.shared_key(Kind::Page)?)?))
    }

    /// What a whole page is kept under; nothing for a visit that shares none: whoever's session has just ended is told
    /// so on her next page.
    fn shared_key(&self, kind: Kind) -> Option<Key> {
        let own = self.session.is_some() || self.expired || self.path().len() > LONGEST_PATH;
        (!own).then(|| self.key(kind, self.path().to_owned()))
    }

    fn key(&self, kind: Kind, path: String) -> Key {
        Key { kind, path, division: self.division.clone(), side: self.side, elder: self.elder }
    }

    fn find_kept(&self, key: &Key) -> Option<Arc<SharedPage>> {
        self.app.pages.find(&self.cx.catalogue, self.cx.today(), key)
    }

    fn keep(&self, key: Key, text: &str) -> Arc<SharedPage> {
        self.app.pages.keep(&self.cx.catalogue, self.cx.today(), key, text)
    }

    fn answer_kept(&self, page: &SharedPage) -> Response {
        let token = csrf::mask(self.cx.rng(), self.csrf_secret());
        self.with_visitor_cookie(page.answer(&token, self.takes_gzip()))
    }

    /// What stands before and behind the main part.
    fn frame(&self, page: Page) -> Result<(String, String)> {
        let place = &self.app.pages.place;
        let mut before = written(&Framed { page, main: place })?;
        let found = memchr::memmem::find(before.as_bytes(), place.as_bytes());
        let at = found.ok_or_else(|| Error::bug("a frame without a place"))?;
        let after = before.split_off(at).split_off(place.len());
        Ok((before, after))
    }
}
