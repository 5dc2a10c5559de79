//! A gateway that fails in every way: what the sender says, and that no message is sent twice.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::{Server, message, reason};
use kycvs::OtpSender;
use kycvs::consent::Language;
use kycvs_sms::{HttpGateway, HttpGatewayBuilder, Transport};
use kycvs_test_servers::free_port;

fn gateway(url: &str) -> HttpGatewayBuilder {
    let gateway = HttpGateway::post(url).header("authorization", "Bearer secret-key");
    gateway.json(r#"{"to": "{to}", "text": "{text}"}"#)
}

/// Gives up soon, for a gateway that never ends its answer. A busy machine still has time for the part that comes.
fn in_haste(gateway: HttpGatewayBuilder) -> HttpGatewayBuilder {
    let limit = Duration::from_secs(3);
    gateway.transport(Transport::new().unwrap().timeouts(limit, limit))
}

/// Sends one message to a server, which gets it once; says what came of it.
async fn outcome(server: &Server) -> String {
    outcome_with(server, |gateway| gateway).await
}

async fn outcome_with(server: &Server, adjust: impl FnOnce(HttpGatewayBuilder) -> HttpGatewayBuilder) -> String {
    let message = message(Language::English).await;
    let sent = adjust(gateway(&server.url())).build().unwrap().send(message.clone()).await;
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "sent once, whatever came of it");
    assert!(requests[0].contains("+919876543210"));
    sent.map_or_else(|error| reason(&error, &message), |()| "Ok".to_owned())
}

#[tokio::test]
async fn a_gateway_that_refuses_connections_is_unreachable() {
    let message = message(Language::English).await;
    let nobody = gateway(&format!("http://127.0.0.1:{}/", free_port())).build().unwrap();
    assert_eq!(reason(&nobody.send(message.clone()).await.unwrap_err(), &message), "Unreachable");
    assert!(nobody.check().await.is_err());
    let unknown = gateway("https://no-such-host.invalid/").build().unwrap();
    assert_eq!(reason(&unknown.send(message.clone()).await.unwrap_err(), &message), "Unreachable");
}

#[tokio::test]
async fn after_the_request_was_written_nobody_knows_and_nothing_is_repeated() {
    for words in [
        "",
        "HTTP/1.1 200 OK\r\nContent-",
        "HTTP/1.1",
        "220 mail.example ESMTP\r\n",
        "\0\u{1}\u{2}garbage",
        "HTTP/1.1 2x0 OK\r\n\r\n",
    ] {
        assert_eq!(outcome(&Server::saying(words)).await, "Uncertain", "{words:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_accepts_and_closes_is_not_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            drop(stream);
        }
    });
    let message = message(Language::English).await;
    let sent = gateway(&url).build().unwrap().send(message.clone()).await;
    assert_eq!(reason(&sent.unwrap_err(), &message), "Uncertain");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_gateway_that_never_answers_is_given_up_and_not_asked_again() {
    // It waits until the sender hangs up.
    let silent = Server::start(|stream| drop(stream.read(&mut [0; 1])));
    assert_eq!(outcome_with(&silent, in_haste).await, "Uncertain");
}

#[tokio::test]
async fn a_gateway_that_never_ends_its_head_is_given_up() {
    let endless = Server::start(|stream| {
        if stream.write_all(b"HTTP/1.1 200 OK\r\n").is_ok() {
            pour(stream, b"x-more: and more\r\n");
        }
    });
    assert_eq!(outcome_with(&endless, in_haste).await, "Uncertain");
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status_and_not_repeated() {
    for (words, want) in [
        ("HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno.", "Refused"),
        ("HTTP/1.1 404 Not Found\r\n\r\n", "Refused"),
        ("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n\r\n", "Refused"),
        ("HTTP/1.1 500 Oh\r\n\r\n+919876543210", "Refused"),
        ("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n\r\n", "Refused"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "Unconfirmed"),
        ("HTTP/1.1 504 Gateway Timeout\r\n\r\n", "Unconfirmed"),
        ("HTTP/1.1 401 Who\r\n\r\n", "Credentials"),
        ("HTTP/1.1 403 No\r\n\r\n", "Credentials"),
    ] {
        assert_eq!(outcome(&Server::saying(words)).await, want, "{words:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::saying("HTTP/1.1 200 OK\r\n\r\n");
    let url = elsewhere.url();
    let server = Server::start(move |stream| {
        let answer = format!("HTTP/1.1 307 There\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).unwrap();
    });
    assert_eq!(outcome(&server).await, "Refused");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_endless_body_is_read_to_a_limit() {
    let endless = || {
        Server::start(|stream| {
            if stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").is_ok() {
                pour(stream, &[b'x'; 1000]);
            }
        })
    };
    assert_eq!(outcome_with(&endless(), in_haste).await, "Ok");
    let answered = outcome_with(&endless(), |gateway| in_haste(gateway).answers_with("accepted")).await;
    assert_eq!(answered, "UnexpectedAnswer");
}

#[tokio::test]
async fn a_success_that_breaks_off_is_judged_by_what_came() {
    let half = || Server::saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\naccepted");
    assert_eq!(outcome(&half()).await, "Ok");
    assert_eq!(outcome_with(&half(), |gateway| gateway.answers_with("accepted")).await, "Ok");
    assert_eq!(outcome_with(&half(), |gateway| gateway.answers_with("queued")).await, "UnexpectedAnswer");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_judged_by_what_came() {
    let slow = Server::start(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\naccepted").unwrap();
        drop(stream.read(&mut [0; 1]));
    });
    assert_eq!(outcome_with(&slow, |gateway| in_haste(gateway).answers_with("accepted")).await, "Ok");
}

#[tokio::test]
async fn a_line_break_in_a_header_is_refused_and_nothing_is_sent() {
    let server = Server::saying("HTTP/1.1 200 OK\r\n\r\n");
    let message = message(Language::English).await; // its last line stands alone
    let gateway = gateway(&server.url()).header("x-text", "{text}").build().unwrap();
    assert_eq!(reason(&gateway.send(message.clone()).await.unwrap_err(), &message), "HeaderValue");
    assert!(server.requests().is_empty());
}

/// Writes until the other side has had enough.
fn pour(stream: &mut TcpStream, bytes: &[u8]) {
    while stream.write_all(bytes).is_ok() {}
}
