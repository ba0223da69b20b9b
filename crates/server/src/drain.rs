//! The end of serving: requests that have come whole are finished, what is still arriving is not waited for long.

use axum::ServiceExt;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tower::Service;
use tower::util::MapRequest;

/// Counted from the moment the process was asked to stop.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the rest of a request that is still being sent.
    arriving: Duration,
    /// For everything: longer than a request may take.
    whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { arriving: Duration::from_secs(5), whole: Duration::from_secs(35) }
    }
}

/// When the process was asked to stop; nothing before.
type Asked = watch::Receiver<Option<Instant>>;

/// Serves until `stop` is ready, takes no new requests from then on, and ends when those under way have ended or
/// patience has.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    stop: impl Future<Output = ()> + Send + 'static,
    patience: Patience,
) -> io::Result<()>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let (tell, asked) = watch::channel(None);
    let seen = asked.clone();
    let service = MapRequest::new(service, move |request: Request| {
        if request.body().is_end_stream() {
            return request;
        }
        request
            .map(|body| Body::new(Arriving { body, cut: Box::pin(after(seen.clone(), patience.arriving)) }))
    });
    let stop = async move {
        stop.await;
        tell.send_replace(Some(Instant::now()));
    };
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(stop) => served,
        () = after(asked, patience.whole) => {
            tracing::warn!("connections that did not end were closed");
            Ok(())
        }
    }
}

/// Ready when that much time has passed since the process was asked to stop.
async fn after(mut asked: Asked, patience: Duration) {
    let at = asked.wait_for(Option::is_some).await.ok().and_then(|at| *at);
    match at {
        Some(at) => sleep_until(at + patience).await,
        // Served to the end without being asked.
        None => std::future::pending().await,
    }
}

/// A body on its way, given up when `cut` is ready: an error, so that nobody takes half of it for the whole.
struct Arriving {
    body: Body,
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        let late = || axum::Error::new(io::Error::new(io::ErrorKind::TimedOut, "the process stops"));
        self.cut.as_mut().poll(cx).map(|()| Some(Err(late())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    const PATIENCE: Patience =
        Patience { arriving: Duration::from_millis(300), whole: Duration::from_secs(8) };
    const WORK: Duration = Duration::from_millis(1500);

    async fn work(_: Bytes) -> &'static str {
        tokio::time::sleep(WORK).await;
        "done"
    }

    /// How long the stop took after one connection had sent that much, and what it was answered.
    async fn stopped_after(sent: &str) -> (Duration, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stop, asked) = oneshot::channel::<()>();
        let asked = async move { asked.await.unwrap_or_default() };
        let serving = tokio::spawn(serve(listener, Router::new().route("/", post(work)), asked, PATIENCE));
        client.write_all(sent.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let begun = Instant::now();
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
        let took = begun.elapsed();
        let mut answer = String::new();
        let _ = tokio::time::timeout(Duration::from_secs(1), client.read_to_string(&mut answer)).await;
        (took, answer)
    }

    #[tokio::test]
    async fn what_has_come_whole_is_answered() {
        let (took, answer) = stopped_after("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab").await;
        assert!(answer.ends_with("done"), "{answer}");
        assert!(took < WORK + Duration::from_secs(1), "{took:?}");
    }

    #[tokio::test]
    async fn what_is_still_arriving_does_not_hold_the_stop() {
        let begun = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab";
        let (took, answer) = stopped_after(begun).await;
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert!(!answer.contains("done"), "half a body is not taken for the whole: {answer}");
    }
}
