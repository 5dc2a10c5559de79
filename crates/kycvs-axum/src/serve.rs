mod connection;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderValue, Request, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use connection::{Connection, Patience, Phase};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tower::ServiceExt;

use crate::Http;

/// How often what is due is kept: lists published, and what is over forgotten.
const KEEP_EVERY: Duration = Duration::from_secs(60);
/// What a connection holds of headers, and of a body that is being read.
const MAX_HEADER_BYTES: usize = 16 << 10;
/// How long connections stay open after the last one was taken, for calls that are on their way.
const LAST_CALLS: Duration = Duration::from_secs(1);
/// How long to wait where the system has no connection to give, because no file descriptor is left for example.
const NO_CONNECTION: Duration = Duration::from_millis(100);

impl Http {
    /// Serves `router` by HTTP/1.1 on `listener` until `shutdown`, then lets running calls end, for as long as a call may
    /// take. `router` is [`Http::router`], merged with whatever else the host has.
    ///
    /// It does what `axum::serve` does not. A connection that takes longer over its headers than
    /// [`header_seconds`](crate::HttpLimits::header_seconds), is idle for longer than
    /// [`keep_alive_seconds`](crate::HttpLimits::keep_alive_seconds), or whose client does not read for
    /// [`write_seconds`](crate::HttpLimits::write_seconds) is closed. There are never more than
    /// [`connections`](crate::HttpLimits::connections), each with 16 KiB for headers. A line that ends without CR, and a
    /// call without one `Host`, are refused by 400. On `shutdown` `/readyz` turns to 503 at once, and calls are taken for
    /// [`drain_seconds`](crate::HttpLimits::drain_seconds) more, each answered with `Connection: close`.
    /// [`StatusService::keep`](kycvs::StatusService::keep) is called every minute. TLS is the business of a proxy before it.
    ///
    /// A host that serves by other means calls `keep` by itself, and has such limits in its server or its proxy.
    pub async fn serve(&self, listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.app.limits.connections));
        let mut keep = interval(KEEP_EVERY);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut shutdown = pin!(async {
            shutdown.await;
            self.app.readiness.drain();
            sleep(self.app.limits.drain_time()).await;
        });
        loop {
            tokio::select! {
                (stream, peer, place) = accept(&listener, &room) => {
                    hold(graceful.watch(self.connection(stream, peer, router.clone())), place);
                }
                _ = keep.tick() => {
                    let app = self.app.clone();
                    tokio::spawn(async move {
                        // What cannot be kept now is kept next time; `keep` notes why.
                        if let Ok(kept) = app.service.keep().await {
                            app.log.note(kept.log);
                        }
                        app.lists.look(&app.service).await;
                    });
                }
                () = &mut shutdown => break,
            }
        }
        // Who had connected already is answered: a proxy may not send the call again.
        for (stream, peer) in connected(listener) {
            hold(graceful.watch(self.connection(stream, peer, router.clone())), room.clone().try_acquire_owned().ok());
        }
        // Whoever has connected and not said yet what for has a moment to say it; until all have gone, or it is over.
        let everyone = u32::try_from(self.app.limits.connections).unwrap_or(u32::MAX);
        let _ = timeout(self.app.limits.drain_time().min(LAST_CALLS), room.acquire_many(everyone)).await;
        if timeout(self.app.limits.call_time(), graceful.shutdown()).await.is_err() {
            tracing::warn!("some connections had not ended when the server did");
        }
    }

    /// One connection, every call of which tells whom it comes from.
    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        router: Router,
    ) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + use<> {
        let limits = &self.app.limits;
        let phase = Arc::new(Phase::default());
        let service = service_fn({
            let (phase, readiness) = (phase.clone(), self.app.readiness.clone());
            move |request: Request<Incoming>| {
                let (router, phase, readiness) = (router.clone(), phase.clone(), readiness.clone());
                async move {
                    phase.works();
                    let mut answer = answer(router, peer, request).await;
                    if readiness.is_draining()
                        && let Ok(answer) = &mut answer
                    {
                        // A proxy sends its next call elsewhere, and not into a connection that is about to end.
                        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                    }
                    phase.is_idle();
                    answer
                }
            }
        });
        let patience =
            Patience { headers: limits.header_time(), idle: limits.keep_alive_time(), write: limits.write_time() };
        let stream = Connection::new(stream, phase, patience);
        http1::Builder::new()
            .timer(TokioTimer::new())
            // The connection itself keeps time: hyper would count the time between calls as part of the next headers.
            .header_read_timeout(None)
            .max_buf_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    }
}

/// Answers a call that names one host.
async fn answer(router: Router, peer: SocketAddr, request: Request<Incoming>) -> Result<Response, Infallible> {
    if request.version() == Version::HTTP_11 && request.headers().get_all(HOST).iter().count() != 1 {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    }
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

/// Serves a connection to its end.
fn hold(
    connection: impl Future<Output = Result<(), hyper::Error>> + Send + 'static,
    place: Option<OwnedSemaphorePermit>,
) {
    tokio::spawn(async move {
        // What goes wrong here is a client that went away, or that does not speak HTTP.
        let _ = connection.await;
        drop(place);
    });
}

/// The connections that wait in the system's queue, which end with the listener.
fn connected(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let accepted = std::iter::from_fn(|| listener.accept().ok());
    let taken = accepted.filter_map(|(stream, peer)| {
        stream.set_nonblocking(true).ok()?;
        Some((TcpStream::from_std(stream).ok()?, peer))
    });
    taken.collect()
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // A semaphore that is never closed always has a place, sooner or later.
    let place = room.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(NO_CONNECTION).await;
            }
        }
    }
}
