//! Serving, and its end: requests that have come whole are finished, what is still arriving is not waited for long.

use crate::connection;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tower::Service;

/// How long connections and their ends are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a connection on which nothing happens.
    pub(crate) quiet: Duration,
    /// For the rest of a request that is still being sent, once the process was asked to stop.
    pub(crate) arriving: Duration,
    /// For everything from then on: longer than a request may take.
    whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            quiet: connection::QUIET,
            arriving: Duration::from_secs(5),
            whole: Duration::from_secs(35),
        }
    }
}

/// When the process was asked to stop; nothing before.
pub(crate) type Asked = watch::Receiver<Option<Instant>>;

/// Serves until `stop` is ready, takes no new requests from then on, and ends when those under way have ended or
/// patience has.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    stop: impl Future<Output = ()> + Send + 'static,
    patience: Patience,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let (tell, asked) = watch::channel(None);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            (stream, peer) = taken(&listener) => {
                connections.spawn(connection::serve(stream, peer, service.clone(), asked.clone(), patience));
            }
            // Forgets those that have ended.
            Some(_) = connections.join_next() => {}
            () = &mut stop => break,
        }
    }
    drop(listener);
    tell.send_replace(Some(Instant::now()));
    if timeout(patience.whole, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!("connections that did not end were closed");
    }
}

/// The next connection.
async fn taken(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // An answer is written whole: nothing is gained by waiting for more of it. A connection that refuses
                // the setting is slower, and no worse.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) => {
            }
            Err(error) => {
                // Too many open files, most likely: others end meanwhile.
                tracing::error!(%error, "no connection could be taken");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// The request with a body that is given up when the process stops before it has come.
pub(crate) fn arriving(
    request: hyper::Request<hyper::body::Incoming>,
    asked: &Asked,
    patience: Patience,
) -> Request {
    match request.body().is_end_stream() {
        true => request.map(Body::new),
        false => request.map(|body| {
            let cut = Box::pin(after(asked.clone(), patience.arriving));
            Body::new(Arriving { body: Body::new(body), cut })
        }),
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

    const PATIENCE: Patience = Patience {
        quiet: Duration::from_millis(700),
        arriving: Duration::from_millis(300),
        whole: Duration::from_secs(8),
    };
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
        serving.await.unwrap();
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

    #[tokio::test]
    async fn half_a_head_does_not_hold_the_stop() {
        let (took, answer) = stopped_after("POST / HTTP/1.1\r\nHost:").await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert_eq!(answer, "");
    }

    /// How long a connection stayed open after one client had sent this, byte by byte, and what it was answered.
    async fn closed_after(sent: &str) -> (Duration, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let app = Router::new().route("/", post(work));
        let serving = tokio::spawn(serve(listener, app, std::future::pending(), PATIENCE));
        let begun = Instant::now();
        let (mut reads, mut writes) = client.split();
        let mut answer = String::new();
        let send = async {
            for byte in sent.bytes() {
                // It fails once the connection is closed.
                let _ = writes.write_all(&[byte]).await;
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            read = tokio::time::timeout(Duration::from_secs(6), reads.read_to_string(&mut answer)) => {
                let _ = read.expect("the connection is closed");
            }
            () = send => {}
        }
        serving.abort();
        (begun.elapsed(), answer)
    }

    #[tokio::test]
    async fn a_connection_that_sends_no_whole_head_is_closed() {
        for sent in ["", "POST / HTTP/1.1\r\nHost: x\r\n"] {
            let (took, answer) = closed_after(sent).await;
            assert!((700..1_500).contains(&took.as_millis()), "{sent:?}: {took:?}");
            assert_eq!(answer, "");
        }
        let trickled = format!("POST / HTTP/1.1\r\nx: {}", "x".repeat(300));
        let (took, _) = closed_after(&trickled).await;
        assert!(took.as_millis() < 1_500, "a byte now and then buys no time: {took:?}");
    }

    #[tokio::test]
    async fn a_request_may_take_longer_than_a_quiet_connection_may() {
        let (took, answer) = closed_after("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab").await;
        assert!(answer.ends_with("done"), "{answer}");
        assert!(took > WORK + PATIENCE.quiet, "kept for the next request: {took:?}");
    }
}
