//! What every page knows besides its own content.

use askama::Template;
use base::{Error, Result};

/// The frame of a page: `templates/layout.html`.
#[derive(Debug, Clone)]
pub struct Page {
    pub title: String,
    /// The title then begins with 错误, so that a screen reader says it first.
    pub error: bool,
    /// 长辈模式.
    pub elder: bool,
    pub division_name: String,
    /// `person`, `legal` or empty.
    pub side: &'static str,
    pub identity: Option<Identity>,
    pub csrf: String,
    /// Path of this page with its query, for coming back to it; encode it inside an address.
    pub path: String,
    /// What stands in the search box.
    pub query: String,
    pub demo: bool,
    /// When the log-in ends, for everybody who is logged in.
    pub session: Option<SessionTimes>,
    /// (words, address); the last has an empty address.
    pub crumbs: Vec<(String, String)>,
    pub notice: Option<String>,
    pub version: &'static str,
}

/// The text of a page or of a part of one.
pub(crate) fn written(page: &impl Template) -> Result<String> {
    page.render().map_err(|e| Error::Bug(e.into()))
}

/// Who is logged in, always visible.
#[derive(Debug, Clone)]
pub struct Identity {
    pub name: String,
    pub acting_for: Option<String>,
    pub staff: bool,
    /// One of the three administrators: no desk, but an office of her own.
    pub administrator: bool,
    /// Sits at a window and may confirm real names.
    pub confirms: bool,
    /// May enter stock at a body.
    pub enters_stock: bool,
    /// May look at certificates of whom she stands for.
    pub holds_certificates: bool,
}

/// When the log-in ends without another request.
#[derive(Debug, Clone)]
pub struct SessionTimes {
    /// From now on.
    pub seconds: i64,
    /// The time of day, 14:05.
    pub until: String,
    /// The longest time: it cannot be extended any more.
    pub last: bool,
}

impl Identity {
    /// Where this person's own work is.
    pub fn home(&self) -> &'static str {
        match (self.administrator, self.staff) {
            (true, _) => "/admin",
            (_, true) => "/desk",
            _ => "/me",
        }
    }
}

impl Page {
    /// Pages of staff that are laid out like everybody's keep the way back to the desk or the office.
    pub fn at_work(&self) -> Option<&Identity> {
        let shared = ["/documents", "/me/security", "/show"].iter().any(|start| self.path.starts_with(start));
        self.identity.as_ref().filter(|who| who.staff && shared)
    }

    /// The tab this page belongs to; most belong to none.
    pub fn tab(&self) -> &'static str {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        let under = |top: &str| path == top || path.starts_with(&format!("{top}/"));
        match path {
            "/" | "/person" | "/legal" => self.side,
            _ if under("/items") || under("/search") => self.side,
            _ if under("/progress") => "progress",
            _ if under("/me") || under("/cases") => "space",
            _ => "",
        }
    }

    /// The way to one's certificates: open to whoever may log in, closed to staff and to agents for some items.
    pub fn shows_certificates(&self) -> bool {
        self.identity.as_ref().is_none_or(|who| who.holds_certificates)
    }

    /// Whoever has a space of her own finds it by its name.
    pub fn has_space(&self) -> bool {
        self.identity.as_ref().is_some_and(|who| who.home() == "/me")
    }

    /// Adds 首页 › … › this page.
    pub fn under(mut self, crumbs: &[(&str, &str)]) -> Page {
        self.crumbs = vec![("首页".into(), "/".into())];
        self.crumbs.extend(crumbs.iter().map(|(words, href)| ((*words).to_owned(), (*href).to_owned())));
        self.crumbs.push((self.title.clone(), String::new()));
        self
    }

    pub fn failed(mut self) -> Page {
        self.error = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str) -> Page {
        Page {
            title: String::new(),
            error: false,
            elder: false,
            division_name: String::new(),
            side: "legal",
            identity: None,
            csrf: String::new(),
            path: path.to_owned(),
            query: String::new(),
            demo: false,
            session: None,
            crumbs: Vec::new(),
            notice: None,
            version: "",
        }
    }

    #[test]
    fn a_tab_is_marked_only_where_one_is_in_it() {
        let tabs = [
            ("/", "legal"),
            ("/items?side=all", "legal"),
            ("/items/food-business-licence", "legal"),
            ("/progress?number=1", "progress"),
            ("/me/certificates", "space"),
            ("/cases/7", "space"),
            ("/halls", ""),
            ("/login?return=/me", ""),
            ("/mends", ""),
        ];
        for (path, tab) in tabs {
            assert_eq!(page(path).tab(), tab, "{path}");
        }
    }
}
