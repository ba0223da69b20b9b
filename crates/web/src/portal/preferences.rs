//! `POST /preferences`: how somebody likes these pages. Kept in cookies, known to nobody else.

use crate::posted::Posted;
use crate::session::{PageResult, Visit, own_path};
use axum::response::{IntoResponse, Redirect, Response};

pub(crate) async fn save(form: Posted) -> PageResult {
    let visit = &form.visit;
    let mut response = Redirect::to(own_path(form.get("return"))).into_response();
    remember(visit, &mut response, "elder", form.get("elder"), |value| matches!(value, "0" | "1"));
    remember(visit, &mut response, "side", form.get("side"), |value| matches!(value, "person" | "legal"));
    remember(visit, &mut response, "division", form.get("division"), |value| {
        visit.cx.catalogue.division(value).is_some()
    });
    Ok(response)
}

/// Values that mean nothing are passed over: the cookie is read again with the same check.
fn remember(visit: &Visit, response: &mut Response, name: &str, value: &str, means: impl Fn(&str) -> bool) {
    if means(value) {
        visit.remember(response, name, value);
    }
}
