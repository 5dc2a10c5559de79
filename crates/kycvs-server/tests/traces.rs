//! Traces of calls, as a collector of OpenTelemetry receives them.
#![cfg(feature = "otlp")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use crate::support::{Bookings, Files, configuration, railway, run, serve};

/// What came to a collector, by its path.
type Received = mpsc::Receiver<(String, Vec<u8>)>;

/// Takes requests until the test ends, each over a connection of its own.
fn collector() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if send.send(take(stream.unwrap())).is_err() {
                return;
            }
        }
    });
    (url, receive)
}

fn take(stream: TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if let Some(value) = line.strip_prefix("content-type:") {
            assert_eq!(value.trim(), "application/x-protobuf");
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader
        .get_mut()
        .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")
        .unwrap();
    (first, body)
}

/// A field of a message of Protocol Buffers.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a number");
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

/// The fields of a message by their numbers.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let long = match tag & 7 {
            0 => {
                fields.push((tag >> 3, Field::Number(varint(&mut bytes))));
                continue;
            }
            1 => 8,
            2 => usize::try_from(varint(&mut bytes)).unwrap(),
            5 => 4,
            other => panic!("a field of kind {other}"),
        };
        let (value, rest) = bytes.split_at(long);
        fields.push((tag >> 3, Field::Bytes(value)));
        bytes = rest;
    }
    fields
}

/// The messages in a field.
fn within(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).into_iter().filter_map(move |(found, field)| match field {
        Field::Bytes(bytes) if found == number => Some(bytes),
        _ => None,
    })
}

/// A `KeyValue`: texts as they are, and numbers and truths in digits.
fn attribute(message: &[u8]) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let value = match fields(within(message, 2).next().expect("a value")).pop().expect("a value") {
        (1, Field::Bytes(value)) => text(value),
        (4, Field::Bytes(value)) => f64::from_le_bytes(value.try_into().unwrap()).to_string(),
        (_, Field::Number(value)) => value.to_string(),
        (kind, _) => panic!("a value of kind {kind}"),
    };
    (text(within(message, 1).next().expect("a key")), value)
}

/// The attributes of each span, by opentelemetry-proto's trace.proto.
fn spans(request: &[u8]) -> Vec<BTreeMap<String, String>> {
    let scopes = within(request, 1).flat_map(|resource| within(resource, 2).collect::<Vec<_>>());
    let spans = scopes.flat_map(|scope| within(scope, 2).collect::<Vec<_>>());
    spans.map(|span| within(span, 9).map(attribute).collect()).collect()
}

#[test]
fn a_collector_gets_a_span_of_each_call_with_route_status_time_and_entity_and_nothing_of_a_person() {
    let (url, received) = collector();
    let (folder, bookings) = (Files::new(), Bookings::start());
    let config = folder.file("kycvs.toml", configuration(&bookings.settings()));
    let data = folder.path("data");
    let registry = folder.file("registry.csv", Bookings::registry(10));
    assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 0);
    // What is logged is another matter.
    let mut server = serve(&["--config", &config, "--data", &data, "--otlp", &url, "--log-level", "off"]);
    let client = railway(&server);
    let booked = bookings.book(&client).unwrap_or_else(|refused| panic!("{}", refused.text));
    assert_eq!(client.get("/v1/no-such-path/9000000000").status, 404);
    // What is left is sent at the end.
    assert_eq!(server.terminate(), Some(0));
    let (mut sent, mut all) = (Vec::new(), Vec::new());
    while let Ok((first, body)) = received.recv_timeout(std::time::Duration::from_millis(200)) {
        assert_eq!(first.trim(), "POST /v1/traces HTTP/1.1");
        sent.extend(spans(&body));
        all.extend(body);
    }
    let of = |route: &str| sent.iter().find(|span| span.get("route").is_some_and(|of| of == route)).expect(route);
    let confirm = of("/v1/status-requests/{id}/confirm");
    assert_eq!(
        (confirm["method"].as_str(), confirm["status"].as_str(), confirm["entity"].as_str()),
        ("POST", "200", "rail")
    );
    assert!(confirm["duration_ms"].parse::<f64>().unwrap() > 0.0);
    assert_eq!(of("none")["status"], "404");
    let all = String::from_utf8_lossy(&all);
    assert!(all.contains("kycvs"));
    for personal in ["9000000000", "Imran", "Sheikh", &booked.consent, &booked.token, crate::support::railway_key()] {
        assert!(!all.contains(personal), "{personal} is in a trace");
    }
}

#[test]
fn a_collector_that_is_away_costs_traces_and_no_call() {
    let folder = Files::new();
    let nobody = format!("http://127.0.0.1:{}", kycvs_test_servers::free_port());
    let mut server = serve(&["--data", &folder.path("data"), "--otlp", &nobody]);
    assert_eq!(railway(&server).get("/healthz").status, 200);
    assert_eq!(server.terminate(), Some(0));
    let ran = run("kycvs", ["serve", "--data", &folder.path("data"), "--otlp", "ftp://collector"]);
    assert_eq!((ran.status, ran.stderr.contains("--otlp")), (2, true), "{}", ran.stderr);
}
