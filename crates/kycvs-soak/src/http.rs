use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http_body_util::BodyExt;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::settings::{API_KEY, PATIENCE};

/// A connection to one host that is opened again when it broke.
pub(crate) struct Connection {
    port: u16,
    open: Option<SendRequest<Body>>,
}

impl Connection {
    pub(crate) fn to(port: u16) -> Self {
        Self { port, open: None }
    }

    /// Connects, unless it is connected.
    pub(crate) async fn open(&mut self) -> Result<()> {
        self.sender().await.map(drop)
    }

    /// Posts JSON; returns the status and the JSON of the answer. An error means that nobody knows what came of it.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let answered = timeout(PATIENCE, self.try_post(path, body)).await;
        if !matches!(answered, Ok(Ok(_))) {
            self.open = None;
        }
        answered.context("no answer in time")?
    }

    async fn try_post(&mut self, path: &str, body: &Value) -> Result<(u16, Value)> {
        let sender = self.sender().await?;
        sender.ready().await?;
        let request = Request::post(path)
            .header(HOST, "127.0.0.1")
            .header(AUTHORIZATION, format!("Bearer {API_KEY}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))?;
        let response = sender.send_request(request).await?;
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await?.to_bytes();
        if bytes.is_empty() {
            bail!("an empty answer");
        }
        Ok((status, serde_json::from_slice(&bytes)?))
    }

    async fn sender(&mut self) -> Result<&mut SendRequest<Body>> {
        self.open = match self.open.take() {
            Some(sender) if !sender.is_closed() => Some(sender),
            _ => Some(connect(self.port).await?),
        };
        self.open.as_mut().context("a connection")
    }
}

async fn connect(port: u16) -> Result<SendRequest<Body>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
