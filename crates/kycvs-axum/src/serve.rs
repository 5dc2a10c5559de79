mod impatient;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use impatient::Impatient;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tower::ServiceExt;

use crate::Http;

/// How often finished requests are forgotten.
const PURGE_EVERY: Duration = Duration::from_secs(60);
/// How long to wait where the system has no connection to give, because no file descriptor is left for example.
const NO_CONNECTION: Duration = Duration::from_millis(100);

impl Http {
    /// Serves `router` by HTTP/1.1 on `listener` until `shutdown`, then lets running calls end, for as long as a call may
    /// take. `router` is [`Http::router`], merged with whatever else the host has.
    ///
    /// It does what `axum::serve` does not: a connection that takes longer over its headers than
    /// [`header_seconds`](crate::HttpLimits::header_seconds) is closed, and one whose client does not read for
    /// [`write_seconds`](crate::HttpLimits::write_seconds); there are never more than
    /// [`connections`](crate::HttpLimits::connections), and
    /// [`StatusService::purge`](kycvs::StatusService::purge) is called every minute. TLS is the business of a proxy before it.
    ///
    /// A host that serves by other means calls `purge` by itself, and has such limits in its server or its proxy.
    pub async fn serve(&self, listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(self.app.limits.connections));
        let mut purge = interval(PURGE_EVERY);
        purge.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                (stream, peer, place) = accept(&listener, &room) => {
                    let connection = graceful.watch(self.connection(stream, peer, router.clone()));
                    tokio::spawn(async move {
                        // What goes wrong here is a client that went away, or that does not speak HTTP.
                        let _ = connection.await;
                        drop(place);
                    });
                }
                _ = purge.tick() => {
                    let service = self.app.service.clone();
                    // What cannot be forgotten now is forgotten next time; `purge` notes why.
                    tokio::spawn(async move { service.keep().await });
                }
                () = &mut shutdown => break,
            }
        }
        drop(listener);
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
        let service = router.map_request(move |request: Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let stream = Impatient::new(stream, self.app.limits.write_time());
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.app.limits.header_time())
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
    }
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
