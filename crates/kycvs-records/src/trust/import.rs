//! Public lists of keys, turned into entries of a trust list. They are read when a list is made, never when a certificate is.

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

use super::{Algorithm, Framework, TrustedKey, Use};
use crate::RecordError;
use crate::der::{Certificate, PublicKey};
use crate::json::Json;

/// The longest list of keys, in bytes: 64 MiB. WHO's has some 10 MB.
pub const MAX_SOURCE_BYTES: usize = 64 * 1024 * 1024;

/// What was read of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The keys that can be used.
    pub keys: Vec<TrustedKey>,
    /// The names of the keys that cannot, each with the reason.
    pub skipped: Vec<(String, &'static str)>,
}

/// SHA-256 of the public keys whose private halves DIVOC publishes for demonstrations.
const DEMONSTRATION_KEYS: [&str; 2] =
    ["L5dYhiYPhg+ziz1km2p9Bljlwk8o5Or8OhTKbZgzr64=", "ovOiuPoanJ764zHLNJsnilHOxCwWK1HjjHyH6YFxt6A="];

/// WHO's trust network: a DID document with the signing certificates of its participants (`trustlist/did.json`).
///
/// Of each entry the certificate in `x5c` is read, since x and y of half of them are malformed. Only document signers (`DSC`) are taken, and
/// none of a test participant, whose three letters begin with `XX`.
///
/// # Errors
/// [`RecordError`] when it is no such document.
pub fn did_document(text: &[u8]) -> Result<Imported, RecordError> {
    let json = source(text)?;
    let methods = json.get("verificationMethod").ok_or(RecordError::Shape("verificationMethod"))?;
    let mut imported = Imported::default();
    for method in methods.items() {
        let Some(id) = method.text("id") else {
            let reference = method.as_text().unwrap_or_default();
            imported.skipped.push((reference.to_owned(), "a reference to another document, which is not followed"));
            continue;
        };
        let (scope, _) = id.rsplit_once('#').unwrap_or((id, ""));
        let mut scope = scope.rsplit(':');
        if scope.next() != Some("DSC") {
            imported.skipped.push((id.to_owned(), "the key of an authority, which signs certificates and no records"));
            continue;
        }
        if scope.next().is_some_and(|participant| participant.starts_with("XX")) {
            imported.skipped.push((id.to_owned(), "a test participant"));
            continue;
        }
        let Some(jwk) = method.get("publicKeyJwk") else { continue };
        let Some(leaf) = jwk.get("x5c").and_then(|chain| chain.items().first()).and_then(Json::as_text) else {
            imported.skipped.push((id.to_owned(), "no certificate"));
            continue;
        };
        match BASE64_STANDARD.decode(leaf).map_err(|_| RecordError::Shape("x5c")) {
            Ok(der) => imported.certificate(&der, id),
            Err(_) => imported.skipped.push((id.to_owned(), "the certificate is not Base64")),
        }
    }
    Ok(imported)
}

/// Signing certificates of EU DCC in DER, such as national lists hold.
pub fn certificates<'a>(ders: impl IntoIterator<Item = &'a [u8]>) -> Imported {
    let mut imported = Imported::default();
    ders.into_iter().for_each(|der| imported.certificate(der, "a certificate"));
    imported
}

/// A list of signing certificates of EU DCC in JSON, as national backends publish them, in whatever layout: each text in it that is a
/// certificate in Base64 is one. What comes before the JSON, such as a signature, is passed over: who signed the list is the operator's to
/// check. Certificates of authorities are not taken.
///
/// # Errors
/// [`RecordError`] when there is no JSON.
pub fn certificate_list(text: &[u8]) -> Result<Imported, RecordError> {
    let start = text.iter().position(|byte| matches!(byte, b'{' | b'[')).unwrap_or_default();
    let json = source(text.get(start..).unwrap_or_default())?;
    let mut imported = Imported::default();
    let mut left = vec![&json];
    while let Some(value) = left.pop() {
        left.extend(value.items().iter().chain(value.members().iter().map(|(_, value)| value)));
        let der = value.as_text().and_then(|text| BASE64_STANDARD.decode(text).ok());
        let Some(der) = der.filter(|der| Certificate::read(der).is_some()) else { continue };
        imported.certificate_of_list(&der);
    }
    Ok(imported)
}

