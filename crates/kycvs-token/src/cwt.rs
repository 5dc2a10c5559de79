//! A status token as a CWT (RFC 8392): the same claims in COSE_Sign1 with deterministic CBOR, as Base45 behind `KV1:`. It has half of
//! the bytes of the JWT, and a QR code has a mode of its own for its characters.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use kycvs_cose::{Item, Sign1, base45, signed};

use crate::cwt_claims;
use crate::json::Object;
use crate::key::SIGNATURE_BYTES;
use crate::{Algorithm, Disclosure, KeyRing, PublicKey, Refusal};

/// How the text begins. It names the format, which a bare CWT in Base45 does not, as `HC1:` does for the EU's.
pub(crate) const PREFIX: &str = "KV1:";

/// Header parameters (RFC 9052 section 3.1, RFC 9596).
const ALG: i64 = 1;
const CRIT: i64 = 2;
const KID: i64 = 4;
const TYP: i64 = 16;
/// The header that holds what is disclosed; not signed, since who shows the token chooses (draft-ietf-spice-sd-cwt).
const DISCLOSED: i64 = 17;
/// The header parameters that bring a key or an address of one (RFC 9360).
const EMBEDDED_KEYS: [(i64, &str); 3] = [(32, "x5bag"), (33, "x5chain"), (35, "x5u")];

const TYPE: &str = "kycvs+cwt";

/// The bytes of a `kid`: the first of the key's thumbprint. It only picks among the keys of a ring.
const KEY_ID_BYTES: usize = 4;

/// The protected header of a token by this key.
pub(crate) fn protected(key: &PublicKey) -> Vec<u8> {
    Item::Map(vec![
        (ALG.into(), algorithm(key.algorithm()).into()),
        (KID.into(), key_id(key).into()),
        (TYP.into(), TYPE.into()),
    ])
    .to_bytes()
}

/// The text of a token that was signed.
pub(crate) fn text(protected: &[u8], payload: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> String {
    written(&Sign1 {
        protected: protected.into(),
        unprotected: Vec::new(),
        payload: payload.into(),
        signature: signature.as_slice().into(),
    })
}

/// The text of a token with these disclosures, which are then all that it shows; `None` for what is no token or no disclosure.
pub(crate) fn present<'d>(text: &str, disclosures: impl Iterator<Item = &'d Disclosure>) -> Option<String> {
    let bytes = base45::decode(text.strip_prefix(PREFIX)?.as_bytes())?;
    let json = |disclosure: &Disclosure| String::from_utf8(BASE64URL.decode(disclosure.as_str()).ok()?).ok();
    let shown = disclosures.map(|disclosure| json(disclosure).map(Item::from)).collect::<Option<Vec<_>>>()?;
    let unprotected = if shown.is_empty() { Vec::new() } else { vec![(DISCLOSED.into(), shown.into())] };
    Some(written(&Sign1 { unprotected, ..Sign1::parse(&bytes)? }))
}

/// The issuer that a CWT names.
pub(crate) fn issuer_unverified(code: &str) -> Option<String> {
    let bytes = base45::decode(code.as_bytes())?;
    cwt_claims::issuer(&Sign1::parse(&bytes)?.payload)
}

/// Reads what follows the prefix: the claims as a JWT has them, and the disclosures as they follow a JWT, if a key of the ring
/// signed it.
pub(crate) fn open(code: &[u8], keys: &KeyRing) -> Result<(Object<'static>, String), Refusal> {
    let bytes = base45::decode(code).ok_or(Refusal::NotCose)?;
    let message = Sign1::parse(&bytes).ok_or(Refusal::NotCose)?;
    // Nothing but disclosures may be where nobody signs, so that a token has one spelling.
    let shown = match &message.unprotected[..] {
        [] => None,
        [(Item::Integer(DISCLOSED), shown)] => Some(shown),
        _ => return Err(Refusal::NotCose),
    };
    let candidates = keys_of(&message.protected, keys)?;
    let signed = signed(&message.protected, &message.payload);
    let signature = message.signature.as_ref().try_into().map_err(|_| Refusal::BadSignature)?;
    if !candidates.iter().any(|key| key.verifies(&signed, signature)) {
        return Err(Refusal::BadSignature);
    }
    let disclosures = shown.map_or(Ok(String::new()), disclosures)?;
    Ok((cwt_claims::read(&message.payload, &disclosures)?, disclosures))
}

/// The keys that a header may mean.
fn keys_of<'k>(protected: &[u8], keys: &'k KeyRing) -> Result<Vec<&'k PublicKey>, Refusal> {
    let header = Item::parse(protected).filter(|header| matches!(header, Item::Map(_))).ok_or(Refusal::NotCose)?;
    if header.at(CRIT).is_some() {
        return Err(Refusal::Critical);
    }
    if let Some((_, header)) = EMBEDDED_KEYS.into_iter().find(|(label, _)| header.at(*label).is_some()) {
        return Err(Refusal::EmbeddedKey { header });
    }
    match header.at(TYP) {
        Some(Item::Text(typ)) if typ == TYPE => {}
        Some(Item::Text(_)) => return Err(Refusal::WrongType),
        _ => return Err(Refusal::MissingHeader { header: "typ" }),
    }
    let Some(Item::Integer(named)) = header.at(ALG) else { return Err(Refusal::MissingHeader { header: "alg" }) };
    let Some(Item::Bytes(id)) = header.at(KID) else { return Err(Refusal::MissingHeader { header: "kid" }) };
    let named_so: Vec<_> = keys.iter().filter(|key| key_id(key) == id.as_ref()).collect();
    if named_so.is_empty() {
        return Err(Refusal::UnknownKey);
    }
    let fitting: Vec<_> = named_so.into_iter().filter(|key| algorithm(key.algorithm()) == *named).collect();
    if fitting.is_empty() { Err(Refusal::AlgorithmMismatch) } else { Ok(fitting) }
}

/// The disclosures as they follow a JWT (RFC 9901 section 4), without the first `~`.
fn disclosures(shown: &Item<'_>) -> Result<String, Refusal> {
    let Item::Array(shown) = shown else { return Err(Refusal::MalformedDisclosure) };
    let mut tail = String::new();
    for disclosure in shown {
        let Item::Text(json) = disclosure else { return Err(Refusal::MalformedDisclosure) };
        BASE64URL.encode_string(json.as_bytes(), &mut tail);
        tail.push('~');
    }
    if tail.is_empty() { Err(Refusal::MalformedDisclosure) } else { Ok(tail) }
}

fn written(message: &Sign1<'_>) -> String {
    format!("{PREFIX}{}", base45::encode(&message.to_bytes()))
}

/// RFC 9053 section 2.
fn algorithm(algorithm: Algorithm) -> i64 {
    match algorithm {
        Algorithm::Es256 => -7,
        Algorithm::EdDsa => -8,
    }
}

fn key_id(key: &PublicKey) -> Vec<u8> {
    let mut id = BASE64URL.decode(key.key_id().as_str()).unwrap_or_default(); // a thumbprint of ours always decodes
    id.truncate(KEY_ID_BYTES);
    id
}
