//! What every request passes on its way in and out, in one place: each step of its own would cost an
//! allocation or two and a copy of all routes behind it.

use crate::state::App;
use crate::{csrf, error, headers, limit, proxy, rest};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Middleware: the rate limits and the origin on the way in; what nobody read of the request is read, failures become
/// pages or problem+json, and every answer gets its headers on the way out.
pub(crate) async fn pass(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    proxy::resolve(&app, &mut parts);
    let (body, rest) = rest::lend(&parts, body);
    let asked = error::Asked::of(&mut parts, &app).await;
    let allowed = limit::check(&app, &parts, asked.account()).and_then(|()| csrf::check_origin(&parts));
    let response = match allowed {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    };
    let mut response = error::render(response, asked);
    rest.read(response.headers_mut()).await;
    headers::secure(response.headers_mut());
    response
}
