//! Tokens: ours, ring alone, and the crate that most would take.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken as jwt;
use kycvs::domain::VaccinationStatus;
use kycvs::token::{
    Algorithm, ConsentReference, DEFAULT_LIFETIME, EvidenceKind, SigningKey, StatusClaims, TokenIssuer, TokenVerifier,
    random_id,
};
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, UnparsedPublicKey, VerificationAlgorithm};
use serde::{Deserialize, Serialize};

use crate::contest::{Way, way};
use crate::people::{at_once, today};

const ISSUER: &str = "https://kycvs.example";
const ENTITY: &str = "irctc";

/// One key, in the hands of all.
pub struct Tokens {
    issuer: TokenIssuer,
    verifier: TokenVerifier,
    pair: Pair,
    public: Vec<u8>,
    random: SystemRandom,
    /// A token of the usual length, and what is signed of it.
    token: String,
    signed: usize,
    signature: Vec<u8>,
    rival: Rival,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl Tokens {
    /// With a new key.
    pub fn new(algorithm: Algorithm) -> Self {
        let pkcs8 = SigningKey::generate_pkcs8(algorithm).unwrap();
        let (der, random) = (pkcs8.secret_bytes(), SystemRandom::new());
        let pair = match algorithm {
            Algorithm::Es256 => Pair::Es256(
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).unwrap(),
            ),
            Algorithm::EdDsa => Pair::EdDsa(Ed25519KeyPair::from_pkcs8(der).unwrap()),
        };
        let public = match &pair {
            Pair::Es256(pair) => pair.public_key().as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.public_key().as_ref().to_vec(),
        };
        let issuer = TokenIssuer::new(ISSUER, Arc::new(SigningKey::from_pkcs8(algorithm, der).unwrap())).unwrap();
        let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(now()));
        let token = at_once(issuer.issue(&claims(VaccinationStatus::FullyVaccinated))).unwrap().token.into_string();
        let signed = token.rfind('.').unwrap();
        let rival = Rival::new(algorithm, der, &public);
        let mut tokens = Self { issuer, verifier, pair, public, random, token, signed, signature: Vec::new(), rival };
        tokens.signature = tokens.sign();
        tokens
    }

    /// Ours: a token that says the status.
    pub fn issue(&self, status: VaccinationStatus) -> String {
        at_once(self.issuer.issue(&claims(status))).unwrap().token.into_string()
    }

    /// Ours: a token with claims that are there already.
    pub fn issue_claims(&self, claims: &StatusClaims) -> String {
        at_once(self.issuer.issue(claims)).unwrap().token.into_string()
    }

    /// Ours: verifies and decodes.
    pub fn verify(&self) -> VaccinationStatus {
        self.verifier.verify(&self.token, ENTITY, now()).unwrap().status()
    }

    /// Ring's signature of as many bytes as are in a token.
    pub fn sign(&self) -> Vec<u8> {
        let message = &self.token.as_bytes()[..self.signed];
        match &self.pair {
            Pair::Es256(pair) => pair.sign(&self.random, message).unwrap().as_ref().to_vec(),
            Pair::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// Ring's verification of that signature.
    pub fn verify_signature(&self) {
        let algorithm: &dyn VerificationAlgorithm = match self.pair {
            Pair::Es256(_) => &signature::ECDSA_P256_SHA256_FIXED,
            Pair::EdDsa(_) => &signature::ED25519,
        };
        let message = &self.token.as_bytes()[..self.signed];
        UnparsedPublicKey::new(algorithm, &self.public).verify(message, &self.signature).unwrap();
    }

    /// The crate jsonwebtoken: encodes the same claims.
    pub fn rival_encode(&self) -> String {
        jwt::encode(&self.rival.header, &self.rival.claims, &self.rival.encoding).unwrap()
    }

    /// The crate jsonwebtoken: verifies and decodes.
    pub fn rival_decode(&self) -> u8 {
        let decoded = jwt::decode::<Claims>(&self.rival.token, &self.rival.decoding, &self.rival.validation);
        decoded.unwrap().claims.vaccination_status
    }

    /// All of these.
    pub fn ways(&self) -> Vec<Way<'_>> {
        let claims = claims(VaccinationStatus::FullyVaccinated);
        vec![
            way(ISSUE, move |_| self.issue_claims(&claims)),
            way(SIGN, |_| self.sign()),
            way(ENCODE, |_| self.rival_encode()),
            way(VERIFY, |_| self.verify()),
            way(VERIFY_SIGNATURE, |_| self.verify_signature()),
            way(DECODE, |_| self.rival_decode()),
        ]
    }
}

