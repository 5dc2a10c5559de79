use std::net::SocketAddr;

use axum::Router;
use kycvs_axum::Http;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server on a free port, for what needs a socket.
pub struct Server {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Server {
    pub async fn start(http: Http, router: Router) -> Self {
        Self::on(TcpListener::bind(("127.0.0.1", 0)).await.unwrap(), http, router)
    }

    pub fn on(listener: TcpListener, http: Http, router: Router) -> Self {
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            http.serve(listener, router, async { drop(stopped.await) }).await;
        });
        Self { address, stop, serving }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

/// Writes, and reads until the server closes the connection.
pub async fn exchange(mut stream: TcpStream, bytes: &[u8]) -> String {
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
