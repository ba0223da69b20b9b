//! What stands behind the question mark, read and written.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;

/// The parameters of a page. Reading them never fails: an address typed by hand is no error, and what is
/// not understood is passed over.
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Params::of(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    pub(crate) fn of(query: &str) -> Params {
        Params(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of this name, without blanks around it; empty when there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// At most `most` characters of a value, without control characters.
    pub(crate) fn text(&self, name: &str, most: usize) -> String {
        self.get(name).chars().filter(|c| !c.is_control()).take(most).collect()
    }

    /// A number, when it is one.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.get(name).parse().ok()
    }
}

/// An address with those parameters that are not empty. Their names need no encoding.
pub(crate) fn address(path: &str, params: &[(&str, &str)]) -> String {
    let asked = || params.iter().filter(|(_, value)| !value.is_empty());
    let length = asked().map(|(name, value)| name.len() + value.len() + 2).sum::<usize>();
    let mut address = String::with_capacity(path.len() + length);
    address.push_str(path);
    let mut mark = '?';
    for (name, value) in asked() {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        address.extend(form_urlencoded::byte_serialize(value.as_bytes()));
        mark = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_query_can_be_read() {
        for query in
            ["", "&&&", "q", "q=%", "q=%ff%fe", "q=a&q=b", "page=-1&q=%00%0a", "=x", "q=%F0%9F%98%80"]
        {
            let params = Params::of(query);
            let (_, _, _) = (params.get("q"), params.text("q", 3), params.number("page"));
        }
        assert_eq!(Params::of("q=a&q=b").get("q"), "a");
        assert_eq!(Params::of("q=%0aa%00bcd").text("q", 3), "abc");
        assert_eq!(Params::of("page=99999999999").number("page"), None);
    }

    #[test]
    fn an_address_names_only_what_is_asked() {
        assert_eq!(address("/items", &[("side", ""), ("q", "")]), "/items");
        assert_eq!(address("/items", &[("side", "legal"), ("q", "a&b")]), "/items?side=legal&q=a%26b");
    }
}
