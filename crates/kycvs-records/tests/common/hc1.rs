//! EU DCCs made here, whole or damaged, by a key of a country that is trusted.

use kycvs_cose::base45;
use kycvs_records::{Algorithm, Framework, TrustedKey};
use miniz_oxide::deflate::compress_to_vec_zlib;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

/// The first bytes of what names the key; in a list in Base64.
pub(crate) const KID: &[u8] = b"8 bytes.";

/// A signer of documents.
pub(crate) struct Maker {
    pub(crate) pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Maker {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self { pair, random }
    }

    /// Its key, of India.
    pub(crate) fn key(&self) -> TrustedKey {
        TrustedKey {
            framework: Framework::Dcc,
            issuer: "IN".to_owned(),
            name: "OCBieXRlcy4=".to_owned(),
            algorithm: Algorithm::Es256,
            key: self.pair.public_key().as_ref().to_vec(),
            from: None,
            until: None,
            uses: Vec::new(),
            contexts: Vec::new(),
            terminated: false,
        }
    }

    pub(crate) fn sign(&self, context: &str, protected: &[u8], aad: &[u8], payload: &[u8]) -> Vec<u8> {
        let signed = array(&[text(context), bytes(protected), bytes(aad), bytes(payload)]);
        self.pair.sign(&self.random, &signed).unwrap().as_ref().to_vec()
    }

    /// A message with these headers over this payload.
    pub(crate) fn message(&self, protected: &[u8], unprotected: Vec<u8>, payload: &[u8]) -> Vec<u8> {
        let signature = self.sign("Signature1", protected, b"", payload);
        sign1(protected, unprotected, payload, &signature)
    }

    /// A genuine message over this payload, without a tag.
    pub(crate) fn over(&self, payload: &[u8]) -> Vec<u8> {
        self.message(&header(), map(&[]), payload)
    }

    /// A genuine certificate with these claims.
    pub(crate) fn claims(&self, claims: &[(Vec<u8>, Vec<u8>)]) -> String {
        packed(&self.over(&map(claims)))
    }

    /// A genuine certificate with this content.
    pub(crate) fn content(&self, content: Vec<u8>) -> String {
        self.claims(&claims(map(&[(int(1), content)])))
    }

    /// A genuine certificate whose one vaccination has this member in the place of its own.
    pub(crate) fn vaccination(&self, member: &str, value: Option<Vec<u8>>) -> String {
        self.content(content(&[("v", array(&[vaccination(member, value)]))]))
    }
}

pub(crate) fn packed(message: &[u8]) -> String {
    format!("HC1:{}", base45::encode(&compress_to_vec_zlib(message, 9)))
}

/// The protected header: ES256, and the key.
pub(crate) fn header() -> Vec<u8> {
    map(&[(int(1), int(-7)), (int(4), bytes(KID))])
}

pub(crate) fn sign1(protected: &[u8], unprotected: Vec<u8>, payload: &[u8], signature: &[u8]) -> Vec<u8> {
    array(&[bytes(protected), unprotected, bytes(payload), bytes(signature)])
}

/// The claims of a certificate that is good from 2021 to 2030.
pub(crate) fn claims(health: Vec<u8>) -> Vec<(Vec<u8>, Vec<u8>)> {
    vec![(int(1), text("IN")), (int(4), int(1_893_456_000)), (int(6), int(1_625_097_600)), (int(-260), health)]
}

/// A certificate of Asha Rao with these entries.
pub(crate) fn content(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let name = map(&[(text("fn"), text("Rao")), (text("gn"), text("Asha")), (text("fnt"), text("RAO"))]);
    let head = [(text("ver"), text("1.3.0")), (text("nam"), name), (text("dob"), text("1986-02-11"))];
    let entries = entries.iter().map(|(kind, entry)| (text(kind), entry.clone()));
    map(&head.into_iter().chain(entries).collect::<Vec<_>>())
}

/// The second of two doses, with a member in the place of its own, or left out.
pub(crate) fn vaccination(member: &str, value: Option<Vec<u8>>) -> Vec<u8> {
    let own = [
        ("tg", text("840539006")),
        ("vp", text("1119349007")),
        ("mp", text("EU/1/20/1528")),
        ("ma", text("ORG-100030215")),
        ("dn", int(2)),
        ("sd", int(2)),
        ("dt", text("2021-07-01")),
        ("co", text("IN")),
        ("is", text("Ministry of Health")),
        ("ci", text("URN:UVCI:01:IN:1")),
    ];
    let others = own.into_iter().filter(|(name, _)| *name != member);
    map(&others.chain(value.map(|value| (member, value))).map(|(name, value)| (text(name), value)).collect::<Vec<_>>())
}

pub(crate) fn int(number: i64) -> Vec<u8> {
    if number < 0 { head(1, number.unsigned_abs() - 1) } else { head(0, number.unsigned_abs()) }
}

pub(crate) fn float(number: f64) -> Vec<u8> {
    [&[0xfb][..], &number.to_be_bytes()].concat()
}

pub(crate) fn null() -> Vec<u8> {
    vec![0xf6]
}

pub(crate) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [&head(2, bytes.len() as u64)[..], bytes].concat()
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    [&head(3, text.len() as u64)[..], text.as_bytes()].concat()
}

pub(crate) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

pub(crate) fn map(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let content = pairs.iter().flat_map(|(key, value)| [&key[..], value].concat());
    head(5, pairs.len() as u64).into_iter().chain(content).collect()
}

pub(crate) fn tagged(tag: u64, item: &[u8]) -> Vec<u8> {
    [&head(6, tag)[..], item].concat()
}

/// The head of an item (RFC 8949, section 3), in its shortest form.
fn head(major: u8, number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let (info, length) = match number {
        0..24 => return vec![major << 5 | bytes[7]],
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | info][..], &bytes[8 - length..]].concat()
}
