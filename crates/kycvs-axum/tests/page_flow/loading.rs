//! What the pages load, and how long browsers keep it.

use std::io::Write;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use tower::ServiceExt;

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
    println!("{bytes} bytes by gzip");
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

#[tokio::test]
async fn what_is_the_same_for_everybody_goes_packed_to_browsers_that_take_it() {
    let visit = Visit::embedded().await;
    let page = visit.look().await;
    for path in loads(&page).iter().map(String::as_str).filter(|path| !path.ends_with("brand.css")).chain(["/embed.js"])
    {
        let plain = get(&visit.host, path).await;
        let asks = Request::builder().uri(path).header("accept-encoding", "gzip, deflate, br");
        let packed = visit.host.router.clone().oneshot(asks.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"), "{path}");
        assert_eq!(packed.headers()["content-encoding"], "gzip", "{path}");
        let packed = packed.into_body().collect().await.unwrap().to_bytes();
        assert!(packed.len() * 2 < plain.text.len(), "{path}");
        assert_eq!(gunzip(&packed), plain.text, "{path}");
    }
    let asks = Request::builder().header("accept-encoding", "gzip");
    assert_eq!(visit.send(asks, Body::empty()).await.header("content-encoding"), "", "a page has what is secret");
}

/// The text of a compressed file, by another program.
fn gunzip(file: &[u8]) -> String {
    let mut gzip =
        Command::new("gzip").args(["-d", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gzip.stdin.take().unwrap().write_all(file).unwrap();
    String::from_utf8(gzip.wait_with_output().unwrap().stdout).unwrap()
}
