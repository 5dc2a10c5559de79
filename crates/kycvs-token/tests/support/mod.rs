//! What the tests share: the published test keys, one set of claims, and a forger.
#![allow(dead_code)] // each test file uses a part of it

pub(crate) mod codes;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs_token::{
    Algorithm, ConsentReference, DEFAULT_LIFETIME, EvidenceKind, KeyRing, Signer, SigningKey, StatusClaims,
    TokenVerifier, VaccinationStatus,
};

pub(crate) const ISSUER: &str = "https://kycvs.example";
pub(crate) const AUDIENCE: &str = "irctc";

/// The time at which golden tokens are issued: 2022-01-01T00:00:00Z.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_640_995_200, 0).unwrap()
}

pub(crate) fn claims() -> StatusClaims {
    StatusClaims {
        audience: AUDIENCE.into(),
        subject: "wB0pmVJ0jXkWv9qPZrZz1Q".into(),
        token_id: "x1o7Bq0mS2u6kq3gQy3v5A".into(),
        issued_at: now(),
        expires_at: now() + DEFAULT_LIFETIME,
        status: VaccinationStatus::FullyVaccinated,
        as_of: NaiveDate::from_ymd_opt(2022, 1, 1).unwrap(),
        evidence: EvidenceKind::Registry,
        policy: "in-kyc-vs/1".into(),
        purpose: "railway-booking".into(),
        reference: Some("PNR 4512345678".into()),
        consent: ConsentReference {
            id: "Zm9vYmFyYmF6cXV4MDEyMw".into(),
            hash: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg".into(),
        },
        bearer: None,
        status_list: None,
    }
}

/// A published test key.
pub(crate) fn test_key(algorithm: Algorithm) -> SigningKey {
    let pem = test_key_pem(algorithm);
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    SigningKey::from_pkcs8(algorithm, &BASE64_STANDARD.decode(body).unwrap()).unwrap()
}

/// The same in PEM, without the line that says what it is.
pub(crate) fn test_key_pem(algorithm: Algorithm) -> &'static str {
    let file = match algorithm {
        Algorithm::Es256 => include_str!("../golden/keys/TEST-ONLY-es256.pem"),
        Algorithm::EdDsa => include_str!("../golden/keys/TEST-ONLY-eddsa.pem"),
    };
    &file[file.find("-----BEGIN").unwrap()..]
}

pub(crate) fn verifier() -> TokenVerifier {
    let keys = [Algorithm::Es256, Algorithm::EdDsa].map(|algorithm| test_key(algorithm).public_key().clone());
    TokenVerifier::new(ISSUER, KeyRing::new(keys).unwrap())
}

/// The header that our issuer writes for a key.
pub(crate) fn header(key: &SigningKey) -> String {
    let public = key.public_key();
    format!(r#"{{"alg":"{}","typ":"kycvs+jwt","kid":"{}"}}"#, public.algorithm().name(), public.key_id())
}

/// The payload that our issuer writes for [`claims`].
pub(crate) fn payload() -> String {
    concat!(
        r#"{"iss":"https://kycvs.example","aud":"irctc","sub":"wB0pmVJ0jXkWv9qPZrZz1Q","jti":"x1o7Bq0mS2u6kq3gQy3v5A","#,
        r#""iat":1640995200,"exp":1641081600,"vaccination_status":2,"as_of":"2022-01-01","evidence":"registry","#,
        r#""policy":"in-kyc-vs/1","purpose":"railway-booking","reference":"PNR 4512345678","consent":{"id":"Zm9vYmFyYmF6cXV4MDEyMw","#,
        r#""hash":"n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"}}"#
    )
    .to_owned()
}

/// Signs any header and payload, good or bad, as an issuer with the key but without our rules could.
pub(crate) fn forge(header: &str, payload: impl AsRef<[u8]>, key: &SigningKey) -> String {
    let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload));
    let signature = block_on(key.sign(signed.as_bytes())).unwrap();
    format!("{signed}.{}", BASE64URL.encode(signature))
}

/// A presentation with these disclosures, signed by the right key, as an issuer without our rules could make it.
pub(crate) fn presented(disclosures: &[String]) -> String {
    let disclosures: Vec<String> = disclosures.iter().map(|json| BASE64URL.encode(json)).collect();
    let mut digests: Vec<String> = disclosures.iter().map(|text| digest_of(text)).collect();
    digests.sort();
    digests.dedup();
    let digests = serde_json::to_string(&digests).unwrap();
    let payload = payload().replace(r#"{"iss""#, &format!(r#"{{"_sd":{digests},"iss""#));
    let key = test_key(Algorithm::Es256);
    let shown: String = disclosures.iter().map(|text| format!("{text}~")).collect();
    format!("{}~{shown}", forge(&header(&key), payload, &key))
}

/// The digest of a disclosure (RFC 9901 section 4.2.3).
pub(crate) fn digest_of(disclosure: &str) -> String {
    BASE64URL.encode(ring::digest::digest(&ring::digest::SHA256, disclosure.as_bytes()))
}

/// Runs a future of ours, which waits for nothing.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}
