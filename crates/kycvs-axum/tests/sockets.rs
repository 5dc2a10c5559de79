//! What only a socket shows: bodies that are slow, too long or not as long as they say, clients that do not read, and the end
//! of a server.

use std::sync::Arc;

use crate::support::server::{Server, exchange};
use crate::support::{Host, RAIL, ask};
use async_trait::async_trait;
use kycvs::{OtpMessage, OtpSender, SendError};
use kycvs_axum::{Config, HttpLimits};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

async fn server(host: &Host) -> Server {
    Server::start(host.http.clone(), host.router.clone()).await
}

fn head(length: &str) -> String {
    format!(
        "POST /v1/status-requests HTTP/1.1\r\nHost: kycvs\r\nAuthorization: Bearer {RAIL}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n{length}\r\n\r\n"
    )
}

fn is(code: &str, answer: &str) {
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_timed_out() {
    let limits: [fn(&mut HttpLimits); 2] = [|limits| limits.body_seconds = 1, |limits| limits.call_seconds = 1];
    for limit in limits {
        let host = Host::with(|config| limit(&mut config.limits), |builder| builder).await;
        let server = server(&host).await;
        let started = format!("{}{{\"mobile\":", head("Content-Length: 200"));
        is("timed-out", &exchange(server.connect().await, started.as_bytes()).await);
        let chunked = format!("{}5\r\n{{\"mob\r\n", head("Transfer-Encoding: chunked"));
        is("timed-out", &exchange(server.connect().await, chunked.as_bytes()).await);
        assert!(host.sms.messages().is_empty());
    }
}

#[tokio::test]
async fn slow_bodies_keep_nobody_from_being_answered() {
    let host = Host::with(
        |config| (config.limits.concurrent_calls, config.limits.concurrent_sends) = (2, 1),
        |builder| builder,
    )
    .await;
    let server = server(&host).await;
    let mut slow = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect().await;
        let begins = head("Content-Length: 200\r\nExpect: 100-continue");
        stream.write_all(begins.as_bytes()).await.unwrap();
        // The server says this when it begins to read the body.
        let mut says = [0; 12];
        stream.read_exact(&mut says).await.unwrap();
        assert_eq!(&says, b"HTTP/1.1 100");
        slow.push(stream);
    }
    let call = b"GET /.well-known/jwks.json HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n";
    let answer = exchange(server.connect().await, call).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_is_too_large_whatever_it_says_of_its_length() {
    let host = Host::new().await;
    let server = server(&host).await;
    // Chunked, so that no length is told, and just as much as shows that it is too much.
    let much = " ".repeat(16 * 1024 + 1);
    let chunked = format!("{}{:x}\r\n{much}\r\n", head("Transfer-Encoding: chunked"), much.len());
    is("too-large", &exchange(server.connect().await, chunked.as_bytes()).await);
    let told = format!("{}{much}", head("Content-Length: 1000000"));
    is("too-large", &exchange(server.connect().await, told.as_bytes()).await);
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_as_long_as_it_says_asks_for_nothing() {
    let host = Host::new().await;
    let server = server(&host).await;
    let short = format!("{}{}", head("Content-Length: 20"), ask());
    is("invalid-request", &exchange(server.connect().await, short.as_bytes()).await);

    let mut stream = server.connect().await;
    stream.write_all(format!("{}{}", head("Content-Length: 2000"), ask()).as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.is_empty() || answer.contains("\"code\":\"invalid-request\""), "{answer}");

    let two_lengths = format!("{}{}", head("Content-Length: 2\r\nContent-Length: 200"), ask());
    assert!(exchange(server.connect().await, two_lengths.as_bytes()).await.starts_with("HTTP/1.1 400"));
    assert!(host.sms.messages().is_empty());
}

#[tokio::test]
async fn headers_that_never_end_are_waited_for_no_longer_than_it_says() {
    let host = Host::with(|config| config.limits.header_seconds = 1, |builder| builder).await;
    let server = server(&host).await;
    let answer = exchange(server.connect().await, b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\nX-Slow: ").await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn headers_that_come_byte_by_byte_are_waited_for_no_longer() {
    let host = Host::with(|config| config.limits.header_seconds = 1, |builder| builder).await;
    let server = server(&host).await;
    let mut stream = server.connect().await;
    let started = std::time::Instant::now();
    while started.elapsed() < std::time::Duration::from_secs(20) && stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_connection_is_kept_between_calls_for_longer_than_headers_may_take() {
    let configure = |config: &mut Config| {
        config.limits.header_seconds = 1;
        config.limits.keep_alive_seconds = 3;
    };
    let host = Host::with(configure, |builder| builder).await;
    let server = server(&host).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\n\r\n").await.unwrap();
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    }
    let started = std::time::Instant::now();
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0, "an idle connection ends");
    assert!(started.elapsed() > std::time::Duration::from_millis(500), "and no sooner than it may");
}

#[tokio::test]
async fn what_a_proxy_may_read_differently_is_refused() {
    let host = Host::new().await;
    let server = server(&host).await;
    let good = "GET /healthz HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n";
    assert!(exchange(server.connect().await, good.as_bytes()).await.starts_with("HTTP/1.1 200"));
    for bad in [
        good.replace("kycvs\r\n", "kycvs\n"),
        good.replace("1.1\r\n", "1.1\n"),
        good.replace("\r\n\r\n", "\r\n\n"),
        good.replace("\r\n\r\n", "\n\n"),
        good.replace("Host: kycvs\r\n", ""),
        good.replace("Host: kycvs\r\n", "Host: kycvs\r\nHost: other\r\n"),
    ] {
        let answer = exchange(server.connect().await, bad.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bad:?}: {answer}");
    }
    // A body may have any bytes.
    let body = "{\n\n}\n";
    let call = format!("{}{body}", head(&format!("Content-Length: {}", body.len())));
    is("invalid-request", &exchange(server.connect().await, call.as_bytes()).await);
}

#[tokio::test]
async fn headers_of_more_than_16_kib_are_refused() {
    let host = Host::new().await;
    let server = server(&host).await;
    let long = format!("GET /healthz HTTP/1.1\r\nHost: kycvs\r\nX-Long: {}\r\n\r\n", "x".repeat(17 << 10));
    let answer = exchange(server.connect().await, long.as_bytes()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_serves_on_while_it_is_not_ready() {
    let host = Host::with(|config| config.limits.drain_seconds = 3, |builder| builder).await;
    let server = server(&host).await;
    let address = server.address;
    let get = async |path: &str| {
        let call = format!("GET {path} HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n");
        exchange(tokio::net::TcpStream::connect(address).await.unwrap(), call.as_bytes()).await
    };
    assert!(get("/readyz").await.starts_with("HTTP/1.1 200"));
    let stopping = tokio::spawn(server.stop());
    while get("/readyz").await.starts_with("HTTP/1.1 200") {}
    assert!(get("/.well-known/jwks.json").await.starts_with("HTTP/1.1 200"));
    stopping.await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn who_never_reads_makes_room_for_others() {
    let configure = |config: &mut Config| {
        config.limits.connections = 1;
        config.limits.write_seconds = 1;
    };
    let host = Host::with(configure, |builder| builder).await;
    let server = server(&host).await;
    let call = "GET /openapi.json HTTP/1.1\r\nHost: kycvs\r\n\r\n";
    let mut deaf = server.connect().await;
    deaf.write_all(call.repeat(400).as_bytes()).await.unwrap();

    let other = b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n";
    let answer = exchange(server.connect().await, other).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(deaf);
}

#[tokio::test]
async fn a_connection_too_many_waits_until_there_is_room() {
    let host = Host::with(|config| config.limits.connections = 1, |builder| builder).await;
    let server = server(&host).await;
    let call = b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\n\r\n";
    let mut first = server.connect().await;
    first.write_all(call).await.unwrap();
    let mut some = [0; 12];
    first.read_exact(&mut some).await.unwrap();
    assert_eq!(&some, b"HTTP/1.1 200");

    let second = tokio::spawn(exchange(
        server.connect().await,
        b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n",
    ));
    first.write_all(call).await.unwrap();
    first.read_exact(&mut some).await.unwrap();
    assert!(!second.is_finished());
    drop(first);
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_server_that_stops_ends_what_it_began() {
    let host = Host::new().await;
    let server = server(&host).await;
    let address = server.address;
    let mut stream = server.connect().await;
    let body = ask().to_string();
    let (some, rest) = body.split_at(10);
    stream.write_all(format!("{}{some}", head(&format!("Content-Length: {}", body.len()))).as_bytes()).await.unwrap();
    // An answered call on the same server: by then the first connection is accepted, too.
    exchange(server.connect().await, b"GET /healthz HTTP/1.1\r\nHost: kycvs\r\nConnection: close\r\n\r\n").await;

    let stopping = tokio::spawn(server.stop());
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    stopping.await.unwrap();
}

/// A gateway that was given a message and never answers.
struct Silent(Semaphore);

#[async_trait]
impl OtpSender for Silent {
    async fn send(&self, _: OtpMessage) -> Result<(), SendError> {
        self.0.add_permits(1);
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_is_counted_and_finds_the_second_step_when_it_comes_back() {
    let gateway = Arc::new(Silent(Semaphore::new(0)));
    let host = Host::with(|_| {}, |builder| builder.sender(gateway.clone())).await;
    let visit = json!({ "purpose": "railway-booking", "origin": "https://rail.example" });
    let opened = host.post(RAIL, "/v1/embed-sessions", &visit).await.json();
    let page = format!("/embed/{}", opened["id"].as_str().unwrap());
    let server = server(&host).await;
    let get =
        |cookie: &str| format!("GET {page} HTTP/1.1\r\nHost: kycvs\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    let first = exchange(server.connect().await, get("").as_bytes()).await;
    let key = first.split("kycvs-visit=").nth(1).unwrap().split(';').next().unwrap();
    let form = format!("action=ask&mobile=9876543210&name=Imran+Sheikh&key={key}");
    let post = format!(
        "POST {page} HTTP/1.1\r\nHost: kycvs\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = server.connect().await;
    stream.write_all(post.as_bytes()).await.unwrap();
    gateway.0.acquire().await.unwrap().forget();
    drop(stream);

    let counted = "kycvs_hung_up_total{method=\"POST\",route=\"/embed/{id}\"} 1";
    while !host.get("", "/metrics").await.text.contains(counted) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let again = exchange(server.connect().await, get(&format!("kycvs-visit={key}")).as_bytes()).await;
    assert!(again.contains("name=\"otp\"") && again.contains("name=\"notice_hash\""), "{again}");
    server.stop().await;
}
