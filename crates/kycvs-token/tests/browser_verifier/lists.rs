//! Status lists, as the page reads them and as we do.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{
    Algorithm, MAX_STATUS_LIST_BYTES, MAX_STATUS_LIST_POSITIONS, Standing, StatusClaims, StatusList, StatusListClaims,
    StatusLists, StatusReference, TokenIssuer, Unknown,
};
use serde_json::{Value, json};

use crate::node::browser;
use crate::random::Random;
use crate::support::{ISSUER, block_on, claims, forge, header, now, test_key, verifier};

const URI: &str = "https://kycvs.example/s/4kq07";
const PLACES: [u32; 7] = [0, 3, 7, 8, 63, 64, u32::MAX];

#[test]
fn the_browser_reads_the_same_status_lists() {
    let (mut random, key) = (Random(2025), test_key(Algorithm::Es256));
    let header = header(&key).replace("kycvs+jwt", "statuslist+jwt");
    let lst = |bytes: &[u8]| BASE64URL.encode(miniz_oxide::deflate::compress_to_vec_zlib(bytes, 9));
    let payload = |bits: &str, lst: &str| {
        let (iat, exp) = (now().timestamp(), now().timestamp() + 86_400);
        format!(r#"{{"sub":"{URI}","iat":{iat},"exp":{exp},"ttl":900,"status_list":{{"bits":{bits},"lst":"{lst}"}}}}"#)
    };
    let good = payload("1", &lst(&[8, 1, 0, 0, 0, 0, 0, 128]));
    let pieces = [
        "{",
        "}",
        "\"",
        ":",
        ",",
        "0",
        "1",
        "-",
        "9",
        "1.5",
        "1e9",
        "null",
        "A",
        "_",
        "=",
        "/",
        "\"ttl\":0,",
        "\\u0061",
    ];
    let mut tokens: Vec<String> = (0..1500).map(|_| forge(&header, random.change(&good, &pieces), &key)).collect();
    tokens.extend((0..300).map(|_| random.change(&forge(&header, &good, &key), &["A", ".", "e", "=", " "])));
    let stream = BASE64URL.decode(lst(&[8, 1, 0, 0, 0, 0, 0, 128])).unwrap();
    let streams = (0..stream.len()).map(|end| stream[..end].to_vec()).chain([[&stream[..], b"x"].concat(), Vec::new()]);
    let streams = streams.chain((0..stream.len()).map(|at| {
        let mut damaged = stream.clone();
        damaged[at] ^= 0x10;
        damaged
    }));
    tokens.extend(streams.map(|stream| forge(&header, payload("1", &BASE64URL.encode(stream)), &key)));
    for bytes in [0, 1, 128 << 10, (128 << 10) + 1, 4 << 20] {
        tokens.push(forge(&header, payload("1", &lst(&vec![0x55; bytes])), &key));
    }
    for bits in ["0", "2", "01", "1.0", "\"1\"", "null", "true", "4294967297"] {
        tokens.push(forge(&header, payload(bits, &lst(&[1])), &key));
    }
    for ttl in
        ["0", "-1", "1", "604800", "604801", "9223372036854775", "9223372036854776", "9223372036854775807", "null"]
    {
        tokens.push(forge(&header, good.replace("900", ttl), &key));
    }
    for sub in
        ["https://kycvs.example", "https://kycvs.example/", "https://kycvs.example.evil/s", "/s", "", "a\u{202e}"]
    {
        tokens.push(forge(&header, good.replace(URI, sub), &key));
    }
    tokens.extend([random_list(), "a".repeat(MAX_STATUS_LIST_BYTES), "a".repeat(MAX_STATUS_LIST_BYTES + 1)]);
    agree(tokens.iter().map(|token| (token.as_str(), now(), now())).collect());

    let good = forge(&header, &good, &key);
    let seconds = |seconds| now() + TimeDelta::seconds(seconds);
    let read_at = [-61, -60, 0, 86_459, 86_460].map(|at| (good.as_str(), seconds(at), seconds(at)));
    let told_at = [0, 86_399, 86_400, 86_401].map(|at| (good.as_str(), now(), seconds(at)));
    agree(read_at.into_iter().chain(told_at).collect());
}

/// A list that does not compress, of every length that there may be.
fn random_list() -> String {
    let mut random = Random(2026);
    let mut list = StatusList::new(MAX_STATUS_LIST_POSITIONS).unwrap();
    for index in (0..MAX_STATUS_LIST_POSITIONS).filter(|_| random.below(2) == 0) {
        list.raise(index).unwrap();
    }
    let (issued_at, expires_at) = (now(), now() + TimeDelta::hours(24));
    let claims = StatusListClaims { uri: URI.into(), issued_at, expires_at, time_to_live: None, list };
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(Algorithm::Es256))).unwrap();
    block_on(issuer.issue_status_list(&claims)).unwrap().into_string()
}

/// Compares both on each list, read at one time and asked at another.
fn agree(cases: Vec<(&str, DateTime<Utc>, DateTime<Utc>)>) {
    let task: Vec<_> =
        cases.iter().map(|(list, read, asked)| json!([list, read.timestamp(), PLACES, asked.timestamp()])).collect();
    let theirs = browser(json!({ "lists": task })).lists;
    assert_eq!(theirs.len(), cases.len());
    for ((token, read, asked), theirs) in cases.into_iter().zip(theirs) {
        assert_eq!(theirs, ours(token, read, asked), "{token:.200}");
    }
}

fn ours(token: &str, read: DateTime<Utc>, asked: DateTime<Utc>) -> Value {
    let list = match verifier().verify_status_list(token, read) {
        Ok(list) => list,
        Err(refusal) => return refusal.code().into(),
    };
    let mut lists = StatusLists::default();
    lists.insert(&verifier(), token, read).unwrap();
    let stands = |index| {
        let status_list = Some(StatusReference { uri: list.uri.clone(), index });
        match lists.standing(&StatusClaims { status_list, ..claims() }, asked) {
            Standing::Good { .. } => "good",
            Standing::Revoked { .. } => "revoked",
            Standing::Unknown(Unknown::Stale { .. }) => "stale",
            Standing::Unknown(_) => "unknown",
        }
    };
    let mut json = json!({
        "sub": list.uri,
        "iat": list.issued_at.timestamp(),
        "exp": list.expires_at.timestamp(),
        "positions": list.list.positions(),
        "stands": PLACES.map(stands),
    });
    if let Some(ttl) = list.time_to_live {
        json["ttl"] = ttl.num_seconds().into();
    }
    json
}
