//! One connection: its requests one after another, until the client, the quiet or the end of serving closes it.
//!
//! We take connections ourselves because a client who sends half a head and waits would otherwise keep hers for good,
//! and hold up the end of serving.

use crate::drain::{Asked, Patience, arriving};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};
use tower::Service;

/// How long a connection may be without a request under way and without a byte of an answer taken: for a head that
/// does not come to its end, a client that reads nothing, and one that keeps the connection for later. Proxies keep
/// theirs for 60 seconds and must not find one closed that they still count on.
pub(crate) const QUIET: Duration = Duration::from_secs(75);

/// Serves one connection to its end.
pub(crate) async fn serve<S>(
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    mut asked: Asked,
    patience: Patience,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let life = Arc::new(Life::begun());
    let (used, stop) = (Arc::clone(&life), asked.clone());
    let answer = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let work = used.work();
        let mut request = arriving(request, &stop, patience);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = service.clone().call(request);
        async move {
            let answered = answered.await;
            drop(work);
            answered
        }
    });
    let io = TokioIo::new(Watched { stream, life: Arc::clone(&life) });
    // What goes wrong here is that the client has gone, or does not speak HTTP: it was told so.
    let mut connection = pin!(http1::Builder::new().serve_connection(io, answer));
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        () = life.quiet_for(patience.quiet) => return,
        _ = asked.wait_for(Option::is_some) => {}
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        biased;
        _ = connection => {}
        () = life.quiet_for(patience.arriving) => {}
    }
}

/// Whether a connection is used, and since when it is not.
struct Life {
    begun: Instant,
    /// Milliseconds after `begun` at which a request ended or bytes were taken from us.
    last: AtomicU64,
    working: AtomicBool,
}

impl Life {
    fn begun() -> Life {
        Life { begun: Instant::now(), last: AtomicU64::new(0), working: AtomicBool::new(false) }
    }

    /// A request under way, until what is returned is dropped.
    fn work(self: &Arc<Life>) -> Work {
        self.working.store(true, Ordering::Relaxed);
        Work(Arc::clone(self))
    }

    fn moved(&self) {
        let millis = self.begun.elapsed().as_millis();
        self.last.store(u64::try_from(millis).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn quiet(&self) -> Duration {
        if self.working.load(Ordering::Relaxed) {
            return Duration::ZERO;
        }
        self.begun.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }

    /// Ready when it has been quiet for so long. Looks only when that could be.
    async fn quiet_for(&self, longest: Duration) {
        loop {
            match longest.checked_sub(self.quiet()) {
                None | Some(Duration::ZERO) => return,
                Some(left) => sleep(left).await,
            }
        }
    }
}

struct Work(Arc<Life>);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.moved();
        self.0.working.store(false, Ordering::Relaxed);
    }
}

/// The stream; what the client takes shows that she is there.
struct Watched {
    stream: TcpStream,
    life: Arc<Life>,
}

impl Watched {
    fn seen(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(_))) {
            self.life.moved();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.seen(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.seen(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