/// The snapshot of the VCI directory (`vci_snapshot.json`), or one issuer's key set beside its `iss`.
///
/// # Errors
/// [`RecordError`] when it is no such snapshot.
pub fn vci_snapshot(text: &[u8]) -> Result<Imported, RecordError> {
    let json = source(text)?;
    let issuers = json.get("issuerInfo").ok_or(RecordError::Shape("issuerInfo"))?;
    let mut imported = Imported::default();
    for info in issuers.items() {
        let issuer = info.get("issuer").and_then(|issuer| issuer.text("iss")).unwrap_or_default();
        for jwk in info.get("keys").map(Json::items).unwrap_or_default() {
            imported.jwk(jwk, issuer);
        }
    }
    Ok(imported)
}

/// The key set of one SMART Health Cards issuer (`/.well-known/jwks.json` below its URL).
///
/// # Errors
/// [`RecordError`] when it is no key set.
pub fn issuer_keys(text: &[u8], issuer: &str) -> Result<Imported, RecordError> {
    let json = source(text)?;
    let mut imported = Imported::default();
    for jwk in json.get("keys").ok_or(RecordError::Shape("keys"))?.items() {
        imported.jwk(jwk, issuer);
    }
    Ok(imported)
}

/// Keys of DIVOC: a list of `{"verificationMethod", "spki"}`, with `issuer` and `contexts` where the operator binds the key to them.
///
/// `did:india` is bound to CoWIN's own issuer and contexts, because other countries' certificates and DIVOC's demonstrations use that name,
/// too. A key whose private half DIVOC publishes is never taken.
///
/// # Errors
/// [`RecordError`] when it is no such list.
pub fn divoc_keys(text: &[u8]) -> Result<Imported, RecordError> {
    let json = source(text)?;
    let mut imported = Imported::default();
    for key in json.items() {
        let name = key.text("verificationMethod").ok_or(RecordError::Shape("verificationMethod"))?;
        let spki =
            key.text("spki").and_then(|spki| BASE64_STANDARD.decode(spki).ok()).ok_or(RecordError::Shape("spki"))?;
        let hash = BASE64_STANDARD.encode(digest(&SHA256, &spki));
        let Some((algorithm, bytes)) = PublicKey::from_spki(&spki).and_then(usable) else {
            imported.skipped.push((name.to_owned(), "an algorithm that is not used here"));
            continue;
        };
        if DEMONSTRATION_KEYS.contains(&hash.as_str()) {
            imported.skipped.push((name.to_owned(), "a demonstration key whose private half is public"));
            continue;
        }
        let contexts = key.get("contexts").map(Json::items).unwrap_or_default().iter().filter_map(Json::as_text);
        let (issuer, contexts) = match key.text("issuer") {
            Some(issuer) => (issuer, contexts.map(str::to_owned).collect()),
            None if name == "did:india" => ("https://cowin.gov.in/", cowin_contexts()),
            None => ("", Vec::new()),
        };
        let framework = Framework::Divoc;
        imported.keys.push(TrustedKey { contexts, ..trusted(framework, issuer, name, algorithm, bytes) });
    }
    Ok(imported)
}

fn source(text: &[u8]) -> Result<Json<'_>, RecordError> {
    if text.len() > MAX_SOURCE_BYTES { Err(RecordError::TooLarge("a list of keys")) } else { Json::parse(text) }
}

fn cowin_contexts() -> Vec<String> {
    ["v1", "v2"].map(|version| format!("https://cowin.gov.in/credentials/vaccination/{version}")).to_vec()
}

