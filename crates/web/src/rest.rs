//! The rest of a request's body, when an answer was found without reading it.
//!
//! Left unread it makes the server close the connection, at times before a client that is still sending has seen the
//! answer: she would be told of a broken connection and not of what is wrong.

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// More than any upload we take: whoever sends more learns why from a closed connection.
const MOST_BYTES: usize = 64 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(10);

/// What a handler has left of a body.
pub(crate) struct Rest {
    /// Nothing when there was no body to read.
    lent: Option<Lent>,
    /// The client waits for our word before she sends it.
    asks_first: bool,
}

/// A body that can be read on after whoever was given it has gone.
#[derive(Clone)]
struct Lent(Arc<Mutex<Body>>);

/// The body for the handler, and what will be left of it.
pub(crate) fn lend(request: &Parts, body: Body) -> (Body, Rest) {
    let asks_first = request.headers.contains_key(header::EXPECT);
    if body.is_end_stream() {
        return (body, Rest { lent: None, asks_first });
    }
    let lent = Lent(Arc::new(Mutex::new(body)));
    (Body::new(lent.clone()), Rest { lent: Some(lent), asks_first })
}

impl Rest {
    /// Reads what is left and forgets it, within bounds; beyond them the answer says that the connection ends.
    pub(crate) async fn read(self, answer: &mut HeaderMap) {
        let Some(mut lent) = self.lent.filter(|lent| !lent.is_end_stream()) else { return };
        // Boxed: most requests have no body.
        let whole =
            !self.asks_first && Box::pin(tokio::time::timeout(LONGEST, all_of(&mut lent))).await == Ok(true);
        if !whole {
            answer.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

/// Whether the end came before too much.
async fn all_of(lent: &mut Lent) -> bool {
    let mut bytes = 0;
    while let Some(frame) = lent.frame().await {
        let Ok(frame) = frame else { return false };
        bytes += frame.data_ref().map_or(0, Bytes::len);
        if bytes > MOST_BYTES {
            return false;
        }
    }
    true
}

impl Lent {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
