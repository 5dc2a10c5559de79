//! The public log over HTTP: what a stranger reads, and what an entity proves.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::support::{AIR, Answer, Host, RAIL};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use http_body_util::BodyExt;
use kycvs::consent::{ConsentId, WithdrawnBy};
use kycvs::token::{Algorithm, SigningKey};
use kycvs::transparency::{Checkpoint, Hash, Note, Plan, ProofFile, TileId, Tiles, hash_leaf, read_bundle};
use kycvs::{LogState, PublicLog, leaf_of};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

const HOUR: i64 = 3600;

async fn host() -> Host {
    let signer = Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap());
    Host::with(|_| {}, |builder| builder.log(PublicLog::new("kycvs.example/log", signer).unwrap())).await
}

async fn get(host: &Host, path: &str) -> Answer {
    host.send(Request::builder().uri(path), Body::empty()).await
}

/// What is no text.
async fn bytes(host: &Host, path: &str) -> (String, Vec<u8>) {
    let peer: SocketAddr = ([192, 0, 2, 1], 4711).into();
    let request = Request::builder().uri(path).extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
    let answer = host.router.clone().oneshot(request).await.unwrap();
    let kept = answer.headers()["cache-control"].to_str().unwrap().to_owned();
    (kept, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn proof(host: &Host, key: &str, id: &str) -> Answer {
    let call = Request::builder().uri(format!("/v1/consents/{id}/proof"));
    host.send(call.header("authorization", format!("Bearer {key}")), Body::empty()).await
}

async fn granted(host: &Host) -> String {
    let open = host.open().await;
    host.confirm_rightly(&open).await.json()["consent_id"].as_str().unwrap().to_owned()
}

/// The entity proves with its token, the proof and the log's key that the consent is in the log.
#[tokio::test]
async fn an_entity_proves_that_its_consent_is_in_the_log() {
    let host = host().await;
    assert_eq!(host.service.keep().await.unwrap().log, LogState::Published(256));
    let id = granted(&host).await;
    let not_yet = proof(&host, RAIL, &id).await;
    assert_eq!(not_yet.status, 404, "not yet");
    let wait: i64 = not_yet.header("retry-after").parse().unwrap();
    assert!((1..=HOUR + 60).contains(&wait), "{wait}");
    host.advance(HOUR);
    assert_eq!(host.service.keep().await.unwrap().log, LogState::Published(512));

    let answer = proof(&host, RAIL, &id).await;
    assert_eq!(answer.status, 200);
    let file = ProofFile::parse(&answer.text).unwrap();
    let record = host.service.consent(&ConsentId::parse(&id).unwrap()).await.unwrap().unwrap();
    let hash: [u8; 32] = Sha256::digest(record.consent.to_bytes().unwrap()).into();
    let salt = file.extra.as_deref().unwrap().try_into().unwrap();
    let log = host.service.log_key().unwrap();
    assert_eq!(file.verify(&hash_leaf(&leaf_of(salt, 0, &hash)), log).unwrap().size, 512);
    assert!(file.verify(&hash_leaf(&leaf_of(salt, 1, &hash)), log).is_err());

    assert_eq!(proof(&host, AIR, &id).await.status, 404, "another entity's");
    assert_eq!(proof(&host, RAIL, "bm90IGEgcmVhbCBpZCEhIQ").await.status, 404);
}

/// Each event of a consent adds a leaf; repeating it adds none.
#[tokio::test]
async fn a_withdrawal_has_a_leaf_of_its_own() {
    let host = host().await;
    let id = ConsentId::parse(&granted(&host).await).unwrap();
    for _ in 0..2 {
        host.service.withdraw(&id, WithdrawnBy::Person).await.unwrap();
    }
    host.service.keep().await.unwrap();
    let (given, withdrawn) = (host.service.log_proof(&id, 0).await, host.service.log_proof(&id, 1).await);
    assert_ne!(given.unwrap().unwrap().index, withdrawn.unwrap().unwrap().index);
    assert!(matches!(host.service.log_proof(&id, 2).await, Err(kycvs::Error::NotFound)));
}

/// A stranger rebuilds the tree from what is served, and gets the root that is signed.
#[tokio::test]
async fn a_stranger_rebuilds_the_tree_from_what_is_served() {
    let host = host().await;
    granted(&host).await;
    for _ in 0..3 {
        host.service.keep().await.unwrap();
        host.advance(HOUR);
    }
    let answer = get(&host, "/log/checkpoint").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let note = Note::parse(&answer.text).unwrap();
    assert!(host.service.log_key().unwrap().verifies(&note));
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("kycvs.example/log", 768));
    let mut tiles = Tiles::default();
    for index in 0..3 {
        let (kept, bundle) = bytes(&host, &format!("/log/tile/entries/00{index}")).await;
        assert!(kept.contains("immutable"), "{kept}");
        let hashes: Vec<Hash> = read_bundle(&bundle).unwrap().into_iter().map(hash_leaf).collect();
        let (_, tile) = bytes(&host, &format!("/log/tile/0/00{index}")).await;
        assert_eq!(tile, hashes.iter().flat_map(|hash| hash.0).collect::<Vec<_>>());
        tiles.insert(TileId { level: 0, index, width: 256 }, &tile).unwrap();
    }
    tiles.insert(TileId { level: 1, index: 0, width: 3 }, &bytes(&host, "/log/tile/1/000.p/3").await.1).unwrap();
    assert_eq!(Plan::root(768).hashes(&tiles).unwrap(), [checkpoint.root]);
    for path in
        ["/log/tile/0/003", "/log/tile/1/000", "/log/tile/entries/0", "/log/tile/x", "/log/tile/0/../checkpoint"]
    {
        assert_eq!(get(&host, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_host_without_a_log_has_nothing_to_serve() {
    let host = Host::new().await;
    let id = granted(&host).await;
    assert_eq!(host.service.keep().await.unwrap().log, LogState::Off);
    for path in ["/log/checkpoint", "/log/tile/0/000"] {
        assert_eq!(get(&host, path).await.status, 404, "{path}");
    }
    assert_eq!(proof(&host, RAIL, &id).await.status, 404);
}
