//! Https: whom it trusts, and that a connection that fails before anything was written is made again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{message, reason};
use kycvs::OtpSender;
use kycvs::consent::Language;
use kycvs_sms::{HttpGateway, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A gateway with a certificate of its own, that hangs up on its first connections before the handshake.
struct Gateway {
    port: u16,
    /// Its certificate, in PEM.
    root: String,
    connections: Arc<AtomicUsize>,
    messages: Arc<AtomicUsize>,
}

async fn gateway(hangs_up: usize) -> Gateway {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, messages) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (connected, taken) = (connections.clone(), messages.clone());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if connected.fetch_add(1, Ordering::SeqCst) < hangs_up {
                continue;
            }
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            if stream.read(&mut request).await.unwrap_or(0) > 0 {
                taken.fetch_add(1, Ordering::SeqCst);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
            }
        }
    });
    Gateway { port, root: certified.cert.pem(), connections, messages }
}

fn sender(gateway: &Gateway, transport: Transport) -> HttpGateway {
    let url = format!("https://127.0.0.1:{}/send", gateway.port);
    HttpGateway::post(&url).form([("to", "{to}"), ("text", "{text}")]).transport(transport).build().unwrap()
}

#[tokio::test]
async fn a_handshake_that_breaks_is_tried_again_and_the_message_goes_once() {
    let gateway = gateway(2).await;
    let transport = Transport::trusting(gateway.root.as_bytes()).unwrap();
    sender(&gateway, transport).send(message(Language::Tamil).await).await.unwrap();
    assert_eq!(gateway.connections.load(Ordering::SeqCst), 3);
    assert_eq!(gateway.messages.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_tries_are_bounded() {
    let gateway = gateway(100).await;
    let sender = sender(&gateway, Transport::trusting(gateway.root.as_bytes()).unwrap());
    let message = message(Language::English).await;
    assert_eq!(reason(&sender.send(message.clone()).await.unwrap_err(), &message), "Unreachable");
    assert_eq!(gateway.connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_gets_no_message() {
    let gateway = gateway(0).await;
    let sender = sender(&gateway, Transport::new().unwrap());
    let message = message(Language::English).await;
    assert_eq!(reason(&sender.send(message.clone()).await.unwrap_err(), &message), "Unreachable");
    assert!(sender.check().await.is_err());
    assert_eq!(gateway.messages.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_check_reaches_the_gateway_and_sends_nothing() {
    let gateway = gateway(0).await;
    sender(&gateway, Transport::trusting(gateway.root.as_bytes()).unwrap()).check().await.unwrap();
    assert_eq!(gateway.connections.load(Ordering::SeqCst), 1);
    assert_eq!(gateway.messages.load(Ordering::SeqCst), 0);
}