/// Issues a token from claims.
pub const ISSUE: &str = "issue";
/// Ring's signature alone, of a message of that length.
pub const SIGN: &str = "ring sign";
/// A token by jsonwebtoken.
pub const ENCODE: &str = "jsonwebtoken encode";
/// Verifies a token and decodes its claims.
pub const VERIFY: &str = "verify and decode";
/// Ring's verification alone.
pub const VERIFY_SIGNATURE: &str = "ring verify";
/// The same by jsonwebtoken.
pub const DECODE: &str = "jsonwebtoken decode";

/// What one token says; its ids are drawn afresh.
pub fn claims(status: VaccinationStatus) -> StatusClaims {
    StatusClaims {
        audience: ENTITY.to_owned(),
        subject: random_id().unwrap(),
        token_id: random_id().unwrap(),
        issued_at: now(),
        expires_at: now() + DEFAULT_LIFETIME,
        status,
        as_of: today(),
        evidence: EvidenceKind::Registry,
        policy: "in-kyc-vs/1".to_owned(),
        purpose: "railway-booking".to_owned(),
        reference: Some("PNR 4512345678".to_owned()),
        consent: ConsentReference { id: "5xw4C8dOqWfIvV2kXn0eAg".to_owned(), hash: "sha256:0".repeat(9) },
        bearer: None,
        status_list: None,
    }
}

/// When tokens are issued.
pub fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(19_000)
}

/// What jsonwebtoken needs.
struct Rival {
    header: jwt::Header,
    claims: Claims,
    encoding: jwt::EncodingKey,
    decoding: jwt::DecodingKey,
    validation: jwt::Validation,
    token: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    jti: String,
    iat: i64,
    exp: i64,
    vaccination_status: u8,
    as_of: String,
    policy: String,
    purpose: String,
    reference: String,
    consent: Consent,
}

#[derive(Serialize, Deserialize)]
struct Consent {
    id: String,
    hash: String,
}

impl Rival {
    fn new(algorithm: Algorithm, der: &[u8], public: &[u8]) -> Self {
        let (name, encoding, decoding) = match algorithm {
            Algorithm::Es256 => {
                (jwt::Algorithm::ES256, jwt::EncodingKey::from_ec_der(der), jwt::DecodingKey::from_ec_der(public))
            }
            Algorithm::EdDsa => {
                (jwt::Algorithm::EdDSA, jwt::EncodingKey::from_ed_der(der), jwt::DecodingKey::from_ed_der(public))
            }
        };
        let ours = claims(VaccinationStatus::FullyVaccinated);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: ours.audience,
            sub: ours.subject,
            jti: ours.token_id,
            iat: ours.issued_at.timestamp(),
            exp: ours.expires_at.timestamp(),
            vaccination_status: 2,
            as_of: ours.as_of.to_string(),
            policy: ours.policy,
            purpose: ours.purpose,
            reference: ours.reference.unwrap(),
            consent: Consent { id: ours.consent.id, hash: ours.consent.hash },
        };
        let mut validation = jwt::Validation::new(name);
        validation.set_audience(&[ENTITY]);
        validation.set_issuer(&[ISSUER]);
        // The claims are of a day that has passed.
        validation.validate_exp = false;
        let mut header = jwt::Header::new(name);
        header.kid = Some("cT0aMwzqYc2xn3uK2cXTGwUJ_GLlGuGMIrGbYmnRcLU".to_owned());
        let token = jwt::encode(&header, &claims, &encoding).unwrap();
        Self { header, claims, encoding, decoding, validation, token }
    }
}
