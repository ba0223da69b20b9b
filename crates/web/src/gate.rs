//! What every request passes on its way in and out, in one place: each step of its own would cost an
//! allocation or two and a copy of all routes behind it.

use crate::state::App;
use crate::{csrf, error, gzip, headers, limit, proxy, rest};
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tower::Service;

/// The whole application: all routes, and the gate before them.
#[derive(Clone)]
pub struct Gate {
    app: App,
    routes: Router,
}

impl Gate {
    pub(crate) fn before(routes: Router, app: App) -> Gate {
        Gate { app, routes }
    }
}

impl Service<Request> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(pass(self.clone(), request))
    }
}

/// The rate limits and the origin on the way in; what nobody read of the request is read, failures become pages or
/// problem+json, and every answer is compressed for whoever takes it and gets its headers on the way out. A page that
/// lies ready for all visitors is answered here: its route would find the same one.
async fn pass(gate: Gate, request: Request) -> Result<Response, Infallible> {
    let Gate { app, mut routes } = gate;
    let (mut parts, body) = request.into_parts();
    proxy::resolve(&app, &mut parts);
    let (body, rest) = rest::lend(&parts, body);
    let (takes_gzip, head) = (gzip::is_taken(&parts.headers), parts.method == Method::HEAD);
    let asked = error::Asked::of(&mut parts, &app).await;
    let allowed = limit::check(&app, &parts, asked.account()).and_then(|()| csrf::check_origin(&parts));
    let response = match allowed.map(|()| asked.kept_page()) {
        Ok(Some(page)) => page,
        Ok(None) => routes.call(Request::from_parts(parts, body)).await?,
        Err(failure) => failure.into_response(),
    };
    let mut response = error::render(response, asked);
    rest.read(response.headers_mut()).await;
    let mut response = gzip::pressed(response, takes_gzip, head).await;
    headers::secure(response.headers_mut());
    Ok(response)
}
