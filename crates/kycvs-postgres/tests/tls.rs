//! TLS to a real server, by a connector that a host would take.

use std::error::Error;
use std::sync::{Arc, LazyLock};

use crate::support::builder;
use kycvs_postgres::{MigrateError, OpenError};
use kycvs_store::{ConsentLedger, Entry, Key};
use kycvs_test_servers::Postgres;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// Who vouches for the server.
static AUTHORITY: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| authority("ours"));

/// A server whose certificate is for `localhost`.
static SERVER: LazyLock<Postgres> = LazyLock::new(|| {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &AUTHORITY).unwrap();
    Postgres::start_with_tls(&certificate.pem(), &key.serialize_pem())
});

#[tokio::test]
async fn a_server_whose_authority_is_trusted_is_reached_by_tls_alone() {
    let builder = builder(&url("localhost")).tls(trusting(&AUTHORITY));
    builder.migrate().await.unwrap();
    let store = builder.open().await.unwrap();
    let id = Key::lasting([7; 14]);
    store.record(vec![Entry { id, seq: 0, body: b"the artefact".to_vec() }], vec![]).await.unwrap();
    assert_eq!(store.read(&id).await.unwrap(), [b"the artefact"]);
    let connections = "SELECT bool_and(ssl), count(*) > 0 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE backend_type = 'client backend' AND application_name <> 'psql'";
    assert_eq!(SERVER.sql("postgres", connections), "t|t");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_or_of_another_name_is_refused_and_told() {
    for (host, trusted, why) in
        [("localhost", &authority("another"), "UnknownIssuer"), ("127.0.0.1", &*AUTHORITY, "not valid for name")]
    {
        let refused = builder(&url(host)).tls(trusting(trusted)).open().await.unwrap_err();
        assert!(matches!(refused, OpenError::Unreachable(_)), "{refused:?}");
        assert!(told(&refused).contains("certificate") && told(&refused).contains(why), "{}", told(&refused));
    }
}

/// A plain connection to this machine is fine, unless the URL asks for TLS.
#[tokio::test]
async fn a_url_that_requires_tls_needs_a_connector() {
    let required = builder(&format!("{}?sslmode=require", url("localhost")));
    assert!(matches!(required.migrate().await, Err(MigrateError::Open(OpenError::NoTls))));
    let refused = required.open().await.unwrap_err();
    assert_eq!(refused.to_string(), "the connection must be TLS: give a TLS connector, or say sslmode=disable");
}

fn url(host: &str) -> String {
    format!("postgres://postgres@{host}:{}/postgres", SERVER.port())
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn trusting(authority: &CertifiedIssuer<'static, KeyPair>) -> MakeRustlsConnect {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth())
}

/// All that an error and its causes say.
fn told(error: &(dyn Error + 'static)) -> String {
    let source = error.source().map(told).unwrap_or_default();
    format!("{error} {source}")
}
