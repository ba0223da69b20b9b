//! `POST /preferences`: how somebody likes these pages. Kept in cookies, known to nobody else.

use crate::posted::Posted;
use crate::session::{PageResult, Visit, own_path};
use axum::response::{IntoResponse, Redirect, Response};

pub(crate) async fn save(form: Posted) -> PageResult {
    let visit = &form.visit;
    let mut response = Redirect::to(way_back(form.get("return"))).into_response();
    remember(visit, &mut response, "elder", form.get("elder"), |value| matches!(value, "0" | "1"));
    remember(visit, &mut response, "side", form.get("side"), |value| matches!(value, "person" | "legal"));
    remember(visit, &mut response, "division", form.get("division"), |value| {
        visit.cx.catalogue.division(value).is_some()
    });
    Ok(response)
}

/// Only what can stand in a header: anything else would break the answer.
fn way_back(path: &str) -> &str {
    let own = own_path(path);
    if own.bytes().all(|byte| byte.is_ascii_graphic()) { own } else { "/" }
}

/// Values that mean nothing are passed over: the cookie is read again with the same check.
fn remember(visit: &Visit, response: &mut Response, name: &str, value: &str, means: impl Fn(&str) -> bool) {
    if means(value) {
        visit.remember(response, name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_back_fit_into_a_header() {
        for (given, kept) in [("/items?side=legal", "/items?side=legal"), ("/\u{1}x", "/"), ("/\u{7f}", "/"), ("//x", "/")] {
            assert_eq!(way_back(given), kept, "{given:?}");
        }
    }
}
