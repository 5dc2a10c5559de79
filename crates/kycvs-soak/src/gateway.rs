use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

/// The SMS gateway of the rig: it counts what it takes, and keeps the last code of each number as its phone would.
#[derive(Default)]
pub(crate) struct Gateway {
    codes: Mutex<HashMap<String, String>>,
    taken: AtomicU64,
}

impl Gateway {
    /// Starts it on a free port.
    pub(crate) async fn start() -> Result<(Arc<Self>, u16)> {
        let gateway = Arc::new(Self::default());
        let routes = Router::new().route("/send", post(take)).with_state(gateway.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok((gateway, port))
    }

    /// How many messages it took.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::SeqCst)
    }

    /// The last code that was sent to a number.
    pub(crate) fn code(&self, mobile: &str) -> Option<String> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner).get(mobile).cloned()
    }
}

async fn take(State(gateway): State<Arc<Gateway>>, Json(message): Json<Value>) -> StatusCode {
    let (Some(to), Some(code)) = (message["to"].as_str(), message["code"].as_str()) else {
        return StatusCode::BAD_REQUEST;
    };
    gateway.codes.lock().unwrap_or_else(PoisonError::into_inner).insert(to.to_owned(), code.to_owned());
    gateway.taken.fetch_add(1, Ordering::SeqCst);
    StatusCode::OK
}
