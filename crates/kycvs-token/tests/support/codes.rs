//! Codes (`KV1:`), good ones and such as an issuer with the key but without our rules could make.
#![allow(dead_code)] // each test file uses a part of it

use std::sync::Arc;

use kycvs_cose::{Item, Sign1, base45, signed};
use kycvs_token::{Algorithm, Disclosure, Issued, Signer as _, SigningKey, StatusClaims, StatusToken, TokenIssuer};

use super::{ISSUER, block_on, claims, test_key};

/// The private claim that holds ours.
pub(crate) const OURS: i64 = -65537;

/// A token in both of its spellings.
pub(crate) struct Spelt {
    pub(crate) token: StatusToken,
    pub(crate) code: StatusToken,
    pub(crate) disclosures: Vec<Disclosure>,
}

pub(crate) fn issue(algorithm: Algorithm, claims: &StatusClaims) -> Spelt {
    let issuer = TokenIssuer::new(ISSUER, Arc::new(test_key(algorithm))).unwrap();
    let issued = block_on(issuer.issue(claims)).unwrap();
    let code = block_on(issuer.issue_cwt(claims, &issued)).unwrap();
    let Issued { token, disclosures } = issued;
    Spelt { token, code, disclosures }
}

/// The bytes of the COSE message in a code.
pub(crate) fn bytes_of(code: &str) -> Vec<u8> {
    base45::decode(code.strip_prefix("KV1:").unwrap().as_bytes()).unwrap()
}

pub(crate) fn text_of(bytes: &[u8]) -> String {
    format!("KV1:{}", base45::encode(bytes))
}

/// A code, taken apart, to be changed and signed again.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) header: Item<'static>,
    pub(crate) unprotected: Vec<(Item<'static>, Item<'static>)>,
    pub(crate) claims: Item<'static>,
}

impl Parts {
    /// Of the code that our issuer makes of these claims.
    pub(crate) fn of(algorithm: Algorithm, claims: &StatusClaims) -> Self {
        let bytes = bytes_of(issue(algorithm, claims).code.as_str());
        let message = Sign1::parse(&bytes).unwrap();
        Self { header: owned(&message.protected), unprotected: Vec::new(), claims: owned(&message.payload) }
    }

    pub(crate) fn usual() -> Self {
        Self::of(Algorithm::Es256, &claims())
    }

    /// The same with another value of a claim, found by its keys, or without it.
    pub(crate) fn with(mut self, path: &[i64], value: Option<Item<'static>>) -> Self {
        put(&mut self.claims, path, value);
        self
    }

    pub(crate) fn with_header(mut self, label: i64, value: Option<Item<'static>>) -> Self {
        put(&mut self.header, &[label], value);
        self
    }

    pub(crate) fn with_shown(mut self, shown: Item<'static>) -> Self {
        self.unprotected = vec![(17.into(), shown)];
        self
    }

    pub(crate) fn signed(&self) -> String {
        self.signed_by(&test_key(Algorithm::Es256))
    }

    pub(crate) fn signed_by(&self, key: &SigningKey) -> String {
        forge(&self.header.to_bytes(), self.unprotected.clone(), &self.claims.to_bytes(), key)
    }
}

/// Signs any bytes as header and payload.
pub(crate) fn forge(
    header: &[u8],
    unprotected: Vec<(Item<'static>, Item<'static>)>,
    payload: &[u8],
    key: &SigningKey,
) -> String {
    let signature = block_on(key.sign(&signed(header, payload))).unwrap();
    let message =
        Sign1 { protected: header.into(), unprotected, payload: payload.into(), signature: signature.to_vec().into() };
    text_of(&message.to_bytes())
}

fn put(item: &mut Item<'static>, path: &[i64], value: Option<Item<'static>>) {
    let Item::Map(pairs) = item else { panic!("no map at {path:?}") };
    let (first, rest) = path.split_first().unwrap();
    if rest.is_empty() {
        pairs.retain(|(key, _)| *key != Item::Integer(*first));
        pairs.extend(value.map(|value| (Item::Integer(*first), value)));
    } else {
        put(&mut pairs.iter_mut().find(|(key, _)| *key == Item::Integer(*first)).unwrap().1, rest, value);
    }
}

/// An item that borrows nothing.
pub(crate) fn owned(bytes: &[u8]) -> Item<'static> {
    fn copy(item: Item<'_>) -> Item<'static> {
        match item {
            Item::Integer(value) => Item::Integer(value),
            Item::Bytes(bytes) => Item::Bytes(bytes.into_owned().into()),
            Item::Text(text) => Item::Text(text.into_owned().into()),
            Item::Array(items) => Item::Array(items.into_iter().map(copy).collect()),
            Item::Map(pairs) => Item::Map(pairs.into_iter().map(|(key, value)| (copy(key), copy(value))).collect()),
            Item::Tagged(tag, item) => Item::Tagged(tag, Box::new(copy(*item))),
            Item::Bool(value) => Item::Bool(value),
            Item::Null => Item::Null,
        }
    }
    copy(Item::parse(bytes).unwrap())
}