impl Imported {
    fn certificate(&mut self, der: &[u8], id: &str) {
        let Some(certificate) = Certificate::read(der) else {
            self.skipped.push((id.to_owned(), "no certificate that can be read"));
            return;
        };
        let Some((algorithm, bytes)) = usable(certificate.key) else {
            self.skipped.push((id.to_owned(), "an algorithm or curve that is not used here"));
            return;
        };
        let name = key_id(der);
        self.keys.push(TrustedKey {
            from: Some(certificate.from),
            until: Some(certificate.until),
            uses: certificate.uses,
            ..trusted(Framework::Dcc, &certificate.country, &name, algorithm, bytes)
        });
    }

    /// Takes a certificate unless it is an authority's.
    fn certificate_of_list(&mut self, der: &[u8]) {
        if Certificate::read(der).is_some_and(|certificate| certificate.is_authority) {
            self.skipped.push((key_id(der), "the key of an authority, which signs certificates and no records"));
        } else {
            self.certificate(der, &key_id(der));
        }
    }

    /// Takes a P-256 key for signatures; RFC 7517 section 5 lets a reader pass over others.
    fn jwk(&mut self, jwk: &Json<'_>, issuer: &str) {
        let name = jwk.text("kid").unwrap_or_default();
        let coordinate =
            |name| jwk.text(name).and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok()).and_then(padded);
        let is_p256 = jwk.text("kty") == Some("EC") && jwk.text("crv") == Some("P-256");
        let is_or_absent = |member, value| jwk.get(member).is_none_or(|given| given.as_text() == Some(value));
        let is_for_signing = is_or_absent("use", "sig") && is_or_absent("alg", "ES256");
        match (coordinate("x"), coordinate("y")) {
            _ if jwk.get("d").is_some() => self.skipped.push((name.to_owned(), "a private key")),
            (Some(x), Some(y)) if is_p256 && is_for_signing => {
                let point = [&[4], &x[..], &y[..]].concat();
                self.keys.push(trusted(Framework::Shc, issuer, name, Algorithm::Es256, point));
            }
            _ => self.skipped.push((name.to_owned(), "no P-256 key for ES256 signatures")),
        }
    }
}

/// The name of a certificate's key: the first 8 bytes of the hash of the certificate.
fn key_id(der: &[u8]) -> String {
    BASE64_STANDARD.encode(&digest(&SHA256, der).as_ref()[..8])
}

/// A coordinate of P-256 with the zeros in front that some issuers leave out (RFC 7518, 6.2.1.2, wants them).
fn padded(coordinate: Vec<u8>) -> Option<[u8; 32]> {
    let mut whole = [0; 32];
    whole.get_mut(32_usize.checked_sub(coordinate.len())?..)?.copy_from_slice(&coordinate);
    Some(whole)
}

/// The shortest RSAPublicKey of 2048 bits in DER; shorter keys are not trusted (NIST SP 800-131A).
const RSA_2048: usize = 260;

fn usable(key: PublicKey) -> Option<(Algorithm, Vec<u8>)> {
    match key {
        PublicKey::Ec(point) => Some((Algorithm::Es256, point)),
        PublicKey::Rsa(key) => Some((Algorithm::Ps256, key)).filter(|(_, key)| key.len() >= RSA_2048),
        PublicKey::Ed25519(key) => Some((Algorithm::EdDsa, key)),
        PublicKey::Other => None,
    }
}

fn trusted(framework: Framework, issuer: &str, name: &str, algorithm: Algorithm, key: Vec<u8>) -> TrustedKey {
    TrustedKey {
        framework,
        issuer: issuer.to_owned(),
        name: name.to_owned(),
        algorithm,
        key,
        from: None,
        until: None,
        uses: Vec::<Use>::new(),
        contexts: Vec::new(),
        terminated: false,
    }
}
