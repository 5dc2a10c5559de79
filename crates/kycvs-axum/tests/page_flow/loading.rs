//! What the pages load, and how long browsers keep it.

use std::io::Write;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;

use crate::support::{Answer, Host};
use crate::visit::Visit;

async fn get(host: &Host, path: &str) -> Answer {
    host.send(Request::builder().uri(path), Body::empty()).await
}

/// What a page loads: its style sheets and its script.
fn loads(page: &Answer) -> Vec<String> {
    let plain = page.text.replace("&#x2f;", "/");
    let addresses = plain.split(['"']).filter(|part| part.starts_with("/assets/"));
    addresses.map(str::to_owned).collect()
}

#[tokio::test]
async fn what_pages_load_is_kept_for_good_under_an_address_of_its_release() {
    let visit = Visit::embedded().await;
    let loaded = loads(&visit.look().await);
    assert!(loaded.len() == 3, "{loaded:?}");
    for path in loaded.iter().chain(&loads(&get(&visit.host, "/verify").await)) {
        let asset = get(&visit.host, path).await;
        assert_eq!(
            (asset.status, asset.header("cache-control")),
            (200, "public, max-age=31536000, immutable"),
            "{path}"
        );
        let (_, file) = path.trim_start_matches("/assets/").split_once('/').unwrap();
        let of_another_release = get(&visit.host, &format!("/assets/0123456789abcdef/{file}")).await;
        assert_eq!((of_another_release.status, of_another_release.header("cache-control")), (200, "no-store"));
    }
}

#[tokio::test]
async fn what_sites_load_is_asked_for_again_and_answered_with_nothing_while_it_is_the_same() {
    let host = Host::new().await;
    let script = get(&host, "/embed.js").await;
    assert_eq!((script.status, script.header("cache-control")), (200, "public, no-cache"));
    for (tags, status) in [(script.header("etag"), 304), ("\"another\"", 200)] {
        let again = Request::builder().uri("/embed.js").header("if-none-match", tags);
        let again = host.send(again, Body::empty()).await;
        assert_eq!((again.status, again.text.is_empty()), (status, status == 304));
        for answer in [&script, &again] {
            let allowed =
                ["access-control-allow-origin", "cross-origin-resource-policy"].map(|name| answer.header(name));
            assert_eq!(allowed, ["*", "cross-origin"], "a site may hold it to a hash, and isolate itself");
        }
    }
}

#[tokio::test]
async fn all_that_the_consent_page_loads_is_below_60_kilobytes() {
    let visit = Visit::embedded().await;
    let page = visit.ask().await;
    let mut bytes = gzip(&page.text) + gzip(&get(&visit.host, "/embed.js").await.text);
    for path in loads(&page) {
        bytes += gzip(&get(&visit.host, &path).await.text);
    }
    assert!(bytes < 60_000, "{bytes}");
}

/// How long a text is when it is compressed.
fn gzip(text: &str) -> usize {
    let mut gzip = Command::new("gzip")
        .args(["-9", "-c"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Debian's package gzip");
    gzip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    gzip.wait_with_output().unwrap().stdout.len()
}
